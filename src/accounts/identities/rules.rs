//! Signing in at a provider, linking and unlinking.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

use super::provider::{CodeExchange, ProviderError, Providers};
use super::store::{self, FinishableLogin, StartedLogin};
use super::{CODE_LIFETIME, Identity, IdentityId, LOGIN_LIFETIME, MAX_IDENTITIES, Person, members};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::credentials::rules::{TOKENS_PER_CLIENT, lock_reauthenticated, reauthenticate};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::sessions::rules::{self as sessions, SignedIn};
use crate::accounts::sessions::{TokenTransport, tokens};
use crate::accounts::{Client, SessionId, Viewer, store as accounts};
use crate::app::App;
use crate::config::{Config, IdentityProvider};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::sentences::{Value, say};

/// Sign-ins that one address can start.
pub static STARTS: RateLimit = RateLimit::per_hour("started sign-ins", 60);

/// The base64url form of a SHA-256.
const CHALLENGE_LENGTH: usize = 43;

/// The lengths of a verifier (RFC 7636, 4.1).
const VERIFIER_LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;

const MAX_URL_LENGTH: usize = 2_000;

/// The input of `startIdentityLogin`.
#[derive(Debug)]
pub struct StartLogin {
    pub provider: String,
    pub code_challenge: String,
    pub redirect_url: String,
}

/// Starts a sign-in and returns the URL of the provider to open.
///
/// # Errors
/// Refused with `NotFound` at `provider`, or `Invalid` at `codeChallenge` or `redirectUrl`; unavailable if the provider
/// does not answer.
pub async fn start(app: &App, client: &Client, start: StartLogin) -> Result<Url> {
    app.limiter.take(&STARTS, client.address, 1).await?;
    let mut problems = Problems::default();
    let provider = problems.check(find_provider(app, &start.provider));
    if start.code_challenge.len() != CHALLENGE_LENGTH || !start.code_challenge.bytes().all(is_base64url) {
        let message = say::CodeChallengeInvalid;
        problems.extend([Problem::member("codeChallenge", Code::Invalid, message)]);
    }
    if !may_return_to(&app.config, &start.redirect_url) {
        let message = say::RedirectUrlNotAllowed;
        problems.extend([Problem::member("redirectUrl", Code::Invalid, message)]);
    }
    problems.finish()?;
    let Some(provider) = provider else { return Err(Error::internal("a sign-in without a problem was rejected")) };
    let metadata = app.state::<Providers>().metadata(provider, app.clock.now()).await?;
    let state = tokens::random_secret()?;
    let secrets = LoginSecrets::of(app, &state);
    let login = StartedLogin {
        provider: provider.slug.clone(),
        code_challenge: start.code_challenge,
        redirect_url: start.redirect_url,
        expires_at: app.clock.now().plus(LOGIN_LIFETIME),
    };
    store::insert_login(&app.db, &tokens::hash_secret(&state), &login).await?;
    let mut url = metadata.authorization_endpoint.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &callback_url(&app.config, provider))
        .append_pair("scope", &provider.scopes.join(" "))
        .append_pair("state", state.expose_secret())
        .append_pair("nonce", &secrets.nonce)
        .append_pair("code_challenge", &challenge_of(&secrets.verifier))
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}

/// The secrets of a sign-in that the server shares with the provider. They follow from the state, so that the database
/// need not store them.
struct LoginSecrets {
    nonce: String,
    verifier: String,
}

impl LoginSecrets {
    fn of(app: &App, state: &SecretString) -> Self {
        let derive =
            |purpose| URL_SAFE_NO_PAD.encode(app.keys.derive_secret(purpose, state.expose_secret().as_bytes()));
        Self { nonce: derive("nonce of a sign-in"), verifier: derive("verifier of a sign-in") }
    }
}

/// What the provider sends with the browser.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Callback {
    pub state: Option<String>,
    pub code: Option<String>,
    pub error: Option<String>,
    /// The issuer (RFC 9207), so that the answer of one provider cannot be taken for that of another.
    pub iss: Option<String>,
}

