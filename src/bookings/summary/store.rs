//! Statements about the bookings of a mentor.

use super::BookingCounts;
use crate::accounts::AccountId;
use crate::bookings::Booking;
use crate::bookings::store::{booking, status_at, stored_status};
use crate::clock::Timestamp;
use crate::db::{Query, Result, Scan};

/// Returns true if the account ever had an appointment.
pub async fn was_mentor(db: impl Query, account: AccountId) -> Result<bool> {
    let sql = "select exists (select 1 from users where id = $1 and was_mentor)
                   or exists (select 1 from appointments where mentor_id = $1)";
    let (was_mentor,): (bool,) = db.one(sql, &[&account]).await?;
    Ok(was_mentor)
}

/// Counts the bookings of a mentor that start at `from` or later and before `to`, as they are at `now`.
pub async fn counts(
    db: impl Query,
    mentor: AccountId,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<BookingCounts> {
    let sql = Scan(concat!(
        "select count(case when state = 'cancelled' then 1 end) as cancelled,
                count(case when state = 'completed' then 1 end) as completed,
                count(case when state = 'no_show' then 1 end) as no_show,
                count(distinct case when state = 'completed' then student_id end) as students
         from (select student_id, ",
        status_at!("$2"),
        " as state from bookings where mentor_id = $1 and starts_at >= $3 and starts_at < $4) as counted"
    ));
    db.one(sql, &[&mentor, &now, &from, &to]).await
}

/// Returns the upcoming booking of a mentor that starts first.
pub async fn next_booking(db: impl Query, mentor: AccountId, now: Timestamp) -> Result<Option<Booking>> {
    let sql = concat!(
        "select ",
        booking!(),
        " from bookings where mentor_id = $1 and status = 'upcoming' and approval_expires_at is null and ends_at > $2
         order by starts_at, id limit 1"
    );
    db.opt(sql, &[&mentor, &now]).await
}
