//! Lookups of what an event refers to, each executed once for all followers of a feed on this node (single flight).

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tracing::Instrument;

use crate::cache::{Cache, SNAPSHOTS};
use crate::error::{Error, Result};

/// How long a result is shared. Then permissions are loaded again: a block must take effect within 2 seconds.
pub const LOOKUP_TTL: Duration = Duration::from_secs(1);

/// The bound of each kind of lookup. An entry is counted by the size of its result, without what that points to.
const MAX_WEIGHT: u64 = 4 * 1024 * 1024;

type Flight<T> = Shared<BoxFuture<'static, Result<Arc<T>>>>;

struct Entry<T> {
    /// The number of the event that the lookup was started for.
    number: i64,
    flight: Flight<T>,
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self { number: self.number, flight: self.flight.clone() }
    }
}

/// What a lookup is about.
pub trait LookupKey: Copy + Eq + Hash + Send + Sync + 'static {}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> LookupKey for K {}

/// Recent lookups of one kind. Cheap to clone.
pub struct SharedLookup<K: LookupKey, T: Send + Sync + 'static>(Arc<Cache<K, Entry<T>>>);

impl<K: LookupKey, T: Send + Sync + 'static> Clone for SharedLookup<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: LookupKey, T: Send + Sync + 'static> Default for SharedLookup<K, T> {
    fn default() -> Self {
        Self(Arc::new(Cache::new(&SNAPSHOTS, MAX_WEIGHT, Some(LOOKUP_TTL), |_, _| {
            size_of::<K>() + size_of::<T>() + size_of::<Entry<T>>()
        })))
    }
}

impl<K: LookupKey, T: Send + Sync + 'static> Debug for SharedLookup<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedLookup")
    }
}

impl<K: LookupKey, T: Send + Sync + 'static> SharedLookup<K, T> {
    /// Returns the result of a lookup of `key` that was started for the event `number` or a later one: the one in
    /// flight, a recent one, or that of `look_up`. All callers pass the same `look_up` for a key.
    ///
    /// # Errors
    /// Those of the lookup. They are not kept: the next call starts another lookup.
    pub async fn get<F>(&self, key: K, number: i64, look_up: impl FnOnce() -> F) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        // In a task of its own: a lookup that nothing polls, because its caller is dropped or waits for its client, would
        // keep its database connection and every other caller waiting.
        let start = || {
            let task = tokio::spawn(look_up().in_current_span());
            let result = task.map(|result| result.unwrap_or_else(|panic| Err(Error::internal(panic))).map(Arc::new));
            Entry { number, flight: result.boxed().shared() }
        };
        let entry = self.0.get_or_insert_if(key, start, |entry| entry.number < number).await;
        let result = entry.flight.await;
        if result.is_err() {
            self.0.remove(&key).await;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_lookup_finishes_without_its_callers() {
        let lookups = SharedLookup::<i64, i64>::default();
        let ((start, started), (resume, resumed), (end, ended)) =
            (oneshot::channel(), oneshot::channel(), oneshot::channel());
        let look_up = || async move {
            start.send(()).expect("the test waits for the start");
            resumed.await.expect("the test resumes the lookup");
            end.send(()).expect("the test waits for the end");
            Ok(7)
        };
        tokio::select! {
            _ = lookups.get(1, 1, look_up) => panic!("the lookup is not resumed yet"),
            started = started => started.expect("the lookup starts"),
        }
        resume.send(()).expect("the lookup still runs");
        ended.await.expect("the lookup ends");
        let result = lookups.get(1, 1, || async { panic!("the result is kept") }).await;
        assert_eq!(result.ok().as_deref(), Some(&7));
    }

    #[tokio::test]
    async fn a_result_is_shared_with_earlier_events_only() {
        let lookups = SharedLookup::<i64, i64>::default();
        let count = Arc::new(AtomicI64::new(0));
        let mut results = Vec::new();
        for number in [5, 5, 4, 6, 5] {
            let count = Arc::clone(&count);
            let look_up = || async move { Ok(count.fetch_add(1, Ordering::SeqCst)) };
            results.push(*lookups.get(1, number, look_up).await.expect("the lookup succeeds"));
        }
        assert_eq!(results, [0, 0, 0, 1, 1]);
    }
}
