//! When a member wants to be reached: the hours of digests, and quiet hours. All in the member's time zone.

use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, ZonedDateTime};

use crate::clock::Timestamp;
use crate::profiles::settings::{DigestFrequency, MINUTES_PER_DAY, QuietHours, Settings};
use crate::time_zones;

/// What is in a digest has been unread for this long.
pub const MIN_AGE: Duration = Duration::from_mins(15);

const HOUR: Duration = Duration::from_hours(1);

/// The minute of the day of daily and weekly digests: 08:00.
const DIGEST_MINUTE: u16 = 8 * 60;

/// When the digest of an account is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Not before this instant.
    Later(Timestamp),
    /// Now, with what became unread up to `until`. The next one is sent at `next` or later.
    Now { until: Timestamp, next: Timestamp },
}

/// Plans the digest of an account that got its last one at `sent_at`.
pub fn plan_digest(settings: &Settings, sent_at: Timestamp, now: Timestamp) -> Plan {
    if let Some(end) = quiet_until(settings, now) {
        return Plan::Later(end);
    }
    if settings.digest_frequency.is_hourly() {
        let next = sent_at.plus(HOUR);
        return if next > now {
            Plan::Later(next)
        } else {
            Plan::Now { until: now.minus(MIN_AGE), next: now.plus(HOUR) }
        };
    }
    let is_weekly = settings.digest_frequency == DigestFrequency::Weekly;
    let Some((slot, next)) = digest_slots(&zone_of(settings), is_weekly, now) else {
        return Plan::Later(now.plus(HOUR));
    };
    if sent_at >= slot { Plan::Later(next) } else { Plan::Now { until: slot.minus(MIN_AGE), next } }
}

/// Returns the end of the quiet hours that an instant is in; `None` if it is in none.
pub fn quiet_until(settings: &Settings, now: Timestamp) -> Option<Timestamp> {
    let QuietHours { from, to } = settings.quiet_hours()?;
    let (from, to) = (from % MINUTES_PER_DAY, to % MINUTES_PER_DAY);
    let zone = zone_of(settings);
    let here = zoned(now, &zone)?;
    let minute = u16::try_from(i32::from(here.hour()) * 60 + i32::from(here.minute())).ok()?;
    let is_quiet = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
    if !is_quiet {
        return None;
    }
    let today = instant(here.date(), to, &zone)?;
    // Clocks that are set back can pass the end twice.
    if today > now { Some(today) } else { instant(here.date().tomorrow().ok()?, to, &zone) }
}

/// Returns the last instant of a digest up to now, and the next one.
fn digest_slots(zone: &TimeZone, is_weekly: bool, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let days = if is_weekly { 7 } else { 1 };
    let today = zoned(now, zone)?.date();
    let since_monday = if is_weekly { i64::from(today.weekday().to_monday_zero_offset()) } else { 0 };
    let day = |offset: i64| instant(today.checked_add(offset.days()).ok()?, DIGEST_MINUTE, zone);
    let this = day(-since_monday)?;
    if this <= now { Some((this, day(days - since_monday)?)) } else { Some((day(-since_monday - days)?, this)) }
}

