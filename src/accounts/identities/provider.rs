//! What the server asks of an identity provider: its metadata, its keys, and the tokens of a sign-in.
//!
//! # Why not the crate openidconnect
//!
//! Version 4.1 adds 64 crates to the program, among them a second implementation of every signature and `rsa` 0.9, which
//! has an advisory without a fix (RUSTSEC-2023-0071). jsonwebtoken, which the server uses for its own tokens, verifies
//! RS256, PS256, ES256 and EdDSA. What is left, a page of JSON and three requests, is this module.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Client, RequestBuilder, redirect};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use super::Person;
use crate::clock::Timestamp;
use crate::config::{IdentityProvider, is_secure};
use crate::error::Error;

/// A provider that does not answer within this time is unavailable.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The largest response of a provider.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// How long metadata and keys are used before they are loaded again.
const LIFETIME: Duration = Duration::from_hours(1);

/// A token with an unknown key loads the keys again, but not more often than this: anyone can name a key.
const KEY_RELOAD_INTERVAL: Duration = Duration::from_mins(1);

/// The accepted difference between the clocks of server and provider, in seconds.
const LEEWAY_SECONDS: i64 = 60;

const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Why a provider gave no usable answer. The reason is for the log only: it can contain what the provider has sent.
#[derive(Debug)]
pub enum ProviderError {
    /// It does not answer, or not in time.
    Unavailable(String),
    /// Its answer or its token is not valid.
    Invalid(String),
}

impl From<ProviderError> for Error {
    fn from(error: ProviderError) -> Self {
        tracing::warn!(?error, "an identity provider gave no usable answer");
        Self::Unavailable(TIMEOUT)
    }
}

type Result<T, E = ProviderError> = std::result::Result<T, E>;

fn invalid(reason: impl Into<String>) -> ProviderError {
    ProviderError::Invalid(reason.into())
}

/// The published metadata of a provider (OpenID Connect Discovery 1.0).
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    pub authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    pub end_session_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// The metadata and keys of all providers in the memory of this node.
#[derive(Clone, Debug, Default)]
pub struct Providers(Arc<ProvidersInner>);

#[derive(Debug, Default)]
struct ProvidersInner {
    client: OnceLock<Client>,
    loaded: Mutex<HashMap<String, LoadedProvider>>,
}

#[derive(Clone, Debug)]
struct LoadedProvider {
    metadata: Arc<Metadata>,
    keys: Arc<JwkSet>,
    loaded_at: Timestamp,
}

/// What a provider returns for the code of a sign-in.
#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
}

/// One audience or several (RFC 7519, 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The claims that ID tokens and logout tokens share.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    exp: Option<i64>,
    iat: i64,
    nonce: Option<String>,
    jti: Option<String>,
    events: Option<Map<String, Value>>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Whose sessions a valid logout token ends.
#[derive(Clone, Debug)]
pub struct Logout {
    pub issuer: String,
    pub subject: Option<String>,
    pub session: Option<String>,
    /// The id of the token, which counts once.
    pub token_id: String,
}

