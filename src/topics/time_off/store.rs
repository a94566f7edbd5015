//! Statements about times off.

use super::{TimeOff, TimeOffId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx, count_rows};
use crate::page::Page;

macro_rules! select_time_off {
    ($rest:literal) => {
        concat!("select id, mentor_id, starts_at, ends_at, note from times_off where mentor_id = $1 and ", $rest)
    };
}

/// Returns those of these times off that belong to the mentor.
pub async fn own_by_ids(db: impl Query, mentor: AccountId, ids: &[TimeOffId]) -> Result<Vec<TimeOff>> {
    let sql = select_time_off!("id in (select value from json_each($2))");
    db.all(sql, &[&mentor, &List::new(ids.iter().copied())]).await
}

/// Returns a page of a mentor's times off that are not over, the soonest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    mentor: AccountId,
    now: Timestamp,
    page: &Page<(Timestamp, TimeOffId)>,
) -> Result<Vec<TimeOff>> {
    let (above, above_id) = page.after.unwrap_or((Timestamp(i64::MIN), TimeOffId(i64::MIN)));
    let (below, below_id) = page.before.unwrap_or((Timestamp(i64::MAX), TimeOffId(i64::MAX)));
    let sql = if page.is_backward {
        select_time_off!(
            "ends_at > $2 and (starts_at, id) > ($3, $4) and (starts_at, id) < ($5, $6)
             order by starts_at desc, id desc limit $7"
        )
    } else {
        select_time_off!(
            "ends_at > $2 and (starts_at, id) > ($3, $4) and (starts_at, id) < ($5, $6)
             order by starts_at, id limit $7"
        )
    };
    db.all(sql, &[&mentor, &now, &above, &above_id, &below, &below_id, &page.limit()]).await
}

pub async fn count(db: impl Query, mentor: AccountId, now: Timestamp) -> Result<i64> {
    let (count,): (i64,) = db.one(count_rows!(select_time_off!("ends_at > $2")), &[&mentor, &now]).await?;
    Ok(count)
}

pub async fn insert(tx: &mut Tx, time_off: &TimeOff) -> Result<u64> {
    let TimeOff { id, mentor_id, starts_at, ends_at, note } = time_off;
    tx.run(
        "insert into times_off (id, mentor_id, starts_at, ends_at, note) values ($1, $2, $3, $4, $5)",
        &[id, mentor_id, starts_at, ends_at, note],
    )
    .await
}

/// Returns 0 if the mentor has no such time off.
pub async fn delete(tx: &mut Tx, mentor: AccountId, id: TimeOffId) -> Result<u64> {
    tx.run("delete from times_off where id = $1 and mentor_id = $2", &[&id, &mentor]).await
}

/// Claims a client key for a new time off. Returns 0 if the mentor has used it. A concurrent claim of the same key waits
/// until the first transaction ends.
pub async fn claim_key(
    tx: &mut Tx,
    mentor: AccountId,
    key: &str,
    time_off: TimeOffId,
    fingerprint: &[u8],
) -> Result<u64> {
    tx.run(
        "insert into time_off_keys (mentor_id, client_key, time_off_id, fingerprint) values ($1, $2, $3, $4)
         on conflict do nothing",
        &[&mentor, &key, &time_off, &fingerprint],
    )
    .await
}

/// Returns the time off of a client key, which may be deleted, and the fingerprint of its content.
pub async fn by_key(tx: &mut Tx, mentor: AccountId, key: &str) -> Result<Option<(TimeOffId, Vec<u8>)>> {
    tx.opt(
        "select time_off_id, fingerprint from time_off_keys where mentor_id = $1 and client_key = $2",
        &[&mentor, &key],
    )
    .await
}
