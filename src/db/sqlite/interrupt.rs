//! When a running statement is interrupted: after its limit of time, or once its caller is gone.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shared by a connection and the progress handler that SQLite calls while a statement runs.
#[derive(Debug)]
pub(super) struct Interrupt {
    base: Instant,
    /// The limit, in nanoseconds after `base`.
    nanos: AtomicU64,
    flag: Mutex<Option<CancelFlag>>,
}

impl Interrupt {
    pub(super) fn new() -> Self {
        Self { base: Instant::now(), nanos: AtomicU64::new(u64::MAX), flag: Mutex::default() }
    }

    pub(super) fn set_limit(&self, limit: Duration) {
        self.nanos.store(self.elapsed_nanos().saturating_add(nanos(limit)), Ordering::Relaxed);
    }

    pub(super) fn clear_limit(&self) {
        self.nanos.store(u64::MAX, Ordering::Relaxed);
    }

    pub(super) fn set_flag(&self, flag: Option<CancelFlag>) {
        *self.flag() = flag;
    }

    /// Returns true if the running statement is to be interrupted.
    pub(super) fn is_due(&self) -> bool {
        self.elapsed_nanos() > self.nanos.load(Ordering::Relaxed)
            || self.flag().as_ref().is_some_and(CancelFlag::is_set)
    }

    fn elapsed_nanos(&self) -> u64 {
        nanos(self.base.elapsed())
    }

    fn flag(&self) -> MutexGuard<'_, Option<CancelFlag>> {
        // No code panics while it holds the lock.
        self.flag.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Interrupts one statement on another thread.
#[derive(Clone, Debug, Default)]
pub(super) struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sets a flag when it is dropped: the caller waits no longer.
#[derive(Debug, Default)]
pub(super) struct CancelOnDrop(CancelFlag);

impl CancelOnDrop {
    pub(super) fn flag(&self) -> CancelFlag {
        self.0.clone()
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}
