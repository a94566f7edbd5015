//! Bookings: a student's reserved time with a mentor.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`assign`] | slots of a topic, and the mentor that a booking of one is assigned to |
//! | [`busy_calendars`] | external calendars whose events remove slots |
//! | [`create`] | books a slot, and moves a booking to another slot |
//! | [`cancel`] | cancels and completes bookings, records no-shows, handles deleted accounts |
//! | [`approval`] | bookings that wait for the mentor's approval |
//! | [`appointments`] | changes of appointments and topics that affect bookings |
//! | [`lists`] | the bookings of an account or an appointment, filtered and ordered |
//! | [`relocate`] | where sessions take place: rooms of online meetings, changes by the mentor |
//! | [`scheduler`] | sends reminders, completes bookings and ends requests when their time has come |
//! | [`summary`] | counts of a mentor's bookings |
//! | [`time_off`] | creates and deletes the times off of mentors |
//! | [`waitlist`] | students who wait for a seat, and the seats that are held for them |
//! | [`notifications`] | the events and mails of a change |
//! | [`calendar`] | bookings as iCalendar |
//! | [`times`] | the time of a booking as text |
//!
//! Which times can be booked is computed in `topics`.

pub mod appointments;
pub mod approval;
pub mod assign;
pub mod busy_calendars;
pub mod calendar;
pub mod cancel;
pub mod create;
pub mod graphql;
pub mod lists;
pub mod notifications;
pub mod relocate;
pub mod rules;
pub mod scheduler;
pub mod store;
pub mod summary;
pub mod time_off;
pub mod times;
pub mod waitlist;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::files::{FileUse, FileUseKind};
use crate::ids;
use crate::topics::occupancies::Session;
use crate::topics::questions::Answers;
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

/// The status of a booking. More values can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum BookingStatus {
    /// The booking has not ended yet; it may have started.
    Upcoming,
    /// The booking took place: its end has passed, or the mentor completed it.
    Completed,
    /// The student or the mentor cancelled the booking, or deleted the appointment or their account.
    Cancelled,
    /// The student or the mentor did not come.
    NoShow,
    /// The request waits for the mentor's approval; its seat is held.
    Requested,
    /// The mentor declined the request.
    Declined,
    /// The mentor did not answer the request in time.
    Expired,
}

text_enum!(BookingStatus {
    Upcoming => "upcoming",
    Completed => "completed",
    Cancelled => "cancelled",
    NoShow => "no_show",
    Requested => "requested",
    Declined => "declined",
    Expired => "expired",
});

impl BookingStatus {
    const ALL: [Self; 7] = [
        Self::Upcoming,
        Self::Completed,
        Self::Cancelled,
        Self::NoShow,
        Self::Requested,
        Self::Declined,
        Self::Expired,
    ];

    /// Returns the status at `now` of a booking with these values in its columns, as `stored_status` does; `None` for a
    /// status that a newer version has added.
    pub fn of_columns(
        (status, refusal): (&str, Option<&str>),
        approval_expires_at: Option<Timestamp>,
        ends_at: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        let stored = match refusal {
            _ if approval_expires_at.is_some() => Self::Requested.as_str(),
            Some(refusal @ ("declined" | "expired")) => refusal,
            _ => status,
        };
        let stored = Self::ALL.into_iter().find(|status| status.as_str() == stored);
        stored.map(|status| status.at(approval_expires_at, ends_at, now))
    }

    /// Returns what has become of a stored status at `now`. An upcoming booking counts as completed from its end on, and a
    /// request as expired from its instant on, although the scheduler stores that some seconds later.
    fn at(self, approval_expires_at: Option<Timestamp>, ends_at: Timestamp, now: Timestamp) -> Self {
        match self {
            Self::Upcoming if ends_at <= now => Self::Completed,
            Self::Requested if approval_expires_at.is_some_and(|at| at <= now) => Self::Expired,
            status => status,
        }
    }
}

/// The role of a user in a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum BookingRole {
    /// The user who booked.
    Student,
    /// The user who teaches.
    Mentor,
}

