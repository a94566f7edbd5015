//! Verifies passwords: checks the delay after wrong ones, compares the hash, counts failures.
//!
//! Login and every change that requires the current password use it, so that all guesses are counted together.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tracing::warn;

use super::audit::AuditEvent;
use super::names::Identifier;
use super::sessions::{store as sessions, tokens};
use super::store::{self, Account};
use super::{AccountId, Client, Viewer, attempts, strength};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Result};
use crate::limiter::RateLimit;
use crate::passwords::Verification;
use crate::sentences::say;

/// Wrong passwords per network address, from devices that have not signed in to the account before. Known devices and
/// sessions are not concerned: a campus shares few addresses, and one user who guesses there must not lock out others.
static FAILURES_PER_CLIENT: RateLimit = RateLimit { name: "wrong passwords", amount: 100, per: WINDOW, burst: 100 };
const WINDOW: Duration = Duration::from_mins(15);

/// The subject under which wrong passwords are counted.
#[derive(Debug)]
pub struct AttemptKey {
    subject: String,
    /// Whether the attempt comes from a session or a known device of the account. Then the failures of others do not
    /// delay it: neither those for the account nor those from the same address.
    is_known: bool,
}

impl AttemptKey {
    /// Returns the key of a signed-in user who enters the current password. Each session has its own counter.
    pub fn for_session(viewer: Viewer) -> Self {
        Self {
            subject: format!("{}:s{:x}", attempts::account_subject(viewer.account), viewer.session.0),
            is_known: true,
        }
    }

    /// Returns the key of a login with a username or email address. A device that has signed in to the account before
    /// has its own counter. An identifier without an account is counted like one with an account.
    ///
    /// A login by email address is counted per address: if it were counted together with logins by username, a delay
    /// would reveal that the address and the username belong to the same account.
    pub async fn for_login(
        app: &App,
        identifier: &Identifier,
        account: Option<&Account>,
        client: &Client,
    ) -> Result<Self> {
        if let Some(account) = account
            && let Some(known) = Self::for_known_device(app, account, client).await?
        {
            return Ok(known);
        }
        Ok(match (identifier, account) {
            (Identifier::Email(fold), _) => Self::for_email(fold),
            (_, Some(account)) => Self::unknown(attempts::account_subject(account.id)),
            (Identifier::Username(text) | Identifier::TooLong(text), None) => {
                Self::unknown(format!("unknown:{}", attempts::email_subject(text)))
            }
        })
    }

    /// Returns the key of logins with this email address from unknown devices.
    pub fn for_email(fold: &str) -> Self {
        Self::unknown(format!("address:{}", attempts::email_subject(fold)))
    }

    fn unknown(subject: String) -> Self {
        Self { subject, is_known: false }
    }

    async fn for_known_device(app: &App, account: &Account, client: &Client) -> Result<Option<Self>> {
        let Some(device) = &client.device else { return Ok(None) };
        let hash = tokens::hash_secret(device);
        let is_known = sessions::is_known_device(&app.db, &hash, account.id).await?;
        let subject = || format!("{}:{}", attempts::account_subject(account.id), attempts::hex(&hash[..8]));
        Ok(is_known.then(|| Self { subject: subject(), is_known }))
    }

