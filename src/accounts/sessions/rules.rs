//! Login, refresh, logout, and every other way a session ends.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{
    GUEST_IDLE_TIMEOUT, GUEST_SESSION_LIFETIME, IssuedSession, MEMBER_IDLE_TIMEOUT, MEMBER_SESSION_LIFETIME,
    REFRESH_GRACE_PERIOD, Session, TokenTransport, store, tokens,
};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::lock::ActiveLock;
use crate::accounts::names::Identifier;
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::registration::approval::rules as approval;
use crate::accounts::session_cache::SessionCache;
use crate::accounts::store::Account;
use crate::accounts::{
    AccountId, Client, Role, SessionId, Viewer, attempts, cookies, devices, mailing, store as accounts,
};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Result};
use crate::keys::{ACCESS_TOKEN_LIFETIME, AccessClaims};
use crate::limiter::RateLimit;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::mail::Letter;
use crate::sentences::say;

/// A refresh is cheap, but a client that refreshes in a loop is not.
static REFRESHES_PER_CLIENT: RateLimit = RateLimit { name: "refreshes", amount: 600, per: MINUTE, burst: 600 };
static REFRESHES_PER_SESSION: RateLimit =
    RateLimit { name: "refreshes of a session", amount: 30, per: MINUTE, burst: 30 };

const MINUTE: Duration = Duration::from_mins(1);

/// The input of a login.
#[derive(Debug)]
pub struct Login {
    /// Email address or username.
    pub identifier: String,
    pub password: SecretString,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
}

/// A session that a login or a registration has opened.
#[derive(Debug)]
pub struct SignedIn {
    pub account: AccountId,
    pub issued: IssuedSession,
    /// The secret of the device cookie. With it the device's next login is not delayed by wrong passwords from others.
    pub device: SecretString,
}

