//! How often something may be done: counted limits per time, in memory, per node.
//!
//! Each pair of a [`RateLimit`] and a key has a bucket that holds `burst` and refills by `amount` in `per`. What is stored is
//! the instant at which the bucket will be full again (the generic cell rate algorithm), so an entry is one number and
//! a full bucket is no entry at all. Counters that must survive a restart belong in the database; these are for
//! addresses, where a restart forgives little.
//!
//! Not the crate `governor`: it can only ask and take at once, and the limits on logins count failures, which are known
//! after the fact. It has no [`Limiter::peek`] and no [`Limiter::charge`], and no bound on its keys.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};

/// So many buckets are kept. Beyond it full ones go, then the quarter that is closest to full.
const MAX_BUCKETS: usize = 100_000;

/// A limit: `amount` in `per` over time, at most `burst` at once.
#[derive(Debug)]
pub struct RateLimit {
    /// Keeps the keys of different rules apart.
    pub name: &'static str,
    pub amount: u32,
    pub per: Duration,
    pub burst: u32,
}

impl RateLimit {
    /// A limit that may be used up at once.
    #[must_use]
    pub const fn per_minutes(name: &'static str, amount: u32, minutes: u64) -> Self {
        Self { name, amount, per: Duration::from_mins(minutes), burst: amount }
    }

    /// A limit that may be used up at once.
    #[must_use]
    pub const fn per_hour(name: &'static str, amount: u32) -> Self {
        Self::per_minutes(name, amount, 60)
    }

    /// How long `n` take to refill.
    fn refill(&self, n: u32) -> Duration {
        (self.per * n) / self.amount.max(1)
    }
}

/// Whose bucket: an id, an address by [`address_key`], or a text such as a folded mail address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    Number(u64),
    Text(Box<str>),
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
        Self::Number(address_key(address))
    }
}

