//! Statements about registrations and deleted accounts.

use super::NewMember;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};

/// A registration that waits for the link in its mail.
#[derive(Debug, sqlx::FromRow)]
pub struct PendingRegistration {
    pub email: String,
    pub email_fold: String,
    pub password_hash: String,
    pub username: String,
    pub username_fold: String,
    pub guest_id: Option<AccountId>,
    pub profile: String,
}

/// Inserts a member's account. 0 rows if the email address is taken.
pub async fn insert_account(
    tx: &mut Tx,
    id: AccountId,
    new_member: &NewMember,
    password_hash: &str,
    confirmed_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into accounts (id, role, email, email_fold, email_confirmed_at, password_hash, created_at)
         values ($1, 'member', $2, $3, $4, $5, $6) on conflict do nothing",
        &[&id, &new_member.email.text, &new_member.email.fold, &confirmed_at, &password_hash, &now],
    )
    .await
}

/// Inserts the public side of an account. 0 rows if the username is taken.
pub async fn insert_user(
    tx: &mut Tx,
    id: AccountId,
    username: &str,
    fold: &str,
    is_guest: bool,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into users (id, username, username_fold, is_guest, joined_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        &[&id, &username, &fold, &is_guest, &now],
    )
    .await
}

/// Turns a guest's account into a member's. 0 rows if it is not, or no longer, a guest's, or if the email address is
/// taken.
pub async fn convert_guest_account(
    tx: &mut Tx,
    id: AccountId,
    new_member: &NewMember,
    password_hash: &str,
    confirmed_at: Option<Timestamp>,
) -> Result<u64> {
    tx.run(
        "update accounts set role = 'member', email = $2, email_fold = $3, email_confirmed_at = $4, password_hash = $5
         where id = $1 and role = 'guest' and not exists (select 1 from accounts where email_fold = $3)",
        &[&id, &new_member.email.text, &new_member.email.fold, &confirmed_at, &password_hash],
    )
    .await
}

/// Turns the public side of a guest into that of a member. 0 rows if the username is taken.
pub async fn convert_guest_user(tx: &mut Tx, id: AccountId, username: &str, fold: &str) -> Result<u64> {
    tx.run(
        "update users set username = $2, username_fold = $3, is_guest = false
         where id = $1 and not exists (select 1 from users where username_fold = $3 and id <> $1)",
        &[&id, &username, &fold],
    )
    .await
}

pub async fn insert_pending(
    tx: &mut Tx,
    token_hash: &[u8],
    pending: &PendingRegistration,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into pending_registrations (token_hash, email, email_fold, password_hash, username, username_fold,
                                            guest_id, profile, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &token_hash,
            &pending.email,
            &pending.email_fold,
            &pending.password_hash,
            &pending.username,
            &pending.username_fold,
            &pending.guest_id,
            &pending.profile,
            &now,
            &expires_at,
        ],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct PendingRow {
    token_hash: Vec<u8>,
    #[sqlx(flatten)]
    pending: PendingRegistration,
}

/// Returns the pending registration of a token, and deletes all of its email address, because the address is now
/// confirmed. One statement deletes them: with two, concurrent calls with two tokens of an address could deadlock.
pub async fn consume_pending(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<PendingRegistration>> {
    let sql = "select email_fold from pending_registrations where token_hash = $1 and expires_at > $2";
    let Some((email_fold,)): Option<(String,)> = tx.opt(sql, &[&token_hash, &now]).await? else { return Ok(None) };
    let deleted: Vec<PendingRow> = tx
        .all(
            "delete from pending_registrations where email_fold = $1
             returning token_hash, email, email_fold, password_hash, username, username_fold, guest_id, profile",
            &[&email_fold],
        )
        .await?;
    Ok(deleted.into_iter().find(|row| row.token_hash == token_hash).map(|row| row.pending))
}

/// Deletes the pending registrations of an email address whose account is deleted.
pub async fn delete_pending_by_email(tx: &mut Tx, email_fold: &str) -> Result<u64> {
    tx.run("delete from pending_registrations where email_fold = $1", &[&email_fold]).await
}

pub async fn delete_expired(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run("delete from pending_registrations where expires_at <= $1", &[&now]).await
}

pub async fn retire_username(tx: &mut Tx, fold: &str, until: Timestamp) -> Result<u64> {
    tx.run(
        "insert into retired_usernames (username_fold, until) values ($1, $2)
         on conflict (username_fold) do update set until = excluded.until",
        &[&fold, &until],
    )
    .await
}

pub async fn delete_expired_retirements(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run("delete from retired_usernames where until <= $1", &[&now]).await
}

/// Deletes the account; the foreign keys delete or clear every row that refers to it.
pub async fn delete_account(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run("delete from accounts where id = $1", &[&id]).await
}
