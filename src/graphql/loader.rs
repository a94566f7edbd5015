//! Loaders: many resolvers ask for one thing each, one statement answers them all.
//!
//! A loader belongs to one request, so nothing that one person may see is kept for another. It keeps no answers either:
//! a mutation or an event later in the same request must see what has changed. It waits by yielding, not by a timer, and
//! not a fixed number of times: the executor resolves a long list a stretch at a time, so a batch is whole when nobody
//! has joined it for a while. Its answer wakes everybody at once.
//!
//! Neither known loader does that. The one of async-graphql waits for a timer at every level; the crate `dataloader`
//! hands its answer from one waiter to the next, so siblings go on one by one, and what they ask for then falls into
//! several batches.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::task::yield_now;

use crate::app::App;
use crate::error::Result;

/// A batch is fetched when nobody has joined it for so many turns.
const QUIET_TURNS: usize = 2;

/// How many keys one statement takes: two pages of the largest size.
const LARGEST_BATCH: usize = 200;

/// A kind of thing that is loaded by key. The type is the loader's name.
pub trait Loaded: Send + Sync + 'static {
    type Key: Copy + Eq + Hash + Debug + Send + Sync + 'static;
    type Value: Clone + Send + Sync + 'static;

    /// Loads what there is for these keys, in one statement. Missing keys are absent.
    fn load(app: &App, keys: &[Self::Key]) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>>> + Send;
}

/// The loaders of one request, made when they are first asked for. Cheap to clone.
#[derive(Clone, Default)]
pub struct Loaders(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl Debug for Loaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loaders")
    }
}

impl Loaders {
    /// Returns the thing of this key, together with whatever else is asked for now.
    ///
    /// # Errors
    /// Those of the statement, for every key of the batch.
    pub async fn load<L: Loaded>(&self, app: &App, key: L::Key) -> Result<Option<L::Value>> {
        let found = self.join::<L>(app, key).await?;
        Ok(found.get(&key).cloned())
    }

    /// Joins the batch that still gathers, or begins the next one.
    fn join<L: Loaded>(&self, app: &App, key: L::Key) -> Answer<L> {
        let mut batches = lock(&self.0);
        let batch = batches.get(&TypeId::of::<L>()).and_then(|batch| batch.downcast_ref::<Batch<L>>());
        if let Some(batch) = batch.filter(|batch| batch.keys.add(key)) {
            return batch.answer.clone();
        }
        let keys = Keys(Arc::new(Mutex::new(Some(HashSet::from([key])))));
        let answer = fetch::<L>(app.clone(), keys.clone()).boxed().shared();
        batches.insert(TypeId::of::<L>(), Box::new(Batch::<L> { keys, answer: answer.clone() }));
        answer
    }
}

/// Whoever waits drives it, so one that goes away keeps nobody from an answer.
type Answer<L> = Shared<BoxFuture<'static, Result<Arc<HashMap<<L as Loaded>::Key, <L as Loaded>::Value>>>>>;

struct Batch<L: Loaded> {
    keys: Keys<L::Key>,
    answer: Answer<L>,
}

/// The keys of a batch; `None` once it is fetched.
#[derive(Clone)]
struct Keys<K>(Arc<Mutex<Option<HashSet<K>>>>);

impl<K: Eq + Hash> Keys<K> {
    /// Adds a key, unless the batch is full or fetched already.
    fn add(&self, key: K) -> bool {
        match lock(&self.0).as_mut() {
            Some(keys) if keys.len() < LARGEST_BATCH => {
                keys.insert(key);
                true
            }
            _ => false,
        }
    }

    fn count(&self) -> usize {
        lock(&self.0).as_ref().map_or(0, HashSet::len)
    }

    /// Returns the keys and lets no more in.
    fn close(&self) -> Vec<K> {
        lock(&self.0).take().into_iter().flatten().collect()
    }
}

async fn fetch<L: Loaded>(app: App, keys: Keys<L::Key>) -> Result<Arc<HashMap<L::Key, L::Value>>> {
    let (mut count, mut quiet) = (keys.count(), 0);
    // Ends: a batch does not grow beyond its largest size.
    while quiet < QUIET_TURNS {
        yield_now().await;
        let now = keys.count();
        quiet = if now == count { quiet + 1 } else { 0 };
        count = now;
    }
    L::load(&app, &keys.close()).await.map(Arc::new)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
