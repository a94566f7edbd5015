//! How much of something one caller may hold at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts what each key holds. The map is bounded by what is held in all.
#[derive(Debug)]
pub struct ConcurrencyLimiter<K>(Arc<Mutex<HashMap<K, usize>>>);

impl<K> Default for ConcurrencyLimiter<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> ConcurrencyLimiter<K> {
    /// Takes one for `key`, unless it holds `most` already. It is given back when the answer is dropped.
    pub fn take(&self, key: K, most: usize) -> Option<Permit<K>> {
        let mut held = lock(&self.0);
        let count = held.entry(key.clone()).or_default();
        // A new entry is below every bound but zero, so none stays behind empty.
        if *count >= most.max(1) {
            return None;
        }
        *count += 1;
        Some(Permit { key, held: self.0.clone() })
    }
}

impl<K: Eq + Hash> ConcurrencyLimiter<K> {
    /// Returns how much `key` holds.
    pub fn held(&self, key: &K) -> usize {
        lock(&self.0).get(key).copied().unwrap_or_default()
    }
}

/// One of something, held until it is dropped.
#[derive(Debug)]
pub struct Permit<K: Eq + Hash> {
    key: K,
    held: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Eq + Hash> Drop for Permit<K> {
    fn drop(&mut self) {
        let mut held = lock(&self.held);
        if let Some(count) = held.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.key);
            }
        }
    }
}

fn lock<K>(held: &Mutex<HashMap<K, usize>>) -> MutexGuard<'_, HashMap<K, usize>> {
    // Nothing panics while it is held.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what counts as one address: an IPv6 subscriber has a whole /64 to choose from.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}
