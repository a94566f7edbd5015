//! Statements that take too long for a thread of the runtime.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::warn;

/// A statement that takes longer on a thread of the runtime is counted and named, and runs on a blocking thread next
/// time.
const SLOW: Duration = Duration::from_millis(5);

/// A statement that takes no longer on a blocking thread runs on the caller's again: the disk was slow, or the machine
/// busy.
const FAST: Duration = Duration::from_millis(1);

/// The statements that took too long last time.
#[derive(Debug, Default)]
pub(super) struct SlowStatements {
    count: AtomicU64,
    is_any_known: AtomicBool,
    /// By text. It holds constants of the program, so it is bounded.
    known: Mutex<HashSet<&'static str>>,
}

impl SlowStatements {
    /// How many times a statement was slow on a thread of the runtime.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Returns true if the statement is to run on a blocking thread.
    pub(super) fn is_known(&self, sql: &'static str) -> bool {
        self.is_any_known.load(Ordering::Relaxed) && self.known().contains(sql)
    }

    /// Notes how long a statement took on the caller's thread.
    pub(super) fn record(&self, sql: &'static str, elapsed: Duration) {
        if elapsed < SLOW {
            return;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.known().insert(sql);
        self.is_any_known.store(true, Ordering::Relaxed);
        warn!(statement = %summary(sql), millis = millis(elapsed), "a statement held up a thread of the runtime");
    }

    /// Notes how long a statement took on a blocking thread.
    pub(super) fn record_blocking(&self, sql: &'static str, elapsed: Duration) {
        if elapsed < FAST {
            let mut known = self.known();
            known.remove(sql);
            self.is_any_known.store(!known.is_empty(), Ordering::Relaxed);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashSet<&'static str>> {
        // No code panics while it holds the lock.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let statements = SlowStatements::default();
        statements.record("select 1", Duration::from_millis(4));
        assert!(!statements.is_known("select 1"));
        statements.record("select 1", Duration::from_millis(6));
        assert!(statements.is_known("select 1") && !statements.is_known("select 2"));
        statements.record_blocking("select 1", Duration::from_millis(2));
        assert!(statements.is_known("select 1"));
        statements.record_blocking("select 1", Duration::from_micros(300));
        assert!(!statements.is_known("select 1"));
        assert_eq!(statements.count(), 1);
    }

    #[test]
    fn the_summary_of_a_statement_is_one_short_line() {
        assert_eq!(summary("select a\n      from b"), "select a from b");
        assert_eq!(summary(&"x ".repeat(500)).len(), 200);
    }
}
