//! Statements about sessions.

use super::Session;
use crate::accounts::{AccountId, SessionId};
use crate::clock::Timestamp;
use crate::db::{Query, Result, SWEEP_BATCH_SIZE, Scan, Texts, Tx};
use crate::is_locked;
use crate::page::Page;

macro_rules! select_session {
    ($($rest:expr),+) => {
        concat!(
            "select sessions.id, account_id, role, locale, device_name, transport, generation, rotated_at,
                    previous_rotated_at,
                    sessions.created_at, last_used_at, authenticated_at, idle_seconds, expires_at
             from sessions join accounts on accounts.id = account_id where ",
            $($rest),+
        )
    };
}

/// Returns a session, unless its account is locked.
pub async fn by_id(db: impl Query, id: SessionId, now: Timestamp) -> Result<Option<Session>> {
    db.opt(select_session!("sessions.id = $1 and not ", is_locked!("$2")), &[&id, &now]).await
}

/// Returns the session of a session cookie, unless its account is locked.
pub async fn by_cookie(db: impl Query, hash: &[u8], now: Timestamp) -> Result<Option<Session>> {
    let sql = select_session!("sessions.secret_hash = $1 and transport = 'cookie' and not ", is_locked!("$2"));
    db.opt(sql, &[&hash, &now]).await
}

/// Returns a page of an account's active sessions, the newest first.
pub async fn page_by_account(
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

pub async fn count_by_account(db: impl Query, account: AccountId, now: Timestamp) -> Result<i64> {
    let (count,): (i64,) = db
        .one(
            Scan(
                "select count(*) from sessions where account_id = $1 and expires_at > $2
             and last_used_at + idle_seconds * 1000000 > $2",
            ),
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

/// Moves a session to its next generation. 0 rows if a concurrent refresh was faster.
pub async fn advance_generation(
    tx: &mut Tx,
    id: SessionId,
    generation: i64,
    secret_hash: &[u8],
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update sessions set generation = generation + 1, secret_hash = $3, previous_rotated_at = rotated_at,
                             rotated_at = $4, last_used_at = $4
         where id = $1 and generation = $2",
        &[&id, &generation, &secret_hash, &now],
    )
    .await
}

pub async fn set_authenticated(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<u64> {
    tx.run("update sessions set authenticated_at = $2 where id = $1", &[&id, &now]).await
}

/// Sets when sessions were last used, where that is later than the stored time.
pub async fn touch(db: impl Query, sessions: &[(SessionId, Timestamp)]) -> Result<u64> {
    // The time in 16 digits, then the id: a list binds one column only.
    let sessions = Texts::new(sessions.iter().map(|(id, at)| format!("{:016}{}", at.0, id.0)));
    db.run(
        Scan(
            "update sessions set last_used_at = cast(substr(value, 1, 16) as bigint) from json_each($1)
             where sessions.id = cast(substr(value, 17) as bigint)
             and last_used_at < cast(substr(value, 1, 16) as bigint)",
        ),
        &[&sessions],
    )
    .await
}

pub async fn delete(tx: &mut Tx, account: AccountId, id: SessionId) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all("delete from sessions where id = $2 and account_id = $1 returning account_id, id", &[&account, &id]).await
}

pub async fn delete_all_except(
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

/// Deletes the least recently used sessions until `keep` are left.
pub async fn delete_surplus(tx: &mut Tx, account: AccountId, keep: i64) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all(
        "delete from sessions where account_id = $1 and id in (
             select id from sessions where account_id = $1 order by last_used_at desc, id desc limit 1000 offset $2)
         returning account_id, id",
        &[&account, &keep],
    )
    .await
}

/// Deletes a batch of expired sessions, and returns them.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<Vec<(AccountId, SessionId)>> {
    tx.all(
        Scan(
            "delete from sessions
             where (expires_at <= $1 or last_used_at + idle_seconds * 1000000 <= $1) and id in (
                 select id from sessions
                 where expires_at <= $1 or last_used_at + idle_seconds * 1000000 <= $1 limit $2)
             returning account_id, id",
        ),
        &[&now, &SWEEP_BATCH_SIZE],
    )
    .await
}

/// Stores a device that has signed in, and deletes all but the ten most recent devices of the account.
pub async fn upsert_known_device(tx: &mut Tx, hash: &[u8], account: AccountId, now: Timestamp) -> Result<()> {
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

pub async fn delete_known_devices_except(tx: &mut Tx, account: AccountId, hash: &[u8]) -> Result<u64> {
    tx.run("delete from known_devices where account_id = $1 and secret_hash <> $2", &[&account, &hash]).await
}

/// Returns whether this server issued the secret of a device cookie, for any account.
pub async fn is_issued_device(db: impl Query, hash: &[u8]) -> Result<bool> {
    let known: Option<(i64,)> =
        db.opt("select account_id from known_devices where secret_hash = $1 limit 1", &[&hash]).await?;
    Ok(known.is_some())
}

/// Returns whether a device has signed in to an account before.
pub async fn is_known_device(db: impl Query, hash: &[u8], account: AccountId) -> Result<bool> {
    let known: Option<(i64,)> = db
        .opt("select account_id from known_devices where secret_hash = $1 and account_id = $2", &[&hash, &account])
        .await?;
    Ok(known.is_some())
}
