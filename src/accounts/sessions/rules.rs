//! Logging in, going on, logging out.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{
    GUEST_IDLE, GUEST_LIFETIME, Issued, MEMBER_IDLE, MEMBER_LIFETIME, REFRESH_GRACE, Session, TokenTransport, store,
    tokens,
};
use crate::accounts::notices::{self, Notice};
use crate::accounts::password_check::{self, AttemptKey};
use crate::accounts::store::Account;
use crate::accounts::{
    AccountId, Client, Role, SessionId, Viewer, attempts, cookies, devices, names, store as accounts,
};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Result};
use crate::keys::{ACCESS_LIFE, AccessClaims};
use crate::limiter::RateLimit;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::mail::{self, Letter};

/// Refreshes are cheap, but a loop in a client is not.
static REFRESHES: RateLimit = RateLimit { name: "refreshes", amount: 600, per: MINUTE, burst: 600 };
static REFRESHES_OF_SESSION: RateLimit =
    RateLimit { name: "refreshes of a session", amount: 30, per: MINUTE, burst: 30 };

const MINUTE: Duration = Duration::from_mins(1);

/// What somebody who signs in gives.
#[derive(Debug)]
pub struct Login {
    /// Email address or username.
    pub identifier: String,
    pub password: SecretString,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
}

/// What somebody who signed in gets.
#[derive(Debug)]
pub struct LoggedIn {
    pub account: AccountId,
    pub issued: Issued,
    /// What this device shows at its next login, so that others cannot slow it down.
    pub device: SecretString,
}

/// Signs in by address or name. An unknown name and a wrong password are told apart by nothing, time included.
///
/// # Errors
/// Refused with `CredentialsWrong`; rate limited after too many wrong passwords; refused for cookies where they would
/// not be kept secret.
pub async fn login(app: &App, client: &Client, login: Login) -> Result<LoggedIn> {
    check_transport(client, login.transport)?;
    let account = find(app, &login.identifier).await?;
    let key = AttemptKey::login(app, login.identifier.trim(), account.as_ref(), client).await?;
    let is_right = password_check::is_right(app, client, &key, account.as_ref(), &login.password).await?;
    let Some(account) = account.filter(|_| is_right) else { return Err(login_refused()) };
    if account.locked_at.is_some() {
        return Err(Error::refused(Code::Forbidden, "This account is locked. Write to those who run this place."));
    }
    let now = app.clock.now();
    let device = device_secret(app, client).await?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // A reset in between has ended all sessions; this one must not come after it.
    if accounts::lock_checked(&mut tx, &account).await? == 0 {
        return Err(login_refused());
    }
    attempts::reset(&mut tx, key.subject()).await?;
    store::insert_device(&mut tx, &tokens::hash(&device), account.id, now).await?;
    let new = NewSession::of_member(&account, client, login.transport, login.device_name.as_deref());
    let issued = open(app, &mut tx, &mut effects, new).await?;
    effects.publish(notices::append(&mut tx, now, account.id, Notice::LoggedIn).await?);
    app.commit(tx, effects).await?;
    Ok(LoggedIn { account: account.id, issued, device })
}

fn login_refused() -> Error {
    Error::refused(Code::CredentialsWrong, "The name, address or password is wrong.")
}

/// Returns the mark that this device goes on with. Only one that was given out here is taken: another may be known to
/// whoever planted it.
async fn device_secret(app: &App, client: &Client) -> Result<SecretString> {
    if let Some(device) = &client.device
        && store::is_device(&app.db, &tokens::hash(device)).await?
    {
        return Ok(device.clone());
    }
    tokens::random_secret()
}

async fn find(app: &App, identifier: &str) -> Result<Option<Account>> {
    let identifier = identifier.trim();
    Ok(if identifier.contains('@') {
        accounts::by_email(&app.db, &names::fold_email(identifier)).await?
    } else {
        accounts::member_by_username(&app.db, &names::fold_username(identifier)).await?
    })
}

/// Refuses cookies on connections that would not keep them secret.
///
/// # Errors
/// Refused, with the path of `transport`.
pub fn check_transport(client: &Client, transport: TokenTransport) -> Result<()> {
    if transport.is_cookie() && !client.may_set_cookies {
        return Err(Error::member("transport", Code::Invalid, "Cookies need https here. Use TOKEN."));
    }
    Ok(())
}

/// What a session begins with.
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

