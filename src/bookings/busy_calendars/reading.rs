//! Reads calendars again and again.
//!
//! A calendar is claimed by moving its due time on. A node that dies while it reads leaves the calendar to another one.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::fetch::{self, Reading};
use super::ics::Circumstances;
use super::{BusyCalendar, BusyCalendarId, BusyTime, ReadFailure, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::rules::lock_accounts;
use crate::bookings::time_off::rules::publish_change;
use crate::bookings::waitlist::refill::refill;
use crate::bookings::{notifications, store as bookings};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::profiles::settings::store as settings;

/// How often a node looks for calendars that are due.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// How often a calendar is read.
pub const READ_INTERVAL: Duration = Duration::from_mins(15);

/// How long a claim lasts: longer than a reading.
const CLAIM: Duration = Duration::from_secs(45);

/// How old recurrences get before they are computed again, although the calendar has not changed.
const COMPUTE_INTERVAL: Duration = Duration::from_hours(24);

/// How long the last busy times hold when readings fail.
const HOLD: Duration = Duration::from_hours(7 * 24);

/// How many calendars a node claims, and reads, at once.
const BATCH_SIZE: i64 = 50;
const CONCURRENCY: usize = 4;

/// Reads calendars that are due until the app closes.
pub async fn run_readings(app: App) {
    let mut ticks = interval(POLL_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(cause) = read_due(&app).await {
            warn!(?cause, "busy calendars could not be read; the next run tries again");
        }
    }
}

/// Reads all calendars that are due and that no other node has claimed. Those that cannot be claimed are left to the next
/// run.
///
/// # Errors
/// When the due calendars cannot be listed.
pub async fn read_due(app: &App) -> Result<()> {
    let mut after = (Timestamp(i64::MIN), BusyCalendarId(0));
    loop {
        let due = store::due(&app.db, app.clock.now(), after, BATCH_SIZE).await?;
        let Some((last, due_at)) = due.last().copied() else { return Ok(()) };
        after = (due_at, last);
        let read = |(id, due_at): (BusyCalendarId, Timestamp)| async move {
            let until = app.clock.now().plus(CLAIM);
            match store::claim(&app.db, id, due_at, until).await {
                Ok(1) => {}
                Ok(_) => return,
                Err(cause) => return warn!(?cause, "a busy calendar could not be claimed"),
            }
            if let Err(cause) = read_again(app, id).await {
                warn!(calendar = id.0, ?cause, "a busy calendar could not be stored; it is read again soon");
            }
        };
        stream::iter(due).for_each_concurrent(CONCURRENCY, read).await;
    }
}

async fn read_again(app: &App, id: BusyCalendarId) -> Result<()> {
    let Some(calendar) = store::by_id(&app.db, id).await? else { return Ok(()) };
    let now = app.clock.now();
    let is_recent = calendar.computed_at.is_some_and(|at| now < at.plus(COMPUTE_INTERVAL));
    let etag = calendar.etag.as_deref().filter(|_| is_recent);
    let outcome = fetch::read(app, &calendar.url, etag, circumstances(app, calendar.account_id).await?).await;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if lock_accounts(&mut tx, &[calendar.account_id]).await?.is_empty() {
        return Ok(());
    }
    // It may have been removed since.
    let Some(calendar) = store::by_id(&mut tx, id).await? else { return Ok(()) };
    match outcome {
        Ok(reading) => apply(app, &mut tx, &mut effects, &calendar, reading).await?,
        Err(failure) => fail(app, &mut tx, &mut effects, &calendar, failure).await?,
    }
    app.commit(tx, effects).await
}

/// Returns what the busy times of an account depend on besides its calendars.
pub async fn circumstances(app: &App, account: AccountId) -> Result<Circumstances> {
    let zone = settings::settings_of(&app.db, account).await?.unwrap_or_default().time_zone;
    Ok(Circumstances { now: app.clock.now(), zone, own_suffix: format!("@{}", app.installation) })
}

/// Stores what a reading returned. The caller has locked the account of the owner.
pub async fn apply(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    calendar: &BusyCalendar,
    reading: Reading,
) -> Result<()> {
    let now = app.clock.now();
    let (etag, computed_at) = match reading {
        Reading::Unchanged => (calendar.etag.clone(), calendar.computed_at),
        Reading::Changed { etag, times } => {
            set_times(app, tx, effects, calendar, &times).await?;
            (etag, Some(now))
        }
    };
    store::set_read(tx, calendar.id, etag, computed_at, (now, now.plus(READ_INTERVAL))).await?;
    notify_of_conflicts(app, tx, effects, calendar.account_id, now).await
}

/// Stores that a reading failed. The last busy times hold for 7 days.
async fn fail(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    calendar: &BusyCalendar,
    failure: ReadFailure,
) -> Result<()> {
    let now = app.clock.now();
    if calendar.last_read_at.is_some_and(|at| now >= at.plus(HOLD)) {
        set_times(app, tx, effects, calendar, &[]).await?;
    }
    store::set_failure(tx, calendar.id, failure, now.plus(READ_INTERVAL)).await?;
    Ok(())
}

/// Replaces the busy times of a calendar; slots and waitlists follow.
async fn set_times(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    calendar: &BusyCalendar,
    times: &[BusyTime],
) -> Result<()> {
    let now = app.clock.now();
    if store::times(tx, calendar.id).await? == times {
        return Ok(());
    }
    store::replace_times(tx, calendar, times).await?;
    refill(app, tx, effects, &[calendar.account_id], now).await?;
    publish_change(tx, effects, calendar.account_id, now).await
}

/// Notifies the owner of upcoming bookings at times at which the calendars say that the owner is busy, once for each.
async fn notify_of_conflicts(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    now: Timestamp,
) -> Result<()> {
    for (id,) in store::insert_conflicts(tx, account, now).await? {
        if let Some(booking) = bookings::by_id(tx, id).await? {
            notifications::notify_conflict(app, tx, effects, account, &booking).await?;
        }
    }
    Ok(())
}
