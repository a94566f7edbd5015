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
use crate::error::{Code, Problem, Result};
use crate::limiter::Rule;

/// Wrong passwords from one address: wide, because a whole campus may share it.
static FAILURES: Rule = Rule { name: "wrong passwords", amount: 100, per: QUARTER, burst: 100 };
const QUARTER: Duration = Duration::from_mins(15);

/// Whose wrong passwords are counted together.
#[derive(Debug)]
pub struct Asked(String);

impl Asked {
    /// A device that has signed in before is counted apart from everybody else who tries this account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account(app: &App, account: &Account, client: &Client) -> Result<Self> {
        if let Some(device) = &client.device {
            let hash = tokens::hash(device);
            if sessions::is_known_device(&app.db, &hash, account.id).await? {
                return Ok(Self(format!("{}:{}", account.id.0, hex(&hash[..8]))));
            }
        }
        Ok(Self(account.id.0.to_string()))
    }

    /// A name that nobody has is counted like one that somebody has.
    pub fn nobody(identifier: &str) -> Self {
        let fold = names::fold_email(identifier);
        Self(format!("nobody:{}", hex(&Sha256::digest(fold.as_bytes())[..16])))
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
    asked: &Asked,
    account: Option<&Account>,
    password: &SecretString,
) -> Result<bool> {
    app.limiter.peek(&FAILURES, client.address, 1)?;
    attempts::check_delay(&app.db, asked.subject(), app.clock.now()).await?;
    if password.expose_secret().len() > strength::MAX_BYTES {
        return Ok(false);
    }
    let hash = account.and_then(|account| account.password_hash.clone());
    let id = account.map(|account| account.id.0);
    let verified = app.passwords.verify(client.address, id, password.clone(), hash.clone()).await?;
    if !verified.is_right {
        app.limiter.charge(&FAILURES, client.address, 1);
        let mut tx = app.db.write().await?;
        attempts::note_failure(&mut tx, asked.subject(), app.clock.now()).await?;
        tx.commit().await?;
        return Ok(false);
    }
    if let (true, Some(account), Some(old)) = (verified.needs_rehash, account, hash) {
        rehash_later(app.clone(), client.address, account.id, password.clone(), old);
    }
    Ok(true)
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
