//! What mailed links carry. Stored as a hash, used once, good for a while.

use std::time::Duration;

use secrecy::SecretString;

use super::sessions::tokens;
use super::{AccountId, names::Email, store as accounts};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};
use crate::error::{Code, Error};

const HOUR: Duration = Duration::from_hours(1);

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Purpose {
    /// Confirms the address given at registration.
    ConfirmEmail,
    /// Confirms a new address, which then replaces the old one.
    ChangeEmail,
    /// Brings the old address back.
    UndoEmail,
    ResetPassword,
}

impl Purpose {
    /// How long a link is good. Half an hour for a reset departs from ASVS 6.5.5 (10 minutes): campus mail servers
    /// delay what they do not know.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::ConfirmEmail => 24 * HOUR,
            Self::ChangeEmail => HOUR,
            Self::UndoEmail => 7 * 24 * HOUR,
            Self::ResetPassword => HOUR / 2,
        }
    }
}

/// A token that was found and used up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailToken {
    pub account_id: AccountId,
    pub purpose: Purpose,
    pub email: Option<String>,
    pub email_fold: Option<String>,
}

/// Stores a new token. Of each purpose only the newest counts, but every undo link stays good.
pub async fn insert(
    tx: &mut Tx,
    token: &SecretString,
    account: AccountId,
    purpose: Purpose,
    email: &Email,
    now: Timestamp,
) -> Result<()> {
    if purpose != Purpose::UndoEmail {
        tx.run("delete from mail_tokens where account_id = $1 and purpose = $2", &[&account, &purpose]).await?;
    }
    tx.run(
        "insert into mail_tokens (token_hash, account_id, purpose, email, email_fold, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&tokens::hash(token), &account, &purpose, &email.text, &email.fold, &now, &now.plus(purpose.lifetime())],
    )
    .await?;
    Ok(())
}

/// Looks at a token without using it up.
pub async fn peek(db: impl Query, token: &SecretString, purpose: Purpose, now: Timestamp) -> Result<Option<MailToken>> {
    db.opt(
        "select account_id, purpose, email, email_fold from mail_tokens
         where token_hash = $1 and purpose = $2 and expires_at > $3",
        &[&tokens::hash(token), &purpose, &now],
    )
    .await
}

/// Uses a token up and holds its account. Of several at once, one gets it.
pub async fn take(tx: &mut Tx, token: &SecretString, purpose: Purpose, now: Timestamp) -> Result<Option<MailToken>> {
    // The account first, as everywhere: a change that burns the token holds the one and waits for the other.
    if let Some(found) = peek(&mut *tx, token, purpose, now).await? {
        accounts::lock(tx, found.account_id).await?;
    }
    tx.opt(
        "delete from mail_tokens where token_hash = $1 and purpose = $2 and expires_at > $3
         returning account_id, purpose, email, email_fold",
        &[&tokens::hash(token), &purpose, &now],
    )
    .await
}

/// Makes every open link of an account worthless, but the undo links.
pub async fn revoke(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from mail_tokens where account_id = $1 and purpose <> 'undo_email'", &[&account]).await
}

/// Makes every open link of an account worthless.
pub async fn revoke_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from mail_tokens where account_id = $1", &[&account]).await
}

pub async fn clear_old(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run("delete from mail_tokens where expires_at <= $1", &[&now]).await
}

/// The one answer to a token that is unknown, used up or too old.
pub fn refused() -> Error {
    Error::member("token", Code::TokenInvalid, "This link is used up or too old. Ask for a new one.")
}
