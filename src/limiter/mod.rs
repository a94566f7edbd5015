//! Rate limits. Counters of attempts that must survive a restart are in `accounts::attempts`.
//!
//! Each pair of a [`RateLimit`] and a key has a token bucket with the capacity `burst`, which refills by `amount` in
//! `per`. The stored value is the time at which the bucket will be full (the generic cell rate algorithm), so that an
//! entry is one number and a full bucket needs no entry.
//!
//! Users are counted over all nodes, as `sharing` describes. Addresses are counted by each node: an attacker can have
//! millions of them, and a row for each would load the database.
//!
//! The crate `governor` does not fit: it can only check and take in one step, while the limits on logins count
//! failures, which are known after the check. It has no [`Limiter::peek`], no [`Limiter::charge`] and no bound on the
//! number of keys.

mod buckets;
mod sharing;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::CampusNetworks;
use crate::db::Db;
use crate::error::{Error, ExceededLimit, Result};
use crate::figures::RATE_LIMITED;
use buckets::{BucketId, Buckets, Shortage, Subject, Withdrawal};
use sharing::Sharing;

/// A limit of `amount` in `per` over time, and of `burst` at once.
#[derive(Debug)]
pub struct RateLimit {
    /// Distinguishes the buckets of this limit from those of others.
    pub name: &'static str,
    pub amount: u32,
    pub per: Duration,
    pub burst: u32,
}

impl RateLimit {
    /// Returns a limit per `minutes`, all of which can be used at once.
    #[must_use]
    pub const fn per_minutes(name: &'static str, amount: u32, minutes: u64) -> Self {
        Self { name, amount, per: Duration::from_mins(minutes), burst: amount }
    }

    /// Returns a limit per hour, all of which can be used at once.
    #[must_use]
    pub const fn per_hour(name: &'static str, amount: u32) -> Self {
        Self::per_minutes(name, amount, 60)
    }

    /// Returns how long it takes to refill `n` in a bucket that is wider by `factor`.
    fn refill_time(&self, n: u32, factor: u32) -> Duration {
        (self.per * n) / self.amount.max(1).saturating_mul(factor)
    }

    /// Returns how long it takes to refill an empty bucket, whatever its width.
    fn time_to_full(&self) -> Duration {
        self.refill_time(self.burst, 1)
    }
}

/// The callers that a limit counts as one.
///
/// An address of a campus network has a bucket that is wider by [`CampusNetworks::FACTOR`], whatever the limit.
#[derive(Clone, Copy, Debug)]
pub enum LimitKey {
    /// An account or a session.
    Id(i64),
    Address(IpAddr),
}

impl From<i64> for LimitKey {
    fn from(id: i64) -> Self {
        Self::Id(id)
    }
}

impl From<IpAddr> for LimitKey {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

/// Returns one number for all addresses of a subscriber: an IPv4 address, or the first 64 bits of an IPv6 address.
///
/// The two cannot collide, because IPv6 networks below `::1:0:0` are not assigned.
pub fn address_key(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

/// What a bucket contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// The name of the limit.
    pub name: &'static str,
    /// What the limit allows in `per`.
    pub quota: u32,
    pub per: Duration,
    pub amount: u32,
    /// When the bucket will be full.
    pub full_at: Timestamp,
    /// How long it takes until the bucket contains more; zero if it is full.
    pub next_in: Duration,
}

/// The buckets of this node. Cheap to clone; all clones share them.
#[derive(Clone, Debug)]
pub struct Limiter {
    clock: Clock,
    is_enabled: bool,
    campus: CampusNetworks,
    buckets: Arc<Mutex<Buckets>>,
    /// `None` if no other node uses the database.
    sharing: Option<Arc<Sharing>>,
}

impl Limiter {
    /// Creates a limiter with full buckets. If it is not enabled, it allows everything and counts nothing.
    ///
    /// Nodes that share `db` count users together, if [`Limiter::run_sharing`] runs on each.
    #[must_use]
    pub fn new(clock: Clock, is_enabled: bool, campus: CampusNetworks, db: Option<Db>) -> Self {
        let sharing = db.filter(|db| is_enabled && db.is_shared()).map(|db| Arc::new(Sharing::new(db)));
        let buckets = Arc::new(Mutex::new(Buckets::new(sharing.is_some())));
        Self { clock, is_enabled, campus, buckets, sharing }
    }

    /// Exchanges the counts of users with the other nodes. Returns at once if there can be none, otherwise never.
    pub async fn run_sharing(self) {
        if let Some(sharing) = &self.sharing {
            sharing.run(&self.clock, &self.buckets).await;
        }
    }

    /// Deletes the rows of full buckets.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep(&self) -> Result<()> {
        if let Some(sharing) = &self.sharing {
            sharing.delete_full(self.clock.now()).await?;
        }
        Ok(())
    }

