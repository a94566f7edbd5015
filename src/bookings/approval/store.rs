//! Statements about requests.

use crate::accounts::AccountId;
use crate::bookings::BookingId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result};

/// Returns requests that have expired and still hold their seats, of these mentors and students.
pub async fn expired_of(db: impl Query, accounts: &[AccountId], now: Timestamp) -> Result<Vec<(BookingId,)>> {
    db.all(
        "select id from bookings
         where approval_expires_at <= $2 and approval_expires_at is not null
           and (mentor_id in (select value from json_each($1)) or student_id in (select value from json_each($1)))
         order by approval_expires_at, id",
        &[&List::new(accounts.iter().map(|account| account.0)), &now],
    )
    .await
}

/// Returns requests of all accounts that have expired and still hold their seats, after this one, in order.
pub async fn expired(
    db: impl Query,
    now: Timestamp,
    after: Option<(Timestamp, BookingId)>,
    limit: i64,
) -> Result<Vec<(Timestamp, BookingId)>> {
    let (after, after_id) = after.unwrap_or((Timestamp(i64::MIN), BookingId(i64::MIN)));
    db.all(
        "select approval_expires_at, id from bookings
         where approval_expires_at <= $1 and approval_expires_at is not null and (approval_expires_at, id) > ($2, $3)
         order by approval_expires_at, id limit $4",
        &[&now, &after, &after_id, &limit],
    )
    .await
}
