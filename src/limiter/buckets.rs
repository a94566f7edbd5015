//! The token buckets of a node.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::clock::Timestamp;

/// Beyond this number, full buckets are evicted, then those closest to full, until a quarter of the space is free.
pub(super) const MAX_BUCKETS: usize = 100_000;

/// A node counts this part of a bucket before the database must know it.
pub(super) const UNSHARED_PART: u32 = 10;

/// A bucket, identified by the name of its limit and by what is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct BucketId {
    pub limit: &'static str,
    pub subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// An account or a session, counted over all nodes.
    Id(i64),
    /// The addresses of one subscriber, counted by each node.
    Network(u64),
}

/// What is taken from a bucket.
#[derive(Clone, Debug)]
pub(super) struct Withdrawal {
    pub id: BucketId,
    /// How long it takes to refill what is taken.
    pub cost: Duration,
    /// How long it takes to refill an empty bucket.
    pub capacity: Duration,
}

/// Why nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shortage {
    /// The bucket contains enough after this time.
    Empty(Duration),
    /// The database must first know what this node has taken.
    Unshared,
}

/// One bucket, as far as this node knows.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// When the bucket will be full, in the time that the clock has run.
    full_at: Timestamp,
    /// The part of this that the database does not know, in microseconds. Negative after a reservation that the database
    /// knows was released.
    unshared: i64,
}

#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Buckets without an entry are full.
    entries: HashMap<BucketId, Bucket>,
    /// Buckets from which this node has taken so much that the database should know it soon.
    pending: HashSet<BucketId>,
    shares: bool,
}

impl Buckets {
    /// Creates full buckets. If the node shares them with others, it notes what it has taken.
    pub fn new(shares: bool) -> Self {
        Self { shares, ..Self::default() }
    }

    pub fn full_at(&self, id: &BucketId) -> Option<Timestamp> {
        self.entries.get(id).map(|bucket| bucket.full_at)
    }

    /// Returns how long it takes until `cost` can be taken; zero if it can be taken now.
    pub fn shortage(&self, withdrawal: &Withdrawal, now: Timestamp) -> Duration {
        let full_at = self.full_at(&withdrawal.id).unwrap_or(now).max(now);
        full_at.plus(withdrawal.cost).since(now.plus(withdrawal.capacity))
    }

    /// Takes from a bucket. With `may_wait` it takes nothing while the database knows too little.
    pub fn take(&mut self, withdrawal: &Withdrawal, now: Timestamp, may_wait: bool) -> Result<(), Shortage> {
        let shortage = self.shortage(withdrawal, now);
        if !shortage.is_zero() {
            return Err(Shortage::Empty(shortage));
        }
        let unshared = self.entries.get(&withdrawal.id).map_or(0, |bucket| bucket.unshared);
        let is_beyond_part = unshared > 0 && unshared + micros(withdrawal.cost) > unshared_part(withdrawal);
        if may_wait && is_beyond_part {
            self.pending.insert(withdrawal.id.clone());
            return Err(Shortage::Unshared);
        }
        self.add(withdrawal, micros(withdrawal.cost), now);
        Ok(())
    }

    /// Takes from a bucket, or everything if it contains less.
    pub fn charge(&mut self, withdrawal: &Withdrawal, now: Timestamp) {
        let full_at = self.full_at(&withdrawal.id).unwrap_or(now).max(now);
        let contained = now.plus(withdrawal.capacity).since(full_at);
        self.add(withdrawal, micros(withdrawal.cost.min(contained)), now);
    }

    /// Returns what was taken from a bucket.
    pub fn release(&mut self, withdrawal: &Withdrawal, now: Timestamp) {
        self.add(withdrawal, -micros(withdrawal.cost), now);
    }

    fn add(&mut self, withdrawal: &Withdrawal, amount: i64, now: Timestamp) {
        if self.entries.len() >= MAX_BUCKETS && !self.entries.contains_key(&withdrawal.id) {
            evict(&mut self.entries, now);
        }
        let bucket = self.entries.entry(withdrawal.id.clone()).or_insert(Bucket { full_at: now, unshared: 0 });
        bucket.full_at = Timestamp(bucket.full_at.max(now).0 + amount);
        if self.shares && matches!(withdrawal.id.subject, Subject::Id(_)) {
            bucket.unshared += amount;
            // Half of what needs no wait, so that callers who send steadily never wait.
            if bucket.unshared.abs() * 2 >= unshared_part(withdrawal) {
                self.pending.insert(withdrawal.id.clone());
            }
        }
    }

    /// Returns what the database should know, of at most `limit` buckets.
    pub fn take_pending(&mut self, limit: usize) -> Vec<(BucketId, i64)> {
        let ids: Vec<BucketId> = self.pending.iter().take(limit).cloned().collect();
        let unshared = |id: BucketId| {
            self.pending.remove(&id);
            let amount = self.entries.get(&id)?.unshared;
            (amount != 0).then_some((id, amount))
        };
        ids.into_iter().filter_map(unshared).collect()
    }

    /// Notes that the database still does not know what this node has taken.
    pub fn not_shared(&mut self, ids: impl IntoIterator<Item = BucketId>) {
        self.pending.extend(ids);
    }

    /// Notes that the database knows `amount` of what this node has taken, and when the bucket will be full by what all
    /// nodes have taken.
    pub fn shared(&mut self, id: &BucketId, amount: i64, full_at: Timestamp) {
        if let Some(bucket) = self.entries.get_mut(id) {
            bucket.unshared -= amount;
            bucket.full_at = Timestamp(full_at.0 + bucket.unshared);
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.entries.len()
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn unshared_part(withdrawal: &Withdrawal) -> i64 {
    micros(withdrawal.capacity / UNSHARED_PART)
}

/// Frees at least a quarter of the space, so that during a flood of new keys it does not run for each of them.
fn evict(entries: &mut HashMap<BucketId, Bucket>, now: Timestamp) {
    entries.retain(|_, bucket| bucket.full_at > now);
    let excess = entries.len().saturating_sub(MAX_BUCKETS - MAX_BUCKETS / 4);
    if excess > 0 {
        let mut times: Vec<Timestamp> = entries.values().map(|bucket| bucket.full_at).collect();
        let (_, &mut last_evicted, _) = times.select_nth_unstable(excess - 1);
        entries.retain(|_, bucket| bucket.full_at > last_evicted);
    }
}
