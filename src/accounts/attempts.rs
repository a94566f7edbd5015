//! Counted attempts that survive a restart: wrong passwords of one account, mails to one address.
//!
//! Counters per network address live in memory (`limiter`): a campus shares few addresses, so those limits are wide and
//! a restart forgives little.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};
use crate::error::{Error, Result as Outcome};

const MINUTE: Duration = Duration::from_mins(1);

/// Wrong passwords that cost nothing.
const FREE_FAILURES: i64 = 10;
/// Failures further apart than this are not counted together, as long as they are free.
const FREE_WINDOW: Duration = Duration::from_mins(15);
/// The growing delay stops here.
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// From so many failures in a row on there is one attempt a day (NIST SP 800-63B allows 100). A mailed link or a known
/// device still gets in, so nobody is locked out for good.
const MOST_FAILURES: i64 = 100;
const DAY: Duration = Duration::from_hours(24);
/// A counter that began later than this from now is of a clock that was set back since. Nodes differ by less.
const SKEW: Duration = Duration::from_secs(5);
/// Failures that are no longer free are forgotten after so long without another.
const MEMORY: Duration = Duration::from_hours(30 * 24);

/// How many times something may be done in an hour.
#[derive(Clone, Copy, Debug)]
pub struct Hourly {
    pub kind: &'static str,
    pub amount: i64,
}

/// Mails that one address may be sent, whatever for.
pub const MAILS: Hourly = Hourly { kind: "mail", amount: 3 };
/// Registrations with one address: each mails a link to somebody who may not have asked for it.
pub const REGISTRATIONS: Hourly = Hourly { kind: "registration", amount: 3 };
/// Mails that one account may have sent to other addresses than its own.
pub const MAILS_OF_ACCOUNT: Hourly = Hourly { kind: "mails", amount: 5 };
/// Changes of password and name by one account: each writes to its address, which may be unconfirmed and foreign.
pub const CHANGES: Hourly = Hourly { kind: "change", amount: 10 };
/// Passwords tried with the mailed tokens of one account.
pub const TOKENS: Hourly = Hourly { kind: "token", amount: 10 };

/// Returns what an address is counted by. Counters outlive accounts, so they must not name anybody.
pub fn address(fold: &str) -> String {
    hex(&Sha256::digest(fold.as_bytes())[..16])
}

