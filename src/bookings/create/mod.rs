//! Books slots and moves bookings to other slots.

pub mod alternatives;
pub mod graphql;
pub mod rules;
pub mod seats;

use crate::clock::Timestamp;
use crate::files::Attachments;
use crate::topics::AppointmentId;
use crate::topics::questions::Answer;

/// The input of a new booking, not validated. `None` stands for a malformed id.
#[derive(Clone, Debug)]
pub struct BookingDraft {
    pub appointment: Option<AppointmentId>,
    pub starts_at: Timestamp,
    pub question: Option<String>,
    pub attachments: Attachments,
    pub answers: Vec<Answer>,
    pub client_key: Option<String>,
}
