//! The time of a booking as text: on the clock of the reader, and on that of the appointment.

use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::sentences::{Sentence, Value, date_and_time, instant_in, say};
use crate::time_zones;

/// Returns a period in the time zone of the reader, and in that of the appointment if it is another one.
pub fn describe(starts_at: Timestamp, ends_at: Timestamp, reader_zone: &str, appointment_zone: &str) -> Sentence {
    let here = describe_in(starts_at, ends_at, reader_zone);
    if reader_zone == appointment_zone {
        return here;
    }
    let there = describe_in(starts_at, ends_at, appointment_zone);
    say::PeriodInBothZones { here: here.into(), there: there.into() }.into()
}

/// Returns an instant in the time zone of the reader.
pub fn describe_instant(at: Timestamp, reader_zone: &str) -> Sentence {
    let (at, zone) = instant_in(at, Some(reader_zone));
    say::InstantInZone { at, zone }.into()
}

fn describe_in(starts_at: Timestamp, ends_at: Timestamp, name: &str) -> Sentence {
    let (zone, name) = time_zones::find(name).map_or((TimeZone::UTC, "UTC"), |zone| (zone, name));
    let at = |instant: Timestamp| jiff::Timestamp::from_microsecond(instant.0).unwrap_or_default();
    let (from, to) = (at(starts_at), at(ends_at));
    // When clocks are set back, an hour of the day occurs twice. Only the offset distinguishes them.
    let is_repeated = |at: jiff::Timestamp| zone.to_ambiguous_timestamp(zone.to_datetime(at)).is_ambiguous();
    let time = if is_repeated(from) || is_repeated(to) { "%H:%M UTC%:z" } else { "%H:%M" };
    let (from, to) = (from.to_zoned_datetime(zone.clone()), to.to_zoned_datetime(zone.clone()));
    let time_of = |at: &jiff::ZonedDateTime| at.strftime(time).to_string();
    let until = if from.date() == to.date() {
        Value::text(time_of(&to))
    } else {
        date_and_time(to.date(), time_of(&to)).into()
    };
    let from = date_and_time(from.date(), time_of(&from)).into();
    say::Period { from, to: until, zone: Value::text(name.to_owned()) }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn a_period_is_described_on_the_readers_clock_and_on_that_of_the_appointment() {
        let describe =
            |from: &str, to: &str, reader: &str| describe(at(from), at(to), reader, "Europe/Berlin").in_english();
        assert_eq!(
            describe("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", "Europe/Berlin"),
            "Monday, 23 November 2026, 10:00 to 11:00 (Europe/Berlin)"
        );
        assert_eq!(
            describe("2026-11-23T19:30:00Z", "2026-11-23T20:30:00Z", "Asia/Bangkok"),
            "Tuesday, 24 November 2026, 02:30 to 03:30 (Asia/Bangkok), \
             that is Monday, 23 November 2026, 20:30 to 21:30 (Europe/Berlin)"
        );
        assert_eq!(
            describe("2026-11-23T22:30:00Z", "2026-11-23T23:30:00Z", "Europe/Berlin"),
            "Monday, 23 November 2026, 23:30 to Tuesday, 24 November 2026, 00:30 (Europe/Berlin)"
        );
        // The hour from 02:00 to 03:00 occurs twice.
        assert_eq!(
            describe("2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z", "Europe/Berlin"),
            "Sunday, 31 October 2027, 02:00 UTC+02:00 to 02:00 UTC+01:00 (Europe/Berlin)"
        );
        assert_eq!(
            describe("2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z", "UTC"),
            "Sunday, 31 October 2027, 00:00 to 01:00 (UTC), \
             that is Sunday, 31 October 2027, 02:00 UTC+02:00 to 02:00 UTC+01:00 (Europe/Berlin)"
        );
    }
}
