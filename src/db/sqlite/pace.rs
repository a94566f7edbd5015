//! Which statements run on the caller's thread, by how long they took last time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxBuildHasher;
use tracing::warn;

/// A statement that is not marked with [`Scan`](crate::db::Scan), and takes longer on a thread of the runtime, is counted
/// and named, and runs on a blocking thread next time.
const SLOW: Duration = Duration::from_millis(5);

/// A statement that takes no longer on a blocking thread runs on the caller's again: the disk was slow, or the machine
/// busy.
const FAST: Duration = Duration::from_millis(1);

/// One that is marked, and takes no longer on a blocking thread, runs on the caller's next time: it looks at few rows.
/// Handing it to another thread would take 30 to 60 µs of processor time.
const BRIEF: Duration = Duration::from_micros(500);

/// A statement that reads, is not marked, and takes longer on a thread of the runtime, is interrupted and begins again on a
/// blocking thread.
pub(super) const INLINE_LIMIT: Duration = Duration::from_millis(20);

/// The same for one that is marked.
const BRIEF_LIMIT: Duration = Duration::from_millis(1);

/// How long statements took last time.
#[derive(Debug, Default)]
pub(super) struct Pace {
    slow_count: AtomicU64,
    is_any_slow: AtomicBool,
    /// Statements that were slow although they are not marked.
    slow: Mutex<Statements>,
    /// Statements that were brief although they are marked.
    brief: Mutex<Statements>,
}

/// Statements by the address of their text. These are constants of the program, so they are bounded.
type Statements = HashSet<(usize, usize), FxBuildHasher>;

fn key(sql: &'static str) -> (usize, usize) {
    (sql.as_ptr().addr(), sql.len())
}

impl Pace {
    /// How many times a statement was slow on a thread of the runtime.
    pub(super) fn slow_count(&self) -> u64 {
        self.slow_count.load(Ordering::Relaxed)
    }

    /// Returns how long a statement that reads may run on the caller's thread; `None` if it is to run on a blocking one.
    pub(super) fn limit(&self, sql: &'static str, scans: bool) -> Option<Duration> {
        if scans {
            lock(&self.brief).contains(&key(sql)).then_some(BRIEF_LIMIT)
        } else {
            (!self.is_slow(sql)).then_some(INLINE_LIMIT)
        }
    }

    /// Returns true if the statement was slow although it is not marked.
    pub(super) fn is_slow(&self, sql: &'static str) -> bool {
        self.is_any_slow.load(Ordering::Relaxed) && lock(&self.slow).contains(&key(sql))
    }

    /// Notes how long a statement took on the caller's thread.
    pub(super) fn record(&self, sql: &'static str, scans: bool, elapsed: Duration) {
        if scans && elapsed >= BRIEF_LIMIT {
            lock(&self.brief).remove(&key(sql));
        }
        if elapsed < SLOW {
            return;
        }
        self.slow_count.fetch_add(1, Ordering::Relaxed);
        warn!(statement = %summary(sql), millis = millis(elapsed), "a statement held up a thread of the runtime");
        if !scans {
            lock(&self.slow).insert(key(sql));
            self.is_any_slow.store(true, Ordering::Relaxed);
        }
    }

    /// Notes how long a statement took on a blocking thread.
    pub(super) fn record_blocking(&self, sql: &'static str, scans: bool, elapsed: Duration) {
        if scans && elapsed < BRIEF {
            lock(&self.brief).insert(key(sql));
        } else if !scans && elapsed < FAST {
            let mut slow = lock(&self.slow);
            slow.remove(&key(sql));
            self.is_any_slow.store(!slow.is_empty(), Ordering::Relaxed);
        }
    }
}

fn lock(statements: &Mutex<Statements>) -> MutexGuard<'_, Statements> {
    // No code panics while it holds the lock.
    statements.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the statement on one line, cut off. It has no values: those are bound.
fn summary(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(200).collect()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_statement_is_known_until_it_was_fast_on_a_blocking_thread() {
        let pace = Pace::default();
        let (one, two) = ("select 1", "select 2");
        pace.record(one, false, Duration::from_millis(4));
        assert_eq!(pace.limit(one, false), Some(INLINE_LIMIT));
        pace.record(one, false, Duration::from_millis(6));
        assert_eq!((pace.limit(one, false), pace.limit(two, false)), (None, Some(INLINE_LIMIT)));
        pace.record_blocking(one, false, Duration::from_millis(2));
        assert!(pace.is_slow(one));
        pace.record_blocking(one, false, Duration::from_micros(300));
        assert_eq!((pace.is_slow(one), pace.slow_count()), (false, 1));
    }

    #[test]
    fn a_scan_that_was_brief_runs_on_the_callers_thread_until_it_is_not() {
        let pace = Pace::default();
        let scan = "select count(*) from t";
        assert_eq!(pace.limit(scan, true), None);
        pace.record_blocking(scan, true, Duration::from_micros(600));
        assert_eq!(pace.limit(scan, true), None);
        pace.record_blocking(scan, true, Duration::from_micros(400));
        assert_eq!(pace.limit(scan, true), Some(BRIEF_LIMIT));
        pace.record(scan, true, Duration::from_micros(700));
        assert_eq!(pace.limit(scan, true), Some(BRIEF_LIMIT));
        pace.record(scan, true, Duration::from_millis(1));
        assert_eq!((pace.limit(scan, true), pace.slow_count()), (None, 0));
    }

    #[test]
    fn the_summary_of_a_statement_is_one_short_line() {
        assert_eq!(summary("select a\n      from b"), "select a from b");
        assert_eq!(summary(&"x ".repeat(500)).len(), 200);
    }
}
