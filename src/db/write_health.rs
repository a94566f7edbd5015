//! Whether the database accepts writes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Writes that fail for longer make a node unready. A lock or a failover that takes a few seconds does not.
const TOLERATED: Duration = Duration::from_secs(5);

/// Remembers since when writes fail. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct WriteHealth(Arc<Mutex<Option<Instant>>>);

impl WriteHealth {
    /// Records the outcome of a write. Time that it waited in vain counts as failing.
    pub fn record(&self, started_at: Instant, has_succeeded: bool) {
        let mut failing_since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *failing_since = if has_succeeded { None } else { Some(failing_since.unwrap_or(started_at)) };
    }

    /// Returns false if writes have failed for 5 seconds.
    #[must_use]
    pub fn accepts_writes(&self) -> bool {
        let failing_since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failing_since.is_none_or(|since| since.elapsed() < TOLERATED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_that_fail_for_seconds_are_noticed_and_the_first_success_ends_it() {
        let (health, now) = (WriteHealth::default(), Instant::now());
        health.record(now, false);
        assert!(health.accepts_writes(), "one failure is tolerated");
        health.record(now, true);
        health.record(now.checked_sub(TOLERATED).expect("a time"), false);
        health.record(now, false);
        assert!(!health.accepts_writes());
        health.record(now, true);
        assert!(health.accepts_writes());
    }
}