/// Returns one number for everybody who may be one subscriber: an IPv4 address, or the first 64 bits of an IPv6 one.
///
/// The two never meet: IPv6 networks below `::1:0:0` are not given out.
pub fn address_key(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

/// The buckets of this node. Cheap to clone; all clones share them.
#[derive(Clone, Debug)]
pub struct Limiter {
    clock: Clock,
    is_on: bool,
    /// When each bucket will be full again, by how long the clock has run.
    buckets: Arc<Mutex<HashMap<(&'static str, LimitKey), Timestamp>>>,
}

impl Limiter {
    /// Switched off, it lets everything pass and counts nothing.
    #[must_use]
    pub fn new(clock: Clock, is_on: bool) -> Self {
        Self { clock, is_on, buckets: Arc::default() }
    }

    /// Takes `n`, or nothing at all.
    ///
    /// # Errors
    /// Rate limited, with the time until there will be `n`; so long as `burst` reaches that far.
    pub fn take(&self, rule: &'static RateLimit, key: impl Into<LimitKey>, n: u32) -> Result<()> {
        self.change(rule, key.into(), n, KeyKind::Take)
    }

    /// Asks whether `n` could be taken, and takes nothing.
    ///
    /// # Errors
    /// As [`Limiter::take`].
    pub fn peek(&self, rule: &'static RateLimit, key: impl Into<LimitKey>, n: u32) -> Result<()> {
        self.change(rule, key.into(), n, KeyKind::Peek)
    }

    /// Takes `n` for what has already happened, down to an empty bucket.
    pub fn charge(&self, rule: &'static RateLimit, key: impl Into<LimitKey>, n: u32) {
        // Cannot be refused, and whoever charges has nothing left to refuse.
        let _ = self.change(rule, key.into(), n, KeyKind::Charge);
    }

    fn change(&self, rule: &'static RateLimit, key: LimitKey, n: u32, kind: KeyKind) -> Result<()> {
        if !self.is_on {
            return Ok(());
        }
        let now = self.clock.elapsed();
        let latest = now.plus(rule.refill(rule.burst));
        let mut buckets = self.lock();
        let id = (rule.name, key);
        let full_at = buckets.get(&id).map_or(now, |&full_at| full_at.clamp(now, latest));
        let wanted = full_at.plus(rule.refill(n));
        if kind != KeyKind::Charge && wanted > latest {
            return Err(Error::RateLimited(wanted.since(latest)));
        }
        if kind != KeyKind::Peek {
            if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&id) {
                make_room(&mut buckets, now);
            }
            buckets.insert(id, wanted.min(latest));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(&'static str, LimitKey), Timestamp>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyKind {
    Take,
    Peek,
    Charge,
}

/// Removes at least a quarter, so that a flood of new keys does not pay for this at each of them.
fn make_room(buckets: &mut HashMap<(&'static str, LimitKey), Timestamp>, now: Timestamp) {
    buckets.retain(|_, full_at| *full_at > now);
    let excess = buckets.len().saturating_sub(MAX_BUCKETS - MAX_BUCKETS / 4);
    if excess > 0 {
        let mut times: Vec<Timestamp> = buckets.values().copied().collect();
        let (_, &mut newest_to_go, _) = times.select_nth_unstable(excess - 1);
        buckets.retain(|_, full_at| *full_at > newest_to_go);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LOGINS: RateLimit = RateLimit { name: "logins", amount: 6, per: Duration::from_mins(1), burst: 3 };
    static MAILS: RateLimit = RateLimit { name: "mails", amount: 1, per: Duration::from_hours(1), burst: 1 };

    fn limiter() -> (Clock, Limiter) {
        let clock = Clock::manual(Timestamp(1_800_000_000_000_000));
        (clock.clone(), Limiter::new(clock, true))
    }

    fn wait(result: &Result<()>) -> Option<Duration> {
        match result {
            Err(Error::RateLimited(wait)) => Some(*wait),
            _ => None,
        }
    }

    #[test]
    fn a_burst_passes_then_one_per_refill() {
        let (clock, limiter) = limiter();
        for _ in 0..3 {
            assert!(limiter.take(&LOGINS, 7_u64, 1).is_ok());
        }
        assert_eq!(wait(&limiter.take(&LOGINS, 7_u64, 1)), Some(Duration::from_secs(10)));
        assert!(limiter.take(&LOGINS, 8_u64, 1).is_ok(), "another key has its own bucket");
        assert!(limiter.take(&MAILS, 7_u64, 1).is_ok(), "another rule too");
        clock.advance(Duration::from_secs(10));
        assert!(limiter.take(&LOGINS, 7_u64, 1).is_ok());
        assert_eq!(wait(&limiter.take(&LOGINS, 7_u64, 2)), Some(Duration::from_secs(20)));
    }

    #[test]
    fn peeking_takes_nothing_and_charging_never_refuses() {
        let (clock, limiter) = limiter();
        for _ in 0..9 {
            assert!(limiter.peek(&LOGINS, "jane", 1).is_ok());
        }
        limiter.charge(&LOGINS, "jane", 50);
        assert_eq!(wait(&limiter.peek(&LOGINS, "jane", 1)), Some(Duration::from_secs(10)), "empty, not in debt");
        clock.advance(Duration::from_secs(30));
        assert!(limiter.take(&LOGINS, "jane", 3).is_ok());
    }

    #[test]
    fn switched_off_everything_passes() {
        let limiter = Limiter::new(Clock::system(), false);
        limiter.charge(&MAILS, 1_u64, 100);
        assert!(limiter.take(&MAILS, 1_u64, 100).is_ok());
    }

    #[test]
    fn addresses_count_by_subscriber() {
        let key = |text: &str| text.parse().map(address_key).ok();
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn a_flood_of_keys_stays_within_the_bound_and_spares_who_is_most_in_debt() {
        let (_, limiter) = limiter();
        limiter.charge(&LOGINS, "guesser", 3);
        for key in 0..150_000_u64 {
            limiter.charge(&LOGINS, key, 1);
        }
        assert!(limiter.lock().len() <= MAX_BUCKETS);
        assert!(limiter.take(&LOGINS, "guesser", 1).is_err());
    }
}
