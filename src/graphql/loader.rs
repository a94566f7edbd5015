//! Loaders: many resolvers ask for one thing each, one statement answers them all.
//!
//! A loader belongs to one request, so nothing that one person may see is kept for another. It keeps no answers either:
//! a mutation or an event later in the same request must see what has changed. It waits by yielding, not by a timer:
//! whatever the executor resolves in the same turn is one batch.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use dataloader::BatchFn;
use dataloader::non_cached::Loader as Batches;

use crate::app::App;
use crate::error::{Error, Result};

/// How many times a loader lets others run before it fetches. More than the one turn that siblings need: the runtime
/// makes a task pause that has done much without waiting, and what comes after the pause must not be a batch of its own.
const TURNS: usize = 8;

/// How many keys one statement takes: a page of the largest size.
const LARGEST_BATCH: usize = 200;

/// A kind of thing that is loaded by key. The type is the loader's name.
pub trait Loaded: Send + Sync + 'static {
    type Key: Copy + Eq + Hash + Debug + Send + Sync + 'static;
    type Value: Clone + Send + Sync + 'static;

    /// Loads what there is for these keys, in one statement. Missing keys are absent.
    fn load(app: &App, keys: &[Self::Key]) -> impl Future<Output = Result<HashMap<Self::Key, Self::Value>>> + Send;
}

type Answer<L> = Result<Option<<L as Loaded>::Value>, Error>;

/// The loaders of one request, made when they are first asked for. Cheap to clone.
#[derive(Clone, Default)]
pub struct Loaders(Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>);

impl std::fmt::Debug for Loaders {
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
        self.loader::<L>(app).try_load(key).await.map_err(Error::internal)?
    }

    fn loader<L: Loaded>(&self, app: &App) -> Loader<L> {
        let mut loaders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = loaders.get(&TypeId::of::<L>()).and_then(|loader| loader.downcast_ref::<Loader<L>>()).cloned();
        known.unwrap_or_else(|| {
            let fetch = Fetch(app.clone(), PhantomData);
            let loader: Loader<L> = Batches::new(fetch).with_max_batch_size(LARGEST_BATCH).with_yield_count(TURNS);
            loaders.insert(TypeId::of::<L>(), Box::new(loader.clone()));
            loader
        })
    }
}

type Loader<L> = Batches<<L as Loaded>::Key, Answer<L>, Fetch<L>>;

struct Fetch<L>(App, PhantomData<L>);

impl<L: Loaded> BatchFn<L::Key, Answer<L>> for Fetch<L> {
    async fn load(&mut self, keys: &[L::Key]) -> HashMap<L::Key, Answer<L>> {
        match L::load(&self.0, keys).await {
            Ok(mut found) => keys.iter().map(|key| (*key, Ok(found.remove(key)))).collect(),
            Err(error) => keys.iter().map(|key| (*key, Err(error.clone()))).collect(),
        }
    }
}