    /// Takes `n` from a bucket, or nothing if it contains less. Waits for the database only during a burst.
    ///
    /// Not for transactions, which must not wait: [`Limiter::reserve`] before them.
    ///
    /// # Errors
    /// Rate limited, with the time until the bucket contains `n`. Only meaningful if `n` is at most `burst`.
    pub async fn take(&self, limit: &'static RateLimit, key: impl Into<LimitKey> + Send, n: u32) -> Result<()> {
        self.reserve(limit, key, n).await.map(Reservation::keep)
    }

    /// Takes `n` from a bucket until it is known whether that counts: if the reservation is dropped, it does not.
    ///
    /// # Errors
    /// Like those of [`Limiter::take`].
    pub async fn reserve(
        &self,
        limit: &'static RateLimit,
        key: impl Into<LimitKey> + Send,
        n: u32,
    ) -> Result<Reservation> {
        let withdrawal = self.withdrawal(limit, key.into(), n);
        if !self.is_enabled {
            return Ok(Reservation { limiter: self.clone(), withdrawal: None });
        }
        let mut may_wait = true;
        loop {
            let taken = self.lock().take(&withdrawal.0, self.clock.elapsed(), may_wait);
            match (taken, &self.sharing) {
                (Ok(()), _) => return Ok(Reservation { limiter: self.clone(), withdrawal: Some(withdrawal.0) }),
                (Err(Shortage::Empty(wait)), _) => return Err(exceeded(limit, withdrawal.1, wait)),
                (Err(Shortage::Unshared), Some(sharing)) => may_wait = sharing.exchange().await,
                (Err(Shortage::Unshared), None) => may_wait = false,
            }
        }
    }

    /// Checks whether `n` can be taken, and takes nothing.
    ///
    /// # Errors
    /// Like those of [`Limiter::take`].
    pub fn peek(&self, limit: &'static RateLimit, key: impl Into<LimitKey>, n: u32) -> Result<()> {
        let (withdrawal, factor) = self.withdrawal(limit, key.into(), n);
        let shortage = self.lock().shortage(&withdrawal, self.clock.elapsed());
        if self.is_enabled && !shortage.is_zero() { Err(exceeded(limit, factor, shortage)) } else { Ok(()) }
    }

    /// Takes `n` for what has already happened, or everything if the bucket contains less.
    pub fn charge(&self, limit: &'static RateLimit, key: impl Into<LimitKey>, n: u32) {
        if self.is_enabled {
            let (withdrawal, _) = self.withdrawal(limit, key.into(), n);
            self.lock().charge(&withdrawal, self.clock.elapsed());
        }
    }

    /// Returns what a bucket contains, as far as this node knows. `None` if the limiter is not enabled.
    pub fn remaining(&self, limit: &'static RateLimit, key: impl Into<LimitKey>) -> Option<Remaining> {
        if !self.is_enabled {
            return None;
        }
        let (withdrawal, factor) = self.withdrawal(limit, key.into(), 1);
        let now = self.clock.elapsed();
        let missing = self.lock().full_at(&withdrawal.id).unwrap_or(now).since(now);
        let amount = u128::from(limit.amount) * u128::from(factor);
        let taken = missing.as_micros() * amount / limit.per.as_micros().max(1);
        let capacity = limit.burst.saturating_mul(factor);
        Some(Remaining {
            name: limit.name,
            quota: limit.amount.saturating_mul(factor),
            per: limit.per,
            amount: capacity.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX)),
            full_at: self.clock.now().plus(missing),
            next_in: missing.min(withdrawal.cost),
        })
    }

    /// Returns what to take from which bucket, and how many times larger than elsewhere the bucket is.
    fn withdrawal(&self, limit: &'static RateLimit, key: LimitKey, n: u32) -> (Withdrawal, u32) {
        let (subject, factor) = match key {
            LimitKey::Id(id) => (Subject::Id(id), 1),
            LimitKey::Address(address) => {
                let factor = if self.campus.contains(address) { CampusNetworks::FACTOR } else { 1 };
                (Subject::Network(address_key(address)), factor)
            }
        };
        let id = BucketId { limit: limit.name, subject };
        (Withdrawal { id, cost: limit.refill_time(n, factor), capacity: limit.time_to_full() }, factor)
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn exceeded(limit: &RateLimit, factor: u32, retry_after: Duration) -> Error {
    RATE_LIMITED.add_one(limit.name);
    let amount = limit.amount.saturating_mul(factor);
    Error::RateLimited(ExceededLimit { name: limit.name, amount, per: limit.per, retry_after })
}

/// What was taken from a bucket, and returns to it unless it is kept.
#[must_use = "what a dropped reservation has taken returns to its bucket"]
#[derive(Debug)]
pub struct Reservation {
    limiter: Limiter,
    withdrawal: Option<Withdrawal>,
}

impl Reservation {
    /// Keeps what was taken.
    pub fn keep(mut self) {
        self.withdrawal = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(withdrawal) = self.withdrawal.take() {
            self.limiter.lock().release(&withdrawal, self.limiter.clock.elapsed());
        }
    }
}
