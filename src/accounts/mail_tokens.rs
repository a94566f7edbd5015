//! The tokens of links in mails. Only a hash is stored; a token can be used once and expires.
//!
//! Used and replaced tokens are remembered for a while, because their users press links twice, press an older link, or
//! lose the answer. If the purpose of such a link is met, the answer says so instead of "used or expired".

use std::time::Duration;

use secrecy::SecretString;

use super::sessions::tokens;
use super::{AccountId, names::Email, store as accounts};
use crate::clock::Timestamp;
use crate::db::{Query, Result, SWEEP_BATCH_SIZE, Scan, Tx, text_enum};
use crate::error::{Code, Error};
use crate::sentences::say;

const HOUR: Duration = Duration::from_hours(1);

/// How long a token is remembered after it expired.
const RETENTION: Duration = Duration::from_hours(30 * 24);

/// What the link of a token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

text_enum!(LinkPurpose {
    ConfirmEmail => "confirm_email",
    ChangeEmail => "change_email",
    UndoEmail => "undo_email",
    ResetPassword => "reset_password",
});

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

/// Remembers the tokens that the next statement deletes.
macro_rules! retire {
    ($condition:expr) => {
        concat!(
            "insert into used_mail_tokens (token_hash, account_id, purpose, email_fold, expires_at)
             select token_hash, account_id, purpose, email_fold, expires_at from mail_tokens where ",
            $condition,
            " on conflict do nothing"
        )
    };
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
        tx.run(retire!("account_id = $1 and purpose = $2"), &[&account, &purpose]).await?;
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
    let hash = tokens::hash_secret(token);
    tx.run(retire!("token_hash = $1 and purpose = $2"), &[&hash, &purpose]).await?;
    tx.opt(
        "delete from mail_tokens where token_hash = $1 and purpose = $2 and expires_at > $3
         returning account_id, purpose, email, email_fold",
        &[&hash, &purpose, &now],
    )
    .await
}

/// Returns the account and the address of a token that was used, replaced or has expired.
pub async fn find_used(
    db: impl Query,
    token: &SecretString,
    purpose: LinkPurpose,
) -> Result<Option<(AccountId, Option<String>)>> {
    db.opt(
        "select account_id, email_fold from used_mail_tokens where token_hash = $1 and purpose = $2
         union all select account_id, email_fold from mail_tokens where token_hash = $1 and purpose = $2",
        &[&tokens::hash_secret(token), &purpose],
    )
    .await
}

/// Remembers the tokens of a registration that was confirmed, as used.
pub async fn insert_used(
    tx: &mut Tx,
    token_hash: &[u8],
    account: AccountId,
    fold: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into used_mail_tokens (token_hash, account_id, purpose, email_fold, expires_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        &[&token_hash, &account, &LinkPurpose::ConfirmEmail, &fold, &now],
    )
    .await
}

/// Revokes the account's tokens, except undo tokens.
pub async fn revoke_except_undo(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run(retire!("account_id = $1 and purpose <> 'undo_email'"), &[&account]).await?;
    tx.run("delete from mail_tokens where account_id = $1 and purpose <> 'undo_email'", &[&account]).await
}

/// Revokes all of the account's tokens.
pub async fn revoke_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run(retire!("account_id = $1"), &[&account]).await?;
    tx.run("delete from mail_tokens where account_id = $1", &[&account]).await
}

/// A condition: the token is in the next batch of those that have expired.
macro_rules! is_in_batch {
    () => {
        "token_hash in (select token_hash from mail_tokens where expires_at <= $1 order by token_hash limit $2)"
    };
}

/// Deletes a batch of expired tokens that are remembered as used, and forgets a batch of those that expired long ago. Returns 0 when none is left.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.run(Scan(retire!(is_in_batch!())), &[&now, &SWEEP_BATCH_SIZE]).await?;
    // The batch can be another one by now: another node sweeps too.
    let delete = concat!(
        "delete from mail_tokens
         where exists (select 1 from used_mail_tokens where used_mail_tokens.token_hash = mail_tokens.token_hash) and ",
        is_in_batch!()
    );
    let expired = tx.run(Scan(delete), &[&now, &SWEEP_BATCH_SIZE]).await?;
    let sql = "delete from used_mail_tokens where token_hash in (
        select token_hash from used_mail_tokens where expires_at <= $1 limit $2)";
    Ok(expired + tx.run(Scan(sql), &[&now.minus(RETENTION), &SWEEP_BATCH_SIZE]).await?)
}

/// Returns the error for a token that is unknown, used or expired. It does not reveal which.
pub fn token_invalid() -> Error {
    Error::member("token", Code::TokenInvalid, say::LinkUsedOrExpired)
}
