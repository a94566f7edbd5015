//! When accounts are busy, or have no slots. The database rejects overlapping occupancies of one account, on both engines; see the
//! migration.
//!
//! Slots are computed from occupancies. `bookings` writes them, in a transaction that locks mentor and student.

pub mod store;

use crate::clock::Timestamp;
use crate::topics::AppointmentId;

/// A time at which an account is busy, as mentor or as student.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Occupancy {
    pub appointment_id: AppointmentId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The end of the session, plus the buffer if the account is the mentor and has no session before its end.
    pub busy_until: Timestamp,
    /// How many students come, if the account is the mentor; `None` for a student.
    pub seats_taken: Option<i64>,
    /// The account is not busy here, but has no slots: a time off, or an event of a busy calendar. It has no appointment.
    pub is_time_off: bool,
}

/// The time of a session, and its appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub appointment: AppointmentId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}
