//! Busy calendars: external calendars of members, of which the server reads when their owners are busy, and nothing else.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rules`] | adds and removes calendars |
//! | [`reading`] | reads calendars again and again, one node each |
//! | [`fetch`] | one reading over https, within bounds |
//! | [`ics`] | busy times in iCalendar data |
//! | [`recurrence`] | the recurrences of an event |
//!
//! Busy times remove slots like times off do: `topics` reads both. They never change a booking that exists.

pub mod fetch;
pub mod graphql;
pub mod ics;
pub mod reading;
pub mod recurrence;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::sentences::{Sentence, say};

crate::global_ids! {
    BusyCalendarId => "bcl",
}

/// The id of a busy calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct BusyCalendarId(pub i64);

impl From<BusyCalendarId> for i64 {
    fn from(id: BusyCalendarId) -> Self {
        id.0
    }
}

/// An external calendar of a member.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BusyCalendar {
    pub id: BusyCalendarId,
    pub account_id: AccountId,
    pub name: String,
    /// Secret: it is the right to read the calendar.
    pub url: String,
    pub etag: Option<String>,
    pub last_read_at: Option<Timestamp>,
    /// When the busy times were computed last. Their recurrences go on with time, although the calendar does not change.
    pub computed_at: Option<Timestamp>,
    pub failure: Option<ReadFailure>,
}

/// Why a calendar could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// There is no response, or not in time.
    Unreachable,
    /// The host has no public address, or a redirect leads elsewhere.
    NotAllowed,
    /// The response is an error.
    Refused,
    TooLarge,
    /// The response is no iCalendar data.
    NoCalendar,
    /// The recurrences of the calendar take too much work.
    TooComplex,
}

text_enum!(ReadFailure {
    Unreachable => "unreachable",
    NotAllowed => "not_allowed",
    Refused => "refused",
    TooLarge => "too_large",
    NoCalendar => "no_calendar",
    TooComplex => "too_complex",
});

impl ReadFailure {
    /// Returns the reason as a sentence for the member.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Unreachable => say::CalendarUnreachable.into(),
            Self::NotAllowed => say::CalendarNotPublic.into(),
            Self::Refused => say::CalendarRefused.into(),
            Self::TooLarge => say::CalendarTooLarge.into(),
            Self::NoCalendar => say::CalendarMalformed.into(),
            Self::TooComplex => say::CalendarTooComplex.into(),
        }
    }
}

/// A time at which the owner of a calendar is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct BusyTime {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}