/// How old a logout token can be. Its id is remembered for longer.
const LOGOUT_TOKEN_LIFETIME_SECONDS: i64 = 600;

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Providers {
    /// Returns the metadata of a provider, at most an hour old.
    pub async fn metadata(&self, provider: &IdentityProvider, now: Timestamp) -> Result<Arc<Metadata>> {
        Ok(self.loaded(provider, now).await?.metadata)
    }

    /// Exchanges the code of a sign-in for the provider's statement about the person, and verifies it.
    pub async fn identify(
        &self,
        provider: &IdentityProvider,
        exchange: &CodeExchange<'_>,
        now: Timestamp,
    ) -> Result<Person> {
        let metadata = self.metadata(provider, now).await?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", exchange.code),
            ("redirect_uri", exchange.redirect_uri),
            ("code_verifier", exchange.verifier),
        ];
        let secret = provider.client_secret.expose_secret();
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let mut request = self.client()?.post(metadata.token_endpoint.clone());
        if methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic") {
            // Both are encoded before they become the user name and the password (RFC 6749, 2.3.1).
            request = request.basic_auth(form_encoded(&provider.client_id), Some(form_encoded(secret)));
        } else {
            form.extend([("client_id", provider.client_id.as_str()), ("client_secret", secret)]);
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let tokens: TokenResponse = read_json(request).await?;
        let claims = self.verify(provider, &tokens.id_token, now).await?;
        if claims.nonce.as_deref() != Some(exchange.nonce) {
            return Err(invalid("the nonce differs"));
        }
        if claims.exp.is_none_or(|exp| exp + LEEWAY_SECONDS <= now.unix_seconds()) {
            return Err(invalid("the ID token has expired"));
        }
        person(provider, &claims)
    }

    /// Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6).
    pub async fn verify_logout(&self, provider: &IdentityProvider, token: &str, now: Timestamp) -> Result<Logout> {
        let claims = self.verify(provider, token, now).await?;
        let is_logout = claims.events.is_some_and(|events| events.get(LOGOUT_EVENT).is_some_and(Value::is_object));
        let is_recent = claims.iat + LOGOUT_TOKEN_LIFETIME_SECONDS >= now.unix_seconds()
            && claims.exp.is_none_or(|exp| exp + LEEWAY_SECONDS > now.unix_seconds());
        if !is_logout || claims.nonce.is_some() || !is_recent || (claims.sub.is_none() && claims.sid.is_none()) {
            return Err(invalid("this is no valid logout token"));
        }
        let token_id = claims.jti.ok_or_else(|| invalid("the logout token has no id"))?;
        Ok(Logout { issuer: claims.iss, subject: claims.sub, session: claims.sid, token_id })
    }

    /// Verifies the signature of a token, and that it was issued by the provider, for this server, not in the future.
    async fn verify(&self, provider: &IdentityProvider, token: &str, now: Timestamp) -> Result<Claims> {
        let header = decode_header(token).map_err(|error| invalid(format!("the header of a token: {error}")))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(invalid(format!("tokens must not be signed with {:?}", header.alg)));
        }
        let loaded = self.loaded(provider, now).await?;
        let loaded = match find_key(&loaded.keys, header.kid.as_deref(), header.alg) {
            None if now.since(loaded.loaded_at) >= KEY_RELOAD_INTERVAL => self.load(provider, now).await?,
            _ => loaded,
        };
        let key = find_key(&loaded.keys, header.kid.as_deref(), header.alg);
        let key = key.ok_or_else(|| invalid("the provider has no such key"))?;
        let key = DecodingKey::from_jwk(key).map_err(|error| invalid(format!("a key of the provider: {error}")))?;
        let mut validation = Validation::new(header.alg);
        // Times are compared with the server's own clock, the audience below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims =
            decode::<Claims>(token, &key, &validation).map_err(|error| invalid(format!("a token: {error}")))?;
        let claims = claims.claims;
        let is_for_us = match &claims.aud {
            Audience::One(audience) => *audience == provider.client_id,
            Audience::Several(audiences) => {
                audiences.contains(&provider.client_id)
                    && (audiences.len() == 1 || claims.azp.as_ref() == Some(&provider.client_id))
            }
        };
        let is_from_party = claims.azp.as_ref().is_none_or(|party| *party == provider.client_id);
        if claims.iss != loaded.metadata.issuer || !is_for_us || !is_from_party {
            return Err(invalid("a token of another issuer, or for another client"));
        }
        if claims.iat > now.unix_seconds() + LEEWAY_SECONDS {
            return Err(invalid("a token from the future"));
        }
        Ok(claims)
    }

    async fn loaded(&self, provider: &IdentityProvider, now: Timestamp) -> Result<LoadedProvider> {
        let loaded = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(&provider.slug).cloned();
        match loaded {
            Some(loaded) if now.since(loaded.loaded_at) < LIFETIME => Ok(loaded),
            _ => self.load(provider, now).await,
        }
    }

    async fn load(&self, provider: &IdentityProvider, now: Timestamp) -> Result<LoadedProvider> {
        let issuer = provider.issuer.as_str().trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = read_json(self.client()?.get(address)).await?;
        if metadata.issuer.trim_end_matches('/') != issuer {
            return Err(invalid(format!("the metadata is of the issuer {:?}", metadata.issuer)));
        }
        let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if !endpoints.into_iter().chain(&metadata.end_session_endpoint).all(is_secure) {
            return Err(invalid("an endpoint of the provider is not https"));
        }
        let keys = read_json(self.client()?.get(metadata.jwks_uri.clone())).await?;
        let loaded = LoadedProvider { metadata: Arc::new(metadata), keys: Arc::new(keys), loaded_at: now };
        let mut all = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(provider.slug.clone(), loaded.clone());
        Ok(loaded)
    }

    fn client(&self) -> Result<&Client> {
        if let Some(client) = self.0.client.get() {
            return Ok(client);
        }
        let client = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).build();
        let client = client.map_err(|error| ProviderError::Unavailable(error.to_string()))?;
        Ok(self.0.client.get_or_init(|| client))
    }
}

/// What the provider needs to trust the server with the tokens of a sign-in.
#[derive(Debug)]
pub struct CodeExchange<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
}

/// Returns the key of a token: the named one, or the only one if the token names none.
fn find_key<'a>(keys: &'a JwkSet, kid: Option<&str>, algorithm: Algorithm) -> Option<&'a Jwk> {
    let fits = |key: &&Jwk| key.common.key_algorithm.is_none_or(|own| own.to_string() == format!("{algorithm:?}"));
    match kid {
        Some(kid) => keys.find(kid).filter(fits),
        None => keys.keys.first().filter(|_| keys.keys.len() == 1).filter(fits),
    }
}

fn person(provider: &IdentityProvider, claims: &Claims) -> Result<Person> {
    let text = |name: &str| claims.others.get(name).and_then(Value::as_str).map(str::to_owned);
    // Some providers write the boolean as a text.
    let is_verified = match claims.others.get("email_verified") {
        Some(Value::Bool(is_verified)) => *is_verified,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let names = &provider.claims;
    let subject = claims.sub.clone().filter(|subject| !subject.is_empty() && subject.len() <= MAX_SUBJECT_BYTES);
    Ok(Person {
        issuer: claims.iss.clone(),
        subject: subject.ok_or_else(|| invalid("the ID token has no usable subject"))?,
        session: claims.sid.clone(),
        email: text("email").filter(|_| is_verified),
        username: text(&names.username),
        first_name: text(&names.first_name),
        last_name: text(&names.last_name),
        field_of_study: names.field_of_study.as_deref().and_then(text),
        student_number: names.student_number.as_deref().and_then(text),
    })
}

/// The longest subject (OpenID Connect Core 1.0, 2).
const MAX_SUBJECT_BYTES: usize = 255;

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Sends a request and reads the JSON of a response with status 200, up to a limit of bytes.
async fn read_json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T> {
    let unavailable = |error: reqwest::Error| ProviderError::Unavailable(error.without_url().to_string());
    let mut response = request.header("accept", "application/json").send().await.map_err(unavailable)?;
    let status = response.status();
    if status.is_server_error() {
        return Err(ProviderError::Unavailable(format!("status {status}")));
    }
    if !status.is_success() {
        return Err(invalid(format!("status {status}")));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(invalid("the response is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| invalid(error.to_string()))
}
