//! Bookings: a student's reserved time with a mentor.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`making`] | booking a slot, and moving to another |
//! | [`ending`] | cancelling, completing, who did not come, and the end of an account |
//! | [`offers`] | what changes of topics and offers do to bookings |
//! | [`due`] | what time brings by itself: reminders, completion |
//! | [`notifications`] | who learns of a change: events, letters, whom bookings bind |
//! | [`following`] | the events in the graph |
//! | [`calendar`] | bookings as calendars read them |

pub mod appointments;
pub mod calendar;
pub mod cancel;
pub mod create;
pub mod following;
pub mod graphql;
pub mod notifications;
pub mod rules;
pub mod scheduler;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::images::{ImageUse, ImageUseKind};
use crate::topics::occupancies::Session;
use crate::topics::{AppointmentId, TopicId};

crate::global_ids! {
    BookingId => "bkg",
}

/// The id of a booking.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct BookingId(pub i64);

impl From<BookingId> for i64 {
    fn from(id: BookingId) -> Self {
        id.0
    }
}

/// Where a booking stands. Clients must expect more values to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum BookingStatus {
    /// It is still to take place, or takes place now.
    Upcoming,
    /// It took place: its end has come, or the mentor said so.
    Completed,
    /// One of the two called it off.
    Cancelled,
    /// One of the two did not come.
    NoShow,
}

impl BookingStatus {
    /// As statements want it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }
}

/// As what somebody takes part in a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum BookingRole {
    /// They learn.
    Student,
    /// They teach.
    Mentor,
}

/// What happened to a booking. Clients must expect more values to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum BookingChange {
    /// It was made.
    Created,
    /// It was moved to another slot.
    Rescheduled,
    /// It was called off.
    Cancelled,
    /// It took place.
    Completed,
    /// One of the two did not come.
    NoShow,
}

impl BookingChange {
    const ALL: [Self; 5] = [Self::Created, Self::Rescheduled, Self::Cancelled, Self::Completed, Self::NoShow];

    /// The number by which events carry it. Numbers are never given anew.
    pub fn number(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Rescheduled => 2,
            Self::Cancelled => 3,
            Self::Completed => 4,
            Self::NoShow => 5,
        }
    }

    /// Returns the change of this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.number() == number)
    }
}

/// A student's reserved time with a mentor.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Booking {
    pub id: BookingId,
    /// `None` once the offer is gone.
    pub appointment_id: Option<AppointmentId>,
    pub topic_id: TopicId,
    /// `None` once the account is deleted.
    pub mentor_id: Option<AccountId>,
    pub student_id: Option<AccountId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub time_zone: String,
    pub location: Option<String>,
    /// Until then the student may cancel or move it.
    pub changeable_until: Timestamp,
    /// As it is written down; see [`Booking::status_at`].
    pub status: BookingStatus,
    pub question: Option<String>,
    pub booked_at: Timestamp,
    pub changed_at: Timestamp,
    /// How often it was moved or cancelled.
    pub sequence: i64,
    pub cancelled_at: Option<Timestamp>,
    pub cancelled_by: Option<AccountId>,
    pub cancel_reason: Option<String>,
    pub no_show_id: Option<AccountId>,
}

impl Booking {
    /// Where the images of the booking of this id are shown.
    fn shows(id: BookingId) -> ImageUse {
        ImageUse::new(ImageUseKind::Booking, id.0)
    }

    /// Where it stands now: what is upcoming is completed from its end on, before anybody writes that down.
    pub fn status_at(&self, now: Timestamp) -> BookingStatus {
        match self.status {
            BookingStatus::Upcoming if self.ends_at <= now => BookingStatus::Completed,
            status => status,
        }
    }

    /// Returns as what somebody takes part.
    pub fn role_of(&self, account: AccountId) -> Option<BookingRole> {
        if self.mentor_id == Some(account) {
            return Some(BookingRole::Mentor);
        }
        (self.student_id == Some(account)).then_some(BookingRole::Student)
    }

    /// The session in which it has a seat; `None` once its offer is gone.
    fn session(&self) -> Option<Session> {
        let (starts_at, ends_at) = (self.starts_at, self.ends_at);
        self.appointment_id.map(|appointment| Session { appointment, starts_at, ends_at })
    }
}
