//! Asking for a password: the delays after wrong ones, the check, the count.
//!
//! Login and every change that wants the current password come through here, so that all guesses count together.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tracing::warn;

use super::sessions::{store as sessions, tokens};
use super::store::{self, Account};
use super::{AccountId, Client, attempts, names, strength};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Result};
use crate::limiter::RateLimit;

/// Wrong passwords from one address: wide, because a whole campus may share it.
static FAILURES: RateLimit = RateLimit { name: "wrong passwords", amount: 100, per: QUARTER, burst: 100 };
const QUARTER: Duration = Duration::from_mins(15);

/// Whose wrong passwords are counted together.
#[derive(Debug)]
pub struct AttemptKey(String);

impl AttemptKey {
    /// Somebody who is signed in. A device that has signed in before is counted apart from everybody else who tries this
    /// account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account(app: &App, account: &Account, client: &Client) -> Result<Self> {
        let known = Self::known_device(app, account, client).await?;
        Ok(known.unwrap_or_else(|| Self(attempts::account(account.id))))
    }

    /// Somebody who signs in by name or address. What nobody has is counted like what somebody has.
    ///
    /// Guesses by address are counted by the address: if they counted together with guesses by name, then the delay of
    /// the one would tell that an address belongs to a name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn login(app: &App, identifier: &str, account: Option<&Account>, client: &Client) -> Result<Self> {
        if let Some(account) = account
            && let Some(known) = Self::known_device(app, account, client).await?
        {
            return Ok(known);
        }
        Ok(match account {
            _ if identifier.contains('@') => Self::address(&names::fold_email(identifier)),
            Some(account) => Self(attempts::account(account.id)),
            None => Self(format!("nobody:{}", attempts::address(&names::fold_username(identifier)))),
        })
    }

    /// Everybody who signs in by this address, from a device that is not known.
    pub fn address(fold: &str) -> Self {
        Self(format!("address:{}", attempts::address(fold)))
    }

    async fn known_device(app: &App, account: &Account, client: &Client) -> Result<Option<Self>> {
        let Some(device) = &client.device else { return Ok(None) };
        let hash = tokens::hash(device);
        let is_known = sessions::is_known_device(&app.db, &hash, account.id).await?;
        Ok(is_known.then(|| Self(format!("{}:{}", attempts::account(account.id), attempts::hex(&hash[..8])))))
    }

    /// Of each subject one password waits for its check at a time, whether or not there is an account behind it.
    fn turn(&self) -> i64 {
        let digest = Sha256::digest(self.0.as_bytes());
        digest.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
    }

    pub fn subject(&self) -> &str {
        &self.0
    }
}

/// Tells whether a password is right. Without an account it takes as long and is not.
///
/// # Errors
/// Rate limited while a delay runs, even for the right password; unavailable when too many passwords wait.
pub async fn is_right(
    app: &App,
    client: &Client,
    key: &AttemptKey,
    account: Option<&Account>,
    password: &SecretString,
) -> Result<bool> {
    app.limiter.peek(&FAILURES, client.address, 1)?;
    attempts::check_delay(app, key.subject()).await?;
    if password.expose_secret().len() > strength::MAX_BYTES {
        return Ok(false);
    }
    let hash = account.and_then(|account| account.password_hash.clone());
    let verified = app.passwords.verify(client.address, Some(key.turn()), password.clone(), hash.clone()).await?;
    if !verified.is_right {
        app.limiter.charge(&FAILURES, client.address, 1);
        let mut tx = app.db.write().await?;
        attempts::note_failure(&mut tx, key.subject(), app.clock.now()).await?;
        tx.commit().await?;
        return Ok(false);
    }
    if let (true, Some(account), Some(old)) = (verified.needs_rehash, account, hash) {
        rehash_later(app.clone(), client.address, account.id, password.clone(), old);
    }
    Ok(true)
}

/// Takes the account for this transaction, if the password that was checked before it is still the right one. Without
/// this, what was begun with an old password could end after its change.
///
/// # Errors
/// Refused with `CredentialsWrong` at that member; unauthenticated when the account is gone or locked.
pub async fn lock(tx: &mut Tx, account: &Account, member: &'static str) -> Result<()> {
    if store::lock_checked(tx, account).await? == 1 {
        return Ok(());
    }
    match store::by_id(&mut *tx, account.id).await? {
        Some(account) if account.locked_at.is_none() => Err(Error::Refused(vec![wrong_at(member)])),
        _ => Err(Error::Unauthenticated),
    }
}

/// What a wrong current password is answered with, at the member that held it.
pub fn wrong_at(member: &'static str) -> Problem {
    Problem::member(member, Code::CredentialsWrong, "This password is wrong.")
}

/// Stores the password with today's parameters, after the answer. Failing is no harm: the next login tries again.
fn rehash_later(app: App, address: IpAddr, account: AccountId, password: SecretString, old: String) {
    tokio::spawn(async move {
        let renewed = async {
            let new = app.passwords.hash(address, password).await?;
            store::replace_password_hash(&app.db, account, &old, &new).await?;
            Ok::<_, crate::error::Error>(())
        };
        if let Err(cause) = renewed.await {
            warn!(?cause, "a password could not be hashed anew");
        }
    });
}
