//! Counts together with the other nodes, in the database.
//!
//! A node counts up to a tenth of each bucket by itself, and informs the database when that is half used up. So a caller who
//! sends steadily costs a statement for every twentieth of the limit and never waits for it; only a burst waits. In return
//! a caller who uses several nodes at once gets at most a tenth of the limit beyond it from each, or one operation that
//! costs more than that, and waits longer afterwards.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{debug, error};

use super::buckets::{BucketId, Buckets, Subject};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db, Query, SWEEP_BATCH_SIZE, Scan, Texts};

/// The database learns within this time what no caller waits for.
const SHARING_INTERVAL: Duration = Duration::from_secs(1);
/// If the database takes longer, a caller is counted by this node alone.
const MAX_WAIT: Duration = Duration::from_secs(1);
/// Buckets of one statement.
const MAX_BATCH: usize = 1_000;

/// The database of several nodes.
#[derive(Debug)]
pub(super) struct Sharing {
    db: Db,
    /// Whether [`Sharing::run`] runs. It does not for a command, which counts by itself.
    is_running: AtomicBool,
    /// A caller waits.
    requested: Notify,
    /// Changes after each exchange with the database; whether it was successful.
    exchanged: watch::Sender<bool>,
}

impl Sharing {
    pub fn new(db: Db) -> Self {
        Self { db, is_running: AtomicBool::new(false), requested: Notify::new(), exchanged: watch::Sender::new(true) }
    }

    /// Waits for the next exchange with the database. Returns whether it was successful.
    pub async fn exchange(&self) -> bool {
        if !self.is_running.load(Ordering::Relaxed) {
            return false;
        }
        let mut exchanged = self.exchanged.subscribe();
        self.requested.notify_one();
        let next = timeout(MAX_WAIT, exchanged.changed()).await;
        matches!(next, Ok(Ok(()))) && *exchanged.borrow()
    }

    /// Deletes the rows of full buckets, in batches.
    pub async fn delete_full(&self, now: Timestamp) -> db::Result<()> {
        let sql = "delete from rate_limits where full_at <= $1 and (name, key) in (
            select name, key from rate_limits where full_at <= $1 limit $2)";
        while self.db.run(Scan(sql), &[&now, &SWEEP_BATCH_SIZE]).await? > 0 {}
        Ok(())
    }

    /// Writes to the database what this node has counted. Never returns.
    pub async fn run(&self, clock: &Clock, buckets: &Mutex<Buckets>) {
        self.is_running.store(true, Ordering::Relaxed);
        let mut ticks = interval(SHARING_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.requested.notified() => {}
            }
            let lock = || buckets.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                let pending = lock().take_pending(MAX_BATCH);
                let is_last = pending.len() < MAX_BATCH;
                let is_successful = pending.is_empty() || {
                    let known = timeout(MAX_WAIT, add(&self.db, clock.now(), &pending)).await.ok().and_then(log);
                    let is_successful = known.is_some();
                    record(&mut lock(), clock, pending, known);
                    is_successful
                };
                self.exchanged.send_replace(is_successful);
                if is_last || !is_successful {
                    break;
                }
            }
        }
    }
}

/// Notes what the database knows now; `None` if it did not answer.
fn record(buckets: &mut Buckets, clock: &Clock, pending: Vec<(BucketId, i64)>, known: Option<Vec<SharedBucket>>) {
    let Some(known) = known else { return buckets.not_shared(pending.into_iter().map(|(id, _)| id)) };
    let full_at: HashMap<(&str, i64), Timestamp> =
        known.iter().map(|row| ((row.name.as_str(), row.key), row.full_at)).collect();
    let (now, elapsed) = (clock.now(), clock.elapsed());
    for (id, amount) in &pending {
        let Subject::Id(key) = id.subject else { continue };
        if let Some(full_at) = full_at.get(&(id.limit, key)) {
            buckets.shared(id, *amount, elapsed.plus(full_at.since(now)));
        }
    }
}

/// When a bucket will be full, by the wall clock.
#[derive(sqlx::FromRow)]
struct SharedBucket {
    name: String,
    key: i64,
    full_at: Timestamp,
}

/// Adds what this node has taken to the buckets. Sorted, so that the statements of several nodes lock rows in one order.
async fn add(db: &Db, now: Timestamp, taken: &[(BucketId, i64)]) -> db::Result<Vec<SharedBucket>> {
    // Two numbers of 20 characters, then the name: a list binds one column only.
    let rows = taken.iter().filter_map(|(id, amount)| match id.subject {
        Subject::Id(key) => Some(format!("{key:<20}{amount:<20}{}", id.limit)),
        Subject::Network(_) => None,
    });
    // One round trip: on PostgreSQL, and only there, this statement needs no transaction.
    db.all(
        "insert into rate_limits (name, key, full_at)
             select substr(value, 41), cast(trim(substr(value, 1, 20)) as bigint),
                 $2 + cast(trim(substr(value, 21, 20)) as bigint)
             from json_each($1) where true order by 1, 2
             on conflict (name, key) do update set full_at =
                 case when rate_limits.full_at > $2 then rate_limits.full_at else $2 end + excluded.full_at - $2
             returning name, key, full_at",
        &[&Texts::new(rows), &now],
    )
    .await
}

/// Without the database each node counts by itself.
fn log<T>(result: db::Result<T>) -> Option<T> {
    match result {
        Ok(value) => return Some(value),
        Err(cause @ db::Error::Unavailable(_)) => debug!(%cause, "the database does not count rate limits"),
        Err(cause) => error!(%cause, "rate limits cannot be counted in the database"),
    }
    None
}
