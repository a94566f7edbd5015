//! Statements about the workload of mentors.

use std::ops::Range;

use super::Workload;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};

/// Returns the workload of mentors: booked minutes of sessions that start in a range, and when they were booked last.
pub async fn workloads(
    tx: &mut Tx,
    mentors: &[AccountId],
    week: Range<Timestamp>,
    now: Timestamp,
) -> Result<Vec<Workload>> {
    tx.all(
        "select mentor.value as mentor_id,
                (select cast(coalesce(sum(ends_at - starts_at), 0) / 60000000 as bigint) from bookings
                 where mentor_id = mentor.value and starts_at >= $2 and starts_at < $3
                   and status in ('upcoming', 'completed')
                   and (approval_expires_at is null or approval_expires_at > $4)) as minutes,
                (select max(booked_at) from bookings where mentor_id = mentor.value) as latest_booking
         from json_each($1) as mentor",
        &[&List::new(mentors.iter().map(|mentor| mentor.0)), &week.start, &week.end, &now],
    )
    .await
}
