//! Who is busy when. The database refuses two of one person that overlap, on both engines; see the migration.
//!
//! Offers read it to tell what is free. Bookings write it, in the transaction in which both people are held.

pub mod store;

use crate::clock::Timestamp;
use crate::topics::AppointmentId;

/// Time that somebody has given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Occupancy {
    pub appointment_id: AppointmentId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// With a mentor's rest after the session.
    pub busy_until: Timestamp,
    /// How many come, where it is the mentor's; null where somebody comes as a student.
    pub seats_taken: Option<i64>,
}

/// A session: when, and of what offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub appointment: AppointmentId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}
