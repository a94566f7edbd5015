//! Statements about roles and locks.

use super::NewLock;
use crate::accounts::{AccountId, Role};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Scan, Tx};
use crate::is_locked;

pub async fn set_role(tx: &mut Tx, id: AccountId, role: Role) -> Result<u64> {
    tx.run("update accounts set role = $2 where id = $1 and role <> 'guest'", &[&id, &role]).await
}

/// Returns whether another admin than this one can sign in.
pub async fn has_other_admin(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    let sql = concat!(
        "select exists (select 1 from accounts where role = 'admin' and id <> $1 and not ",
        is_locked!("$2"),
        ")"
    );
    let (exists,): (bool,) = tx.one(Scan(sql), &[&id, &now]).await?;
    Ok(exists)
}

pub async fn set_lock(tx: &mut Tx, id: AccountId, locked_at: Timestamp, lock: &NewLock) -> Result<u64> {
    tx.run(
        "update accounts set locked_at = $2, lock_ends_at = $3, lock_reason = $4 where id = $1",
        &[&id, &locked_at, &lock.ends_at, &lock.reason],
    )
    .await
}

/// Returns the time zone that a member has chosen, a setting of a later slice: the letter about a lock names a time.
pub async fn time_zone_of(tx: &mut Tx, id: AccountId) -> Result<Option<String>> {
    let zone: Option<(String,)> = tx.opt("select time_zone from settings where user_id = $1", &[&id]).await?;
    Ok(zone.map(|(zone,)| zone))
}

pub async fn clear_lock(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run("update accounts set locked_at = null, lock_ends_at = null, lock_reason = null where id = $1", &[&id]).await
}

/// Clears a lock that has ended; 0 rows if another node did, or if the account was locked again.
pub async fn clear_ended_lock(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<u64> {
    tx.run(
        "update accounts set locked_at = null, lock_ends_at = null, lock_reason = null
         where id = $1 and lock_ends_at <= $2",
        &[&id, &now],
    )
    .await
}

/// Returns accounts whose lock has ended, at most `limit`.
pub async fn with_ended_lock(db: impl Query, now: Timestamp, limit: i64) -> Result<Vec<(AccountId,)>> {
    db.all("select id from accounts where lock_ends_at <= $1 order by lock_ends_at limit $2", &[&now, &limit]).await
}
