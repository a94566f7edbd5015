//! Converts local hours to intervals of instants.
//!
//! Hours apply whenever a clock in the time zone of the appointment shows them. Hours that begin in a skipped hour
//! begin after the gap. Hours within a repeated hour apply twice. If both parts touch in UTC, they are one interval.
//!
//! Hours that touch are joined, also at midnight, and so are windows: slots are counted from the start of the joined
//! interval. A day that is available from midnight to midnight ends its interval. Otherwise hours around the clock would
//! have no start to count from.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::{Availability, DAY_MINUTES, Hours, Window};
use crate::clock::Timestamp;

pub const MINUTE: i64 = 60_000_000;
pub const DAY: i64 = DAY_MINUTES * MINUTE;

/// How many days before a range an interval can begin that reaches into it: an interval of hours ends on the second day
/// after its start at the latest, and offsets differ by up to a day.
const DAYS_BEFORE: i64 = 4;

/// An interval in which a mentor can be booked, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// A period with a constant offset from UTC. All values are in microseconds.
#[derive(Clone, Copy, Debug)]
struct OffsetPeriod {
    from: i64,
    until: i64,
    offset: i64,
}

/// Returns the intervals that overlap with the range from `from` to `to`, in no particular order.
pub fn intervals(availability: &Availability, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Interval> {
    let mut found = join_windows(&availability.windows);
    let periods = offset_periods(zone, from, to);
    if let (Some(first), Some(last)) = (periods.first(), periods.last()) {
        let day_of = |at: Timestamp, period: &OffsetPeriod| (at.0 + period.offset).div_euclid(DAY);
        // One more day at the end: the last session can end on it.
        let days = day_of(from, first) - DAYS_BEFORE..=day_of(to, last) + 1;
        for hours in local_intervals(availability, days) {
            add_instants(&hours, &periods, &mut found);
        }
    }
    found.retain(|interval| interval.starts_at < to && interval.ends_at > from);
    found
}

/// Joins windows that touch.
fn join_windows(windows: &[Window]) -> Vec<Interval> {
    let mut windows: Vec<Window> = windows.to_vec();
    windows.sort_unstable_by_key(|window| window.starts_at);
    let mut joined: Vec<Interval> = Vec::new();
    for Window { starts_at, ends_at } in windows {
        match joined.last_mut() {
            Some(earlier) if earlier.ends_at == starts_at => earlier.ends_at = ends_at,
            _ => joined.push(Interval { starts_at, ends_at }),
        }
    }
    joined
}

/// Returns the hours of these days as intervals of local time, in minutes since 1970-01-01, joined where they touch.
fn local_intervals(availability: &Availability, days: RangeInclusive<i64>) -> Vec<Range<i64>> {
    let exceptions: HashMap<i64, &[Hours]> =
        availability.exceptions.iter().map(|exception| (days_since_epoch(exception.on), &*exception.hours)).collect();
    let mut weekly: [Vec<Hours>; 7] = Default::default();
    for hours in &availability.weekly {
        weekly[hours.weekday as usize].push(hours.hours);
    }
    let mut hours: Vec<Range<i64>> = Vec::new();
    for day in days {
        let of_day = exceptions.get(&day).copied().unwrap_or_else(|| &weekly[weekday(day)]);
        hours.extend(of_day.iter().map(|hours| hours.minutes_from(day * DAY_MINUTES)));
    }
    hours.sort_unstable_by_key(|hours| hours.start);
    let mut joined: Vec<Range<i64>> = Vec::new();
    for hours in hours {
        match joined.last_mut() {
            Some(earlier) if hours.start <= earlier.end => earlier.end = earlier.end.max(hours.end),
            _ => joined.push(hours),
        }
    }
    joined.into_iter().flat_map(|hours| split_after_whole_days(&hours)).collect()
}

/// Splits an interval of local time at the end of each day that it covers from midnight to midnight.
fn split_after_whole_days(hours: &Range<i64>) -> Vec<Range<i64>> {
    let mut parts = Vec::new();
    let mut start = hours.start;
    // The first midnight with a whole day before it.
    let mut midnight = (hours.start + DAY_MINUTES - 1).div_euclid(DAY_MINUTES) * DAY_MINUTES + DAY_MINUTES;
    while midnight < hours.end {
        parts.push(start..midnight);
        start = midnight;
        midnight += DAY_MINUTES;
    }
    parts.push(start..hours.end);
    parts
}

/// Adds the instants at which a clock shows these hours.
fn add_instants(hours: &Range<i64>, periods: &[OffsetPeriod], found: &mut Vec<Interval>) {
    let first_of_hours = found.len();
    for period in periods {
        let starts_at = (hours.start * MINUTE - period.offset).max(period.from);
        let ends_at = (hours.end * MINUTE - period.offset).min(period.until);
        if starts_at >= ends_at {
            continue;
        }
        match found[first_of_hours..].last_mut() {
            Some(earlier) if earlier.ends_at.0 == starts_at => earlier.ends_at = Timestamp(ends_at),
            _ => found.push(Interval { starts_at: Timestamp(starts_at), ends_at: Timestamp(ends_at) }),
        }
    }
}

/// Splits the range, extended by the days around it, at the clock changes of the zone. Returns nothing for instants
/// outside the supported years.
fn offset_periods(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<OffsetPeriod> {
    let instant = |micros: i64| jiff::Timestamp::from_microsecond(micros).ok();
    let (before, after) = ((DAYS_BEFORE + 1) * DAY, 2 * DAY);
    let bounds = (instant(from.0.saturating_sub(before)), instant(to.0.saturating_add(after)));
    let (Some(start), Some(end)) = bounds else { return Vec::new() };
    let micros = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * 1_000_000;
    let mut periods = vec![OffsetPeriod {
        from: start.as_microsecond(),
        until: end.as_microsecond(),
        offset: micros(zone.to_offset(start)),
    }];
    for transition in zone.following(start).take_while(|transition| transition.timestamp() < end) {
        let at = transition.timestamp().as_microsecond();
        if let Some(last) = periods.last_mut() {
            last.until = at;
        }
        periods.push(OffsetPeriod { from: at, until: end.as_microsecond(), offset: micros(transition.offset()) });
    }
    periods
}

/// Returns the number of days since 1970-01-01.
fn days_since_epoch(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

/// Returns the day of the week, 0 for Monday. 1970-01-01 was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}
