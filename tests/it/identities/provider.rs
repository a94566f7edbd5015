//! An OpenID Connect provider inside the test, which is as hostile as a test wants.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;
use url::Url;

use crate::support::database::random_u64;
use crate::support::{Campus, Engine, Person};

/// The client id of the campus at the provider, and its secret there.
pub const CLIENT_ID: &str = "studyhall";
const CLIENT_SECRET: &str = "a secret: with %, + and spaces";

/// The verifier that the tests' client keeps.
pub const VERIFIER: &str = "a-verifier-that-the-client-keeps-for-itself-0001";

const START: &str = "mutation Start($input: StartIdentityLoginInput!) {
    startIdentityLogin(input: $input) { authorizationUrl userErrors { code path } }
}";

const FINISH: &str = "mutation Finish($input: FinishIdentityLoginInput!) {
    finishIdentityLogin(input: $input) {
        isNewMember
        viewer { user { id username firstName lastName displayName } email isEmailConfirmed hasPassword identities { id label provider { slug name } } }
        session { accessToken refreshToken }
        userErrors { code path retryAt }
    }
}";

/// A provider that listens on loopback.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
    file: Arc<NamedTempFile>,
}

struct Inner {
    key: TestKey,
    /// The ID token for each code.
    tokens: HashMap<String, IssuedToken>,
    is_down: bool,
}

struct IssuedToken {
    challenge: String,
    redirect_uri: String,
    id_token: String,
}

struct TestKey {
    kid: String,
    encoding: EncodingKey,
    public: String,
}

impl TestKey {
    fn generate(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private = pair.to_pkcs8v1().expect("its encoding");
        Self {
            kid: kid.to_owned(),
            encoding: EncodingKey::from_ed_der(private.as_ref()),
            public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        }
    }
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner { key: TestKey::generate("first"), tokens: HashMap::new(), is_down: false };
        let mut file = NamedTempFile::new().expect("a file");
        let settings = json!({ "providers": [
            { "slug": "campus", "name": "Campus account", "issuer": issuer, "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET,
              "claims": { "fieldOfStudy": "department" } },
            { "slug": "other", "name": "Another one", "issuer": issuer, "clientId": "another", "clientSecret": "s" },
        ] });
        file.write_all(settings.to_string().as_bytes()).expect("the file is written");
        let provider = Self { issuer, inner: Arc::new(Mutex::new(inner)), file: Arc::new(file) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    /// Starts a campus whose members sign in at this provider.
    pub async fn campus(&self, engine: Engine, flags: &[&str]) -> Campus {
        let file = self.file_flag();
        let flags: Vec<&str> = flags.iter().copied().chain([file.as_str()]).collect();
        Campus::start_with(engine, &flags).await
    }

    pub fn file_flag(&self) -> String {
        format!("--oidc-file={}", self.file.path().display())
    }

    /// Answers every request with 503 from now on.
    pub fn go_down(&self) {
        self.inner.lock().expect("no panic").is_down = true;
    }

    /// Signs with a new key from now on, and publishes no other.
    pub fn rotate_key(&self) {
        self.inner.lock().expect("no panic").key = TestKey::generate("second");
    }

    /// Returns the claims of a person, as in an ID token for the campus.
    pub fn claims(&self, campus: &Campus, subject: &str) -> Map<String, Value> {
        let now = campus.app.clock.now().unix_seconds();
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "sub": subject, "iat": now, "exp": now + 300,
            "email": format!("{subject}@uni.example"), "email_verified": true,
            "preferred_username": subject, "given_name": "Ana", "family_name": "Popescu",
        });
        claims.as_object().expect("an object").clone()
    }

    /// Signs claims with the current key.
    pub fn sign(&self, claims: &Map<String, Value>) -> String {
        let inner = self.inner.lock().expect("no panic");
        let header = Header { kid: Some(inner.key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, claims, &inner.key.encoding).expect("a token")
    }

    /// Lets a person sign in at this provider, and returns the code with which it sends the browser back. The nonce is
    /// that of the sign-in, unless the claims have one.
    pub fn authorize(&self, authorization_url: &Url, mut claims: Map<String, Value>) -> String {
        let query = query_of(authorization_url);
        assert_eq!((query["client_id"].as_str(), query["response_type"].as_str()), (CLIENT_ID, "code"));
        assert_eq!(query["code_challenge_method"], "S256");
        claims.entry("nonce").or_insert_with(|| query["nonce"].clone().into());
        let token = self.sign(&claims);
        self.authorize_with(authorization_url, token)
    }

    /// Like [`Self::authorize`], with a token that the test has made.
    pub fn authorize_with(&self, authorization_url: &Url, id_token: String) -> String {
        let query = query_of(authorization_url);
        let code = format!("{:016x}", random_u64());
        let issued = IssuedToken {
            challenge: query["code_challenge"].clone(),
            redirect_uri: query["redirect_uri"].clone(),
            id_token,
        };
        self.inner.lock().expect("no panic").tokens.insert(code.clone(), issued);
        code
    }

    /// Takes a person through a sign-in up to the code for the client.
    pub async fn sign_in(&self, client: &Person, campus: &Campus, subject: &str) -> String {
        let claims = self.claims(campus, subject);
        self.sign_in_with(client, claims).await
    }

    pub async fn sign_in_with(&self, client: &Person, claims: Map<String, Value>) -> String {
        let url = start(client).await;
        let code = self.authorize(&url, claims);
        let fragment = return_to_client(client, &url, &code).await;
        fragment.strip_prefix("code=").unwrap_or_else(|| panic!("no code: {fragment}")).to_owned()
    }
}

