//! Bounded caches.
//!
//! The caches of the server are one kind: bounded by weight in bytes, with a time to live. moka keeps what is used often
//! (TinyLFU), so entries that one client sends once do not evict those that many use.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a cache has done since the process started. `/metrics` shows it.
#[derive(Debug)]
pub struct CacheFigures {
    pub name: &'static str,
    hits: AtomicU64,
    misses: AtomicU64,
    weight: AtomicU64,
}

pub static DOCUMENTS: CacheFigures = CacheFigures::new("documents");
pub static SHARED_RESPONSES: CacheFigures = CacheFigures::new("shared_responses");
pub static SNAPSHOTS: CacheFigures = CacheFigures::new("snapshots");

/// The figures of every cache.
pub static FIGURES: [&CacheFigures; 3] = [&DOCUMENTS, &SHARED_RESPONSES, &SNAPSHOTS];

impl CacheFigures {
    const fn new(name: &'static str) -> Self {
        Self { name, hits: AtomicU64::new(0), misses: AtomicU64::new(0), weight: AtomicU64::new(0) }
    }

    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    /// The weight of all entries, in bytes.
    pub fn weight(&self) -> u64 {
        self.weight.load(Ordering::Relaxed)
    }

    fn count(&self, is_hit: bool) {
        let counter = if is_hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A bounded cache. Cheap to clone; clones share the entries.
#[derive(Clone, Debug)]
pub struct Cache<K: Clone + Eq + Hash + Send + Sync + 'static, V: Clone + Send + Sync + 'static> {
    entries: moka::future::Cache<K, V>,
    /// The entry that was created last. All followers of an event want the same one, and moka costs several times as much
    /// as this lock.
    newest: Arc<Mutex<Option<Newest<K, V>>>>,
    lifetime: Option<Duration>,
    figures: &'static CacheFigures,
}

#[derive(Debug)]
struct Newest<K, V> {
    key: K,
    value: V,
    created_at: Instant,
}

impl<K: Clone + Eq + Hash + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Cache<K, V> {
    /// Creates a cache of at most `max_weight` bytes, as `weigh` estimates them, whose entries live for `lifetime`.
    pub fn new(
        figures: &'static CacheFigures,
        max_weight: u64,
        lifetime: Option<Duration>,
        weigh: fn(&K, &V) -> usize,
    ) -> Self {
        let weigh = move |key: &K, value: &V| u32::try_from(weigh(key, value)).unwrap_or(u32::MAX);
        let builder = moka::future::Cache::builder()
            .max_capacity(max_weight)
            .weigher(move |key, value| {
                let weight = weigh(key, value);
                figures.weight.fetch_add(u64::from(weight), Ordering::Relaxed);
                weight
            })
            .eviction_listener(move |key: Arc<K>, value, _| {
                figures.weight.fetch_sub(u64::from(weigh(&key, &value)), Ordering::Relaxed);
            });
        let builder = match lifetime {
            Some(lifetime) => builder.time_to_live(lifetime),
            None => builder,
        };
        Self { entries: builder.build(), newest: Arc::default(), lifetime, figures }
    }

    fn lock_newest(&self) -> MutexGuard<'_, Option<Newest<K, V>>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the entry of `key` if it is the one that was created last. Does not wait.
    pub fn newest(&self, key: &K) -> Option<V> {
        let value = self.newest_of(key)?;
        self.figures.count(true);
        Some(value)
    }

    fn newest_of(&self, key: &K) -> Option<V> {
        let newest = self.lock_newest();
        let newest = newest.as_ref().filter(|newest| newest.key == *key)?;
        let is_alive = self.lifetime.is_none_or(|lifetime| newest.created_at.elapsed() < lifetime);
        is_alive.then(|| newest.value.clone())
    }

    fn forget_newest(&self, key: &K) {
        self.lock_newest().take_if(|newest| newest.key == *key);
    }

    pub async fn get(&self, key: &K) -> Option<V> {
        let found = self.entries.get(key).await;
        self.figures.count(found.is_some());
        found
    }

    /// Returns the entry of `key`, or that of `create` where there is none or `is_outdated` says so.
    pub async fn get_or_insert_if(
        &self,
        key: K,
        create: impl FnOnce() -> V,
        mut is_outdated: impl FnMut(&V) -> bool + Send,
    ) -> V {
        if let Some(value) = self.newest_of(&key).filter(|value| !is_outdated(value)) {
            self.figures.count(true);
            return value;
        }
        // Boxed, because moka's future has some 1,500 bytes, and everything that waits for a cache would be as large.
        Box::pin(self.find_or_create(key, create, is_outdated)).await
    }

    async fn find_or_create(
        &self,
        key: K,
        create: impl FnOnce() -> V,
        is_outdated: impl FnMut(&V) -> bool + Send,
    ) -> V {
        let created_at = Instant::now();
        let entry = self.entries.entry(key.clone()).or_insert_with_if(async { create() }, is_outdated).await;
        let is_fresh = entry.is_fresh();
        let value = entry.into_value();
        if is_fresh {
            *self.lock_newest() = Some(Newest { key, value: value.clone(), created_at });
        }
        self.figures.count(!is_fresh);
        value
    }

    pub async fn insert(&self, key: K, value: V) {
        self.forget_newest(&key);
        self.entries.insert(key, value).await;
    }

    pub async fn remove(&self, key: &K) {
        self.forget_newest(key);
        self.entries.invalidate(key).await;
    }

    /// Removes every entry.
    pub fn clear(&self) {
        self.lock_newest().take();
        self.entries.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TESTED: CacheFigures = CacheFigures::new("tested");

    #[tokio::test]
    async fn an_entry_is_created_once_until_it_is_outdated() {
        let cache = Cache::<i64, i64>::new(&TESTED, 1_024, None, |_, _| 8);
        let mut values = Vec::new();
        for (created, oldest) in [(1, 0), (2, 0), (3, 2), (4, 3)] {
            values.push(cache.get_or_insert_if(1, || created, |value| *value < oldest).await);
        }
        assert_eq!(values, [1, 1, 3, 3]);
        assert_eq!((TESTED.hits(), TESTED.misses()), (2, 2));
    }

    #[tokio::test]
    async fn an_entry_that_was_removed_is_created_again() {
        static REMOVED: CacheFigures = CacheFigures::new("removed");
        let cache = Cache::<i64, i64>::new(&REMOVED, 1_024, None, |_, _| 8);
        let get = async |created| cache.get_or_insert_if(1, || created, |_| false).await;
        assert_eq!((get(1).await, get(2).await), (1, 1));
        cache.remove(&1).await;
        assert_eq!(get(3).await, 3);
        cache.insert(1, 4).await;
        assert_eq!(get(5).await, 4);
        cache.clear();
        assert_eq!(get(6).await, 6);
    }

    #[tokio::test]
    async fn the_newest_entry_does_not_outlive_its_time() {
        static SHORT: CacheFigures = CacheFigures::new("short");
        let cache = Cache::<i64, i64>::new(&SHORT, 1_024, Some(Duration::ZERO), |_, _| 8);
        let get = async |created| cache.get_or_insert_if(1, || created, |_| false).await;
        assert_eq!((get(1).await, get(2).await), (1, 2));
    }

    #[tokio::test]
    async fn the_weight_stays_below_the_bound_and_entries_in_use_stay() {
        static BOUNDED: CacheFigures = CacheFigures::new("bounded");
        let cache = Cache::<i64, i64>::new(&BOUNDED, 1_000, None, |_, _| 10);
        for key in 0..50 {
            cache.insert(key, key).await;
        }
        for _ in 0..20 {
            for key in 0..50 {
                cache.get(&key).await;
            }
        }
        for key in 1_000..3_000 {
            cache.insert(key, key).await;
        }
        cache.entries.run_pending_tasks().await;
        assert!(cache.entries.weighted_size() <= 1_000);
        let mut kept = 0;
        for key in 0..50 {
            kept += usize::from(cache.get(&key).await.is_some());
        }
        assert!(kept >= 45, "only {kept} of 50 entries in use are left");
    }
}
