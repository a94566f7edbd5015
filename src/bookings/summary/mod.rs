//! Counts of a mentor's bookings.

pub mod graphql;
pub mod store;

/// Counts of a mentor's bookings in a period. A session with several students counts once per student.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct BookingCounts {
    pub cancelled: i64,
    pub completed: i64,
    pub no_show: i64,
    /// Different students with a completed booking.
    pub students: i64,
}
