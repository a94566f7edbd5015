//! Limits how many permits one key, such as an account or address, holds at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts the permits of each key. The map has an entry only for keys with permits.
#[derive(Debug)]
pub struct ConcurrencyLimiter<K>(Arc<Mutex<HashMap<K, usize>>>);

impl<K> Default for ConcurrencyLimiter<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> ConcurrencyLimiter<K> {
    /// Acquires a permit for `key` unless it already holds `limit`. A limit of zero counts as one.
    pub fn try_acquire(&self, key: K, limit: usize) -> Option<Permit<K>> {
        let mut held = lock(&self.0);
        let count = held.entry(key.clone()).or_default();
        // A new entry is below every limit but zero; the rejection of one would leave an empty entry.
        if *count >= limit.max(1) {
            return None;
        }
        *count += 1;
        Some(Permit { key, held: self.0.clone() })
    }
}

impl<K: Eq + Hash> ConcurrencyLimiter<K> {
    /// Returns the number of permits that `key` holds.
    pub fn held(&self, key: &K) -> usize {
        lock(&self.0).get(key).copied().unwrap_or_default()
    }
}

/// A permit, released when it is dropped.
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
    // No code panics while the lock is held.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the key of an address: an IPv6 subscriber has a whole /64, so it counts as one address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}
