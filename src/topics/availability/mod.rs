//! When a mentor can be booked: the settings in local time ([`Availability`]), the intervals of available hours as
//! instants ([`intervals`]), and the slots in them that are still free ([`slots`]).
//!
//! Listing and booking use the same functions, so exactly the listed slots can be booked.

pub mod checks;
pub mod graphql;
pub mod intervals;
pub mod slots;

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// When an appointment can be booked. Stored as one JSON value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub weekly: Vec<WeeklyHours>,
    pub exceptions: Vec<DateException>,
    pub windows: Vec<Window>,
}

/// An interval of hours on one day of every week, in the time zone of the appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours {
    pub weekday: Weekday,
    #[serde(flatten)]
    pub hours: Hours,
}

/// The minutes of a day that has no change of clocks.
pub const DAY_MINUTES: i64 = 1_440;

/// An interval of local time, in minutes since midnight. 1,440 is the end of the day. Hours that end before they start
/// end on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hours {
    pub from: u16,
    pub to: u16,
}

impl Hours {
    /// Returns the minutes, counted like `midnight`, that the hours cover on the day that begins at `midnight`.
    fn minutes_from(self, midnight: i64) -> Range<i64> {
        let (from, to) = (i64::from(self.from), i64::from(self.to));
        midnight + from..midnight + if to < from { to + DAY_MINUTES } else { to }
    }
}

/// The hours that replace those that begin on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateException {
    pub on: Date,
    pub hours: Vec<Hours>,
}

/// A single interval in addition to the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday, the first day of the week (ISO 8601).
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl TryFrom<String> for Availability {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}
