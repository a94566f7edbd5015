//! Counters of attempts in the database, which survive a restart: wrong passwords per account, mails per email address.
//!
//! Attempts per network address are counted in memory, in `limiter`. A campus shares few addresses, so those limits are
//! wide, and a restart that resets them gives away little.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::AccountId;
use super::mailing::ACCOUNT_LIMITS;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Query, SWEEP_BATCH_SIZE, Scan, Tx};
use crate::error::{Error, ExceededLimit, Result};

const HOUR: Duration = Duration::from_hours(1);

/// Wrong passwords without a delay, as in [`FAILURES`].
const FREE_FAILURES: i64 = 10;
/// While failures are free, only those within this time are counted together.
const FREE_WINDOW: Duration = Duration::from_mins(15);
/// What a client learns about the limit during a delay.
const FAILURES: ExceededLimit =
    ExceededLimit { name: "wrong passwords of an account", amount: 10, per: FREE_WINDOW, retry_after: Duration::ZERO };
/// The maximum of the growing delay.
const MAX_DELAY: Duration = Duration::from_mins(15);
/// From this many failures in a row on, one attempt a day is possible (NIST SP 800-63B allows 100). A password reset by
/// mail and a known device still work, so an account is never locked out completely.
const DAILY_DELAY_FAILURES: i64 = 100;
const DAY: Duration = Duration::from_hours(24);
/// A counter that began later than this in the future was written before the clock was set back. The clocks of nodes
/// differ by less.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(5);
/// A counter beyond the free failures is deleted after this long without another failure.
const RETENTION: Duration = Duration::from_hours(30 * 24);

/// A maximum number of attempts within an hour.
#[derive(Clone, Copy, Debug)]
pub struct HourlyLimit {
    pub kind: &'static str,
    pub amount: u32,
}

/// Changes of password and username by one account.
pub const CHANGES_PER_ACCOUNT: HourlyLimit = HourlyLimit { kind: "change", amount: 10 };
/// Passwords submitted with the mailed tokens of one account or address.
pub const TOKENS: HourlyLimit = HourlyLimit { kind: "token", amount: 10 };

/// Returns the subject under which an email address is counted: a hash, because counters outlive accounts and must not
/// contain personal data.
pub fn email_subject(fold: &str) -> String {
    hex(&Sha256::digest(fold.as_bytes())[..16])
}

