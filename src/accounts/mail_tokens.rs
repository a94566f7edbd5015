//! The tokens of links in mails. Only a hash is stored; a token can be used once and expires.

use std::time::Duration;

use secrecy::SecretString;

use super::sessions::tokens;
use super::{AccountId, names::Email, store as accounts};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};
use crate::error::{Code, Error};

const HOUR: Duration = Duration::from_hours(1);

/// What the link of a token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Confirms the email address given at registration.
    ConfirmEmail,
    /// Confirms a new email address, which then replaces the old one.
    ChangeEmail,
    /// Restores the old email address.
    UndoEmail,
    /// Sets a new password.
    ResetPassword,
}

impl LinkPurpose {
    /// Returns how long a token is valid. The 30 minutes of a reset depart from ASVS 6.5.5 (10 minutes), because campus
    /// mail servers delay mail from unknown senders.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::ConfirmEmail => 24 * HOUR,
            Self::ChangeEmail => HOUR,
            Self::UndoEmail => 7 * 24 * HOUR,
            Self::ResetPassword => HOUR / 2,
        }
    }
}

/// A stored token, with the email address it was created for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailToken {
    pub account_id: AccountId,
    pub purpose: LinkPurpose,
    pub email: Option<String>,
    pub email_fold: Option<String>,
}

/// Stores a new token. It replaces earlier tokens of the same purpose, except undo tokens, which all stay valid.
pub async fn insert(
    tx: &mut Tx,
    token: &SecretString,
    account: AccountId,
    purpose: LinkPurpose,
    email: &Email,
    now: Timestamp,
) -> Result<()> {
    if purpose != LinkPurpose::UndoEmail {
        tx.run("delete from mail_tokens where account_id = $1 and purpose = $2", &[&account, &purpose]).await?;
    }
    tx.run(
        "insert into mail_tokens (token_hash, account_id, purpose, email, email_fold, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &tokens::hash_secret(token),
            &account,
            &purpose,
            &email.text,
            &email.fold,
            &now,
            &now.plus(purpose.lifetime()),
        ],
    )
    .await?;
    Ok(())
}

/// Returns a valid token without consuming it.
pub async fn find(
    db: impl Query,
    token: &SecretString,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Option<MailToken>> {
    db.opt(
        "select account_id, purpose, email, email_fold from mail_tokens
         where token_hash = $1 and purpose = $2 and expires_at > $3",
        &[&tokens::hash_secret(token), &purpose, &now],
    )
    .await
}

/// Consumes a valid token and locks its account. Of concurrent calls, one gets the token.
pub async fn consume(
    tx: &mut Tx,
    token: &SecretString,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Option<MailToken>> {
    // The account is locked before its tokens, as in every transaction: the other order could deadlock with one that
    // revokes them.
    if let Some(found) = find(&mut *tx, token, purpose, now).await? {
        accounts::lock(tx, found.account_id).await?;
    }
    tx.opt(
        "delete from mail_tokens where token_hash = $1 and purpose = $2 and expires_at > $3
         returning account_id, purpose, email, email_fold",
        &[&tokens::hash_secret(token), &purpose, &now],
    )
    .await
}

/// Revokes the account's tokens, except undo tokens.
pub async fn revoke_except_undo(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from mail_tokens where account_id = $1 and purpose <> 'undo_email'", &[&account]).await
}

/// Revokes all of the account's tokens.
pub async fn revoke_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from mail_tokens where account_id = $1", &[&account]).await
}

pub async fn delete_expired(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run("delete from mail_tokens where expires_at <= $1", &[&now]).await
}

/// Returns the error for a token that is unknown, used or expired. It does not reveal which.
pub fn token_invalid() -> Error {
    Error::member("token", Code::TokenInvalid, "This link was already used or has expired. Request a new one.")
}
