//! GraphQL for the summary of a mentor's bookings.

use async_graphql::{Context, Object};

use super::{BookingCounts, store};
use crate::accounts::{AccountId, Viewer};
use crate::bookings::Booking;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::{ContextExt, DateTime, Nullable, nullable};

/// The summary of a mentor's bookings.
#[derive(Debug)]
pub struct MentorSummary {
    mentor: AccountId,
    counts: BookingCounts,
    now: Timestamp,
}

impl MentorSummary {
    /// Counts the bookings that start at `from` or later and before `to`. Returns `None` for guests, and for members who
    /// never had an appointment.
    ///
    /// # Errors
    /// `BadInput` if `to` is before `from`.
    pub async fn load(
        context: &Context<'_>,
        viewer: Viewer,
        from: Option<DateTime>,
        to: Option<DateTime>,
    ) -> Result<Option<Self>> {
        let from = from.map_or(Timestamp(i64::MIN), |from| from.0);
        let to = to.map_or(Timestamp(i64::MAX), |to| to.0);
        if to < from {
            return Err(Error::BadInput("`to` must not be before `from`.".to_owned()));
        }
        let (db, now, mentor) = (&context.app().db, context.app().clock.now(), viewer.account);
        if viewer.is_guest() || !store::was_mentor(db, mentor).await? {
            return Ok(None);
        }
        Ok(Some(Self { mentor, counts: store::counts(db, mentor, (from, to), now).await?, now }))
    }
}

/// Counts of a mentor's bookings. A session with several students counts once per student.
#[Object]
impl MentorSummary {
    /// Bookings that are `CANCELLED`.
    fn cancelled_count(&self) -> i64 {
        self.counts.cancelled
    }

    /// Bookings that are `COMPLETED`.
    fn completed_count(&self) -> i64 {
        self.counts.completed
    }

    /// The next `UPCOMING` booking, whatever the period. It may have started. Null if there is none.
    async fn next_booking(&self, context: &Context<'_>) -> Nullable<Booking> {
        nullable(async { Ok(store::next_booking(&context.app().db, self.mentor, self.now).await?) }.await)
    }

    /// Bookings that are `NO_SHOW`.
    fn no_show_count(&self) -> i64 {
        self.counts.no_show
    }

    /// Different students with a `COMPLETED` booking, without deleted accounts.
    fn student_count(&self) -> i64 {
        self.counts.students
    }
}
