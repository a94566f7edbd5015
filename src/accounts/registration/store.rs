//! Statements about registrations and deleted accounts.

use super::NewMember;
use crate::accounts::AccountId;
use crate::accounts::invitations::InvitationId;
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, SWEEP_BATCH_SIZE, Scan, Tx};
use crate::locale::Locale;

/// A registration that waits: for the link in its mail, or for approval.
#[derive(Debug, sqlx::FromRow)]
pub struct PendingRegistration {
    pub email: String,
    pub email_fold: String,
    pub password_hash: String,
    pub username: String,
    pub username_fold: String,
    pub guest_id: Option<AccountId>,
    pub profile: String,
    pub invitation_id: Option<InvitationId>,
    /// For the moderators who approve it.
    pub note: Option<String>,
    pub locale: Option<Locale>,
}

/// The columns of a [`PendingRegistration`].
#[macro_export]
macro_rules! pending_columns {
    () => {
        "email, email_fold, password_hash, username, username_fold, guest_id, profile, invitation_id, note, locale"
    };
}

/// Inserts a member's account. 0 rows if the email address is taken. While another account has the address unconfirmed,
/// the new one has none.
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
         select $1, 'member', cast($2 as text), cast($3 as text), cast($4 as bigint), $5, $6
         where not exists (select 1 from accounts where email_fold = $3)
         union all
         select $1, 'member', null, null, null, $5, $6
         where exists (select 1 from accounts where email_fold = $3 and email_confirmed_at is null)
         on conflict do nothing",
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
/// taken. While another account has the address unconfirmed, the member has none.
pub async fn convert_guest_account(
    tx: &mut Tx,
    id: AccountId,
    new_member: &NewMember,
    password_hash: &str,
    confirmed_at: Option<Timestamp>,
) -> Result<u64> {
    tx.run(
        "update accounts set role = 'member', password_hash = $5,
             email = case when exists (select 1 from accounts where email_fold = $3) then null else $2 end,
             email_fold = case when exists (select 1 from accounts where email_fold = $3) then null else $3 end,
             email_confirmed_at = case when exists (select 1 from accounts where email_fold = $3) then null else $4 end
         where id = $1 and role = 'guest'
         and not exists (select 1 from accounts where email_fold = $3 and email_confirmed_at is not null)",
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
        concat!(
            "insert into pending_registrations (token_hash, created_at, expires_at, ",
            pending_columns!(),
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        &[
            &token_hash,
            &now,
            &expires_at,
            &pending.email,
            &pending.email_fold,
            &pending.password_hash,
            &pending.username,
            &pending.username_fold,
            &pending.guest_id,
            &pending.profile,
            &pending.invitation_id,
            &pending.note,
            &pending.locale,
        ],
    )
    .await
}

/// A stored pending registration, with the hash of the token in its mail.
#[derive(Debug, sqlx::FromRow)]
pub struct PendingRow {
    pub token_hash: Vec<u8>,
    #[sqlx(flatten)]
    pub pending: PendingRegistration,
}

/// Returns the pending registrations of the email address that a token belongs to: that of the token first, then the
/// newest others.
pub async fn pending_of_address(
    db: impl Query,
    token_hash: &[u8],
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PendingRow>> {
    db.all(
        concat!(
            "select token_hash, ",
            pending_columns!(),
            " from pending_registrations where expires_at > $2 and email_fold in (
                 select email_fold from pending_registrations where token_hash = $1 and expires_at > $2)
             order by case when token_hash = $1 then 0 else 1 end, created_at desc, token_hash limit $3"
        ),
        &[&token_hash, &now, &limit],
    )
    .await
}

/// Deletes and returns the pending registrations of an email address, because the address is now confirmed. One
/// statement deletes them: with two, concurrent calls with two tokens of an address could deadlock.
pub async fn consume_pending(tx: &mut Tx, email_fold: &str) -> Result<Vec<PendingRow>> {
    tx.all(
        concat!("delete from pending_registrations where email_fold = $1 returning token_hash, ", pending_columns!()),
        &[&email_fold],
    )
    .await
}

/// Deletes the pending registrations of an email address whose account is deleted.
pub async fn delete_pending_by_email(tx: &mut Tx, email_fold: &str) -> Result<u64> {
    tx.run("delete from pending_registrations where email_fold = $1", &[&email_fold]).await
}

/// Deletes a batch of expired pending registrations. Returns 0 when none is left.
pub async fn delete_expired(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run(
        Scan(
            "delete from pending_registrations where expires_at <= $1 and token_hash in (
                 select token_hash from pending_registrations where expires_at <= $1 limit $2)",
        ),
        &[&now, &SWEEP_BATCH_SIZE],
    )
    .await
}