/// A change of a booking. More values can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum BookingChange {
    /// The booking was created.
    Created,
    /// The booking was moved to another slot.
    Rescheduled,
    /// The booking was cancelled.
    Cancelled,
    /// The booking was completed, by the mentor or at its end.
    Completed,
    /// The student or the mentor was marked as absent.
    NoShow,
    /// The location or the meeting URL changed.
    Relocated,
    /// The student requested the booking, or a move that needs approval.
    Requested,
    /// The mentor approved the request.
    Approved,
    /// The mentor declined the request.
    Declined,
    /// The request expired.
    Expired,
}

impl BookingChange {
    const ALL: [Self; 10] = [
        Self::Created,
        Self::Rescheduled,
        Self::Cancelled,
        Self::Completed,
        Self::NoShow,
        Self::Relocated,
        Self::Requested,
        Self::Approved,
        Self::Declined,
        Self::Expired,
    ];

    /// Returns the number that stands for this change in events. Numbers are never reused.
    pub fn number(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Rescheduled => 2,
            Self::Cancelled => 3,
            Self::Completed => 4,
            Self::NoShow => 5,
            Self::Relocated => 6,
            Self::Requested => 7,
            Self::Approved => 8,
            Self::Declined => 9,
            Self::Expired => 10,
        }
    }

    /// Returns the change with this number; `None` if a newer version added it.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.number() == number)
    }
}

/// A student's reserved time with a mentor.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Booking {
    pub id: BookingId,
    /// `None` once the appointment is deleted.
    pub appointment_id: Option<AppointmentId>,
    pub topic_id: TopicId,
    /// `None` once the account is deleted.
    pub mentor_id: Option<AccountId>,
    pub student_id: Option<AccountId>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub time_zone: String,
    pub location: Option<String>,
    pub meeting_url: Option<String>,
    /// The offset from UTC at the start, in seconds, when the booking was made or moved. `None` in older rows.
    pub utc_offset: Option<i64>,
    /// How many students can book the same session.
    pub seats: i64,
    /// The student may cancel or reschedule until then.
    pub changeable_until: Timestamp,
    /// The stored status; see [`Booking::status_at`].
    pub status: BookingStatus,
    /// When the request expires; `None` if the booking is no request.
    pub approval_expires_at: Option<Timestamp>,
    pub question: Option<String>,
    #[sqlx(try_from = "String")]
    pub answers: Answers,
    pub booked_at: Timestamp,
    pub changed_at: Timestamp,
    /// How many times the booking was rescheduled or cancelled.
    pub sequence: i64,
    /// When the booking was cancelled, declined or expired.
    pub cancelled_at: Option<Timestamp>,
    pub cancelled_by: Option<AccountId>,
    pub cancel_reason: Option<String>,
    pub no_show_id: Option<AccountId>,
}

impl Booking {
    /// Returns the use of images and files in the booking with this id.
    fn file_use(id: BookingId) -> FileUse {
        FileUse::new(FileUseKind::Booking, id.0)
    }

    /// Returns the status at `now`.
    pub fn status_at(&self, now: Timestamp) -> BookingStatus {
        self.status.at(self.approval_expires_at, self.ends_at, now)
    }

    /// Returns the URL of the online meeting, unless the booking is a request, or was cancelled or missed.
    pub fn meeting_url_at(&self, now: Timestamp) -> Option<&str> {
        let is_on = matches!(self.status_at(now), BookingStatus::Upcoming | BookingStatus::Completed);
        self.meeting_url.as_deref().filter(|_| is_on)
    }

    /// Returns true if several students can book the same session.
    fn is_group(&self) -> bool {
        self.seats > 1
    }

    /// Returns the path of the web page that shows a booking.
    fn page(&self) -> String {
        format!("/mentoring/bookings/{}", ids::write_global("bkg", self.id.0))
    }

    /// Returns the role of an account; `None` if it has no part in this booking.
    pub fn role_of(&self, account: AccountId) -> Option<BookingRole> {
        if self.mentor_id == Some(account) {
            return Some(BookingRole::Mentor);
        }
        (self.student_id == Some(account)).then_some(BookingRole::Student)
    }

    /// Returns the accounts of mentor and student that still exist.
    fn participants(&self) -> Vec<AccountId> {
        [self.mentor_id, self.student_id].into_iter().flatten().collect()
    }

    /// Returns the session in which the booking has a seat; `None` once the appointment is deleted.
    fn session(&self) -> Option<Session> {
        let (starts_at, ends_at) = (self.starts_at, self.ends_at);
        self.appointment_id.map(|appointment| Session { appointment, starts_at, ends_at })
    }
}