/// Receives the browser from the provider and returns the URL of the client, with a code or an error in its fragment.
/// `None` if no sign-in has this state: then it is not known where the client is.
///
/// # Errors
/// Those of the database.
pub async fn return_to_client(app: &App, slug: &str, callback: Callback) -> Result<Option<Url>> {
    let Some(state) = callback.state.as_ref().map(|state| SecretString::from(state.as_str())) else { return Ok(None) };
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let login = store::consume_login(&mut tx, &tokens::hash_secret(&state)).await?;
    tx.commit().await?;
    let Some(login) = login.filter(|login| login.provider == slug && now < login.expires_at) else { return Ok(None) };
    let Some(provider) = app.config.identity_providers().find(slug) else { return Ok(None) };
    let Ok(mut url) = Url::parse(&login.redirect_url) else { return Ok(None) };
    let fragment = match identify(app, provider, &state, callback).await {
        Ok(person) => {
            let code = tokens::random_secret()?;
            let finishable = FinishableLogin {
                provider: login.provider,
                code_challenge: login.code_challenge,
                claims: serde_json::to_string(&person).map_err(Error::internal)?,
                expires_at: now.plus(CODE_LIFETIME),
            };
            store::insert_code(&app.db, &tokens::hash_secret(&code), &finishable).await?;
            format!("code={}", code.expose_secret())
        }
        Err(error) => format!("error={error}"),
    };
    url.set_fragment(Some(&fragment));
    Ok(Some(url))
}

/// The errors of a provider that clients know (RFC 6749, 4.1.2.1; OpenID Connect Core 1.0, 3.1.2.6).
const KNOWN_ERRORS: [&str; 6] = [
    "access_denied",
    "temporarily_unavailable",
    "server_error",
    "login_required",
    "consent_required",
    "interaction_required",
];

/// Returns who has signed in, or the error for the client.
async fn identify(
    app: &App,
    provider: &IdentityProvider,
    state: &SecretString,
    callback: Callback,
) -> Result<Person, &'static str> {
    if let Some(error) = callback.error {
        return Err(KNOWN_ERRORS.into_iter().find(|known| *known == error).unwrap_or("server_error"));
    }
    let is_other_issuer =
        |issuer: &String| issuer.trim_end_matches('/') != provider.issuer.as_str().trim_end_matches('/');
    if callback.iss.as_ref().is_some_and(is_other_issuer) {
        tracing::warn!(provider = provider.slug, "a sign-in returned from another issuer");
        return Err("server_error");
    }
    let code = callback.code.ok_or("server_error")?;
    let LoginSecrets { nonce, verifier } = LoginSecrets::of(app, state);
    let redirect_uri = callback_url(&app.config, provider);
    let exchange = CodeExchange { code: &code, redirect_uri: &redirect_uri, verifier: &verifier, nonce: &nonce };
    app.state::<Providers>().identify(provider, &exchange, app.clock.now()).await.map_err(|error| {
        tracing::warn!(provider = provider.slug, ?error, "a sign-in was refused");
        match error {
            ProviderError::Unavailable(_) => "temporarily_unavailable",
            ProviderError::Invalid(_) => "server_error",
        }
    })
}

/// The code and verifier with which a client finishes a sign-in.
#[derive(Debug)]
pub struct LoginCode {
    pub code: SecretString,
    pub verifier: SecretString,
}

/// Consumes a code and returns who has signed in, and at which provider. A wrong verifier consumes it too: the code is
/// then in the wrong hands.
async fn redeem(app: &App, client: &Client, login: &LoginCode) -> Result<(String, Person)> {
    app.limiter.take(&TOKENS_PER_CLIENT, client.address, 1).await?;
    let invalid = || Error::member("code", Code::TokenInvalid, say::SignInFinishedOrExpired);
    let verifier = login.verifier.expose_secret();
    let mut tx = app.db.write().await?;
    let found = store::consume_code(&mut tx, &tokens::hash_secret(&login.code)).await?;
    tx.commit().await?;
    let found = found.filter(|found| app.clock.now() < found.expires_at).ok_or_else(invalid)?;
    let is_proved = challenge_of(verifier).as_bytes().ct_eq(found.code_challenge.as_bytes());
    if !VERIFIER_LENGTHS.contains(&verifier.len()) || !bool::from(is_proved) {
        return Err(invalid());
    }
    let person = serde_json::from_str(&found.claims).map_err(Error::internal)?;
    Ok((found.provider, person))
}