    /// Returns the number by which the password queue admits one password per subject at a time, whether or not the
    /// subject has an account.
    fn queue_key(&self) -> i64 {
        let digest = Sha256::digest(self.subject.as_bytes());
        digest.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Returns whether the password is correct. Without an account it takes the same time and returns false.
///
/// # Errors
/// Rate limited during a delay, even with the correct password; unavailable if the password queue is full.
pub async fn verify(
    app: &App,
    client: &Client,
    key: &AttemptKey,
    account: Option<&Account>,
    password: &SecretString,
) -> Result<bool> {
    let id = account.map(|account| account.id);
    let hash = account.and_then(|account| account.password_hash.clone());
    let verified = verify_hash(app, client, key, id, hash.clone(), password).await?;
    if let (true, true, Some(account), Some(old)) = (verified.is_correct, verified.needs_rehash, account, hash) {
        rehash_in_background(app.clone(), client.address, account.id, password.clone(), old);
    }
    Ok(verified.is_correct)
}

/// Like [`verify`], for a hash that may be that of no account.
///
/// # Errors
/// Those of [`verify`].
pub async fn verify_hash(
    app: &App,
    client: &Client,
    key: &AttemptKey,
    id: Option<AccountId>,
    hash: Option<String>,
    password: &SecretString,
) -> Result<Verification> {
    let may_try = async {
        attempts::check_delay(app, key.subject()).await?;
        if key.is_known { Ok(()) } else { app.limiter.peek(&FAILURES_PER_CLIENT, client.address, 1) }
    };
    if let Err(error) = may_try.await {
        AuditEvent::PasswordDelayed.count_failure(app, id, client.address);
        return Err(error);
    }
    if password.expose_secret().len() > strength::MAX_PASSWORD_BYTES {
        AuditEvent::PasswordWrong.count_failure(app, id, client.address);
        return Ok(Verification::default());
    }
    let verified = app.passwords.verify(client.address, Some(key.queue_key()), password.clone(), hash).await?;
    if !verified.is_correct {
        if !key.is_known {
            app.limiter.charge(&FAILURES_PER_CLIENT, client.address, 1);
        }
        let mut tx = app.db.write().await?;
        attempts::record_failure(&mut tx, key.subject(), app.clock.now()).await?;
        tx.commit().await?;
        AuditEvent::PasswordWrong.count_failure(app, id, client.address);
    }
    Ok(verified)
}

/// When the last proof of who the viewer is is older, a sensitive change requires another one.
const REAUTHENTICATION_AGE: Duration = Duration::from_mins(10);

/// Requires the current password of an account that has one, and a recent sign-in of an account without. Returns the
/// problem, at the input field `name`, so that a form can show it with others.
///
/// # Errors
/// Those of [`verify`].
pub async fn require_current(
    app: &App,
    client: &Client,
    viewer: Viewer,
    account: &Account,
    password: Option<&SecretString>,
    name: &'static str,
) -> Result<Result<(), Problem>> {
    match password {
        _ if account.password_hash.is_none() => require_recent_sign_in(app, viewer, name).await,
        Some(password) if verify(app, client, &AttemptKey::for_session(viewer), Some(account), password).await? => {
            Ok(Ok(()))
        }
        _ => Ok(Err(wrong_password(name))),
    }
}

/// Requires the current password, unless the viewer has signed in recently.
///
/// # Errors
/// Refused with `ReauthenticationRequired` or `CredentialsWrong` at `password`, and those of [`verify`].
pub async fn require_recent(
    app: &App,
    client: &Client,
    viewer: Viewer,
    account: &Account,
    password: Option<&SecretString>,
) -> Result<()> {
    let checked = match password.filter(|_| account.password_hash.is_some()) {
        Some(password) => require_current(app, client, viewer, account, Some(password), "password").await?,
        None => require_recent_sign_in(app, viewer, "password").await?,
    };
    Ok(checked?)
}

async fn require_recent_sign_in(app: &App, viewer: Viewer, name: &'static str) -> Result<Result<(), Problem>> {
    let is_recent = |authenticated_at| app.clock.now().since(authenticated_at) <= REAUTHENTICATION_AGE;
    if is_recent(viewer.authenticated_at) {
        return Ok(Ok(()));
    }
    // The viewer may be a cached one from before the session was renewed.
    let session = sessions::by_id(&app.db, viewer.session, app.clock.now()).await?;
    if session.is_some_and(|session| is_recent(session.authenticated_at)) {
        return Ok(Ok(()));
    }
    let message = say::PasswordRequired;
    Ok(Err(Problem::member(name, Code::ReauthenticationRequired, message)))
}

/// Checks that members can have passwords on this server.
///
/// # Errors
/// Refused with `Forbidden`.
pub fn require_passwords(app: &App) -> Result<()> {
    if app.config.has_passwords() {
        return Ok(());
    }
    Err(Error::refused(Code::Forbidden, say::PasswordsDisabled))
}

/// Locks the account's row, if the password that was verified before is still the current one. Otherwise a change
/// authorized with the old password could commit after the password was changed.
///
/// # Errors
/// Refused with `CredentialsWrong` at the input field `name`; unauthenticated if the account was deleted or locked.
pub async fn lock_account(app: &App, tx: &mut Tx, account: &Account, name: &'static str) -> Result<()> {
    let now = app.clock.now();
    if store::lock_if_password_unchanged(tx, account, now).await? {
        return Ok(());
    }
    match store::by_id(&mut *tx, account.id).await? {
        Some(account) if !account.lock.is_active(now) => Err(Error::Refused(vec![wrong_password(name)])),
        _ => Err(Error::Unauthenticated),
    }
}

/// Returns the problem of a wrong current password, at the input field `name`.
pub fn wrong_password(name: &'static str) -> Problem {
    Problem::member(name, Code::CredentialsWrong, say::PasswordWrong)
}

/// Hashes the password with the current parameters, without delaying the answer. After a failure the next login tries
/// again.
fn rehash_in_background(app: App, address: IpAddr, account: AccountId, password: SecretString, old: String) {
    tokio::spawn(async move {
        let rehashed = async {
            let new = app.passwords.hash(address, password).await?;
            store::replace_password_hash(&app.db, account, &old, &new).await?;
            Ok::<_, crate::error::Error>(())
        };
        if let Err(cause) = rehashed.await {
            warn!(?cause, "updating a password hash to the current parameters failed; the next login tries again");
        }
    });
}
