//! Booking a slot, and moving to another: what has to be right, and in what order it is given away.

pub mod graphql;
pub mod rules;
pub mod seats;

use crate::clock::Timestamp;
use crate::images::ImageId;
use crate::topics::AppointmentId;

/// What somebody wants to book, as it came. `None` stands for what is no id.
#[derive(Clone, Debug)]
pub struct BookingDraft {
    pub appointment: Option<AppointmentId>,
    pub starts_at: Timestamp,
    pub question: Option<String>,
    pub images: Vec<Option<ImageId>>,
    pub client_key: Option<String>,
}
