//! What an event tells of, looked up once for all who follow it on this node.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;

use crate::error::Result;

/// What was looked up is good for this long. Then rights are looked at again: a block has to be noticed within 2 seconds.
const FRESH: Duration = Duration::from_secs(1);

/// So many are kept; beyond, those of the past go, then all. Whoever needs one looks it up again.
const MOST_KEPT: usize = 1_024;

type LookUp<T> = Shared<BoxFuture<'static, Result<Arc<T>>>>;
type Kept<T> = HashMap<i64, (Instant, LookUp<T>)>;

/// What was looked up lately, by the number of the event. Cheap to clone; one for each feed.
pub struct LookedUp<T>(Arc<Mutex<Kept<T>>>);

impl<T> Clone for LookedUp<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for LookedUp<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Debug for LookedUp<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookedUp")
    }
}

impl<T: Send + Sync + 'static> LookedUp<T> {
    /// Returns what the event of this number tells of, together with every other follower who wants it now. `look_up` is
    /// the same for all of them.
    ///
    /// # Errors
    /// Those of looking it up; asked again, it is tried again.
    pub async fn get<F>(&self, number: i64, look_up: impl FnOnce() -> F) -> Result<Arc<T>>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let found = self.join(number, look_up).await;
        if found.is_err() {
            self.kept().remove(&number);
        }
        found
    }

    fn join<F>(&self, number: i64, look_up: impl FnOnce() -> F) -> LookUp<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let now = Instant::now();
        let is_fresh = |began: &Instant| now.duration_since(*began) < FRESH;
        let mut kept = self.kept();
        if let Some((_, known)) = kept.get(&number).filter(|(began, _)| is_fresh(began)) {
            return known.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (began, _)| is_fresh(began));
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        let found = look_up().map(|found| found.map(Arc::new)).boxed().shared();
        kept.insert(number, (now, found.clone()));
        found
    }

    fn kept(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