/// The input of `finishIdentityLogin`.
#[derive(Debug)]
pub struct FinishLogin {
    pub login: LoginCode,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
}

/// Signs in the member of an identity. The first sign-in creates the member, or turns the guest of the request into it. The
/// identity of the viewer renews the sign-in of their session. Also returns whether the member is new.
///
/// # Errors
/// Refused with `TokenInvalid` at `code`, `Invalid` at `transport`, `Forbidden` if the account is locked, or `EmailTaken`
/// if another member has the address.
pub async fn finish(
    app: &App,
    client: &Client,
    viewer: Option<Viewer>,
    finish: FinishLogin,
) -> Result<(SignedIn, bool)> {
    sessions::check_transport(client, finish.transport)?;
    let (provider, person) = redeem(app, client, &finish.login).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let member = members::find_or_create(app, &mut tx, &mut effects, viewer, &provider, &person).await?;
    if member.is_new {
        accounts::set_locale(&mut tx, member.account, Some(client.locale)).await?;
    }
    let account = accounts::by_id(&mut tx, member.account).await?.ok_or(Error::Unauthenticated)?;
    if let Some(lock) = account.lock.active(now) {
        AuditEvent::LoginLocked.count_failure(app, Some(account.id), client.address);
        return Err(sessions::locked(lock));
    }
    store::set_used(&mut tx, member.identity, &person.label(), now).await?;
    let own_session = viewer.filter(|viewer| viewer.account == account.id && !member.is_new);
    let signed_in = if let Some(viewer) = own_session {
        let issued = sessions::renew_tokens(app, &mut tx, viewer.session).await?;
        let device = sessions::remember_device(&mut tx, client, account.id, now).await?;
        SignedIn { account: account.id, issued, device }
    } else {
        let new = sessions::NewSession::of_member(&account, client, finish.transport, finish.device_name.as_deref());
        sessions::sign_in(app, &mut tx, &mut effects, client, new).await?
    };
    store::set_session(&mut tx, signed_in.issued.session, member.identity, person.session).await?;
    let cause = Cause::owner(account.id, client);
    let changes = [
        (member.is_new, AuditEvent::AccountCreated),
        (member.is_linked, AuditEvent::IdentityChanged),
        (true, AuditEvent::LoggedIn),
    ];
    for (_, event) in changes.into_iter().filter(|(has_happened, _)| *has_happened) {
        event.record(app, &mut tx, &mut effects, account.id, cause).await?;
    }
    app.commit(tx, effects).await?;
    Ok((signed_in, member.is_new))
}

/// Links an account at a provider to the viewer.
///
/// # Errors
/// Refused with `TokenInvalid` at `code`, with `ReauthenticationRequired` or `CredentialsWrong` at `password`, with
/// `Conflict` if another member has linked it, or with `QuotaExceeded`.
pub async fn link(
    app: &App,
    client: &Client,
    viewer: Viewer,
    login: &LoginCode,
    password: Option<&SecretString>,
) -> Result<Identity> {
    let account = reauthenticate(app, client, viewer, password).await?;
    let (provider, person) = redeem(app, client, login).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_reauthenticated(app, &mut tx, &account, password.is_some()).await?;
    let linked = store::by_account(&mut tx, account.id).await?;
    let found = store::by_subject(&mut tx, &person.issuer, &person.subject).await?;
    if let Some(found) = found {
        let message = say::IdentityOfOtherMember;
        let is_own = found.account_id == account.id;
        return if is_own { Ok(found) } else { Err(Error::refused(Code::Conflict, message)) };
    }
    if linked.len() >= MAX_IDENTITIES {
        let message = say::TooManyIdentities { max: Value::number(MAX_IDENTITIES) };
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_IDENTITIES).into());
    }
    let id = IdentityId(app.clock.new_id());
    if store::insert(&mut tx, id, account.id, &provider, &person, app.clock.now()).await? == 0 {
        return Err(Error::refused(Code::Conflict, say::IdentityOfOtherMember));
    }
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::IdentityChanged, None).await?;
    let identity = store::own(&mut tx, account.id, id).await?.ok_or_else(|| Error::internal("no identity"))?;
    let cause = Cause::viewer(viewer, client);
    AuditEvent::IdentityChanged.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await?;
    Ok(identity)
}

