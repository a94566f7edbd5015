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

use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;

/// A batch is fetched when nobody has joined it for so many turns.
const QUIET_TURNS: usize = 2;

/// However many join, it is fetched after so many turns.
const MOST_TURNS: usize = 100;

/// How many keys one statement takes: two pages of the largest size.
const LARGEST_BATCH: usize = 200;

/// A kind of thing that is loaded by key. The type is the loader's name.
pub trait Loaded: Send + Sync + 'static {
    type Key: Copy + Eq + Hash + Debug + Send + Sync + 'static;
    type Value: Clone + Send + Sync + 'static;

    /// Loads what there is for these keys, in one statement. Missing keys are absent.
    fn load(app: &App, keys: &[Self::Key]) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>>> + Send;
}

/// Splits the keys of things as somebody sees them. All loaders belong to one caller, so there is one viewer.
pub fn by_viewer<Id: Copy>(keys: &[(AccountId, Id)]) -> (AccountId, Vec<Id>) {
    let viewer = keys.first().map_or(AccountId(0), |(viewer, _)| *viewer);
    (viewer, keys.iter().map(|(_, id)| *id).collect())
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
    fn join<L: Loaded>(&self, app: &App, key: L::Key) -> BatchResult<L> {
        let mut batches = lock(&self.0);
        let batch = batches.get(&TypeId::of::<L>()).and_then(|batch| batch.downcast_ref::<Batch<L>>());
        if let Some(batch) = batch.filter(|batch| batch.gathering.join(key)) {
            return batch.answer.clone();
        }
        let gathering = Gathering::of(key);
        let answer = fetch::<L>(app.clone(), gathering.clone()).boxed().shared();
        batches.insert(TypeId::of::<L>(), Box::new(Batch::<L> { gathering, answer: answer.clone() }));
        answer
    }
}

/// Whoever waits drives it, so one that goes away keeps nobody from an answer.
type BatchResult<L> = Shared<BoxFuture<'static, Result<Arc<HashMap<<L as Loaded>::Key, <L as Loaded>::Value>>>>>;

struct Batch<L: Loaded> {
    gathering: Gathering<L::Key>,
    answer: BatchResult<L>,
}

/// What a batch has gathered; `None` once it is fetched.
#[derive(Clone)]
struct Gathering<K>(Arc<Mutex<Option<Gathered<K>>>>);

struct Gathered<K> {
    keys: HashSet<K>,
    /// Everybody who wants something, the same thing included: a list whose items want one and the same is still on its
    /// way, although nothing is added.
    joined: usize,
}

impl<K: Eq + Hash> Gathering<K> {
    fn of(key: K) -> Self {
        Self(Arc::new(Mutex::new(Some(Gathered { keys: HashSet::from([key]), joined: 1 }))))
    }

    /// Joins with a key, unless the batch is full or fetched already.
    fn join(&self, key: K) -> bool {
        match lock(&self.0).as_mut() {
            Some(gathered) if gathered.keys.len() < LARGEST_BATCH => {
                gathered.keys.insert(key);
                gathered.joined += 1;
                true
            }
            _ => false,
        }
    }

    fn joined(&self) -> usize {
        lock(&self.0).as_ref().map_or(0, |gathered| gathered.joined)
    }

    /// Returns the keys and lets no more in.
    fn close(&self) -> Vec<K> {
        lock(&self.0).take().into_iter().flat_map(|gathered| gathered.keys).collect()
    }
}

async fn fetch<L: Loaded>(app: App, gathering: Gathering<L::Key>) -> Result<Arc<HashMap<L::Key, L::Value>>> {
    let (mut joined, mut quiet) = (gathering.joined(), 0);
    for _ in 0..MOST_TURNS {
        yield_now().await;
        let now = gathering.joined();
        quiet = if now == joined { quiet + 1 } else { 0 };
        joined = now;
        if quiet == QUIET_TURNS {
            break;
        }
    }
    L::load(&app, &gathering.close()).await.map(Arc::new)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