/// Signs in with an email address or username. An unknown identifier and a wrong password cannot be distinguished, not
/// even by the time that the answer takes.
///
/// # Errors
/// Refused with `CredentialsWrong`, with `Forbidden` if the account is locked, with `ApprovalPending` if the registration
/// waits for a moderator, or with `Invalid` at `transport` if a cookie would not stay secret; rate limited after too many wrong passwords.
pub async fn login(app: &App, client: &Client, login: Login) -> Result<SignedIn> {
    check_transport(client, login.transport)?;
    password_check::require_passwords(app)?;
    let identifier = Identifier::parse(&login.identifier);
    let account = find_account(app, &identifier).await?;
    // Also if there is an account, so that no answer takes longer than another one.
    let waiting = approval::find_password(app, &identifier).await?;
    let key = AttemptKey::for_login(app, &identifier, account.as_ref(), client).await?;
    if account.is_none() && waiting.is_some() {
        return Err(
            if password_check::verify_hash(app, client, &key, None, waiting, &login.password).await?.is_correct {
                let message = say::RegistrationWaits;
                Error::refused(Code::ApprovalPending, message)
            } else {
                login_refused()
            },
        );
    }
    let is_correct = password_check::verify(app, client, &key, account.as_ref(), &login.password).await?;
    let Some(account) = account.filter(|_| is_correct) else { return Err(login_refused()) };
    let now = app.clock.now();
    if let Some(lock) = account.lock.active(now) {
        AuditEvent::LoginLocked.count_failure(app, Some(account.id), client.address);
        return Err(locked(lock));
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // A password reset since the check has ended all sessions. This login must not open one after it.
    if !accounts::lock_if_password_unchanged(&mut tx, &account, now).await? {
        return Err(login_refused());
    }
    attempts::reset(&mut tx, key.subject()).await?;
    let new = NewSession::of_member(&account, client, login.transport, login.device_name.as_deref());
    let signed_in = sign_in(app, &mut tx, &mut effects, client, new).await?;
    let cause = Cause::owner(account.id, client);
    AuditEvent::LoggedIn.record(app, &mut tx, &mut effects, account.id, cause).await?;
    app.commit(tx, effects).await?;
    Ok(signed_in)
}

/// Opens a session of a member who has proved who they are, remembers the device, and reports the login to the owner.
pub async fn sign_in(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    client: &Client,
    new: NewSession,
) -> Result<SignedIn> {
    let account = new.account;
    let is_known = is_known_device(tx, client, account).await?;
    let device = remember_device(tx, client, account, app.clock.now()).await?;
    let device_name = new.device_name.clone();
    let issued = open_session(app, tx, effects, new).await?;
    if is_known {
        notices::publish_known_login(effects, account);
    } else {
        notices::publish(app, tx, effects, account, NoticeKind::LoggedIn, Some(&device_name)).await?;
    }
    Ok(SignedIn { account, issued, device })
}

fn login_refused() -> Error {
    let message = say::CredentialsWrong;
    Error::refused(Code::CredentialsWrong, message)
}

/// The refusal of a locked account.
pub fn locked(lock: ActiveLock) -> Error {
    match lock.ends_at {
        Some(ends_at) => {
            let message = say::AccountLockedForATime;
            Problem::refused(Code::Forbidden, message).with_retry_at(ends_at).into()
        }
        None => Error::refused(Code::Forbidden, say::AccountLocked),
    }
}

/// Returns whether the account has signed in from the client's device before.
async fn is_known_device(tx: &mut Tx, client: &Client, account: AccountId) -> Result<bool> {
    match &client.device {
        Some(device) => Ok(store::is_known_device(tx, &tokens::hash_secret(device), account).await?),
        None => Ok(false),
    }
}

/// Stores the client's device as known to the account, and returns the secret of its device cookie. Only a secret that
/// this server has issued is reused: an attacker may have planted any other.
pub async fn remember_device(tx: &mut Tx, client: &Client, account: AccountId, now: Timestamp) -> Result<SecretString> {
    let device = match &client.device {
        Some(device) if store::is_issued_device(&mut *tx, &tokens::hash_secret(device)).await? => device.clone(),
        _ => tokens::random_secret()?,
    };
    store::upsert_known_device(tx, &tokens::hash_secret(&device), account, now).await?;
    Ok(device)
}

/// Makes all devices of an account unknown, except the client's own: an attacker may have signed in on any other.
pub async fn forget_other_devices(tx: &mut Tx, client: &Client, account: AccountId) -> Result<()> {
    let own = client.device.as_ref().map(tokens::hash_secret).unwrap_or_default();
    store::delete_known_devices_except(tx, account, &own).await?;
    Ok(())
}

/// No device is known any more.
pub async fn forget_all_devices(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::delete_known_devices_except(tx, account, &[]).await?;
    Ok(())
}

async fn find_account(app: &App, identifier: &Identifier) -> Result<Option<Account>> {
    Ok(match identifier {
        Identifier::Email(fold) => accounts::by_email(&app.db, fold).await?,
        Identifier::Username(fold) => accounts::member_by_username(&app.db, fold).await?,
        Identifier::TooLong(_) => None,
    })
}

/// Rejects the cookie transport on connections that do not keep cookies secret.
///
/// # Errors
/// Refused with `Invalid` at `transport`.
pub fn check_transport(client: &Client, transport: TokenTransport) -> Result<()> {
    if transport.is_cookie() && !client.may_set_cookies {
        return Err(Error::member("transport", Code::Invalid, say::CookiesRequireHttps));
    }
    Ok(())
}

/// The data of a session to open.
#[derive(Debug)]
pub struct NewSession {
    account: AccountId,
    role: Role,
    transport: TokenTransport,
    device_name: String,
}

impl NewSession {
    pub fn of_member(account: &Account, client: &Client, transport: TokenTransport, device_name: Option<&str>) -> Self {
        Self::new(account.id, account.role, client, transport, device_name)
    }

    pub fn new(
        account: AccountId,
        role: Role,
        client: &Client,
        transport: TokenTransport,
        device_name: Option<&str>,
    ) -> Self {
        let device_name = devices::device_name(device_name, client.user_agent.as_deref());
        Self { account, role, transport, device_name }
    }
}

/// Opens a session. It always has a new id: the id of a session from before a login is never reused.
///
/// When the account has more than `max_sessions`, the least recently used ones end.
pub async fn open_session(app: &App, tx: &mut Tx, effects: &mut Effects, new: NewSession) -> Result<IssuedSession> {
    let now = app.clock.now();
    let id = SessionId(app.clock.new_id());
    let (idle, lifetime) = if new.role == Role::Guest {
        (GUEST_IDLE_TIMEOUT, GUEST_SESSION_LIFETIME)
    } else {
        (MEMBER_IDLE_TIMEOUT, MEMBER_SESSION_LIFETIME)
    };
    let session = Session {
        id,
        account_id: new.account,
        role: new.role,
        // Of the account, as is the role: neither is stored with the session.
        locale: None,
        device_name: new.device_name,
        transport: new.transport,
        generation: 1,
        rotated_at: now,
        previous_rotated_at: None,
        created_at: now,
        last_used_at: now,
        authenticated_at: now,
        idle_seconds: i64::try_from(idle.as_secs()).unwrap_or(i64::MAX),
        expires_at: now.plus(lifetime),
    };
    let secret = match new.transport {
        TokenTransport::Token => tokens::refresh_token(&app.keys, id, session.generation),
        TokenTransport::Cookie => tokens::random_secret()?,
    };
    store::insert(tx, &session, &tokens::hash_secret(&secret)).await?;
    let max_sessions = i64::try_from(app.config.limits.max_sessions).unwrap_or(i64::MAX);
    let surplus = store::delete_surplus(tx, new.account, max_sessions).await?;
    raise_sessions_ended(app, tx, effects, surplus).await?;
    issue_tokens(app, &session, secret, now)
}

/// Issues the tokens of a stored session.
fn issue_tokens(app: &App, session: &Session, secret: SecretString, now: Timestamp) -> Result<IssuedSession> {
    let access_expires_at = now.plus(ACCESS_TOKEN_LIFETIME).min(session.expires_at);
    let claims = AccessClaims {
        account: session.account_id,
        session: session.id,
        issued_at: now,
        expires_at: access_expires_at,
    };
    Ok(IssuedSession {
        session: session.id,
        access_token: app.keys.sign_access_token(&claims)?,
        access_expires_at,
        secret,
        transport: session.transport,
        expires_at: session.expires_at,
    })
}

/// Returns the successor of a refresh token. The last two tokens that were replaced within the grace period get the
/// newest one, because an answer may have been lost, and several tabs refresh at the same time. An older token was
/// stolen or copied: the session ends.
///
/// # Errors
/// Refused with `TokenInvalid`, which does not reveal the reason.
pub async fn refresh_session(app: &App, client: &Client, token: &SecretString) -> Result<IssuedSession> {
    app.limiter.take(&REFRESHES_PER_CLIENT, client.address, 1).await?;
    let now = app.clock.now();
    let Some((id, generation)) = tokens::parse_refresh_token(&app.keys, token) else { return Err(refresh_refused()) };
    app.limiter.take(&REFRESHES_PER_SESSION, id.0, 1).await?;
    let secret = tokens::refresh_token(&app.keys, id, generation + 1);
    let mut tx = app.db.write().await?;
    loop {
        let session = store::by_id(&mut tx, id, now).await?.filter(|session| session.is_active(now));
        let Some(session) = session.filter(|session| session.transport == TokenTransport::Token) else {
            return Err(refresh_refused());
        };
        if generation > session.generation {
            return Err(refresh_refused());
        }
        if generation < session.generation {
            if session.replaced_at(generation).is_some_and(|at| is_recent(at, now)) {
                let newest = tokens::refresh_token(&app.keys, id, session.generation);
                return issue_tokens(app, &session, newest, now);
            }
            end_reused_session(app, client, tx, &session).await?;
            return Err(refresh_refused());
        }
        if store::advance_generation(&mut tx, id, generation, &tokens::hash_secret(&secret), now).await? == 1 {
            app.commit(tx, Effects::default()).await?;
            return issue_tokens(app, &session, secret, now);
        }
        // A concurrent request was faster: the session is in its next generation, or has ended.
    }
}

/// Returns whether a refresh is within the grace period. After a clock was set back, the replacement lies ahead; it counts
/// as recent if it does so by the life of an access token at most, after which the client refreshes again.
fn is_recent(replaced_at: Timestamp, now: Timestamp) -> bool {
    now.since(replaced_at) <= REFRESH_GRACE_PERIOD && replaced_at.since(now) <= ACCESS_TOKEN_LIFETIME
}

fn refresh_refused() -> Error {
    Error::member("refreshToken", Code::TokenInvalid, say::SessionEnded)
}

async fn end_reused_session(app: &App, client: &Client, mut tx: Tx, session: &Session) -> Result<()> {
    let mut effects = Effects::default();
    let ended = store::delete(&mut tx, session.account_id, session.id).await?;
    if ended.is_empty() {
        return Ok(());
    }
    raise_sessions_ended(app, &mut tx, &mut effects, ended).await?;
    // A guest leaves nothing behind.
    if session.role != Role::Guest {
        let (account, cause) = (session.account_id, Cause::Client { actor: None, address: client.address });
        AuditEvent::TokenReused.record(app, &mut tx, &mut effects, account, cause).await?;
    }
    let device = Some(session.device_name.as_str());
    notices::publish(app, &mut tx, &mut effects, session.account_id, NoticeKind::TokenReused, device).await?;
    if let Some(account) = accounts::by_id(&mut tx, session.account_id).await? {
        let letter = Letter::TokenReused { username: account.username.clone() };
        mailing::notify(app, &mut tx, &mut effects, &account, &letter).await?;
    }
    app.commit(tx, effects).await
}

/// Issues new tokens for a session after a change of password. Its sockets stay open.
///
/// # Errors
/// Unauthenticated if the session has ended.
pub async fn renew_tokens(app: &App, tx: &mut Tx, id: SessionId) -> Result<IssuedSession> {
    let now = app.clock.now();
    // First, because it locks the row: a concurrent refresh cannot advance the generation after it was read.
    store::set_authenticated(tx, id, now).await?;
    let session = store::by_id(&mut *tx, id, now).await?.ok_or(Error::Unauthenticated)?;
    let secret = match session.transport {
        TokenTransport::Token => tokens::refresh_token(&app.keys, id, session.generation + 1),
        TokenTransport::Cookie => tokens::random_secret()?,
    };
    store::advance_generation(tx, id, session.generation, &tokens::hash_secret(&secret), now).await?;
    issue_tokens(app, &session, secret, now)
}

/// Ends the current session.
pub async fn logout(app: &App, viewer: Viewer) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let ended = store::delete(&mut tx, viewer.account, viewer.session).await?;
    raise_sessions_ended(app, &mut tx, &mut effects, ended).await?;
    app.commit(tx, effects).await
}

