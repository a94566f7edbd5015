//! Appointments: a mentor's standing offer to teach one topic, with settings and availability. Not a meeting.

pub mod graphql;
pub mod inputs;
pub mod rules;
pub mod store;

use std::time::Duration;

use serde::Serialize;

use super::availability::{Availability, DAY_MINUTES, DateException, WeeklyHours, Window};
use super::{AppointmentId, TopicId};
use crate::accounts::AccountId;
use crate::accounts::lock::AccountLock;
use crate::clock::Timestamp;
use crate::profiles::Change;
use crate::topics::questions::{Question, Questions};

/// A mentor's standing offer to teach one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Appointment {
    pub id: AppointmentId,
    pub topic_id: TopicId,
    pub mentor_id: AccountId,
    pub description: Option<String>,
    pub location: Option<String>,
    /// For the mentor and the students who booked.
    pub meeting_url: Option<String>,
    #[sqlx(try_from = "String")]
    pub questions: Questions,
    /// A name of the IANA time zone database.
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
    pub is_approval_required: bool,
    pub created_at: Timestamp,
    /// An appointment of an archived topic cannot be booked.
    pub is_topic_archived: bool,
    /// An appointment of a locked mentor cannot be booked.
    #[sqlx(flatten)]
    #[serde(skip)]
    pub mentor_lock: AccountLock,
}

impl Appointment {
    /// Returns the length of a session.
    pub fn session_length(&self) -> Duration {
        minutes(self.session_minutes)
    }

    /// Returns the length of a session plus the buffer after it.
    pub fn session_and_buffer(&self) -> Duration {
        minutes(self.session_minutes + self.buffer_minutes)
    }

    /// Returns how far ahead students may book.
    pub fn horizon(&self) -> Duration {
        minutes(self.horizon_days * DAY_MINUTES)
    }

    /// Returns how long before the start students may book at the latest.
    pub fn minimum_notice(&self) -> Duration {
        minutes(self.minimum_notice_minutes)
    }

    /// Returns how long before the start students may cancel at the latest.
    pub fn cancellation_notice(&self) -> Duration {
        minutes(self.cancellation_notice_minutes)
    }

    /// Returns a new appointment with the default settings.
    fn with_defaults(id: AppointmentId, topic_id: TopicId, mentor_id: AccountId, created_at: Timestamp) -> Self {
        Self {
            id,
            topic_id,
            mentor_id,
            description: None,
            location: None,
            meeting_url: None,
            questions: Questions::default(),
            time_zone: "UTC".to_owned(),
            session_minutes: 60,
            seats: DEFAULT_SEATS,
            availability: Availability::default(),
            minimum_notice_minutes: DEFAULT_MINIMUM_NOTICE,
            cancellation_notice_minutes: DEFAULT_CANCELLATION_NOTICE,
            horizon_days: DEFAULT_HORIZON,
            buffer_minutes: DEFAULT_BUFFER,
            max_bookings_per_day: DEFAULT_MAX_PER_DAY,
            is_active: true,
            is_approval_required: false,
            created_at,
            is_topic_archived: false,
            mentor_lock: AccountLock::default(),
        }
    }
}

pub const DEFAULT_SEATS: i64 = 1;
pub const DEFAULT_MINIMUM_NOTICE: i64 = 60;
pub const DEFAULT_CANCELLATION_NOTICE: i64 = 120;
pub const DEFAULT_HORIZON: i64 = 60;
pub const DEFAULT_BUFFER: i64 = 0;
pub const DEFAULT_MAX_PER_DAY: i64 = 1;

fn minutes(count: i64) -> Duration {
    Duration::from_secs(60 * u64::try_from(count).unwrap_or_default())
}

/// A change of an appointment, not validated. `None` leaves a value unchanged.
#[derive(Clone, Debug, Default)]
pub struct AppointmentChange {
    pub description: Change<String>,
    pub location: Change<String>,
    pub meeting_url: Change<String>,
    pub questions: Option<Vec<Question>>,
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
    pub is_approval_required: Option<bool>,
}
