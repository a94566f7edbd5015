//! Dates and times in sentences.

use jiff::civil::{Date, Weekday};

use super::{Sentence, Value, say};
use crate::clock::Timestamp;
use crate::time_zones;

/// Returns an instant in UTC, to the minute.
pub fn instant_in_utc(at: Timestamp) -> Value {
    instant_in(at, None).0
}

/// Returns an instant on the clock of a reader, to the minute, and the name of the time zone: UTC if there is no such zone.
pub fn instant_in(at: Timestamp, zone: Option<&str>) -> (Value, Value) {
    let found = zone.and_then(|name| Some((time_zones::find(name)?, name)));
    let (zone, name) = found.unwrap_or((jiff::tz::TimeZone::UTC, "UTC"));
    let instant = match jiff::Timestamp::from_microsecond(at.0) {
        Ok(at) => {
            let at = at.to_zoned_datetime(zone);
            date_and_time(at.date(), at.strftime("%H:%M").to_string()).into()
        }
        Err(_) => Value::text(""),
    };
    (instant, Value::text(name.to_owned()))
}

/// Returns a day and a time of it.
pub fn date_and_time(date: Date, time: String) -> Sentence {
    say::DateAndTime {
        weekday: weekday(date.weekday()),
        day: Value::Number(date.day().into()),
        month: month(date.month()),
        year: Value::Number(date.year().into()),
        time: Value::text(time),
    }
    .into()
}

fn weekday(weekday: Weekday) -> Value {
    match weekday {
        Weekday::Monday => say::Monday.into(),
        Weekday::Tuesday => say::Tuesday.into(),
        Weekday::Wednesday => say::Wednesday.into(),
        Weekday::Thursday => say::Thursday.into(),
        Weekday::Friday => say::Friday.into(),
        Weekday::Saturday => say::Saturday.into(),
        Weekday::Sunday => say::Sunday.into(),
    }
}

fn month(month: i8) -> Value {
    match month {
        1 => say::January.into(),
        2 => say::February.into(),
        3 => say::March.into(),
        4 => say::April.into(),
        5 => say::May.into(),
        6 => say::June.into(),
        7 => say::July.into(),
        8 => say::August.into(),
        9 => say::September.into(),
        10 => say::October.into(),
        11 => say::November.into(),
        _ => say::December.into(),
    }
}
