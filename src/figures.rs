//! Figures of this process: counted where something happens, read by `/metrics`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often something has happened.
#[derive(Debug)]
pub struct Count(AtomicU64);

impl Count {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub fn add(&self, n: usize) {
        self.0.fetch_add(u64::try_from(n).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often something has happened, by a name that is a constant of the program.
#[derive(Debug)]
pub struct CountByName(Mutex<BTreeMap<&'static str, u64>>);

impl CountByName {
    const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    pub fn add_one(&self, name: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }

    pub fn get(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How often something took time, and how long in total.
#[derive(Debug)]
pub struct Durations {
    count: Count,
    microseconds: AtomicU64,
}

impl Durations {
    const fn new() -> Self {
        Self { count: Count::new(), microseconds: AtomicU64::new(0) }
    }

    pub fn record(&self, duration: Duration) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
        self.count.add(1);
    }

    pub fn count(&self) -> u64 {
        self.count.get()
    }

    pub fn total(&self) -> Duration {
        Duration::from_micros(self.microseconds.load(Ordering::Relaxed))
    }
}

/// What waits: how many there are now, how many there were, and how long they waited.
#[derive(Debug)]
pub struct Waits {
    waiting: AtomicU64,
    pub ended: Durations,
}

impl Waits {
    const fn new() -> Self {
        Self { waiting: AtomicU64::new(0), ended: Durations::new() }
    }

    pub fn now(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for the output of a future. A wait that is cancelled counts too.
    pub async fn track<T>(&'static self, future: impl Future<Output = T>) -> T {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _wait = Wait { waits: self, started_at: Instant::now() };
        future.await
    }
}

struct Wait {
    waits: &'static Waits,
    started_at: Instant,
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.waits.waiting.fetch_sub(1, Ordering::Relaxed);
        self.waits.ended.record(self.started_at.elapsed());
    }
}

/// Rows that statements returned.
pub static ROWS: Count = Count::new();

/// Transactions that committed, and those that wrote to the disk: on SQLite many transactions share a commit.
pub static TRANSACTIONS: Count = Count::new();
pub static COMMITS: Count = Count::new();

/// Waits for the writer of SQLite, or for a connection to PostgreSQL.
pub static DATABASE_WAITS: Waits = Waits::new();

/// Whether this node listens to the others. True on SQLite, where there are none.
pub static LISTENS_TO_NODES: AtomicBool = AtomicBool::new(true);

/// Messages to other nodes that were not sent.
pub static BUS_MESSAGES_LOST: Count = Count::new();

/// From when an event happened until it arrived over the bus.
pub static BUS_DELAYS: Durations = Durations::new();

/// Events that a node found in the log and not by a message.
pub static EVENTS_FROM_LOG: Count = Count::new();

/// Followers that had to load everything again, because events were missing.
pub static FEED_RESETS: Count = Count::new();

/// Sockets that ended, by close code.
pub static SOCKETS_CLOSED: CountByName = CountByName::new();

/// Passwords that were not checked because the queue was full.
pub static PASSWORDS_REJECTED: Count = Count::new();

/// What rate limits refused, by the name of the limit.
pub static RATE_LIMITED: CountByName = CountByName::new();

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_is_counted_while_it_lasts_and_also_if_it_is_cancelled() {
        static WAITS: Waits = Waits::new();
        let cancelled = Box::pin(WAITS.track(std::future::pending::<()>()));
        let mut cancelled = poll_once(cancelled).await;
        assert_eq!((WAITS.now(), WAITS.ended.count()), (1, 0));
        drop(cancelled.take());
        assert_eq!((WAITS.now(), WAITS.ended.count()), (0, 1));
        assert_eq!(WAITS.track(std::future::ready(7)).await, 7);
        assert_eq!(WAITS.ended.count(), 2);
    }

    /// Polls a future once and returns it.
    async fn poll_once<F: Future<Output = ()> + Unpin>(mut future: F) -> Option<F> {
        let is_pending =
            std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut future).poll(cx).is_pending()));
        is_pending.await.then_some(future)
    }
}
