//! Tests of one limiter; `tests/it/limits` has those of several nodes.

use super::buckets::MAX_BUCKETS;
use super::*;

static LOGINS: RateLimit = RateLimit { name: "logins", amount: 6, per: Duration::from_mins(1), burst: 3 };
static MAILS: RateLimit = RateLimit { name: "mails", amount: 1, per: Duration::from_hours(1), burst: 1 };

fn limiter() -> (Clock, Limiter) {
    let clock = Clock::manual(Timestamp(1_800_000_000_000_000));
    let campus = "203.0.113.0/24".parse().expect("a network");
    (clock.clone(), Limiter::new(clock, true, campus, None))
}

fn wait(result: &Result<()>) -> Option<Duration> {
    match result {
        Err(Error::RateLimited(limit)) => Some(limit.retry_after),
        _ => None,
    }
}

#[tokio::test]
async fn a_burst_is_allowed_and_then_one_request_per_refill() {
    let (clock, limiter) = limiter();
    for _ in 0..3 {
        assert!(limiter.take(&LOGINS, 7, 1).await.is_ok());
    }
    assert_eq!(wait(&limiter.take(&LOGINS, 7, 1).await), Some(Duration::from_secs(10)));
    assert!(limiter.take(&LOGINS, 8, 1).await.is_ok(), "another key has its own bucket");
    assert!(limiter.take(&MAILS, 7, 1).await.is_ok(), "another limit too");
    clock.advance(Duration::from_secs(10));
    assert!(limiter.take(&LOGINS, 7, 1).await.is_ok());
    assert_eq!(wait(&limiter.take(&LOGINS, 7, 2).await), Some(Duration::from_secs(20)));
}

#[tokio::test]
async fn peek_takes_nothing_and_charge_never_fails() {
    let (clock, limiter) = limiter();
    for _ in 0..9 {
        assert!(limiter.peek(&LOGINS, 7, 1).is_ok());
    }
    limiter.charge(&LOGINS, 7, 50);
    assert_eq!(wait(&limiter.peek(&LOGINS, 7, 1)), Some(Duration::from_secs(10)), "the bucket is empty, not negative");
    clock.advance(Duration::from_secs(30));
    assert!(limiter.take(&LOGINS, 7, 3).await.is_ok());
}

#[tokio::test]
async fn what_remains_is_known_before_it_is_used_up() {
    let (clock, limiter) = limiter();
    let remaining = || limiter.remaining(&LOGINS, 7).map(|left| (left.amount, left.full_at, left.next_in.as_secs()));
    assert_eq!(remaining(), Some((3, clock.now(), 0)));
    limiter.charge(&LOGINS, 7, 2);
    assert_eq!(remaining(), Some((1, clock.now().plus(Duration::from_secs(20)), 10)));
    clock.advance(Duration::from_secs(20));
    assert_eq!(remaining(), Some((3, clock.now(), 0)));
    assert_eq!(Limiter::new(clock, false, CampusNetworks::default(), None).remaining(&LOGINS, 7), None);
}

#[tokio::test]
async fn a_dropped_reservation_counts_nothing() {
    let (_, limiter) = limiter();
    for _ in 0..9 {
        drop(limiter.reserve(&LOGINS, 7, 3).await);
    }
    assert!(limiter.take(&LOGINS, 7, 3).await.is_ok());
    assert!(limiter.reserve(&LOGINS, 7, 1).await.is_err());
}

#[tokio::test]
async fn a_disabled_limiter_allows_everything() {
    let limiter = Limiter::new(Clock::system(), false, CampusNetworks::default(), None);
    limiter.charge(&MAILS, 1, 100);
    assert!(limiter.take(&MAILS, 1, 100).await.is_ok());
}

#[test]
fn addresses_of_a_subscriber_have_the_same_key() {
    let key = |text: &str| text.parse().map(address_key).ok();
    assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
}

#[tokio::test]
async fn an_address_of_the_campus_has_fifty_times_the_limit() {
    let (clock, limiter) = limiter();
    let taken = async |address: [u8; 4]| {
        let mut taken = 0;
        while limiter.take(&LOGINS, IpAddr::from(address), 1).await.is_ok() {
            taken += 1;
        }
        taken
    };
    assert_eq!((taken([192, 0, 2, 1]).await, taken([203, 0, 113, 1]).await), (3, 150));
    clock.advance(Duration::from_secs(10));
    assert_eq!((taken([192, 0, 2, 1]).await, taken([203, 0, 113, 1]).await), (1, 50));
}

#[tokio::test]
async fn a_flood_of_keys_stays_within_the_bound_and_the_emptiest_buckets_stay() {
    let (_, limiter) = limiter();
    limiter.charge(&LOGINS, -1, 3);
    for key in 0..150_000_i64 {
        limiter.charge(&LOGINS, key, 1);
    }
    assert!(limiter.lock().len() <= MAX_BUCKETS);
    assert!(limiter.take(&LOGINS, -1, 1).await.is_err());
}
