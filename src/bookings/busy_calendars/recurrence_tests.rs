use jiff::civil::date;

use super::*;

/// The range in which the examples of RFC 5545, 3.8.5.3, are.
fn starts_of(text: &str, from: &str, to: &str, first: &str) -> Vec<String> {
    let at = |text: &str| text.parse::<DateTime>().unwrap();
    let rule = crate::bookings::busy_calendars::ics::parse_rule(text).unwrap();
    let found = starts(&rule, at(first), &(at(from)..at(to)), &mut Budget(1_000_000)).unwrap();
    found.iter().map(|at| at.strftime("%m-%dT%H:%M").to_string()).collect()
}

#[test]
fn the_examples_of_the_standard_recur_as_it_says() {
    let of_1997 = |rule: &str| starts_of(rule, "1997-01-01T00:00", "1998-01-01T00:00", "1997-09-02T09:00");
    for (rule, days) in [
        ("FREQ=DAILY;COUNT=3", "09-02 09-03 09-04"),
        ("FREQ=DAILY;UNTIL=19970905T090000", "09-02 09-03 09-04 09-05"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", "09-02 09-12 09-22 10-02 10-12"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=SU;BYDAY=TU,TH", "09-02 09-04 09-16 09-18"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "09-02 09-05 10-03 11-07"),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=5;BYDAY=1SU,-1SU", "09-02 09-07 09-28 11-02 11-30"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15", "09-02 09-15 10-02 10-15"),
        ("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1", "09-02 09-30 10-01 10-31"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=TU,WE,TH;BYSETPOS=3", "09-02 09-04 10-07 11-06"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "09-02"),
        ("FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "09-02 09-29 10-30 11-27"),
        ("FREQ=YEARLY;BYWEEKNO=40;BYDAY=MO;COUNT=2", "09-02 09-29"),
        ("FREQ=YEARLY;BYYEARDAY=300,-1;COUNT=3", "09-02 10-27 12-31"),
        ("FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=2", "09-02 10-26"),
    ] {
        let found: Vec<String> = of_1997(rule).iter().map(|at| at[..5].to_owned()).collect();
        assert_eq!(found.join(" "), days, "{rule}");
    }
    let hours = starts_of(
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000",
        "1997-09-02T00:00",
        "1997-09-03T00:00",
        "1997-09-02T09:00",
    );
    assert_eq!(hours, ["09-02T09:00", "09-02T12:00", "09-02T15:00"]);
}

#[test]
fn an_old_rule_begins_in_the_range() {
    let mut budget = Budget(5_000);
    let rule = crate::bookings::busy_calendars::ics::parse_rule("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO").unwrap();
    let first = date(1990, 1, 1).at(8, 0, 0, 0);
    let range = date(2026, 11, 1).at(0, 0, 0, 0)..date(2027, 11, 1).at(0, 0, 0, 0);
    let found = starts(&rule, first, &range, &mut budget).unwrap();
    assert!((17..=18).contains(&found.len()), "{found:?}");
    assert!(found.iter().all(|at| at.duration_since(first).as_hours() % (21 * 24) == 0));
}

#[test]
fn a_rule_without_occurrences_ends() {
    let at = |text: &str| text.parse::<DateTime>().unwrap();
    let range = at("2026-11-01T00:00")..at("2027-11-01T00:00");
    for (text, is_cheap) in [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", true),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;COUNT=5", true),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31", false),
        ("FREQ=SECONDLY;COUNT=4000000000", false),
    ] {
        let rule = crate::bookings::busy_calendars::ics::parse_rule(text).unwrap();
        let found = starts(&rule, at("2020-01-01T08:00"), &range, &mut Budget(100_000));
        assert_eq!(found.is_ok(), is_cheap, "{text}");
        assert!(found.is_err() || found.is_ok_and(|found| found.is_empty()), "{text}");
    }
}
