//! A mentor's standing offer to teach one topic: settings, and when they can be booked. It is not a meeting.

pub mod changing;
pub mod graphql;
pub mod inputs;
pub mod rules;
pub mod store;

use std::time::Duration;

use super::availability::{Availability, DateException, WeeklyHours, Window};
use super::{AppointmentId, TopicId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::profiles::Change;

/// A mentor's offer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Appointment {
    pub id: AppointmentId,
    pub topic_id: TopicId,
    pub mentor_id: AccountId,
    pub description: Option<String>,
    pub location: Option<String>,
    /// A name of the IANA database.
    pub time_zone: String,
    pub session_minutes: i64,
    pub seats: i64,
    #[sqlx(try_from = "String")]
    pub availability: Availability,
    pub minimum_notice_minutes: i64,
    pub cancellation_notice_minutes: i64,
    pub horizon_days: i64,
    pub buffer_minutes: i64,
    pub max_bookings_per_day: i64,
    pub is_active: bool,
    pub created_at: Timestamp,
    /// Nobody books what is archived.
    pub is_topic_archived: bool,
}

impl Appointment {
    /// How long a session takes.
    pub fn session(&self) -> Duration {
        minutes(self.session_minutes)
    }

    /// How long a session takes with the mentor's rest after it.
    pub fn session_and_buffer(&self) -> Duration {
        minutes(self.session_minutes + self.buffer_minutes)
    }

    /// How long before the beginning a student may still cancel.
    pub fn cancellation_notice(&self) -> Duration {
        minutes(self.cancellation_notice_minutes)
    }

    /// A new offer before anything is said about it, with what holds where nothing is said.
    fn blank(id: AppointmentId, topic_id: TopicId, mentor_id: AccountId, created_at: Timestamp) -> Self {
        Self {
            id,
            topic_id,
            mentor_id,
            description: None,
            location: None,
            time_zone: "UTC".to_owned(),
            session_minutes: 60,
            seats: DEFAULT_SEATS,
            availability: Availability::default(),
            minimum_notice_minutes: DEFAULT_MINIMUM_NOTICE,
            cancellation_notice_minutes: DEFAULT_CANCELLATION_NOTICE,
            horizon_days: DEFAULT_HORIZON,
            buffer_minutes: DEFAULT_BUFFER,
            max_bookings_per_day: DEFAULT_MOST_PER_DAY,
            is_active: true,
            created_at,
            is_topic_archived: false,
        }
    }
}

pub const DEFAULT_SEATS: i64 = 1;
pub const DEFAULT_MINIMUM_NOTICE: i64 = 60;
pub const DEFAULT_CANCELLATION_NOTICE: i64 = 120;
pub const DEFAULT_HORIZON: i64 = 60;
pub const DEFAULT_BUFFER: i64 = 0;
pub const DEFAULT_MOST_PER_DAY: i64 = 1;

fn minutes(count: i64) -> Duration {
    Duration::from_secs(60 * u64::try_from(count).unwrap_or_default())
}

/// What somebody says about an offer; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct AppointmentChange {
    pub description: Change<String>,
    pub location: Change<String>,
    pub time_zone: Option<String>,
    pub session_minutes: Option<i64>,
    pub seats: Option<i64>,
    pub weekly_hours: Option<Vec<WeeklyHours>>,
    pub exceptions: Option<Vec<DateException>>,
    pub windows: Option<Vec<Window>>,
    pub minimum_notice_minutes: Option<i64>,
    pub cancellation_notice_minutes: Option<i64>,
    pub horizon_days: Option<i64>,
    pub buffer_minutes: Option<i64>,
    pub max_bookings_per_day: Option<i64>,
    pub is_active: Option<bool>,
}
