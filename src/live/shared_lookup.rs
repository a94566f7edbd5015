//! What an event tells of, looked up once for all who follow it on this node.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;
use tracing::Instrument;

use crate::error::{Error, Result};

/// What was looked up is good for this long. Then rights are looked at again: a block has to be noticed within 2 seconds.
pub const FRESH: Duration = Duration::from_secs(1);

/// So many are kept; beyond, those of the past go, then all. Whoever needs one looks it up again.
const MOST_KEPT: usize = 4_096;

type Flight<T> = Shared<BoxFuture<'static, Result<Arc<T>>>>;

/// What was looked up, when, and for the event of which number.
struct Entry<T> {
    began: Instant,
    number: i64,
    found: Flight<T>,
}

type Kept<T> = HashMap<i64, Entry<T>>;

/// What was looked up lately, by what it is about. Cheap to clone; one for each feed.
pub struct SharedLookup<T>(Arc<Mutex<Kept<T>>>);

impl<T> Clone for SharedLookup<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for SharedLookup<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Debug for SharedLookup<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookedUp")
    }
}

impl<T: Send + Sync + 'static> SharedLookup<T> {
    /// Returns what the event of this number says about `key`, together with every other follower who wants it now, or
    /// what a later event says about it. `look_up` is the same for all of them.
    ///
    /// # Errors
    /// Those of looking it up; asked again, it is tried again.
    pub async fn get<F>(&self, key: i64, number: i64, look_up: impl FnOnce() -> F) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let found = self.join(key, number, look_up).await;
        if found.is_err() {
            self.kept().remove(&key);
        }
        found
    }

    fn join<F>(&self, key: i64, number: i64, look_up: impl FnOnce() -> F) -> Flight<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let now = Instant::now();
        let is_fresh = |known: &Entry<T>| now.duration_since(known.began) < FRESH;
        let mut kept = self.kept();
        if let Some(known) = kept.get(&key).filter(|known| known.number >= number && is_fresh(known)) {
            return known.found.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, known| is_fresh(known));
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        // A task of its own: one that all who wait for it have left would keep its connection to the database for ever.
        let found = tokio::spawn(look_up().in_current_span());
        let found = found.map(|found| found.unwrap_or_else(|panic| Err(Error::internal(panic))).map(Arc::new));
        let found = found.boxed().shared();
        kept.insert(key, Entry { began: now, number, found: found.clone() });
        found
    }

    fn kept(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_look_up_that_everybody_leaves_ends_all_the_same() {
        let kept = SharedLookup::<i64>::default();
        let ((start, started), (go, wait), (end, ended)) = (oneshot::channel(), oneshot::channel(), oneshot::channel());
        let look_up = || async move {
            start.send(()).expect("it is waited for");
            wait.await.expect("it goes on");
            end.send(()).expect("it is waited for");
            Ok(7)
        };
        tokio::select! {
            _ = kept.get(1, 1, look_up) => panic!("nobody let it go on"),
            started = started => started.expect("it begins"),
        }
        go.send(()).expect("it goes on alone");
        ended.await.expect("it ends");
        let known = kept.get(1, 1, || async { panic!("it is known") }).await;
        assert_eq!(known.ok().as_deref(), Some(&7));
    }

    #[tokio::test]
    async fn what_was_found_serves_earlier_events_and_no_later_one() {
        let kept = SharedLookup::<i64>::default();
        let count = Arc::new(AtomicI64::new(0));
        let mut found = Vec::new();
        for number in [5, 5, 4, 6, 5] {
            let count = Arc::clone(&count);
            let look_up = || async move { Ok(count.fetch_add(1, Ordering::SeqCst)) };
            found.push(*kept.get(1, number, look_up).await.expect("it is found"));
        }
        assert_eq!(found, [0, 0, 0, 1, 1]);
    }
}