/// Opens a session. Always a new one: a session id from before a login is never carried over.
///
/// # Errors
/// When the database or the randomness of the system fails.
pub async fn open(app: &App, tx: &mut Tx, effects: &mut Effects, new: NewSession) -> Result<Issued> {
    let now = app.clock.now();
    let id = SessionId(app.clock.new_id());
    let (idle, lifetime) =
        if new.role == Role::Guest { (GUEST_IDLE, GUEST_LIFETIME) } else { (MEMBER_IDLE, MEMBER_LIFETIME) };
    let session = Session {
        id,
        account_id: new.account,
        role: new.role,
        device_name: new.device_name,
        transport: new.transport,
        generation: 1,
        rotated_at: now,
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
    store::insert(tx, &session, &tokens::hash(&secret)).await?;
    let most = i64::try_from(app.config.limits.max_sessions).unwrap_or(i64::MAX);
    let surplus = store::delete_surplus(tx, new.account, most).await?;
    raise_ended(app, tx, effects, surplus).await?;
    issue(app, &session, secret, now)
}

/// Hands out the tokens of a session that is stored.
fn issue(app: &App, session: &Session, secret: SecretString, now: Timestamp) -> Result<Issued> {
    let access_expires_at = now.plus(ACCESS_LIFE).min(session.expires_at);
    let claims = AccessClaims {
        account: session.account_id,
        session: session.id,
        issued_at: now,
        expires_at: access_expires_at,
    };
    Ok(Issued {
        session: session.id,
        access_token: app.keys.sign_access(&claims)?,
        access_expires_at,
        secret,
        transport: session.transport,
        expires_at: session.expires_at,
    })
}

/// Gives the successor of a refresh token. The same one again when the answer may have been lost, or when two tabs ask at
/// once; anything older was stolen or copied, and ends the session.
///
/// # Errors
/// Refused with `TokenInvalid`, alike for every reason.
pub async fn refresh(app: &App, client: &Client, token: &SecretString) -> Result<Issued> {
    app.limiter.take(&REFRESHES, client.address, 1)?;
    let now = app.clock.now();
    let Some((id, generation)) = tokens::read_refresh_token(&app.keys, token) else { return Err(refresh_refused()) };
    app.limiter.take(&REFRESHES_OF_SESSION, id.0, 1)?;
    let secret = tokens::refresh_token(&app.keys, id, generation + 1);
    let mut tx = app.db.write().await?;
    loop {
        let session = store::by_id(&mut tx, id).await?.filter(|session| session.is_alive(now));
        let Some(session) = session.filter(|session| session.transport == TokenTransport::Token) else {
            return Err(refresh_refused());
        };
        if generation > session.generation {
            return Err(refresh_refused());
        }
        if generation < session.generation {
            if generation + 1 == session.generation && is_recent(session.rotated_at, now) {
                return issue(app, &session, secret, now);
            }
            end_reused(app, tx, &session, now).await?;
            return Err(refresh_refused());
        }
        if store::advance(&mut tx, id, generation, &tokens::hash(&secret), now).await? == 1 {
            app.commit(tx, Effects::default()).await?;
            return issue(app, &session, secret, now);
        }
        // Somebody else was faster: the session is a generation further now, or over.
    }
}

/// Tells whether the answer to an earlier refresh may have been lost just now. A clock that was set back does not make
/// this last longer.
fn is_recent(rotated_at: Timestamp, now: Timestamp) -> bool {
    now.since(rotated_at).max(rotated_at.since(now)) <= REFRESH_GRACE
}

fn refresh_refused() -> Error {
    Error::member("refreshToken", Code::TokenInvalid, "This session is over. Sign in again.")
}

async fn end_reused(app: &App, mut tx: Tx, session: &Session, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let ended = store::delete(&mut tx, session.account_id, session.id).await?;
    if ended.is_empty() {
        return Ok(());
    }
    raise_ended(app, &mut tx, &mut effects, ended).await?;
    effects.publish(notices::append(&mut tx, now, session.account_id, Notice::TokenReused).await?);
    // An address that nobody confirmed may be a stranger's, whom this could be made to write to all day.
    if let Some(account) = accounts::by_id(&mut tx, session.account_id).await?
        && let Some(email) = &account.email
        && (account.email_confirmed_at.is_some()
            || attempts::take(app, &mut tx, attempts::CHANGES, &attempts::account(account.id)).await.is_ok())
    {
        effects.mail(
            mail::enqueue(&mut tx, &app.clock, email, &Letter::TokenReused { username: account.username }).await?,
        );
    }
    app.commit(tx, effects).await
}

/// Gives a session of this one's new tokens, as after a change of password; its sockets live on.
///
/// # Errors
/// Unauthenticated when the session ended meanwhile.
pub async fn renew(app: &App, tx: &mut Tx, id: SessionId) -> Result<Issued> {
    let now = app.clock.now();
    // First, since it keeps a refresh at the same time from raising the generation after it was read.
    store::set_authenticated(tx, id, now).await?;
    let session = store::by_id(&mut *tx, id).await?.ok_or(Error::Unauthenticated)?;
    let secret = match session.transport {
        TokenTransport::Token => tokens::refresh_token(&app.keys, id, session.generation + 1),
        TokenTransport::Cookie => tokens::random_secret()?,
    };
    store::advance(tx, id, session.generation, &tokens::hash(&secret), now).await?;
    issue(app, &session, secret, now)
}

/// Ends the viewer's session.
///
/// # Errors
/// When the database does not answer.
pub async fn logout(app: &App, viewer: Viewer) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let ended = store::delete(&mut tx, viewer.account, viewer.session).await?;
    raise_ended(app, &mut tx, &mut effects, ended).await?;
    app.commit(tx, effects).await
}

