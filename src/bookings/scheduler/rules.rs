//! Giving reminders, and completing what has ended.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::store::{self, Reminder};
use crate::app::App;
use crate::bookings::notifications::{self, News};
use crate::bookings::{BookingChange, BookingId, BookingStatus, store as bookings};
use crate::effects::Effects;
use crate::error::Result;
use crate::topics::occupancies::store as occupancies;

/// How late a reminder or an end may be noticed.
const INTERVAL: Duration = Duration::from_secs(2);

/// So much is looked at by one statement; each is a transaction of its own.
const BATCH: i64 = 100;

const HOUR: Duration = Duration::from_hours(1);

/// Does what is due, for as long as the program runs.
pub async fn run_scheduler(app: App) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(cause) = run(&app).await {
            warn!(?cause, "reminders and ends of bookings are late; it is tried again");
        }
    }
}

/// Does everything that is due now.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &App) -> Result<()> {
    let now = app.clock.now();
    loop {
        let ended = store::ended(&app.db, now, BATCH).await?;
        if ended.is_empty() {
            break;
        }
        for (booking,) in ended {
            complete(app, booking).await?;
        }
    }
    loop {
        let due = store::due(&app.db, now, BATCH).await?;
        if due.is_empty() {
            break;
        }
        for reminder in due {
            remind(app, reminder).await?;
        }
    }
    Ok(())
}

/// Forgets who was busy when that is over: nobody books what has passed.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    while occupancies::delete_over(&app.db, app.clock.now()).await? > 0 {}
    Ok(())
}

async fn complete(app: &App, id: BookingId) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if store::complete(&mut tx, id, app.clock.now()).await? == 1
        && let Some(booking) = bookings::by_id(&mut tx, id).await?
    {
        let news = [News { booking, change: BookingChange::Completed }];
        notifications::tell(app, &mut tx, &mut effects, &news, None).await?;
    }
    app.commit(tx, effects).await
}

/// Gives a reminder, unless the booking has begun or is off. Then the reminder goes all the same.
async fn remind(app: &App, reminder: Reminder) -> Result<()> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if store::claim(&mut tx, reminder).await? == 1
        && let Some(booking) = bookings::by_id(&mut tx, reminder.booking_id).await?
        && booking.status_at(now) == BookingStatus::Upcoming
        && booking.starts_at > now
    {
        let before = booking.starts_at.since(reminder.due_at);
        let hours = i64::try_from(before.as_secs() / HOUR.as_secs()).unwrap_or_default();
        notifications::remind(app, &mut tx, &mut effects, &booking, hours).await?;
    }
    app.commit(tx, effects).await
}
