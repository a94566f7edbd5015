use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

/// Reads a calendar with these lines on 2026-11-21, and returns its busy times.
fn read(lines: &[&str]) -> Result<Vec<String>, ReadFailure> {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"));
    let circumstances = Circumstances {
        now: at("2026-11-21T09:30:00Z"),
        zone: "Europe/Berlin".to_owned(),
        own_suffix: "@campus".to_owned(),
    };
    let times = busy_times(text.as_bytes(), &circumstances)?;
    let text = |at: Timestamp| jiff::Timestamp::from_microsecond(at.0).unwrap().strftime("%m-%dT%H:%M").to_string();
    Ok(times.iter().map(|time| format!("{} {}", text(time.starts_at), text(time.ends_at))).collect())
}

fn event<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    [&["BEGIN:VEVENT", "UID:1"][..], lines, &["END:VEVENT"]].concat()
}

#[test]
fn times_are_those_of_their_zone() {
    for (lines, expected) in [
        (&["DTSTART:20261123T090000Z", "DTEND:20261123T100000Z"][..], "11-23T09:00 11-23T10:00"),
        (&["DTSTART;TZID=America/New_York:20261123T090000", "DURATION:PT1H30M"], "11-23T14:00 11-23T15:30"),
        (&["DTSTART;TZID=W. Europe Standard Time:20261123T090000", "DURATION:PT1H"], "11-23T08:00 11-23T09:00"),
        (&["DTSTART:20261123T090000", "DTEND:20261123T100000"], "11-23T08:00 11-23T09:00"),
        (&["DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261125"], "11-22T23:00 11-24T23:00"),
        (&["DTSTART;VALUE=DATE:20261123"], "11-22T23:00 11-23T23:00"),
    ] {
        assert_eq!(read(&event(lines)).unwrap(), [expected], "{lines:?}");
    }
    let lines = [vec!["X-WR-TIMEZONE:America/New_York"], event(&["DTSTART;VALUE=DATE:20261123"])].concat();
    assert_eq!(read(&lines).unwrap(), ["11-23T05:00 11-24T05:00"]);
}

#[test]
fn events_that_take_no_time_are_free_or_over_do_not_count() {
    for more in [
        &["DTSTART:20261123T090000Z"][..],
        &["DTSTART:20261123T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"],
        &["DTSTART:20261123T090000Z", "DURATION:PT1H", "STATUS:CANCELLED"],
        &["DTSTART:20261121T083000Z", "DURATION:PT1H"],
        &["DTSTART:20271122T083000Z", "DURATION:PT1H"],
        &["DTSTART:nonsense", "DURATION:PT1H"],
    ] {
        assert!(read(&event(more)).unwrap().is_empty(), "{more:?}");
    }
    let own = ["BEGIN:VEVENT", "UID:booking-1@campus", "DTSTART:20261123T090000Z", "DURATION:PT1H", "END:VEVENT"];
    assert!(read(&own).unwrap().is_empty());
    assert_eq!(read(&event(&["DTSTART:20261121T090000Z", "DURATION:PT1H", "STATUS:TENTATIVE"])).unwrap().len(), 1);
}

#[test]
fn recurrences_have_exceptions_additions_and_replacements() {
    let rule =
        ["DTSTART;TZID=Europe/Berlin:20261019T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20261214T080000Z"];
    let all = read(&event(&rule)).unwrap();
    assert_eq!(
        all,
        ["11-23T08:00 11-23T09:00", "11-30T08:00 11-30T09:00", "12-07T08:00 12-07T09:00", "12-14T08:00 12-14T09:00"]
    );
    let more = [
        &rule[..],
        &["EXDATE;TZID=Europe/Berlin:20261130T090000", "EXDATE;VALUE=DATE:20261207", "RDATE:20261201T120000Z"],
    ]
    .concat();
    assert_eq!(
        read(&event(&more)).unwrap(),
        ["11-23T08:00 11-23T09:00", "12-01T12:00 12-01T13:00", "12-14T08:00 12-14T09:00"]
    );
    let moved = ["RECURRENCE-ID;TZID=Europe/Berlin:20261123T090000", "DTSTART:20261124T100000Z", "DURATION:PT2H"];
    let lines = [event(&rule), event(&moved)].concat();
    assert_eq!(read(&lines).unwrap()[0], "11-24T10:00 11-24T12:00");
    assert_eq!(read(&lines).unwrap().len(), 4);
    let cancelled = [&moved[..], &["STATUS:CANCELLED"]].concat();
    assert_eq!(read(&[event(&rule), event(&cancelled)].concat()).unwrap().len(), 3);
}

#[test]
fn a_recurrence_keeps_its_time_on_the_clock() {
    let rule = ["DTSTART;TZID=Europe/Berlin:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=1MO"];
    let found = read(&event(&rule)).unwrap();
    assert_eq!(found[..2], ["12-07T08:00 12-07T09:00", "01-04T08:00 01-04T09:00"]);
    assert!(found.contains(&"05-03T07:00 05-03T08:00".to_owned()), "{found:?}");
}

#[test]
fn what_is_no_calendar_or_too_much_is_refused() {
    let circumstances =
        Circumstances { now: at("2026-11-21T09:30:00Z"), zone: "UTC".to_owned(), own_suffix: "@".to_owned() };
    for data in [&b"<html></html>"[..], b"", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"\xff\xfe"] {
        assert_eq!(busy_times(data, &circumstances), Err(ReadFailure::NoCalendar));
    }
    assert_eq!(busy_times(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", &circumstances), Ok(Vec::new()));
    let many = event(&["DTSTART:20261123T090000Z", "DURATION:PT1S", "RRULE:FREQ=MINUTELY"]);
    assert_eq!(read(&many).unwrap().len(), MAX_BUSY_TIMES);
    let never = event(&["DTSTART:20201123T090000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"]);
    assert_eq!(read(&never), Err(ReadFailure::TooComplex));
}