/// Ends one of the viewer's sessions.
///
/// # Errors
/// Refused with `NotFound` if the viewer has no such session.
pub async fn revoke_session(app: &App, viewer: Viewer, session: Option<SessionId>) -> Result<SessionId> {
    let not_found = || Error::member("sessionId", Code::NotFound, say::NoSuchSession);
    let session = session.ok_or_else(not_found)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let revoked = store::by_id(&mut tx, session, app.clock.now()).await?;
    let ended = store::delete(&mut tx, viewer.account, session).await?;
    if ended.is_empty() {
        return Err(not_found());
    }
    raise_sessions_ended(app, &mut tx, &mut effects, ended).await?;
    let device = revoked.as_ref().map(|session| session.device_name.as_str());
    notices::publish(app, &mut tx, &mut effects, viewer.account, NoticeKind::SessionRevoked, device).await?;
    app.commit(tx, effects).await?;
    Ok(session)
}

/// Ends all of the viewer's sessions except the current one, and returns their number.
pub async fn revoke_other_sessions(app: &App, viewer: Viewer) -> Result<usize> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let count = end_all_sessions(app, &mut tx, &mut effects, viewer.account, Some(viewer.session)).await?;
    if count > 0 {
        notices::publish(app, &mut tx, &mut effects, viewer.account, NoticeKind::SessionRevoked, None).await?;
    }
    app.commit(tx, effects).await?;
    Ok(count)
}

