//! Topics, and the appointments that mentors offer for them.
//!
//! An appointment is a mentor's standing offer to teach one topic, not a meeting. A slot is a time that can be booked;
//! it is computed from the appointment's availability and the mentor's occupancies, and not stored. A session is a slot
//! with at least one seat taken. An occupancy is a time at which an account is busy.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`appointments`] | what a mentor offers: settings and availability |
//! | [`availability`] | weekly hours, exceptions, windows, and the slots that follow from them |
//! | [`questions`] | what mentors ask students who book |
//! | [`public_mentors`] | mentor pages for callers without a session |
//! | [`time_off`] | when mentors have no slots |
//! | [`occupancies`] | when accounts are busy; `bookings` writes them |
//!
//! Changes that affect bookings are in `bookings::appointments`: slices know only earlier ones.

pub mod appointments;
pub mod availability;
pub mod graphql;
pub mod occupancies;
pub mod public_mentors;
pub mod questions;
pub mod rules;
pub mod store;
pub mod time_off;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::Texts;
use crate::images::{ImageUse, ImageUseKind};

crate::global_ids! {
    TopicId => "tpc",
    AppointmentId => "apt",
}

/// The id of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct TopicId(pub i64);

/// The id of an appointment.
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
    /// Returns the use of an image by the topic with this id.
    fn image_use(id: TopicId) -> ImageUse {
        ImageUse::new(ImageUseKind::Topic, id.0)
    }
}

/// What is derived from the texts of a topic, for the database to compare.
#[derive(Clone, Debug)]
pub struct DerivedTexts {
    /// The words to search; see the migration.
    pub words: String,
    /// The title to order by, in lower case and without accents. Not empty.
    pub title_key: String,
}

/// Which topics a list contains.
#[derive(Clone, Debug)]
pub struct TopicFilter {
    /// The patterns that the words must match.
    pub patterns: Texts,
    pub is_archived: bool,
    /// A mentor with an active appointment for the topic.
    pub mentor: Option<AccountId>,
}

/// A value to order topics by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum TopicOrderField {
    /// The creation time.
    CreatedAt,
    /// The title, ignoring case and accents.
    Title,
}

/// What a cursor contains in a list whose order the client chose.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct TopicKey {
    pub title: String,
    pub created_at: Timestamp,
    pub id: TopicId,
}
