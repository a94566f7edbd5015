//! Converts local hours to intervals of instants.
//!
//! Hours apply whenever a clock in the time zone of the appointment shows them. Hours that begin in a skipped hour
//! begin after the gap. Hours within a repeated hour apply twice. If both parts touch in UTC, they are one interval.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Availability, Hours};
use crate::clock::Timestamp;

pub const MINUTE: i64 = 60_000_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// The time zone database of the program. The databases of the machines could differ between nodes.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Returns the time zone with this name.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

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

/// Returns the intervals that overlap with the range from `from` to `to`, in no particular order. Intervals of
/// different hours are not merged, even if they touch, because slots are counted from the start of each.
pub fn intervals(availability: &Availability, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Interval> {
    let mut found: Vec<Interval> = availability
        .windows
        .iter()
        .map(|window| Interval { starts_at: window.starts_at, ends_at: window.ends_at })
        .filter(|interval| interval.starts_at < to && interval.ends_at > from)
        .collect();
    let periods = offset_periods(zone, from, to);
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return found };
    let exceptions: HashMap<i64, &[Hours]> =
        availability.exceptions.iter().map(|exception| (days_since_epoch(exception.on), &*exception.hours)).collect();
    let mut weekly: [Vec<Hours>; 7] = Default::default();
    for hours in &availability.weekly {
        weekly[hours.weekday as usize].push(hours.hours);
    }
    // One more day at each end: offsets differ by hours, and an interval can start on the day before it ends.
    let days = (from.0 + first.offset).div_euclid(DAY) - 1..=(to.0 + last.offset).div_euclid(DAY) + 1;
    for day in days {
        let hours = exceptions.get(&day).copied().unwrap_or_else(|| &weekly[weekday(day)]);
        for hours in hours {
            let first_of_hours = found.len();
            for period in &periods {
                let starts_at = (day * DAY + i64::from(hours.from) * MINUTE - period.offset).max(period.from);
                let ends_at = (day * DAY + i64::from(hours.to) * MINUTE - period.offset).min(period.until);
                if starts_at >= ends_at {
                    continue;
                }
                match found[first_of_hours..].last_mut() {
                    Some(earlier) if earlier.ends_at.0 == starts_at => earlier.ends_at = Timestamp(ends_at),
                    _ => found.push(Interval { starts_at: Timestamp(starts_at), ends_at: Timestamp(ends_at) }),
                }
            }
        }
    }
    found.retain(|interval| interval.starts_at < to && interval.ends_at > from);
    found
}

/// Splits the range, extended by two days at each end, at the clock changes of the zone. Returns nothing for instants
/// outside the supported years.
fn offset_periods(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<OffsetPeriod> {
    let instant = |micros: i64| jiff::Timestamp::from_microsecond(micros).ok();
    let bounds = (instant(from.0.saturating_sub(2 * DAY)), instant(to.0.saturating_add(2 * DAY)));
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
