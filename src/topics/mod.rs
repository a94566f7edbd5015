//! Topics, and what mentors offer about them.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`appointments`] | a mentor's standing offer to teach one topic |
//! | [`availability`] | when somebody can be booked: hours, exceptions, windows, and the slots that follow from them |
//! | [`occupancies`] | who is busy when; written by bookings |
//!
//! What a change of a topic or an offer does to bookings is decided in `bookings`, which knows both.

pub mod appointments;
pub mod availability;
pub mod graphql;
pub mod occupancies;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::images::{ImageUse, ImageUseKind};

crate::global_ids! {
    TopicId => "tpc",
    AppointmentId => "apt",
}

/// The id of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct TopicId(pub i64);

/// The id of a mentor's offer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct AppointmentId(pub i64);

impl From<TopicId> for i64 {
    fn from(id: TopicId) -> Self {
        id.0
    }
}

impl From<AppointmentId> for i64 {
    fn from(id: AppointmentId) -> Self {
        id.0
    }
}

/// A subject that mentors teach.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Topic {
    pub id: TopicId,
    pub title: String,
    pub description: Option<String>,
    pub creator_id: Option<AccountId>,
    pub is_archived: bool,
    pub created_at: Timestamp,
}

impl Topic {
    /// Where the picture of the topic of this id is shown.
    fn shows(id: TopicId) -> ImageUse {
        ImageUse::new(ImageUseKind::Topic, id.0)
    }
}