/// Reserves a username for an account, or for the owner of a deleted one by their hash.
pub async fn retire_username(
    tx: &mut Tx,
    fold: &str,
    account: Option<AccountId>,
    owner_hash: Option<Vec<u8>>,
    until: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into retired_usernames (username_fold, account_id, owner_hash, until) values ($1, $2, $3, $4)
         on conflict (username_fold) do update set account_id = excluded.account_id,
             owner_hash = excluded.owner_hash, until = excluded.until",
        &[&fold, &account, &owner_hash, &until],
    )
    .await
}

/// Returns whether a username is reserved for another account, and another owner of a deleted one.
pub async fn is_username_retired(
    db: impl Query,
    fold: &str,
    account: AccountId,
    owner_hash: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let (retired,): (bool,) = db
        .one(
            "select exists (select 1 from retired_usernames where username_fold = $1 and until > $2
                            and not coalesce(account_id = $3, false) and not coalesce(owner_hash = $4, false))",
            &[&fold, &now, &account, &owner_hash],
        )
        .await?;
    Ok(retired)
}

/// Releases the names of an account beyond the `keep` latest ones.
pub async fn delete_surplus_retirements(tx: &mut Tx, account: AccountId, keep: i64) -> Result<u64> {
    tx.run(
        "delete from retired_usernames where account_id = $1 and username_fold not in (
             select username_fold from retired_usernames where account_id = $1
             order by until desc, username_fold limit $2)",
        &[&account, &keep],
    )
    .await
}

/// Reserves the names of an account that is deleted for its owner.
pub async fn transfer_retirements(tx: &mut Tx, account: AccountId, owner_hash: Option<Vec<u8>>) -> Result<u64> {
    tx.run(
        "update retired_usernames set account_id = null, owner_hash = $2 where account_id = $1",
        &[&account, &owner_hash],
    )
    .await
}

/// Deletes a batch of usernames that are no longer retired. Returns 0 when none is left.
pub async fn delete_expired_retirements(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run(
        Scan(
            "delete from retired_usernames where until <= $1 and username_fold in (
                 select username_fold from retired_usernames where until <= $1 order by until, username_fold limit $2)",
        ),
        &[&now, &SWEEP_BATCH_SIZE],
    )
    .await
}

/// Deletes the account; the foreign keys delete or clear every row that refers to it.
pub async fn delete_account(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run(Scan("delete from accounts where id = $1"), &[&id]).await
}

/// Returns how many messages of an account are not deleted.
pub async fn count_messages(db: &Db, account: AccountId) -> Result<i64> {
    let sql = "select count(*) from messages where author_id = $1 and deleted_at is null";
    let (count,): (i64,) = db.one(Scan(sql), &[&account]).await?;
    Ok(count)
}

/// Returns whether more than `count` messages have lost neither their author nor will become deleted ones with the account.
pub async fn has_more_messages(db: &Db, account: AccountId, count: i64) -> Result<bool> {
    let sql = "select exists (select 1 from messages
        where author_id = $1 and (text is not null or deleted_at is not null) limit 1 offset $2)";
    let (has_more,): (bool,) = db.one(Scan(sql), &[&account, &count]).await?;
    Ok(has_more)
}
