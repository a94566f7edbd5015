//! Statements of the scheduler.

use std::time::Duration;

use crate::bookings::{Booking, BookingId};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Scan, Tx};

/// How many hours before the start of a booking its reminders are due.
const REMINDER_HOURS: [u64; 2] = [24, 1];

/// A pending reminder.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Reminder {
    pub booking_id: BookingId,
    pub due_at: Timestamp,
}

/// Inserts the reminders of a booking, except those whose time has passed.
pub async fn insert_reminders(tx: &mut Tx, booking: &Booking, now: Timestamp) -> Result<()> {
    let sql = "insert into booking_reminders (booking_id, due_at) values ($1, $2)";
    for hours in REMINDER_HOURS {
        let due_at = booking.starts_at.minus(Duration::from_hours(hours));
        if due_at > now {
            tx.run(sql, &[&booking.id, &due_at]).await?;
        }
    }
    Ok(())
}

pub async fn delete_reminders(tx: &mut Tx, booking: BookingId) -> Result<u64> {
    tx.run("delete from booking_reminders where booking_id = $1", &[&booking]).await
}

/// Returns the due reminders after this one, in order.
pub async fn due_reminders(
    db: impl Query,
    now: Timestamp,
    after: Option<Reminder>,
    limit: i64,
) -> Result<Vec<Reminder>> {
    let (after, after_id) =
        after.map_or((Timestamp(i64::MIN), BookingId(i64::MIN)), |last| (last.due_at, last.booking_id));
    db.all(
        "select booking_id, due_at from booking_reminders where due_at <= $1 and (due_at, booking_id) > ($2, $3)
         order by due_at, booking_id limit $4",
        &[&now, &after, &after_id, &limit],
    )
    .await
}

/// Returns true if a later reminder of the same booking is due too.
pub async fn has_later_due(tx: &mut Tx, reminder: Reminder, now: Timestamp) -> Result<bool> {
    let (has,): (bool,) = tx
        .one(
            "select exists (select 1 from booking_reminders where booking_id = $1 and due_at > $2 and due_at <= $3)",
            &[&reminder.booking_id, &reminder.due_at, &now],
        )
        .await?;
    Ok(has)
}

/// Deletes a reminder that is about to be sent. Returns 0 if another node claimed it or the booking was rescheduled.
pub async fn claim_reminder(tx: &mut Tx, reminder: Reminder) -> Result<u64> {
    tx.run(
        "delete from booking_reminders where booking_id = $1 and due_at = $2",
        &[&reminder.booking_id, &reminder.due_at],
    )
    .await
}

/// Returns the bookings that have ended and are still stored as upcoming, after this one, in order. Requests expire.
pub async fn ended_bookings(
    db: impl Query,
    now: Timestamp,
    after: Option<(Timestamp, BookingId)>,
    limit: i64,
) -> Result<Vec<(Timestamp, BookingId)>> {
    let (after, after_id) = after.unwrap_or((Timestamp(i64::MIN), BookingId(i64::MIN)));
    db.all(
        Scan(
            "select ends_at, id from bookings
             where status = 'upcoming' and approval_expires_at is null and ends_at <= $1 and (ends_at, id) > ($2, $3)
             order by ends_at, id limit $4",
        ),
        &[&now, &after, &after_id, &limit],
    )
    .await
}

/// Completes a booking that has ended. Returns 0 if another node completed it, or its status or time has changed.
pub async fn complete_booking(tx: &mut Tx, booking: BookingId, now: Timestamp) -> Result<u64> {
    tx.run(
        "update bookings set status = 'completed', changed_at = ends_at
         where id = $1 and status = 'upcoming' and approval_expires_at is null and ends_at <= $2",
        &[&booking, &now],
    )
    .await
}