/// Returns the subject under which an account is counted.
pub fn account_subject(id: AccountId) -> String {
    id.0.to_string()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[derive(sqlx::FromRow)]
struct Counter {
    count: i64,
    window_began_at: Timestamp,
    blocked_until: Timestamp,
}

/// Counts one attempt against an hourly limit, in the transaction of the attempt.
///
/// # Errors
/// Rate limited if the limit of this hour is used up.
pub async fn take(app: &App, tx: &mut Tx, limit: HourlyLimit, subject: &str) -> Result<()> {
    match exceeded(app, tx, limit, subject).await? {
        Some(retry_after) => {
            let HourlyLimit { kind: name, amount } = limit;
            Err(Error::RateLimited(ExceededLimit { name, amount, per: HOUR, retry_after }))
        }
        None => Ok(()),
    }
}

/// Like [`take`], for an attempt that is left out when the limit is used up. Returns whether it is not.
pub async fn try_take(app: &App, tx: &mut Tx, limit: HourlyLimit, subject: &str) -> Result<bool> {
    Ok(exceeded(app, tx, limit, subject).await?.is_none())
}

/// Counts an attempt. Returns the time until the next hour if the limit of this one is exceeded.
async fn exceeded(app: &App, tx: &mut Tx, limit: HourlyLimit, subject: &str) -> Result<Option<Duration>> {
    if !app.config.has_rate_limits() {
        return Ok(None);
    }
    let now = app.clock.now();
    let key = hourly_key(limit, subject);
    let counter = increment(tx, &key, now, now.minus(HOUR)..=now.plus(MAX_CLOCK_SKEW)).await?;
    let wait = HOUR.saturating_sub(now.since(counter.window_began_at));
    Ok(Some(wait).filter(|_| counter.count > i64::from(limit.amount)))
}

/// Rejects every password, also the correct one, until the delay after earlier wrong passwords is over.
///
/// # Errors
/// Rate limited.
pub async fn check_delay(app: &App, subject: &str) -> Result<()> {
    if !app.config.has_rate_limits() {
        return Ok(());
    }
    let (key, now) = (login_key(subject), app.clock.now());
    let counter: Option<Counter> =
        app.db.opt("select count, window_began_at, blocked_until from attempts where key = $1", &[&key]).await?;
    match counter {
        Some(counter) if counter.blocked_until > now && counter.window_began_at <= now.plus(MAX_CLOCK_SKEW) => {
            let retry_after = counter.blocked_until.since(now);
            Err(Error::RateLimited(ExceededLimit { retry_after, ..FAILURES }))
        }
        _ => Ok(()),
    }
}

/// Records a wrong password. From the tenth within 15 minutes on, each one starts a delay. So does each one from the
/// hundredth in a row on, whatever the time between them.
pub async fn record_failure(tx: &mut Tx, subject: &str, now: Timestamp) -> db::Result<()> {
    let key = login_key(subject);
    let counter = increment(tx, &key, now, now.minus(RETENTION)..=Timestamp(i64::MAX)).await?;
    let streak = increment(tx, &streak_key(subject), now, now.minus(RETENTION)..=Timestamp(i64::MAX)).await?.count;
    // Free failures count only if all of them are within the window.
    let is_late = counter.count <= FREE_FAILURES && now.since(counter.window_began_at) > FREE_WINDOW;
    if streak < DAILY_DELAY_FAILURES && is_late {
        tx.run("update attempts set count = 1, window_began_at = $2 where key = $1", &[&key, &now]).await?;
    } else if streak >= DAILY_DELAY_FAILURES || counter.count >= FREE_FAILURES {
        let blocked_until = now.plus(delay(counter.count, streak));
        tx.run(
            "update attempts set blocked_until = $2, window_began_at = $3 where key = $1",
            &[&key, &blocked_until, &now],
        )
        .await?;
    }
    Ok(())
}

/// Deletes the count of wrong passwords, after a correct one.
pub async fn reset(tx: &mut Tx, subject: &str) -> db::Result<u64> {
    tx.run("delete from attempts where key = $1 or key = $2", &[&login_key(subject), &streak_key(subject)]).await
}

/// Deletes all counters of an account that is deleted.
pub async fn delete_by_account(tx: &mut Tx, id: AccountId) -> db::Result<()> {
    let subject = account_subject(id);
    for key in [login_key(&subject), streak_key(&subject)] {
        // Keys of known devices begin with `key:`; `;` is the next character after `:`.
        let (first, last) = (format!("{key}:"), format!("{key};"));
        tx.run("delete from attempts where key = $1 or (key > $2 and key < $3)", &[&key, &first, &last]).await?;
    }
    for limit in ACCOUNT_LIMITS.into_iter().chain([CHANGES_PER_ACCOUNT, TOKENS]) {
        tx.run("delete from attempts where key = $1", &[&hourly_key(limit, &subject)]).await?;
    }
    Ok(())
}

/// Deletes a batch of the counters that have no effect any more. Returns 0 when none is left.
pub async fn delete_expired(db: impl Query, now: Timestamp) -> db::Result<u64> {
    db.run(
        Scan(
            "delete from attempts where blocked_until <= $2 and window_began_at <= $3 and key in (
                 select key from attempts where blocked_until <= $2
                 and (window_began_at <= $1 or (window_began_at <= $3 and count < $4 and key not like 'streak:%'))
                 limit $5)",
        ),
        &[&now.minus(RETENTION), &now, &now.minus(DAY), &FREE_FAILURES, &SWEEP_BATCH_SIZE],
    )
    .await
}

/// Increments a counter that began within the window, and restarts any other at 1.
async fn increment(tx: &mut Tx, key: &str, now: Timestamp, window: RangeInclusive<Timestamp>) -> db::Result<Counter> {
    tx.one(
        "insert into attempts (key, count, window_began_at, blocked_until) values ($1, 1, $2, 0)
         on conflict (key) do update set
             count = case when attempts.window_began_at > $3 and attempts.window_began_at <= $4
                 then attempts.count + 1 else 1 end,
             window_began_at = case when attempts.window_began_at > $3 and attempts.window_began_at <= $4
                 then attempts.window_began_at else $2 end
         returning count, window_began_at, blocked_until",
        &[&key, &now, window.start(), window.end()],
    )
    .await
}

fn hourly_key(limit: HourlyLimit, subject: &str) -> String {
    format!("{}:{subject}", limit.kind)
}

fn login_key(subject: &str) -> String {
    format!("login:{subject}")
}

/// The key for failures in a row, whatever the time between them.
fn streak_key(subject: &str) -> String {
    format!("streak:{subject}")
}

/// Returns 1, 2, 4 .. 900 seconds; one day from the hundredth failure in a row on.
fn delay(failures: i64, streak: i64) -> Duration {
    if failures.max(streak) >= DAILY_DELAY_FAILURES {
        return DAY;
    }
    let doublings = u32::try_from(failures - FREE_FAILURES).unwrap_or_default();
    Duration::from_secs(1_u64.checked_shl(doublings.min(63)).unwrap_or(u64::MAX)).min(MAX_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_a_quarter_of_an_hour_and_then_grows_to_a_day() {
        let seconds: Vec<u64> = [10, 11, 12, 19, 20, 50, 99, 100].map(|failures| delay(failures, 0).as_secs()).into();
        assert_eq!(seconds, [1, 2, 4, 512, 900, 900, 900, 86_400]);
        assert_eq!(delay(1, 100).as_secs(), 86_400, "the streak alone is enough");
    }
}
