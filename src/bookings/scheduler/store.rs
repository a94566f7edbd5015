//! Statements about what is due.

use std::time::Duration;

use crate::bookings::{Booking, BookingId};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Tx};

/// How long before its beginning a booking is called to mind, in hours.
const HOURS: [u64; 2] = [24, 1];

/// A reminder to give.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Reminder {
    pub booking_id: BookingId,
    pub due_at: Timestamp,
}

/// Writes down the reminders of a booking. One that would be due already is not given.
pub async fn insert(tx: &mut Tx, booking: &Booking, now: Timestamp) -> Result<()> {
    let sql = "insert into booking_reminders (booking_id, due_at) values ($1, $2)";
    for hours in HOURS {
        let due_at = booking.starts_at.minus(Duration::from_hours(hours));
        if due_at > now {
            tx.run(sql, &[&booking.id, &due_at]).await?;
        }
    }
    Ok(())
}

pub async fn delete(tx: &mut Tx, booking: BookingId) -> Result<u64> {
    tx.run("delete from booking_reminders where booking_id = $1", &[&booking]).await
}

pub async fn due(db: impl Query, now: Timestamp, limit: i64) -> Result<Vec<Reminder>> {
    db.all(
        "select booking_id, due_at from booking_reminders where due_at <= $1 order by due_at, booking_id limit $2",
        &[&now, &limit],
    )
    .await
}

/// Takes a reminder, to give it; 0 rows when somebody else did, or the booking moved.
pub async fn claim(tx: &mut Tx, reminder: Reminder) -> Result<u64> {
    tx.run(
        "delete from booking_reminders where booking_id = $1 and due_at = $2",
        &[&reminder.booking_id, &reminder.due_at],
    )
    .await
}

/// Bookings whose end has come and is not written down.
pub async fn ended(db: impl Query, now: Timestamp, limit: i64) -> Result<Vec<(BookingId,)>> {
    db.all(
        "select id from bookings where status = 'upcoming' and ends_at <= $1 order by ends_at limit $2",
        &[&now, &limit],
    )
    .await
}

/// Completes a booking whose end has come; 0 rows when somebody else did.
pub async fn complete(tx: &mut Tx, booking: BookingId, now: Timestamp) -> Result<u64> {
    tx.run(
        "update bookings set status = 'completed', changed_at = ends_at
         where id = $1 and status = 'upcoming' and ends_at <= $2",
        &[&booking, &now],
    )
    .await
}
