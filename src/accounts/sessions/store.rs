//! Statements about sessions.

use super::{Session, TokenTransport};
use crate::accounts::{AccountId, SessionId};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};
use crate::page::Page;

macro_rules! select_session {
    ($rest:literal) => {
        concat!(
            "select sessions.id, account_id, role, device_name, transport, generation, rotated_at,
                    sessions.created_at, last_used_at, authenticated_at, idle_seconds, expires_at
             from sessions join accounts on accounts.id = account_id where ",
            $rest
        )
    };
}

/// A locked account has no living session.
pub async fn by_id(db: impl Query, id: SessionId) -> Result<Option<Session>> {
    db.opt(select_session!("sessions.id = $1 and locked_at is null"), &[&id]).await
}

pub async fn by_cookie(db: impl Query, hash: &[u8]) -> Result<Option<Session>> {
    db.opt(select_session!("sessions.secret_hash = $1 and transport = 'cookie' and locked_at is null"), &[&hash]).await
}

/// What an account's list of devices shows: newest first, only those that live.
pub async fn page_of(
    db: impl Query,
    account: AccountId,
    now: Timestamp,
    page: &Page<SessionId>,
) -> Result<Vec<Session>> {
    let after = page.after.unwrap_or(SessionId(i64::MAX));
    let before = page.before.unwrap_or(SessionId(i64::MIN));
    let sql = if page.is_backward {
        select_session!(
            "account_id = $1 and sessions.id < $2 and sessions.id > $3 and expires_at > $4
         and last_used_at + idle_seconds * 1000000 > $4 order by sessions.id asc limit $5"
        )
    } else {
        select_session!(
            "account_id = $1 and sessions.id < $2 and sessions.id > $3 and expires_at > $4
         and last_used_at + idle_seconds * 1000000 > $4 order by sessions.id desc limit $5"
        )
    };
    db.all(sql, &[&account, &after, &before, &now, &page.limit()]).await
}

pub async fn count_of(db: impl Query, account: AccountId, now: Timestamp) -> Result<i64> {
    let (count,): (i64,) = db
        .one(
            "select count(*) from sessions where account_id = $1 and expires_at > $2
             and last_used_at + idle_seconds * 1000000 > $2",
            &[&account, &now],
        )
        .await?;
    Ok(count)
}

pub async fn insert(tx: &mut Tx, session: &Session, secret_hash: &[u8]) -> Result<u64> {
    tx.run(
        "insert into sessions (id, account_id, device_name, transport, secret_hash, generation, rotated_at, created_at,
                               last_used_at, authenticated_at, idle_seconds, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)",
        &[
            &session.id,
            &session.account_id,
            &session.device_name,
            &session.transport,
            &secret_hash,
            &session.generation,
            &session.rotated_at,
            &session.created_at,
            &session.authenticated_at,
            &session.idle_seconds,
            &session.expires_at,
        ],
    )
    .await
}

/// Moves a session to its next generation; 0 rows when somebody else did so first.
pub async fn advance(tx: &mut Tx, id: SessionId, generation: i64, secret_hash: &[u8], now: Timestamp) -> Result<u64> {
    tx.run(
        "update sessions set generation = generation + 1, secret_hash = $3, rotated_at = $4, last_used_at = $4
         where id = $1 and generation = $2",
        &[&id, &generation, &secret_hash, &now],
    )
    .await
}

pub async fn set_authenticated(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<u64> {
    tx.run("update sessions set authenticated_at = $2 where id = $1", &[&id, &now]).await
}

/// Notes that a session is in use. Never backwards.
pub async fn touch(db: impl Query, id: SessionId, now: Timestamp) -> Result<u64> {
    db.run("update sessions set last_used_at = $2 where id = $1 and last_used_at < $2", &[&id, &now]).await
}

pub async fn delete(tx: &mut Tx, account: AccountId, id: SessionId) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all("delete from sessions where id = $2 and account_id = $1 returning account_id, id", &[&account, &id]).await
}

pub async fn delete_others(
    tx: &mut Tx,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all(
        "delete from sessions where account_id = $1 and id <> $2 returning account_id, id",
        &[&account, &keep.unwrap_or(SessionId(0))],
    )
    .await
}

/// Deletes the sessions unused for longest, until `keep` are left.
pub async fn delete_surplus(tx: &mut Tx, account: AccountId, keep: i64) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all(
        "delete from sessions where account_id = $1 and id in (
             select id from sessions where account_id = $1 order by last_used_at desc, id desc limit 1000 offset $2)
         returning account_id, id",
        &[&account, &keep],
    )
    .await
}

/// Deletes sessions whose time is over, a bounded number at once.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all(
        "delete from sessions where id in (
             select id from sessions where expires_at <= $1 or last_used_at + idle_seconds * 1000000 <= $1 limit 500)
         returning account_id, id",
        &[&now],
    )
    .await
}

/// Remembers a device that signed in, up to ten of one account.
pub async fn insert_device(tx: &mut Tx, hash: &[u8], account: AccountId, now: Timestamp) -> Result<()> {
    tx.run(
        "insert into known_devices (secret_hash, account_id, last_seen_at) values ($1, $2, $3)
         on conflict (secret_hash, account_id) do update set last_seen_at = excluded.last_seen_at",
        &[&hash, &account, &now],
    )
    .await?;
    tx.run(
        "delete from known_devices where account_id = $1 and secret_hash not in (
             select secret_hash from known_devices where account_id = $1 order by last_seen_at desc limit 10)",
        &[&account],
    )
    .await?;
    Ok(())
}

/// Tells whether a device's mark was given out here, to whomever.
pub async fn is_device(db: impl Query, hash: &[u8]) -> Result<bool> {
    let known: Option<(i64,)> =
        db.opt("select account_id from known_devices where secret_hash = $1 limit 1", &[&hash]).await?;
    Ok(known.is_some())
}

pub async fn is_known_device(db: impl Query, hash: &[u8], account: AccountId) -> Result<bool> {
    let known: Option<(i64,)> = db
        .opt("select account_id from known_devices where secret_hash = $1 and account_id = $2", &[&hash, &account])
        .await?;
    Ok(known.is_some())
}

impl TokenTransport {
    /// Tells whether the secret rides in a cookie.
    pub fn is_cookie(self) -> bool {
        self == Self::Cookie
    }
}
