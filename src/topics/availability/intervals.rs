//! From local hours to instants.
//!
//! Hours hold whenever a clock in the mentor's zone shows them. So hours within a skipped hour begin after the gap, and
//! hours within a repeated one hold twice; what touches on the clock of the world is one stretch, however the local
//! clock was turned meanwhile.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Availability, Hours};
use crate::clock::Timestamp;

pub const MINUTE: i64 = 60_000_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// The zones that come with the program: the same on every node, whatever its machine has.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Returns the zone of this name.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// Time during which a mentor can be booked, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Time during which local clocks are ahead of UTC by the same amount.
#[derive(Clone, Copy, Debug)]
struct Period {
    from: i64,
    until: i64,
    ahead: i64,
}

/// Returns every stretch that has a part between two instants, in no order. Those of different hours stay apart, even
/// where they touch: sessions are counted from the beginning of each.
pub fn intervals(availability: &Availability, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Interval> {
    let mut found: Vec<Interval> = availability
        .windows
        .iter()
        .map(|window| Interval { begins_at: window.starts_at, ends_at: window.ends_at })
        .filter(|interval| interval.begins_at < to && interval.ends_at > from)
        .collect();
    let periods = periods(zone, from, to);
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return found };
    let exceptions: HashMap<i64, &[Hours]> =
        availability.exceptions.iter().map(|exception| (number_of(exception.on), &*exception.hours)).collect();
    let mut weekly: [Vec<Hours>; 7] = Default::default();
    for hours in &availability.weekly {
        weekly[hours.weekday as usize].push(hours.hours);
    }
    // A day more at either end: zones are turned by hours, and a stretch begins on the day before it ends.
    let days = (from.0 + first.ahead).div_euclid(DAY) - 1..=(to.0 + last.ahead).div_euclid(DAY) + 1;
    for day in days {
        let hours = exceptions.get(&day).copied().unwrap_or_else(|| &weekly[weekday(day)]);
        for hours in hours {
            let began = found.len();
            for period in &periods {
                let begins_at = (day * DAY + i64::from(hours.from) * MINUTE - period.ahead).max(period.from);
                let ends_at = (day * DAY + i64::from(hours.to) * MINUTE - period.ahead).min(period.until);
                if begins_at >= ends_at {
                    continue;
                }
                match found[began..].last_mut() {
                    Some(earlier) if earlier.ends_at.0 == begins_at => earlier.ends_at = Timestamp(ends_at),
                    _ => found.push(Interval { begins_at: Timestamp(begins_at), ends_at: Timestamp(ends_at) }),
                }
            }
        }
    }
    found.retain(|interval| interval.begins_at < to && interval.ends_at > from);
    found
}

/// Splits the time around two instants where the clocks of the zone are turned. Nothing beyond the years that a calendar
/// has.
fn periods(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<Period> {
    let instant = |micros: i64| jiff::Timestamp::from_microsecond(micros).ok();
    let bounds = (instant(from.0.saturating_sub(2 * DAY)), instant(to.0.saturating_add(2 * DAY)));
    let (Some(start), Some(end)) = bounds else { return Vec::new() };
    let ahead = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * 1_000_000;
    let mut periods =
        vec![Period { from: start.as_microsecond(), until: end.as_microsecond(), ahead: ahead(zone.to_offset(start)) }];
    for turn in zone.following(start).take_while(|turn| turn.timestamp() < end) {
        let at = turn.timestamp().as_microsecond();
        if let Some(last) = periods.last_mut() {
            last.until = at;
        }
        periods.push(Period { from: at, until: end.as_microsecond(), ahead: ahead(turn.offset()) });
    }
    periods
}

/// Days since 1970.
fn number_of(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

/// 0 for Monday; 1970 began on a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default()
}
