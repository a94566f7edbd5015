//! Validation of availabilities.

use std::ops::Range;

use super::{Availability, DAY_MINUTES, DateException, WeeklyHours, Window};
use crate::clock::Timestamp;
use crate::error::{Code, Problem, Problems};
use crate::sentences::{Sentence, Value, say};

/// The maximum number of intervals, per week and per exception.
const MAX_INTERVALS: usize = 50;
const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;
const MAX_EXCEPTIONS: usize = 366;
const MAX_WINDOWS: usize = 200;

impl Availability {
    /// Validates the availability and adds what is invalid to `problems`. A window may lie in the past only if it is
    /// one of `existing`, which were valid when they were stored.
    pub fn validate(&self, problems: &mut Problems, existing: &[Window], now: Timestamp) {
        check_weekly(&self.weekly, problems);
        check_exceptions(&self.exceptions, problems);
        check_windows(&self.windows, existing, now, problems);
    }
}

fn check_weekly(weekly: &[WeeklyHours], problems: &mut Problems) {
    const FIELD: &str = "weeklyHours";
    if weekly.len() > MAX_INTERVALS {
        return problems.extend([too_many(FIELD, MAX_INTERVALS)]);
    }
    for (index, one) in weekly.iter().enumerate() {
        let minutes = |one: &WeeklyHours| one.hours.minutes_from(one.weekday as i64 * DAY_MINUTES);
        // Hours of Sunday can reach into Monday, so the week before and the week after count too.
        let others = weekly[..index]
            .iter()
            .map(minutes)
            .flat_map(|other| [-WEEK_MINUTES, 0, WEEK_MINUTES].map(|weeks| other.start + weeks..other.end + weeks));
        let problem = |message: Sentence| Problem::member(FIELD, Code::Invalid, message).at(index);
        problems.extend(check_hours(&minutes(one), others).map(problem));
    }
}

fn check_exceptions(exceptions: &[DateException], problems: &mut Problems) {
    const FIELD: &str = "exceptions";
    if exceptions.len() > MAX_EXCEPTIONS {
        return problems.extend([too_many(FIELD, MAX_EXCEPTIONS)]);
    }
    for (index, exception) in exceptions.iter().enumerate() {
        if exceptions[..index].iter().any(|earlier| earlier.on == exception.on) {
            let message = say::ExceptionRepeated;
            problems.extend([Problem::member(FIELD, Code::Invalid, message).at(index).below("on")]);
        }
        if exception.hours.len() > MAX_INTERVALS {
            problems.extend([too_many(FIELD, MAX_INTERVALS).at(index).below("hours")]);
            continue;
        }
        for (row, hours) in exception.hours.iter().enumerate() {
            let problem =
                |message: Sentence| Problem::member(FIELD, Code::Invalid, message).at(index).below("hours").at(row);
            let earlier = exception.hours[..row].iter().map(|hours| hours.minutes_from(0));
            problems.extend(check_hours(&hours.minutes_from(0), earlier).map(problem));
        }
    }
}

fn check_windows(windows: &[Window], existing: &[Window], now: Timestamp, problems: &mut Problems) {
    const FIELD: &str = "windows";
    if windows.len() > MAX_WINDOWS {
        return problems.extend([too_many(FIELD, MAX_WINDOWS)]);
    }
    for (index, window) in windows.iter().enumerate() {
        let overlaps = |other: &Window| other.starts_at < window.ends_at && window.starts_at < other.ends_at;
        let message: Sentence = if window.ends_at <= window.starts_at {
            say::WindowEmpty.into()
        } else if window.ends_at <= now && !existing.contains(window) {
            say::WindowOver.into()
        } else if windows[..index].iter().any(overlaps) {
            say::WindowOverlaps.into()
        } else {
            continue;
        };
        problems.extend([Problem::member(FIELD, Code::Invalid, message).at(index)]);
    }
}

/// Returns what is wrong with hours, given the earlier ones in the list, all in minutes.
fn check_hours(hours: &Range<i64>, mut earlier: impl Iterator<Item = Range<i64>>) -> Option<Sentence> {
    if hours.is_empty() {
        return Some(say::HoursEmpty.into());
    }
    let overlaps = |other: Range<i64>| other.start < hours.end && hours.start < other.end;
    earlier.any(overlaps).then(|| say::HoursOverlap.into())
}

fn too_many(field: &'static str, max: usize) -> Problem {
    Problem::member(field, Code::TooLong, say::TooManyItems { max: Value::number(max) }).with_limit(max)
}
