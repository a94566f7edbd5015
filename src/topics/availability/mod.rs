//! When a mentor can be booked: what they say ([`Availability`]), what follows from it on the clock of the world
//! ([`intervals`]), and what of that is still free ([`slots`]).
//!
//! Listing and booking ask the same functions, so what is listed can be booked, and nothing else can.

pub mod checks;
pub mod graphql;
pub mod intervals;
pub mod slots;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Everything that a mentor says about when they can be booked. Kept as JSON, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub weekly: Vec<WeeklyHours>,
    pub exceptions: Vec<DateException>,
    pub windows: Vec<Window>,
}

/// Hours of every week, in the mentor's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours {
    pub weekday: Weekday,
    #[serde(flatten)]
    pub hours: Hours,
}

/// From a local time to another, in minutes since midnight; 1,440 is the midnight at the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hours {
    pub from: u16,
    pub to: u16,
}

/// What one day has instead of its weekly hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateException {
    pub on: Date,
    pub hours: Vec<Hours>,
}

/// A single stretch beside the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// The first day of the week (ISO 8601).
    Monday,
    /// The second day.
    Tuesday,
    /// The third day.
    Wednesday,
    /// The fourth day.
    Thursday,
    /// The fifth day.
    Friday,
    /// The sixth day.
    Saturday,
    /// The seventh day.
    Sunday,
}

impl TryFrom<String> for Availability {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}
