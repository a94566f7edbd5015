//! The background task of the scheduler.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::store::{self, Reminder};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::approval::{rules::expire, store as requests};
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::waitlist::{refill::settle_mentor, store as waitlists};
use crate::bookings::{BookingChange, BookingId, BookingStatus, store as bookings};
use crate::effects::Effects;
use crate::error::Result;
use crate::topics::occupancies::store as occupancies;

/// How late a reminder, a completion or the next offer of a seat can be.
const INTERVAL: Duration = Duration::from_secs(1);

/// How many rows one statement reads. Each row is handled in a transaction of its own.
const BATCH_SIZE: i64 = 100;

const HOUR: Duration = Duration::from_hours(1);

/// Runs the scheduler until the app closes.
pub async fn run_scheduler(app: App) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(cause) = run_due(&app).await {
            warn!(?cause, "the booking scheduler failed; reminders and completions are late until the next run");
        }
    }
}

/// Ends all requests and offers that have expired, completes all bookings that have ended and sends all reminders that are
/// due. One that fails is left for the next run, and does not keep the others from it.
///
/// # Errors
/// When the due rows cannot be read.
pub async fn run_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut after = None;
    loop {
        let expired = requests::expired(&app.db, now, after, BATCH_SIZE).await?;
        let Some(last) = expired.last() else { break };
        after = Some(*last);
        for (_, booking) in expired {
            if let Err(cause) = expire(app, booking, now).await {
                warn!(booking = booking.0, ?cause, "a request could not be ended; the next run tries again");
            }
        }
    }
    let mut after = AccountId(i64::MIN);
    loop {
        let due = waitlists::due(&app.db, now, after, BATCH_SIZE).await?;
        let Some((last,)) = due.last() else { break };
        after = *last;
        for (mentor,) in due {
            if let Err(cause) = settle_mentor(app, mentor, now).await {
                warn!(mentor = mentor.0, ?cause, "a waitlist could not be settled; the next run tries again");
            }
        }
    }
    let mut after = None;
    loop {
        let ended = store::ended_bookings(&app.db, now, after, BATCH_SIZE).await?;
        let Some(last) = ended.last() else { break };
        after = Some(*last);
        for (_, booking) in ended {
            if let Err(cause) = complete_booking(app, booking).await {
                warn!(booking = booking.0, ?cause, "a booking could not be completed; the next run tries again");
            }
        }
    }
    let mut after = None;
    loop {
        let due = store::due_reminders(&app.db, now, after, BATCH_SIZE).await?;
        let Some(last) = due.last() else { break };
        after = Some(*last);
        for reminder in due {
            if let Err(cause) = send_reminder(app, reminder).await {
                let booking = reminder.booking_id.0;
                warn!(booking, ?cause, "a reminder could not be sent; the next run tries again");
            }
        }
    }
    Ok(())
}

/// Deletes the occupancies that are over, which cannot collide with anything: a slot must lie in the future. Ends the
/// waitlists of archived topics.
pub async fn sweep(app: &App) -> Result<()> {
    let mut after = AccountId(i64::MIN);
    loop {
        let archived = waitlists::archived(&app.db, after, BATCH_SIZE).await?;
        let Some((last,)) = archived.last() else { break };
        after = *last;
        for (mentor,) in archived {
            if let Err(cause) = settle_mentor(app, mentor, app.clock.now()).await {
                warn!(mentor = mentor.0, ?cause, "a waitlist could not be ended; the next sweep tries again");
            }
        }
    }
    while occupancies::delete_ended(&app.db, app.clock.now()).await? > 0 {}
    Ok(())
}

async fn complete_booking(app: &App, id: BookingId) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if store::complete_booking(&mut tx, id, app.clock.now()).await? == 1
        && let Some(booking) = bookings::by_id(&mut tx, id).await?
    {
        let notification = BookingNotification::new(booking, BookingChange::Completed);
        notifications::notify(app, &mut tx, &mut effects, &[notification], None).await?;
    }
    app.commit(tx, effects).await
}

/// Claims and sends a reminder. If the booking has started or is cancelled, the reminder is only deleted, and so is one
/// that came late, after a later one of the booking.
async fn send_reminder(app: &App, reminder: Reminder) -> Result<()> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if store::claim_reminder(&mut tx, reminder).await? == 1
        && let Some(booking) = bookings::by_id(&mut tx, reminder.booking_id).await?
        && booking.status_at(now) == BookingStatus::Upcoming
        && booking.starts_at > now
        && !store::has_later_due(&mut tx, reminder, now).await?
    {
        let before = booking.starts_at.since(reminder.due_at);
        let hours = i64::try_from(before.as_secs() / HOUR.as_secs()).unwrap_or_default();
        notifications::remind(app, &mut tx, &mut effects, &booking, hours).await?;
    }
    app.commit(tx, effects).await
}
