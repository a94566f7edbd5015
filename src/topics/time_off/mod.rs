//! Times at which a mentor has no slots in any appointment.
//!
//! They do not make the mentor busy: as a student, the mentor can book. `bookings` writes them, because they can cancel
//! bookings.

pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;

crate::global_ids! {
    TimeOffId => "tof",
}

/// The id of a time off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct TimeOffId(pub i64);

impl From<TimeOffId> for i64 {
    fn from(id: TimeOffId) -> Self {
        id.0
    }
}

/// A time off of a mentor.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TimeOff {
    pub id: TimeOffId,
    pub mentor_id: AccountId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// For the mentor only.
    pub note: Option<String>,
}