/// Ends one of the viewer's sessions.
///
/// # Errors
/// Refused with `NotFound` where the viewer has no such session.
pub async fn revoke(app: &App, viewer: Viewer, session: Option<SessionId>) -> Result<SessionId> {
    let not_found = || Error::member("sessionId", Code::NotFound, "You have no such session.");
    let session = session.ok_or_else(not_found)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let ended = store::delete(&mut tx, viewer.account, session).await?;
    if ended.is_empty() {
        return Err(not_found());
    }
    let now = app.clock.now();
    raise_ended(app, &mut tx, &mut effects, ended).await?;
    effects.publish(notices::append(&mut tx, now, viewer.account, Notice::SessionRevoked).await?);
    app.commit(tx, effects).await?;
    Ok(session)
}

/// Ends all of the viewer's sessions but this one, and returns how many.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_others(app: &App, viewer: Viewer) -> Result<usize> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let now = app.clock.now();
    let count = end_all(app, &mut tx, &mut effects, viewer.account, Some(viewer.session)).await?;
    if count > 0 {
        effects.publish(notices::append(&mut tx, now, viewer.account, Notice::SessionRevoked).await?);
    }
    app.commit(tx, effects).await?;
    Ok(count)
}

/// Ends every session of an account but `keep`.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<usize> {
    let ended = store::delete_others(tx, account, keep).await?;
    let count = ended.len();
    raise_ended(app, tx, effects, ended).await?;
    Ok(count)
}

/// Ends one session of an account within a larger change; missing ones are no error.
///
/// # Errors
/// When the database does not answer.
pub async fn end_one(app: &App, tx: &mut Tx, effects: &mut Effects, viewer: Viewer) -> Result<()> {
    let ended = store::delete(tx, viewer.account, viewer.session).await?;
    raise_ended(app, tx, effects, ended).await
}

/// Raises the end of sessions, the one way in which sessions end.
async fn raise_ended(app: &App, tx: &mut Tx, effects: &mut Effects, ended: Vec<(AccountId, SessionId)>) -> Result<()> {
    if ended.is_empty() {
        return Ok(());
    }
    app.raise(tx, effects, DomainEvent::SessionsEnded(ended)).await
}

/// Publishes which sessions ended. Every node follows this feed and closes their sockets and streams.
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

/// Publishes that an account has another role. Every node follows this feed and reads its sessions again.
pub async fn on_role_changed(tx: &mut Tx, effects: &mut Effects, account: AccountId, now: Timestamp) -> Result<()> {
    let body = EventBody { kind: EventKind::RoleChanged, subject: account.0, detail: None };
    effects.publish(live::append(tx, now, Feed::SESSIONS, body).await?);
    Ok(())
}

/// Deletes sessions whose time is over, until none is left.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    loop {
        let now = app.clock.now();
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        let ended = store::delete_expired(&mut tx, now).await?;
        if ended.is_empty() {
            return Ok(());
        }
        raise_ended(app, &mut tx, &mut effects, ended).await?;
        app.commit(tx, effects).await?;
    }
}

/// Returns the cookie that carries a session, where it rides in one.
pub fn session_cookie(app: &App, issued: &Issued) -> Option<String> {
    issued.transport.is_cookie().then(|| {
        cookies::session(&app.config, issued.secret.expose_secret(), issued.expires_at.since(app.clock.now()))
    })?
}
