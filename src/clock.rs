//! The time and new ids. A [`Clock`] is passed in, so that a test can stop and move the time.
//!
//! Nothing else reads the wall clock. It can be set back, and differs between nodes. So what a node waits for in memory
//! uses the running time ([`Clock::elapsed`], [`Clock::reach`], or the runtime's monotonic clock), what nodes compare with
//! each other uses the database's time ([`Clock::server_now`]), and the order of events is that of their feeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// An instant in microseconds since 1970, UTC. Both databases store this number.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the instant `duration` later. Saturates.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    /// Returns the instant `duration` earlier. Saturates.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// Returns this instant, or the one right after `previous` if that is later: for what must have the order in which it
    /// happened, whatever the clock says.
    #[must_use]
    pub fn after(self, previous: Self) -> Self {
        self.max(Self(previous.0.saturating_add(1)))
    }

    /// Returns the time since `earlier`; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns the whole seconds since 1970, the unit of token claims.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The largest difference between the clocks of a node and of the database server. A node does not start beyond it, and
/// is not ready.
pub const MAX_CLOCK_SKEW: Duration = Duration::from_secs(2);

/// The source of the current time and of new ids. Cheap to clone; all clones share one source.
#[derive(Clone, Debug)]
pub struct Clock {
    source: TimeSource,
    ids: Arc<IdGenerator>,
    /// How many microseconds this clock was ahead of the database server's when they were last compared.
    drift: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum TimeSource {
    System { started_at: Instant },
    Manual(Arc<ManualTime>),
}

/// The time of a manual clock, which changes only on request.
#[derive(Debug)]
struct ManualTime {
    now: AtomicI64,
    /// How far the clock was advanced. Setting it does not count.
    elapsed: AtomicI64,
    /// Wakes the tasks that wait for an instant.
    changed: watch::Sender<()>,
}

impl Clock {
    /// Returns the system clock.
    #[must_use]
    pub fn system() -> Self {
        Self { source: TimeSource::System { started_at: Instant::now() }, ids: Arc::default(), drift: Arc::default() }
    }

    /// Returns a clock that stays at `start` until [`Clock::advance`] or [`Clock::set`] moves it.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        let changed = watch::Sender::new(());
        let manual = ManualTime { now: AtomicI64::new(start.0), elapsed: AtomicI64::new(0), changed };
        Self { source: TimeSource::Manual(Arc::new(manual)), ids: Arc::default(), drift: Arc::default() }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.source {
            TimeSource::System { .. } => system_now(),
            TimeSource::Manual(manual) => Timestamp(manual.now.load(Ordering::SeqCst)),
        }
    }