/// Ends every session of an account except `keep`, and returns their number.
pub async fn end_all_sessions(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<usize> {
    let ended = store::delete_all_except(tx, account, keep).await?;
    let count = ended.len();
    raise_sessions_ended(app, tx, effects, ended).await?;
    Ok(count)
}

/// Ends sessions as part of a larger change. Those that have ended are left out.
pub async fn end_sessions(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    sessions: &[(AccountId, SessionId)],
) -> Result<()> {
    let mut ended = Vec::new();
    for (account, session) in sessions {
        ended.extend(store::delete(tx, *account, *session).await?);
    }
    raise_sessions_ended(app, tx, effects, ended).await
}

/// Ends the viewer's session as part of a larger change. Does nothing if it has ended.
pub async fn end_session(app: &App, tx: &mut Tx, effects: &mut Effects, viewer: Viewer) -> Result<()> {
    let ended = store::delete(tx, viewer.account, viewer.session).await?;
    raise_sessions_ended(app, tx, effects, ended).await
}

/// Raises the domain event for ended sessions. Every function that deletes sessions calls it.
async fn raise_sessions_ended(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    ended: Vec<(AccountId, SessionId)>,
) -> Result<()> {
    if ended.is_empty() {
        return Ok(());
    }
    app.raise(tx, effects, DomainEvent::SessionsEnded(ended)).await
}

/// Publishes the ends of sessions. Every node follows this feed and closes their sockets and streams.
pub async fn on_sessions_ended(
    tx: &mut Tx,
    effects: &mut Effects,
    ended: &[(AccountId, SessionId)],
    now: Timestamp,
) -> Result<()> {
    let sessions = ended.iter().map(|(_, session)| session.0).collect();
    effects.publish_all(
        live::append_for_subjects(tx, now, Feed::SESSIONS, EventKind::SessionEnded, sessions, None).await?,
    );
    Ok(())
}

/// Publishes that the role of an account has changed. Every node follows this feed and loads its sessions again.
pub async fn on_role_changed(tx: &mut Tx, effects: &mut Effects, account: AccountId, now: Timestamp) -> Result<()> {
    let body = EventBody { kind: EventKind::RoleChanged, subject: account.0, detail: None };
    effects.publish(live::append(tx, now, Feed::SESSIONS, body).await?);
    Ok(())
}

/// Publishes that an account has another language. Every node follows this feed and loads its sessions again.
pub fn publish_locale_change(effects: &mut Effects, account: AccountId) {
    effects.append(Feed::SESSIONS, EventBody { kind: EventKind::LocaleChanged, subject: account.0, detail: None });
}

/// Deletes expired sessions, in batches, until none is left.
pub async fn sweep(app: &App) -> Result<()> {
    // Otherwise a session that was used in the last minutes could be taken for an idle one.
    app.state::<SessionCache>().write_touched(app).await?;
    loop {
        let now = app.clock.now();
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        let ended = store::delete_expired(&mut tx, now).await?;
        if ended.is_empty() {
            return Ok(());
        }
        raise_sessions_ended(app, &mut tx, &mut effects, ended).await?;
        app.commit(tx, effects).await?;
    }
}

/// Returns the `Set-Cookie` header for a session with the cookie transport.
pub fn session_cookie(app: &App, issued: &IssuedSession) -> Option<String> {
    issued.transport.is_cookie().then(|| {
        cookies::session_cookie(&app.config, issued.secret.expose_secret(), issued.expires_at.since(app.clock.now()))
    })?
}