/// Returns what an account is counted by.
pub fn account(id: AccountId) -> String {
    id.0.to_string()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
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

/// Counts one attempt against an hourly limit, within the transaction of what is attempted.
///
/// # Errors
/// Rate limited when the hour's amount is used up.
pub async fn take(app: &App, tx: &mut Tx, rule: Hourly, subject: &str) -> Outcome<()> {
    if !app.config.has_rate_limits() {
        return Ok(());
    }
    let now = app.clock.now();
    let key = hourly_key(rule, subject);
    let counter = count(tx, &key, now, now.minus(60 * MINUTE)..=now.plus(SKEW)).await?;
    if counter.count > rule.amount {
        return Err(Error::RateLimited((60 * MINUTE).saturating_sub(now.since(counter.window_began_at))));
    }
    Ok(())
}

/// Refuses while the delay after earlier wrong passwords runs, even for the right one.
///
/// # Errors
/// Rate limited.
pub async fn check_delay(app: &App, subject: &str) -> Outcome<()> {
    if !app.config.has_rate_limits() {
        return Ok(());
    }
    let (key, now) = (login_key(subject), app.clock.now());
    let counter: Option<Counter> =
        app.db.opt("select count, window_began_at, blocked_until from attempts where key = $1", &[&key]).await?;
    match counter {
        Some(counter) if counter.blocked_until > now && counter.window_began_at <= now.plus(SKEW) => {
            Err(Error::RateLimited(counter.blocked_until.since(now)))
        }
        _ => Ok(()),
    }
}

/// Notes a wrong password; from the tenth within a quarter of an hour on the next attempt has to wait, and from the
/// hundredth on in any case.
pub async fn note_failure(tx: &mut Tx, subject: &str, now: Timestamp) -> Result<()> {
    let key = login_key(subject);
    let counter = count(tx, &key, now, now.minus(MEMORY)..=Timestamp(i64::MAX)).await?;
    let streak = count(tx, &streak_key(subject), now, now.minus(MEMORY)..=Timestamp(i64::MAX)).await?.count;
    // The first so many count only as long as all of them are young.
    let is_late = counter.count <= FREE_FAILURES && now.since(counter.window_began_at) > FREE_WINDOW;
    if streak < MOST_FAILURES && is_late {
        tx.run("update attempts set count = 1, window_began_at = $2 where key = $1", &[&key, &now]).await?;
    } else if streak >= MOST_FAILURES || counter.count >= FREE_FAILURES {
        let blocked_until = now.plus(delay(counter.count, streak));
        tx.run(
            "update attempts set blocked_until = $2, window_began_at = $3 where key = $1",
            &[&key, &blocked_until, &now],
        )
        .await?;
    }
    Ok(())
}

/// Forgets the wrong passwords: the right one came.
pub async fn reset(tx: &mut Tx, subject: &str) -> Result<u64> {
    tx.run("delete from attempts where key = $1 or key = $2", &[&login_key(subject), &streak_key(subject)]).await
}

/// Forgets everything that is counted for an account, because it is deleted.
pub async fn forget(tx: &mut Tx, id: AccountId) -> Result<()> {
    let subject = account(id);
    for key in [login_key(&subject), streak_key(&subject)] {
        // Those of known devices: `;` comes after `:`.
        let (first, last) = (format!("{key}:"), format!("{key};"));
        tx.run("delete from attempts where key = $1 or (key > $2 and key < $3)", &[&key, &first, &last]).await?;
    }
    for rule in [MAILS_OF_ACCOUNT, CHANGES, TOKENS] {
        tx.run("delete from attempts where key = $1", &[&hourly_key(rule, &subject)]).await?;
    }
    Ok(())
}

/// Removes counters that count for nothing any more.
pub async fn clear_old(db: impl Query, now: Timestamp) -> Result<u64> {
    db.run(
        "delete from attempts where blocked_until <= $2
         and (window_began_at <= $1 or (window_began_at <= $3 and count < $4 and key not like 'streak:%'))",
        &[&now.minus(MEMORY), &now, &now.minus(DAY), &FREE_FAILURES],
    )
    .await
}

/// Counts on from what began within the window, and anew otherwise.
async fn count(tx: &mut Tx, key: &str, now: Timestamp, window: RangeInclusive<Timestamp>) -> Result<Counter> {
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

fn hourly_key(rule: Hourly, subject: &str) -> String {
    format!("{}:{subject}", rule.kind)
}

fn login_key(subject: &str) -> String {
    format!("login:{subject}")
}

/// However slowly they come.
fn streak_key(subject: &str) -> String {
    format!("streak:{subject}")
}

/// 1, 2, 4 .. 900 seconds, and a day from the hundredth failure in a row on.
fn delay(failures: i64, streak: i64) -> Duration {
    if failures.max(streak) >= MOST_FAILURES {
        return DAY;
    }
    let doublings = u32::try_from(failures - FREE_FAILURES).unwrap_or_default();
    Duration::from_secs(1_u64.checked_shl(doublings.min(63)).unwrap_or(u64::MAX)).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_a_quarter_of_an_hour_and_then_to_a_day() {
        let seconds: Vec<u64> = [10, 11, 12, 19, 20, 50, 99, 100].map(|failures| delay(failures, 0).as_secs()).into();
        assert_eq!(seconds, [1, 2, 4, 512, 900, 900, 900, 86_400]);
        assert_eq!(delay(1, 100).as_secs(), 86_400, "however slowly they came");
    }
}
