//! Rate limits in memory, per node. Counters that must survive a restart belong in the database.
//!
//! Each pair of a [`RateLimit`] and a key has a token bucket with the capacity `burst`, which refills by `amount` in
//! `per`. The stored value is the time at which the bucket will be full (the generic cell rate algorithm), so that an
//! entry is one number and a full bucket needs no entry.
//!
//! The crate `governor` does not fit: it can only check and take in one step, while the limits on logins count
//! failures, which are known after the check. It has no [`Limiter::peek`], no [`Limiter::charge`] and no bound on the
//! number of keys.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::CampusNetworks;
use crate::error::{Error, Result};

/// Beyond this number, full buckets are evicted, then those closest to full, until a quarter of the space is free.
const MAX_BUCKETS: usize = 100_000;

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

/// The key of a bucket: an id, a network address, or a text such as a folded email address.
///
/// An address of a campus network has a bucket that is wider by [`CampusNetworks::FACTOR`], whatever the limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    Number(u64),
    Text(Box<str>),
    Address(IpAddr),
}

impl From<u64> for LimitKey {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for LimitKey {
    fn from(number: i64) -> Self {
        Self::Number(number.cast_unsigned())
    }
}

impl From<&str> for LimitKey {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
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

type Buckets = HashMap<(&'static str, LimitKey), Timestamp>;

/// The buckets of this node. Cheap to clone; all clones share them.
#[derive(Clone, Debug)]
pub struct Limiter {
    clock: Clock,
    is_enabled: bool,
    campus: CampusNetworks,
    /// When each bucket will be full, in the time that the clock has run.
    buckets: Arc<Mutex<Buckets>>,
}

impl Limiter {
    /// Creates a limiter without buckets. If it is not enabled, it allows everything and counts nothing.
    #[must_use]
    pub fn new(clock: Clock, is_enabled: bool, campus: CampusNetworks) -> Self {
        Self { clock, is_enabled, campus, buckets: Arc::default() }
    }

    /// Takes `n` from a bucket, or nothing if it contains less.
    ///
    /// # Errors
    /// Rate limited, with the time until the bucket contains `n`. Only meaningful if `n` is at most `burst`.
    pub fn take(&self, limit: &'static RateLimit, key: impl Into<LimitKey>, n: u32) -> Result<()> {
        self.apply(limit, key.into(), n, Operation::Take)
    }

    /// Checks whether `n` can be taken, and takes nothing.
    ///
    /// # Errors
    /// Like those of [`Limiter::take`].
    pub fn peek(&self, limit: &'static RateLimit, key: impl Into<LimitKey>, n: u32) -> Result<()> {
        self.apply(limit, key.into(), n, Operation::Peek)
    }

    /// Takes `n` for what has already happened, or everything if the bucket contains less.
    pub fn charge(&self, limit: &'static RateLimit, key: impl Into<LimitKey>, n: u32) {
        // This operation does not fail.
        let _ = self.apply(limit, key.into(), n, Operation::Charge);
    }

    /// Returns how much a bucket contains, and when it will be full. `None` if the limiter is not enabled.
    pub fn remaining(&self, limit: &'static RateLimit, key: impl Into<LimitKey>) -> Option<(u32, Timestamp)> {
        if !self.is_enabled {
            return None;
        }
        let (key, factor) = self.bucket(key.into());
        let now = self.clock.elapsed();
        let full_at = self.lock().get(&(limit.name, key)).copied().unwrap_or(now).max(now);
        let amount = u128::from(limit.amount) * u128::from(factor);
        let missing = full_at.since(now).as_micros() * amount / limit.per.as_micros().max(1);
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let capacity = limit.burst.saturating_mul(factor);
        Some((capacity.saturating_sub(missing), self.clock.now().plus(full_at.since(now))))
    }

    fn apply(&self, limit: &'static RateLimit, key: LimitKey, n: u32, operation: Operation) -> Result<()> {
        if !self.is_enabled {
            return Ok(());
        }
        let (key, factor) = self.bucket(key);
        let now = self.clock.elapsed();
        let empty = now.plus(limit.time_to_full());
        let mut buckets = self.lock();
        let id = (limit.name, key);
        let full_at = buckets.get(&id).map_or(now, |&full_at| full_at.clamp(now, empty));
        let new_full_at = full_at.plus(limit.refill_time(n, factor));
        if operation != Operation::Charge && new_full_at > empty {
            return Err(Error::RateLimited(new_full_at.since(empty)));
        }
        if operation != Operation::Peek {
            if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&id) {
                evict(&mut buckets, now);
            }
            buckets.insert(id, new_full_at.min(empty));
        }
        Ok(())
    }

    /// Returns the key of a bucket, and how many times larger than elsewhere it is.
    fn bucket(&self, key: LimitKey) -> (LimitKey, u32) {
        match key {
            LimitKey::Address(address) => {
                let factor = if self.campus.contains(address) { CampusNetworks::FACTOR } else { 1 };
                (LimitKey::Number(address_key(address)), factor)
            }
            key => (key, 1),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Take,
    Peek,
    Charge,
}

/// Frees at least a quarter of the space, so that during a flood of new keys it does not run for each of them.
fn evict(buckets: &mut Buckets, now: Timestamp) {
    buckets.retain(|_, full_at| *full_at > now);
    let excess = buckets.len().saturating_sub(MAX_BUCKETS - MAX_BUCKETS / 4);
    if excess > 0 {
        let mut times: Vec<Timestamp> = buckets.values().copied().collect();
        let (_, &mut last_evicted, _) = times.select_nth_unstable(excess - 1);
        buckets.retain(|_, full_at| *full_at > last_evicted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LOGINS: RateLimit = RateLimit { name: "logins", amount: 6, per: Duration::from_mins(1), burst: 3 };
    static MAILS: RateLimit = RateLimit { name: "mails", amount: 1, per: Duration::from_hours(1), burst: 1 };

    fn limiter() -> (Clock, Limiter) {
        let clock = Clock::manual(Timestamp(1_800_000_000_000_000));
        let campus = "203.0.113.0/24".parse().expect("a network");
        (clock.clone(), Limiter::new(clock, true, campus))
    }

    fn wait(result: &Result<()>) -> Option<Duration> {
        match result {
            Err(Error::RateLimited(wait)) => Some(*wait),
            _ => None,
        }
    }

    #[test]
    fn a_burst_is_allowed_and_then_one_request_per_refill() {
        let (clock, limiter) = limiter();
        for _ in 0..3 {
            assert!(limiter.take(&LOGINS, 7_u64, 1).is_ok());
        }
        assert_eq!(wait(&limiter.take(&LOGINS, 7_u64, 1)), Some(Duration::from_secs(10)));
        assert!(limiter.take(&LOGINS, 8_u64, 1).is_ok(), "another key has its own bucket");
        assert!(limiter.take(&MAILS, 7_u64, 1).is_ok(), "another limit too");
        clock.advance(Duration::from_secs(10));
        assert!(limiter.take(&LOGINS, 7_u64, 1).is_ok());
        assert_eq!(wait(&limiter.take(&LOGINS, 7_u64, 2)), Some(Duration::from_secs(20)));
    }

    #[test]
    fn peek_takes_nothing_and_charge_never_fails() {
        let (clock, limiter) = limiter();
        for _ in 0..9 {
            assert!(limiter.peek(&LOGINS, "jane", 1).is_ok());
        }
        limiter.charge(&LOGINS, "jane", 50);
        assert_eq!(
            wait(&limiter.peek(&LOGINS, "jane", 1)),
            Some(Duration::from_secs(10)),
            "the bucket is empty, not negative"
        );
        clock.advance(Duration::from_secs(30));
        assert!(limiter.take(&LOGINS, "jane", 3).is_ok());
    }

    #[test]
    fn what_remains_is_known_before_it_is_used_up() {
        let (clock, limiter) = limiter();
        assert_eq!(limiter.remaining(&LOGINS, "jane"), Some((3, clock.now())));
        limiter.charge(&LOGINS, "jane", 2);
        assert_eq!(limiter.remaining(&LOGINS, "jane"), Some((1, clock.now().plus(Duration::from_secs(20)))));
        clock.advance(Duration::from_secs(20));
        assert_eq!(limiter.remaining(&LOGINS, "jane"), Some((3, clock.now())));
        assert_eq!(Limiter::new(clock, false, CampusNetworks::default()).remaining(&LOGINS, "jane"), None);
    }

    #[test]
    fn a_disabled_limiter_allows_everything() {
        let limiter = Limiter::new(Clock::system(), false, CampusNetworks::default());
        limiter.charge(&MAILS, 1_u64, 100);
        assert!(limiter.take(&MAILS, 1_u64, 100).is_ok());
    }

    #[test]
    fn addresses_of_a_subscriber_have_the_same_key() {
        let key = |text: &str| text.parse().map(address_key).ok();
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn an_address_of_the_campus_has_fifty_times_the_limit() {
        let (clock, limiter) = limiter();
        let take = |address: [u8; 4]| limiter.take(&LOGINS, IpAddr::from(address), 1).is_ok();
        let taken = |address: [u8; 4]| (0..1_000).take_while(|_| take(address)).count();
        assert_eq!((taken([192, 0, 2, 1]), taken([203, 0, 113, 1])), (3, 150));
        clock.advance(Duration::from_secs(10));
        assert_eq!((taken([192, 0, 2, 1]), taken([203, 0, 113, 1])), (1, 50));
    }

    #[test]
    fn a_flood_of_keys_stays_within_the_bound_and_the_emptiest_buckets_stay() {
        let (_, limiter) = limiter();
        limiter.charge(&LOGINS, "guesser", 3);
        for key in 0..150_000_u64 {
            limiter.charge(&LOGINS, key, 1);
        }
        assert!(limiter.lock().len() <= MAX_BUCKETS);
        assert!(limiter.take(&LOGINS, "guesser", 1).is_err());
    }
}
