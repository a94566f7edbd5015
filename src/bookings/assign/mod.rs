//! Slots of a topic, which any of its mentors can teach, and the mentor that a booking of one is assigned to.

pub mod graphql;
pub mod rules;
pub mod slots;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::files::Attachments;
use crate::topics::TopicId;

/// The input of a booking with any mentor, not validated. `None` stands for a malformed id.
#[derive(Clone, Debug)]
pub struct TopicDraft {
    pub topic: Option<TopicId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub preferred_mentor: Option<AccountId>,
    pub question: Option<String>,
    pub attachments: Attachments,
    pub client_key: Option<String>,
}

/// How much a mentor has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Workload {
    pub mentor_id: AccountId,
    /// Booked minutes of a week.
    pub minutes: i64,
    /// When the latest booking was made; `None` before the first.
    pub latest_booking: Option<Timestamp>,
}