fn zone_of(settings: &Settings) -> TimeZone {
    time_zones::find(&settings.time_zone).unwrap_or(TimeZone::UTC)
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Option<ZonedDateTime> {
    jiff::Timestamp::from_microsecond(at.0).ok().map(|at| at.to_zoned_datetime(zone.clone()))
}

/// Returns a minute of a day. One that the clocks skip is as long after midnight as it would be without the change.
fn instant(day: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let at = day.to_datetime(Time::new(hour, minute, 0, 0).ok()?).to_zoned_datetime(zone.clone()).ok()?;
    Some(Timestamp(at.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn settings(frequency: DigestFrequency, zone: &str, quiet: Option<(i64, i64)>) -> Settings {
        Settings {
            time_zone: zone.to_owned(),
            digest_frequency: frequency,
            quiet_from: quiet.map(|(from, _)| from),
            quiet_to: quiet.map(|(_, to)| to),
            ..Settings::default()
        }
    }

    #[test]
    fn an_hourly_digest_has_what_is_unread_for_15_minutes() {
        let settings = settings(DigestFrequency::Hourly, "UTC", None);
        let now = at("2026-11-21T09:30:00Z");
        let plan = |sent_at| plan_digest(&settings, sent_at, now);
        let expected = Plan::Now { until: at("2026-11-21T09:15:00Z"), next: at("2026-11-21T10:30:00Z") };
        assert_eq!(plan(Timestamp(0)), expected);
        assert_eq!(plan(at("2026-11-21T08:30:00Z")), expected);
        assert_eq!(plan(at("2026-11-21T08:30:01Z")), Plan::Later(at("2026-11-21T09:30:01Z")));
    }

    #[test]
    fn daily_and_weekly_digests_come_at_eight_on_the_members_clock() {
        let daily = settings(DigestFrequency::Daily, "Europe/Berlin", None);
        let plan = |now: &str, sent: &str| plan_digest(&daily, at(sent), at(now));
        let today = Plan::Now { until: at("2026-11-21T06:45:00Z"), next: at("2026-11-22T07:00:00Z") };
        assert_eq!(plan("2026-11-21T07:00:00Z", "2026-11-20T07:00:05Z"), today);
        assert_eq!(plan("2026-11-21T18:00:00Z", "2026-11-20T07:00:05Z"), today, "late, with what was unread then");
        assert_eq!(plan("2026-11-21T07:01:00Z", "2026-11-21T07:00:05Z"), Plan::Later(at("2026-11-22T07:00:00Z")));
        assert_eq!(plan("2026-11-21T06:59:00Z", "2026-11-20T07:00:05Z"), Plan::Later(at("2026-11-21T07:00:00Z")));
        // Summer time begins on 2027-03-28.
        assert_eq!(plan("2027-03-27T08:00:00Z", "2027-03-27T07:00:05Z"), Plan::Later(at("2027-03-28T06:00:00Z")));

        let weekly = settings(DigestFrequency::Weekly, "Asia/Bangkok", None);
        let plan = |now: &str, sent: &str| plan_digest(&weekly, at(sent), at(now));
        let monday = Plan::Now { until: at("2026-11-23T00:45:00Z"), next: at("2026-11-30T01:00:00Z") };
        assert_eq!(plan("2026-11-23T01:00:00Z", "2026-11-16T01:00:05Z"), monday);
        assert_eq!(plan("2026-11-29T20:00:00Z", "2026-11-16T01:00:05Z"), monday);
        assert_eq!(plan("2026-11-22T20:00:00Z", "2026-11-16T01:00:05Z"), Plan::Later(at("2026-11-23T01:00:00Z")));
    }

    #[test]
    fn quiet_hours_hold_digests_until_they_end() {
        let over_night = settings(DigestFrequency::Hourly, "Europe/Berlin", Some((22 * 60, 7 * 60 + 30)));
        let quiet = |now: &str| quiet_until(&over_night, at(now));
        assert_eq!(quiet("2026-11-21T20:59:00Z"), None);
        assert_eq!(quiet("2026-11-21T21:00:00Z"), Some(at("2026-11-22T06:30:00Z")));
        assert_eq!(quiet("2026-11-22T06:29:59Z"), Some(at("2026-11-22T06:30:00Z")));
        assert_eq!(quiet("2026-11-22T06:30:00Z"), None);
        let now = at("2026-11-21T23:00:00Z");
        assert_eq!(plan_digest(&over_night, Timestamp(0), now), Plan::Later(at("2026-11-22T06:30:00Z")));
        let noon = settings(DigestFrequency::Daily, "UTC", Some((7 * 60, 24 * 60)));
        assert_eq!(quiet_until(&noon, at("2026-11-21T08:00:00Z")), Some(at("2026-11-22T00:00:00Z")));
        assert_eq!(quiet_until(&noon, at("2026-11-21T06:00:00Z")), None);
        let held = plan_digest(&noon, at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"));
        assert_eq!(held, Plan::Now { until: at("2026-11-21T07:45:00Z"), next: at("2026-11-22T08:00:00Z") });
    }

    #[test]
    fn quiet_hours_end_although_clocks_are_changed() {
        // The hour from 02:00 to 03:00 occurs twice, and is left out in spring.
        let settings = settings(DigestFrequency::Hourly, "Europe/Berlin", Some((60, 150)));
        let quiet = |now: &str| quiet_until(&settings, at(now));
        assert_eq!(quiet("2027-10-31T00:10:00Z"), Some(at("2027-10-31T00:30:00Z")));
        assert!(quiet("2027-10-31T01:10:00Z").is_some_and(|end| end > at("2027-10-31T01:10:00Z")));
        assert_eq!(quiet("2027-03-28T00:30:00Z"), Some(at("2027-03-28T01:30:00Z")));
    }
}
