//! Time and new ids. Both are handed in, so that a test can hold time still and move it.
//!
//! Nothing else reads the wall clock; timeouts and intervals use the runtime's monotonic clock instead, unless what they
//! wait for is written down as an instant: then it is this clock that has to reach it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// An instant as whole microseconds since 1970, UTC: the same number in both databases.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the instant `duration` later; the end of time where that overflows.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    /// Returns the instant `duration` earlier.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// Returns how long ago `earlier` was; zero where it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns whole seconds since 1970, as tokens carry them.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// Where "now" comes from. Cheap to clone; all clones share one source.
#[derive(Clone, Debug)]
pub struct Clock {
    source: TimeSource,
    ids: Arc<Ids>,
}

#[derive(Clone, Debug)]
enum TimeSource {
    System { began: Instant },
    Manual(Arc<Manual>),
}

/// Stands still until it is moved.
#[derive(Debug)]
struct Manual {
    now: AtomicI64,
    /// How far it was moved forward. Setting the clock does not count.
    elapsed: AtomicI64,
    /// For those who wait for an instant.
    moved: watch::Sender<()>,
}

/// A wait on the machine's clock looks at it again after this long: somebody may have set it.
const LONGEST_NAP: Duration = Duration::from_secs(10);

impl Clock {
    /// Returns the machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self { source: TimeSource::System { began: Instant::now() }, ids: Arc::default() }
    }

    /// Returns a clock that stands still at `start` until [`Clock::advance`] moves it.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        let moved = watch::Sender::new(());
        let manual = Manual { now: AtomicI64::new(start.0), elapsed: AtomicI64::new(0), moved };
        Self { source: TimeSource::Manual(Arc::new(manual)), ids: Arc::default() }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.source {
            TimeSource::System { .. } => system_now(),
            TimeSource::Manual(manual) => Timestamp(manual.now.load(Ordering::SeqCst)),
        }
    }

    /// Returns how long this clock has run. It goes on evenly when somebody sets the clock, so limits that live no longer
    /// than the program go by it.
    #[must_use]
    pub fn elapsed(&self) -> Timestamp {
        match &self.source {
            TimeSource::System { began } => Timestamp(micros(began.elapsed())),
            TimeSource::Manual(manual) => Timestamp(manual.elapsed.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward. The machine's clock does not move for anybody.
    pub fn advance(&self, by: Duration) {
        if let TimeSource::Manual(manual) = &self.source {
            manual.now.fetch_add(micros(by), Ordering::SeqCst);
            manual.elapsed.fetch_add(micros(by), Ordering::SeqCst);
            manual.moved.send_replace(());
        }
    }

    /// Sets a manual clock, forward or back. The machine's clock is set by nobody here.
    pub fn set(&self, to: Timestamp) {
        if let TimeSource::Manual(manual) = &self.source {
            manual.now.store(to.0, Ordering::SeqCst);
            manual.moved.send_replace(());
        }
    }

    /// Returns once the clock shows `instant` or later.
    pub async fn reach(&self, instant: Timestamp) {
        match &self.source {
            TimeSource::System { .. } => {
                while self.now() < instant {
                    tokio::time::sleep(instant.since(self.now()).min(LONGEST_NAP)).await;
                }
            }
            TimeSource::Manual(manual) => {
                let mut moved = manual.moved.subscribe();
                while self.now() < instant && moved.changed().await.is_ok() {}
            }
        }
    }

    /// Returns an id that was never returned before by any node, larger than every earlier one of this node.
    pub fn new_id(&self) -> i64 {
        self.ids.next(self.now())
    }

    /// Sets the number that keeps this node's ids apart from those of the others; see `live::lease`.
    pub fn set_node(&self, node: u16) {
        self.ids.node.store(i64::from(node) & NODE_MASK, Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn system_now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(micros(since_epoch))
}

/// 2025-01-01T00:00:00Z in milliseconds: 41 bits from here last until 2094.
const EPOCH_MILLIS: i64 = 1_735_689_600_000;
const COUNTER_BITS: u32 = 12;
const NODE_BITS: u32 = 10;
const NODE_MASK: i64 = (1 << NODE_BITS) - 1;

/// Time-ordered ids: 41 bits of milliseconds, 12 of a counter, 10 of the node's number.
///
/// The counter runs over into the milliseconds, so a burst of more than 4,096 ids in one millisecond borrows from the
/// next one instead of waiting, and a clock that is set back never repeats an id.
#[derive(Debug, Default)]
struct Ids {
    /// Milliseconds and counter of the newest id, without the node.
    newest: AtomicI64,
    node: AtomicI64,
}

impl Ids {
    fn next(&self, now: Timestamp) -> i64 {
        let floor = (now.0.div_euclid(1000) - EPOCH_MILLIS).max(0) << COUNTER_BITS;
        let mut newest = self.newest.load(Ordering::SeqCst);
        loop {
            let next = floor.max(newest + 1);
            match self.newest.compare_exchange_weak(newest, next, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return (next << NODE_BITS) | self.node.load(Ordering::SeqCst),
                Err(seen) => newest = seen,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_grow_and_never_repeat_even_when_time_stands_still() {
        let clock = Clock::manual(Timestamp(1_800_000_000_000_000));
        let ids: Vec<i64> = (0..10_000).map(|_| clock.new_id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn nodes_make_different_ids_at_the_same_instant() {
        let (one, two) =
            (Clock::manual(Timestamp(1_800_000_000_000_000)), Clock::manual(Timestamp(1_800_000_000_000_000)));
        one.set_node(1);
        two.set_node(2);
        assert_ne!(one.new_id(), two.new_id());
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp(1_000_005));
    }
}