/// Unlinks an account at a provider, and ends the other sessions that started there.
///
/// # Errors
/// Refused with `NotFound` at `identityId`, with `ReauthenticationRequired` or `CredentialsWrong` at `password`, or with
/// `WrongState` if the viewer could not sign in any more.
pub async fn unlink(
    app: &App,
    client: &Client,
    viewer: Viewer,
    id: Option<IdentityId>,
    password: Option<&SecretString>,
) -> Result<()> {
    let account = reauthenticate(app, client, viewer, password).await?;
    let not_found = || Error::member("identityId", Code::NotFound, say::IdentityNotLinked);
    let id = id.ok_or_else(not_found)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_reauthenticated(app, &mut tx, &account, password.is_some()).await?;
    let linked = store::by_account(&mut tx, account.id).await?;
    if !linked.iter().any(|identity| identity.id == id) {
        return Err(not_found());
    }
    let has_password = account.password_hash.is_some() && app.config.has_passwords();
    if linked.len() == 1 && !has_password {
        let message = say::LastIdentity;
        return Err(Error::refused(Code::WrongState, message));
    }
    let sessions = store::sessions_of(&mut tx, id).await?;
    let others: Vec<SessionId> = sessions.into_iter().map(|(id,)| id).filter(|id| *id != viewer.session).collect();
    sessions::end_sessions(app, &mut tx, &mut effects, &others.iter().map(|id| (account.id, *id)).collect::<Vec<_>>())
        .await?;
    store::delete(&mut tx, id).await?;
    notices::publish(app, &mut tx, &mut effects, account.id, NoticeKind::IdentityChanged, None).await?;
    let cause = Cause::viewer(viewer, client);
    AuditEvent::IdentityChanged.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await
}

/// Returns the URL that ends the session at the provider too; `None` if the session did not start at one, or the provider
/// has no such URL or does not answer.
pub async fn end_session_url(app: &App, session: SessionId) -> Result<Option<Url>> {
    let Some(slug) = store::provider_of_session(&app.db, session).await? else { return Ok(None) };
    let Some(provider) = app.config.identity_providers().find(&slug) else { return Ok(None) };
    let Ok(metadata) = app.state::<Providers>().metadata(provider, app.clock.now()).await else { return Ok(None) };
    let url = metadata.end_session_endpoint.clone().map(|mut url| {
        url.query_pairs_mut()
            .append_pair("client_id", &provider.client_id)
            .append_pair("post_logout_redirect_uri", app.config.public_url().as_str());
        url
    });
    Ok(url)
}

fn find_provider<'a>(app: &'a App, slug: &str) -> Result<&'a IdentityProvider, Problem> {
    let missing = || Problem::member("provider", Code::NotFound, say::NoSuchProvider);
    app.config.identity_providers().find(slug).ok_or_else(missing)
}

fn callback_url(config: &Config, provider: &IdentityProvider) -> String {
    format!("{}oidc/{}/callback", config.public_url(), provider.slug)
}

/// Returns true if a sign-in may return to the URL: one of an allowed origin, or one that the operator has listed. The
/// server must not become a redirector to any page.
fn may_return_to(config: &Config, text: &str) -> bool {
    let is_listed = config.oidc_redirect_urls.iter().any(|listed| listed == text);
    let Ok(url) = Url::parse(text) else { return false };
    if text.len() > MAX_URL_LENGTH || url.fragment().is_some() {
        return false;
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    let is_web = matches!(url.scheme(), "http" | "https") && !has_user;
    let origin = url.origin().ascii_serialization();
    let is_allowed = || url.origin() == config.public_url().origin() || config.allowed_origins.contains(&origin);
    is_listed || (is_web && is_allowed())
}

/// Returns the code challenge of a verifier (RFC 7636, 4.2: `S256`).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Deletes expired sign-ins and codes, and logout tokens that can no longer be used.
///
/// # Errors
/// Those of the database.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    while store::delete_expired(&app.db, now).await? > 0 {}
    Ok(())
}