async fn metadata(State(provider): State<Provider>) -> Result<Json<Value>, StatusCode> {
    if provider.inner.lock().expect("no panic").is_down {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let issuer = &provider.issuer;
    Ok(Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "jwks_uri": format!("{issuer}/keys"),
        "token_endpoint": format!("{issuer}/token"), "end_session_endpoint": format!("{issuer}/logout"),
    })))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let inner = provider.inner.lock().expect("no panic");
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": inner.key.kid, "x": inner.key.public });
    Json(json!({ "keys": [key] }))
}

async fn token(
    State(provider): State<Provider>,
    headers: axum::http::HeaderMap,
    body: String,
) -> Result<Json<Value>, StatusCode> {
    let mut inner = provider.inner.lock().expect("no panic");
    if inner.is_down {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encode(CLIENT_ID), encode(CLIENT_SECRET));
    let expected = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials));
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    // A code is valid once.
    let issued = inner.tokens.remove(&form["code"]).ok_or(StatusCode::BAD_REQUEST)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let is_valid = headers.get("authorization").is_some_and(|value| value.as_bytes() == expected.as_bytes())
        && challenge == issued.challenge
        && form["redirect_uri"] == issued.redirect_uri
        && form["grant_type"] == "authorization_code";
    if !is_valid {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(json!({ "access_token": "unused", "token_type": "Bearer", "id_token": issued.id_token })))
}

pub fn query_of(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// Returns the input of `startIdentityLogin`.
pub fn start_input(client: &Person) -> Value {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
    let redirect_url = format!("http://{}/signed-in", client.address);
    json!({ "provider": "campus", "codeChallenge": challenge, "redirectUrl": redirect_url })
}

pub async fn try_start(client: &Person, input: &Value) -> crate::support::people::Response {
    client.execute(START, json!({ "input": input })).await
}

/// Starts a sign-in and returns the URL of the provider.
pub async fn start(client: &Person) -> Url {
    let payload = try_start(client, &start_input(client)).await.field("startIdentityLogin");
    assert_eq!(payload["userErrors"], json!([]));
    payload["authorizationUrl"].as_str().expect("a URL").parse().expect("a valid URL")
}

/// Visits the callback as the browser does, and returns the fragment with which it comes to the client.
pub async fn return_to_client(client: &Person, authorization_url: &Url, code: &str) -> String {
    let state = &query_of(authorization_url)["state"];
    let (status, location) = visit(client, "campus", &[("state", state), ("code", code)]).await;
    assert_eq!(status, 303);
    let location: Url = location.expect("a location").parse().expect("a URL");
    assert_eq!(location.path(), "/signed-in");
    location.fragment().expect("a fragment").to_owned()
}

/// Visits a callback and returns the status and the `Location`.
pub async fn visit(client: &Person, slug: &str, query: &[(&str, &str)]) -> (u16, Option<String>) {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]);
    let browser = builder.build().expect("a client");
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let url = format!("http://{}/oidc/{slug}/callback?{query}", client.address);
    let response = browser.get(url).send().await.expect("the server answers");
    let location = response.headers().get("location").map(|value| value.to_str().expect("ASCII").to_owned());
    (response.status().as_u16(), location)
}

pub async fn finish(client: &Person, code: &str) -> crate::support::people::Response {
    finish_with(client, code, VERIFIER).await
}

pub async fn finish_with(client: &Person, code: &str, verifier: &str) -> crate::support::people::Response {
    client.execute(FINISH, json!({ "input": { "code": code, "codeVerifier": verifier } })).await
}

/// Signs a person in and returns their client.
pub async fn member(provider: &Provider, campus: &Campus, subject: &str) -> Person {
    let mut client = campus.anonymous();
    let code = provider.sign_in(&client, campus, subject).await;
    let payload = finish(&client, &code).await.field("finishIdentityLogin");
    client.use_session(&payload);
    payload["viewer"]["user"]["username"].as_str().expect("a name").clone_into(&mut client.username);
    client
}
