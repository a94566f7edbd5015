//! What a mentor may say about when they can be booked.

use super::{Availability, DateException, Hours, WeeklyHours, Window};
use crate::clock::Timestamp;
use crate::error::{Code, Problem, Problems};

const MOST_STRETCHES: usize = 50;
const MOST_EXCEPTIONS: usize = 366;
const MOST_WINDOWS: usize = 200;

impl Availability {
    /// Checks everything that is said, and notes what is wrong with it. `known` are windows that need not lie ahead, since
    /// they did when they were written down.
    pub fn check(&self, problems: &mut Problems, known: &[Window], now: Timestamp) {
        check_weekly(&self.weekly, problems);
        check_exceptions(&self.exceptions, problems);
        check_windows(&self.windows, known, now, problems);
    }
}

fn check_weekly(weekly: &[WeeklyHours], problems: &mut Problems) {
    const MEMBER: &str = "weeklyHours";
    if weekly.len() > MOST_STRETCHES {
        return problems.extend([too_many(MEMBER, MOST_STRETCHES)]);
    }
    for (place, one) in weekly.iter().enumerate() {
        let others = weekly[..place].iter().filter(|other| other.weekday == one.weekday).map(|other| other.hours);
        problems.extend(flaw(one.hours, others).map(|why| Problem::member(MEMBER, Code::Invalid, why).at(place)));
    }
}

fn check_exceptions(exceptions: &[DateException], problems: &mut Problems) {
    const MEMBER: &str = "exceptions";
    if exceptions.len() > MOST_EXCEPTIONS {
        return problems.extend([too_many(MEMBER, MOST_EXCEPTIONS)]);
    }
    for (place, exception) in exceptions.iter().enumerate() {
        if exceptions[..place].iter().any(|earlier| earlier.on == exception.on) {
            let why = "This day has an exception already.";
            problems.extend([Problem::member(MEMBER, Code::Invalid, why).at(place).below("on")]);
        }
        if exception.hours.len() > MOST_STRETCHES {
            problems.extend([too_many(MEMBER, MOST_STRETCHES).at(place).below("hours")]);
            continue;
        }
        for (row, hours) in exception.hours.iter().enumerate() {
            let why = flaw(*hours, exception.hours[..row].iter().copied());
            let problem = |why| Problem::member(MEMBER, Code::Invalid, why).at(place).below("hours").at(row);
            problems.extend(why.map(problem));
        }
    }
}

fn check_windows(windows: &[Window], known: &[Window], now: Timestamp, problems: &mut Problems) {
    const MEMBER: &str = "windows";
    if windows.len() > MOST_WINDOWS {
        return problems.extend([too_many(MEMBER, MOST_WINDOWS)]);
    }
    for (place, window) in windows.iter().enumerate() {
        let overlaps = |other: &Window| other.starts_at < window.ends_at && window.starts_at < other.ends_at;
        let why = if window.ends_at <= window.starts_at {
            "A window ends after it starts."
        } else if window.ends_at <= now && !known.contains(window) {
            "This window is over already."
        } else if windows[..place].iter().any(overlaps) {
            "This window overlaps an earlier one."
        } else {
            continue;
        };
        problems.extend([Problem::member(MEMBER, Code::Invalid, why).at(place)]);
    }
}

/// Returns what is wrong with hours beside earlier ones of the same day.
fn flaw(hours: Hours, mut earlier: impl Iterator<Item = Hours>) -> Option<&'static str> {
    if hours.to <= hours.from {
        return Some("Hours end after they begin.");
    }
    let overlaps = |other: Hours| other.from < hours.to && hours.from < other.to;
    earlier.any(overlaps).then_some("These hours overlap earlier ones.")
}

fn too_many(member: &'static str, most: usize) -> Problem {
    Problem::member(member, Code::TooLong, format!("At most {most} of these."))
}