    /// Returns how long this clock has run. Setting the clock does not affect it, so it is the time for limits that end
    /// with the process.
    #[must_use]
    pub fn elapsed(&self) -> Timestamp {
        match &self.source {
            TimeSource::System { started_at } => Timestamp(micros(started_at.elapsed())),
            TimeSource::Manual(manual) => Timestamp(manual.elapsed.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward. Does nothing to the system clock.
    pub fn advance(&self, by: Duration) {
        if let TimeSource::Manual(manual) = &self.source {
            manual.now.fetch_add(micros(by), Ordering::SeqCst);
            manual.elapsed.fetch_add(micros(by), Ordering::SeqCst);
            manual.changed.send_replace(());
        }
    }

    /// Sets a manual clock, forward or back. Does nothing to the system clock.
    pub fn set(&self, to: Timestamp) {
        if let TimeSource::Manual(manual) = &self.source {
            manual.now.store(to.0, Ordering::SeqCst);
            manual.changed.send_replace(());
        }
    }

    /// Waits until the clock has run for this long, as [`Clock::elapsed`] counts it. Setting it does not affect the wait.
    ///
    /// A worker computes `until` before its work: its rounds then take the same time, however long the work takes.
    pub async fn reach(&self, until: Timestamp) {
        match &self.source {
            TimeSource::System { .. } => tokio::time::sleep(until.since(self.elapsed())).await,
            TimeSource::Manual(manual) => {
                let mut changed = manual.changed.subscribe();
                while self.elapsed() < until && changed.changed().await.is_ok() {}
            }
        }
    }

    /// Returns true if the clock follows the machine's, and can be compared with the database server's.
    #[must_use]
    pub fn is_system(&self) -> bool {
        matches!(self.source, TimeSource::System { .. })
    }

    /// Returns how many microseconds this clock was ahead of the database server's when they were last compared.
    #[must_use]
    pub fn drift(&self) -> i64 {
        self.drift.load(Ordering::SeqCst)
    }

    /// Sets how far this clock is ahead of the database server's.
    pub fn set_drift(&self, micros: i64) {
        self.drift.store(micros, Ordering::SeqCst);
    }

    /// Returns true if the clocks of this machine and of the database server differ too much.
    #[must_use]
    pub fn has_drifted(&self) -> bool {
        Duration::from_micros(self.drift().unsigned_abs()) > MAX_CLOCK_SKEW
    }

    /// Returns the database server's time, as known from the last comparison.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        Timestamp(self.now().0.saturating_sub(self.drift()))
    }

    /// Returns a new id: unique among all nodes, and larger than every earlier id of this node.
    pub fn new_id(&self) -> i64 {
        self.ids.next(self.now())
    }

    /// Sets the number of this node, which distinguishes its ids from those of other nodes; see `live::lease`.
    pub fn set_node(&self, node: u16) {
        self.ids.node.store(i64::from(node) & NODE_MASK, Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn system_now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(micros(since_epoch))
}

/// 2025-01-01T00:00:00Z in milliseconds. 41 bits from there last until 2094.
const EPOCH_MILLIS: i64 = 1_735_689_600_000;
const COUNTER_BITS: u32 = 12;
const NODE_BITS: u32 = 10;
const NODE_MASK: i64 = (1 << NODE_BITS) - 1;

/// Generates time-ordered ids: 41 bits of milliseconds, 12 of a counter, 10 of the node's number.
///
/// The counter overflows into the milliseconds. So a burst of more than 4,096 ids in one millisecond borrows from the
/// next one instead of waiting, and a clock that is set back never repeats an id.
#[derive(Debug, Default)]
struct IdGenerator {
    /// Milliseconds and counter of the newest id, without the node.
    newest: AtomicI64,
    node: AtomicI64,
}

impl IdGenerator {
    fn next(&self, now: Timestamp) -> i64 {
        let floor = (now.0.div_euclid(1000) - EPOCH_MILLIS).max(0) << COUNTER_BITS;
        let mut newest = self.newest.load(Ordering::SeqCst);
        loop {
            let next = floor.max(newest + 1);
            match self.newest.compare_exchange_weak(newest, next, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return (next << NODE_BITS) | self.node.load(Ordering::SeqCst),
                Err(current) => newest = current,
            }
        }
    }
}

/// Formats an instant like `2026-11-21T09:30:00.000Z`.
pub fn write_date_time(timestamp: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(timestamp.0) {
        Ok(instant) => format!("{instant:.3}"),
        // Reached only for instants after the year 9999, which are never stored.
        Err(_) => "9999-12-31T23:59:59.999Z".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_increase_and_never_repeat_even_if_the_clock_does_not_move() {
        let clock = Clock::manual(Timestamp(1_800_000_000_000_000));
        let ids: Vec<i64> = (0..10_000).map(|_| clock.new_id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn two_nodes_generate_different_ids_at_the_same_instant() {
        let (one, two) =
            (Clock::manual(Timestamp(1_800_000_000_000_000)), Clock::manual(Timestamp(1_800_000_000_000_000)));
        one.set_node(1);
        two.set_node(2);
        assert_ne!(one.new_id(), two.new_id());
    }

    #[tokio::test]
    async fn a_wait_ends_by_the_running_time_although_the_clock_is_set_back() {
        let clock = Clock::manual(Timestamp(600_000_000));
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.reach(Timestamp(5_000_000)).await }
        });
        tokio::task::yield_now().await;
        clock.set(Timestamp(0));
        clock.advance(Duration::from_secs(5));
        waiting.await.expect("the wait ends");
    }

    #[test]
    fn a_manual_clock_moves_only_on_request() {
        let clock = Clock::manual(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp(1_000_005));
    }
}
