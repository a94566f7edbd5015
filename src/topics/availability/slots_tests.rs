use std::collections::BTreeSet;

use chrono::{Datelike, TimeZone as _, Timelike};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::accounts::AccountId;
use crate::accounts::lock::AccountLock;
use crate::topics::availability::{Availability, DateException, Hours, Weekday, WeeklyHours, Window};
use crate::topics::questions::Questions;
use crate::topics::{AppointmentId, TopicId};

/// Saturday 2026-11-21, 09:30 UTC.
const NOW: Timestamp = Timestamp(1_795_253_400_000_000);

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn appointment(time_zone: &str, session_minutes: i64, buffer_minutes: i64, availability: Availability) -> Appointment {
    Appointment {
        id: AppointmentId(1),
        topic_id: TopicId(2),
        mentor_id: AccountId(3),
        description: None,
        location: None,
        meeting_url: None,
        questions: Questions::default(),
        time_zone: time_zone.to_owned(),
        session_minutes,
        seats: 1,
        availability,
        minimum_notice_minutes: 0,
        cancellation_notice_minutes: 0,
        horizon_days: 365,
        buffer_minutes,
        max_bookings_per_day: 1,
        is_active: true,
        is_approval_required: false,
        created_at: NOW,
        is_topic_archived: false,
        mentor_lock: AccountLock::default(),
    }
}

fn hours(from: (u16, u16), to: (u16, u16)) -> Hours {
    Hours { from: from.0 * 60 + from.1, to: to.0 * 60 + to.1 }
}

fn daily(each: &[Hours]) -> Availability {
    let of = |weekday| each.iter().map(move |hours| WeeklyHours { weekday, hours: *hours });
    Availability { weekly: WEEK.into_iter().flat_map(of).collect(), ..Availability::default() }
}

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn starts(appointment: &Appointment, from: &str, to: &str) -> Vec<String> {
    let slots = open_slots(appointment, at(from)..at(to), NOW, &[]);
    slots.iter().map(|slot| jiff::Timestamp::from_microsecond(slot.starts_at.0).unwrap().to_string()).collect()
}

/// Returns the starts of slots by an independent method: reads a clock of the zone every five minutes, with the zones
/// of another library.
fn starts_by_the_clock(
    appointment: &Appointment,
    zone: chrono_tz::Tz,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Timestamp> {
    const STEP: i64 = 5 * MINUTE;
    let shown = |instant: i64| {
        let local = zone.timestamp_micros(instant).unwrap();
        let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
        let day = (local.year(), local.month(), local.day());
        let exception = appointment.availability.exceptions.iter().find(|exception| {
            let on = exception.on;
            (i32::from(on.year()), u32::from(on.month().unsigned_abs()), u32::from(on.day().unsigned_abs())) == day
        });
        let weekday = WEEK[local.weekday().num_days_from_monday() as usize];
        let weekly = appointment.availability.weekly.iter().filter(|weekly| weekly.weekday == weekday);
        let weekly = || weekly.map(|weekly| weekly.hours).collect::<Vec<Hours>>();
        let hours = exception.map_or_else(weekly, |exception| exception.hours.clone());
        hours.iter().position(|hours| hours.from <= minute && minute < hours.to).map(|index| (day, index))
    };
    let (session, step) =
        (appointment.session_minutes * MINUTE, (appointment.session_minutes + appointment.buffer_minutes) * MINUTE);
    let mut found = Vec::new();
    let mut run: Option<(i64, _)> = None;
    let mut instant = from.0 - 2 * DAY;
    while instant < to.0 + 2 * DAY {
        let now = shown(instant);
        if let Some((began, current)) = run
            && now != Some(current)
        {
            let mut start = began;
            while start + session <= instant {
                found.push(Timestamp(start));
                start += step;
            }
            run = None;
        }
        run = run.or(now.map(|key| (instant, key)));
        instant += STEP;
    }
    found.retain(|start| (from..to).contains(start));
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn slots_agree_with_a_wall_clock_in_eight_zones_over_two_years() {
    let availability = Availability {
        exceptions: vec![
            DateException { on: date(2026, 12, 24), hours: Vec::new() },
            DateException { on: date(2027, 3, 28), hours: vec![hours((1, 15), (5, 0)), hours((23, 0), (24, 0))] },
        ],
        ..daily(&[hours((0, 15), (4, 10)), hours((9, 0), (12, 0)), hours((22, 40), (24, 0))])
    };
    for zone in [
        chrono_tz::Europe::Berlin,
        chrono_tz::America::New_York,
        // Clock changes at midnight.
        chrono_tz::America::Santiago,
        chrono_tz::Africa::Cairo,
        chrono_tz::Asia::Beirut,
        // A clock change of half an hour, and offsets of a quarter or half an hour.
        chrono_tz::Australia::Lord_Howe,
        chrono_tz::Pacific::Chatham,
        chrono_tz::Asia::Kolkata,
    ] {
        let appointment = appointment(zone.name(), 45, 10, availability.clone());
        let mut count = 0;
        for month in 0..24 {
            let from = Timestamp(NOW.0 + month * 31 * DAY);
            let to = Timestamp(from.0 + 31 * DAY);
            let slots = open_slots(&appointment, from..to, from, &[]);
            let found: Vec<Timestamp> = slots.iter().map(|slot| slot.starts_at).collect();
            assert_eq!(found, starts_by_the_clock(&appointment, zone, from, to), "{zone} from month {month}");
            for slot in slots.iter().step_by(11) {
                assert_eq!(slot.ends_at.0 - slot.starts_at.0, 45 * MINUTE, "a session has its full length");
                assert!(is_on_grid(&appointment, slot.starts_at, from));
                assert!(!is_on_grid(&appointment, Timestamp(slot.starts_at.0 + MINUTE), from));
                assert!(!is_on_grid(&appointment, Timestamp(slot.starts_at.0 - MINUTE), from));
            }
            count += slots.len();
        }
        assert!(count > 24 * 31 * 6, "{zone} has only {count}");
    }
}

#[test]
fn slots_leave_out_the_skipped_hour_in_spring_and_use_the_repeated_hour_twice_in_autumn() {
    let night = daily(&[hours((1, 0), (4, 0))]);
    let berlin = appointment("Europe/Berlin", 30, 0, night.clone());
    // 02:00 to 03:00 is skipped: two hours of three are left.
    assert_eq!(
        starts(&berlin, "2027-03-28T00:00:00Z", "2027-03-28T12:00:00Z"),
        ["2027-03-28T00:00:00Z", "2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z",]
    );
    // 02:00 to 03:00 occurs twice: four hours, eight slots.
    let autumn = starts(&berlin, "2027-10-30T22:00:00Z", "2027-10-31T12:00:00Z");
    assert_eq!((autumn.len(), autumn.iter().collect::<BTreeSet<_>>().len()), (8, 8));
    assert_eq!((autumn[0].as_str(), autumn[7].as_str()), ("2027-10-30T23:00:00Z", "2027-10-31T02:30:00Z"));
    // Hours that start in the gap start after it; hours within the gap disappear.
    let gap = appointment("Europe/Berlin", 30, 0, daily(&[hours((2, 30), (4, 0))]));
    assert_eq!(
        starts(&gap, "2027-03-28T00:00:00Z", "2027-03-28T12:00:00Z"),
        ["2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z",]
    );
    let lost = appointment("Europe/Berlin", 30, 0, daily(&[hours((2, 0), (3, 0))]));
    assert_eq!(starts(&lost, "2027-03-28T00:00:00Z", "2027-03-28T12:00:00Z"), [""; 0]);
    // Hours within the repeated hour apply both times, but not in between.
    let twice = appointment("Europe/Berlin", 15, 0, daily(&[hours((2, 15), (2, 45))]));
    assert_eq!(
        starts(&twice, "2027-10-30T22:00:00Z", "2027-10-31T12:00:00Z"),
        ["2027-10-31T00:15:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:15:00Z", "2027-10-31T01:30:00Z",]
    );
    // A session across the gap has its full length.
    let long = appointment("Europe/Berlin", 120, 0, night);
    let slots = open_slots(&long, at("2027-03-28T00:00:00Z")..at("2027-03-29T00:00:00Z"), NOW, &[]);
    assert_eq!(slots[0].ends_at, at("2027-03-28T02:00:00Z"));
}

#[test]
fn slots_are_bounded_by_notice_horizon_buffer_and_range() {
    let day = daily(&[hours((0, 0), (24, 0))]);
    let mut all = appointment("UTC", 60, 0, day);
    let count = |appointment: &Appointment| {
        open_slots(appointment, Timestamp(NOW.0 - DAY)..Timestamp(NOW.0 + 30 * DAY), NOW, &[]).len()
    };
    all.horizon_days = 1;
    all.minimum_notice_minutes = 30;
    // It is 09:30. The first slot starts at 10:00, exactly after the notice, the last before the horizon at 09:00.
    assert_eq!(count(&all), 24);
    all.minimum_notice_minutes = 31;
    assert_eq!(count(&all), 23);
    all.buffer_minutes = 60;
    assert_eq!(count(&all), 11);
    all.is_active = false;
    assert_eq!(count(&all), 0);
    all.is_active = true;
    all.is_topic_archived = true;
    assert_eq!(count(&all), 0);
    assert!(checked_range(NOW, Timestamp(NOW.0 + 31 * DAY)).is_ok());
    assert!(checked_range(NOW, NOW).is_ok());
    assert!(matches!(checked_range(NOW, Timestamp(NOW.0 + 31 * DAY + 1)), Err(Error::BadInput(_))));
    assert!(matches!(checked_range(NOW, Timestamp(NOW.0 - 1)), Err(Error::BadInput(_))));
    assert!(matches!(checked_range(Timestamp(i64::MIN), Timestamp(i64::MAX)), Err(Error::BadInput(_))));
    assert_eq!(open_slots(&all, Timestamp(i64::MAX - 5)..Timestamp(i64::MAX), NOW, &[]), []);
}

#[test]
fn hours_and_windows_that_touch_are_one_interval_also_at_midnight() {
    let weekly = |rows: &[(Weekday, Hours)]| Availability {
        weekly: rows.iter().map(|(weekday, hours)| WeeklyHours { weekday: *weekday, hours: *hours }).collect(),
        ..Availability::default()
    };
    let (evening, night) = ((Weekday::Monday, hours((22, 30), (24, 0))), (Weekday::Tuesday, hours((0, 0), (2, 0))));
    let expected = ["2026-11-23T22:30:00Z", "2026-11-23T23:30:00Z", "2026-11-24T00:30:00Z"];
    for availability in [
        weekly(&[evening, night]),
        weekly(&[night, evening]),
        weekly(&[(Weekday::Monday, hours((22, 30), (2, 0)))]),
        weekly(&[(Weekday::Monday, hours((22, 30), (0, 0))), night]),
        weekly(&[(Weekday::Monday, hours((22, 30), (1, 0))), (Weekday::Tuesday, hours((1, 0), (2, 0)))]),
    ] {
        let appointment = appointment("UTC", 60, 0, availability);
        assert_eq!(starts(&appointment, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"), expected);
        // The grid does not depend on the range.
        assert_eq!(starts(&appointment, "2026-11-24T00:00:00Z", "2026-11-24T12:00:00Z"), expected[2..]);
        assert!(is_within_hours(&appointment, at("2026-11-23T23:30:00Z"), at("2026-11-24T00:30:00Z")));
    }
    // On Sunday too, and on a day with other hours, which replace those that begin on it.
    let mut sunday = appointment("UTC", 60, 0, weekly(&[(Weekday::Sunday, hours((22, 30), (2, 0)))]));
    sunday.availability.exceptions =
        vec![DateException { on: date(2026, 11, 23), hours: vec![hours((2, 0), (3, 30))] }];
    assert_eq!(
        starts(&sunday, "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"),
        [
            "2026-11-22T22:30:00Z",
            "2026-11-22T23:30:00Z",
            "2026-11-23T00:30:00Z",
            "2026-11-23T01:30:00Z",
            "2026-11-23T02:30:00Z",
        ]
    );
    let window = |from: &str, to: &str| Window { starts_at: at(from), ends_at: at(to) };
    let windows = vec![
        window("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"),
        window("2026-11-23T22:30:00Z", "2026-11-24T00:00:00Z"),
    ];
    let touching = appointment("UTC", 60, 0, Availability { windows, ..Availability::default() });
    assert_eq!(starts(&touching, "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"), expected[..2]);
}

#[test]
fn hours_around_the_clock_are_counted_from_midnight_and_from_the_same_places_in_every_range() {
    let always = daily(&[hours((0, 0), (12, 0)), hours((12, 0), (24, 0))]);
    let around_noon = daily(&[hours((20, 0), (4, 0)), hours((4, 0), (20, 0))]);
    for availability in [always, around_noon] {
        // 26 sessions of 55 minutes, and 10 minutes are left of a day.
        let appointment = appointment("Europe/Berlin", 55, 0, availability);
        let all = starts(&appointment, "2027-03-20T00:00:00Z", "2027-04-10T00:00:00Z");
        for day in 0..20 {
            let from = Timestamp(at("2027-03-20T00:00:00Z").0 + day * DAY);
            let slots = open_slots(&appointment, from..Timestamp(from.0 + DAY), NOW, &[]);
            for slot in slots {
                let starts_at = jiff::Timestamp::from_microsecond(slot.starts_at.0).unwrap().to_string();
                assert!(all.contains(&starts_at), "{starts_at}");
            }
        }
        let midnights: Vec<&String> = all.iter().filter(|start| start.ends_with("T23:00:00Z")).collect();
        assert_eq!(midnights.len(), 8, "each midnight before the clocks change: {midnights:?}");
    }
}

#[test]
fn windows_have_their_own_grid_even_if_they_began_long_ago() {
    let window = |from: &str, to: &str| Window { starts_at: at(from), ends_at: at(to) };
    let windows = vec![
        window("2000-01-01T00:07:00Z", "2026-11-21T13:00:00Z"),
        window("2026-11-22T10:10:00Z", "2026-11-22T11:10:00Z"),
    ];
    let appointment = appointment("Asia/Tokyo", 30, 0, Availability { windows, ..Availability::default() });
    assert_eq!(
        starts(&appointment, "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
        [
            "2026-11-21T09:37:00Z",
            "2026-11-21T10:07:00Z",
            "2026-11-21T10:37:00Z",
            "2026-11-21T11:07:00Z",
            "2026-11-21T11:37:00Z",
            "2026-11-21T12:07:00Z",
            "2026-11-22T10:10:00Z",
            "2026-11-22T10:40:00Z",
        ]
    );
}

fn busy(appointment: i64, from: i64, minutes: i64, buffer: i64, seats_taken: Option<i64>) -> Occupancy {
    let starts_at = Timestamp(NOW.0 + from * MINUTE);
    let ends_at = Timestamp(starts_at.0 + minutes * MINUTE);
    let busy_until = Timestamp(ends_at.0 + buffer * MINUTE);
    let appointment_id = AppointmentId(appointment);
    Occupancy { appointment_id, starts_at, ends_at, busy_until, seats_taken, is_time_off: false }
}

#[test]
fn a_session_with_seats_left_is_listed_and_other_collisions_are_not() {
    let mut group = appointment("UTC", 60, 15, Availability::default());
    group.seats = 3;
    let left = |others: &[Occupancy]| seats_left(&group, Timestamp(NOW.0 + 600 * MINUTE), others).unwrap_or_default();
    assert_eq!(left(&[]), 3);
    assert_eq!(left(&[busy(1, 600, 60, 15, Some(2))]), 1);
    assert_eq!(left(&[busy(1, 600, 60, 15, Some(3))]), 0);
    // A session of another length, one of another appointment, and one in which the mentor is the student.
    assert_eq!(left(&[busy(1, 600, 30, 15, Some(1))]), 0);
    assert_eq!(left(&[busy(2, 600, 60, 15, Some(1))]), 0);
    assert_eq!(left(&[busy(2, 600, 60, 0, None)]), 0);
    // A full slot is one, other collisions leave none.
    let at_ten = |others: &[Occupancy]| seats_left(&group, Timestamp(NOW.0 + 600 * MINUTE), others);
    assert_eq!(at_ten(&[busy(1, 600, 60, 15, Some(3))]), Some(0));
    assert_eq!(at_ten(&[busy(2, 600, 60, 15, Some(1))]), None);
    // Buffers before and after collide, but not if they only touch.
    assert_eq!(left(&[busy(2, 540, 60, 1, Some(1))]), 0);
    assert_eq!(left(&[busy(2, 540, 60, 0, Some(1))]), 3);
    assert_eq!(left(&[busy(2, 674, 60, 0, Some(1))]), 0);
    assert_eq!(left(&[busy(2, 675, 60, 0, Some(1))]), 3);
    // A time off removes the sessions that it overlaps, and may begin in the buffer.
    let off = |from, minutes| Occupancy { is_time_off: true, ..busy(0, from, minutes, 0, None) };
    assert_eq!(left(&[off(659, 10)]), 0);
    assert_eq!(left(&[off(500, 101)]), 0);
    assert_eq!(left(&[off(500, 100), off(660, 10)]), 3);
}

/// Generates hours of a day that do not overlap.
fn any_hours() -> impl Strategy<Value = Vec<Hours>> {
    proptest::collection::btree_set(0_u16..=288, 0..8).prop_map(|marks| {
        let marks: Vec<u16> = marks.into_iter().map(|mark| mark * 5).collect();
        marks.chunks_exact(2).map(|pair| Hours { from: pair[0], to: pair[1] }).collect()
    })
}

fn any_busy() -> impl Strategy<Value = Vec<Occupancy>> {
    let one = (1_i64..=2, 0_i64..7 * 288, 1_i64..30, 0_i64..10, proptest::option::of(1_i64..=2));
    proptest::collection::vec(one, 0..40).prop_map(|rows| {
        let mut end = 0;
        let rows = rows.into_iter().map(|(appointment, gap, length, buffer, seats)| {
            let from = end + gap % 40;
            end = from + length;
            busy(appointment, from * 5, length * 5, if seats.is_some() { buffer * 5 } else { 0 }, seats)
        });
        rows.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn listing_and_booking_agree_for_any_availability_and_occupancies(
        each in any_hours(),
        zone in proptest::sample::select(vec!["UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]),
        session in 1_i64..=24,
        buffer in 0_i64..=12,
        seats in 1_i64..=3,
        shift in 0_i64..365,
        busy in any_busy(),
    ) {
        let now = Timestamp(NOW.0 + shift * DAY);
        let mut appointment = appointment(zone, session * 5, buffer, daily(&each));
        appointment.seats = seats;
        let moved = |at: Timestamp| Timestamp(at.0 + shift * DAY);
        let busy: Vec<Occupancy> = busy
            .into_iter()
            .map(|busy| Occupancy {
                starts_at: moved(busy.starts_at),
                ends_at: moved(busy.ends_at),
                busy_until: moved(busy.busy_until),
                ..busy
            })
            .collect();
        let range = now..Timestamp(now.0 + 7 * DAY);
        let listed = open_slots(&appointment, range.clone(), now, &busy);
        prop_assert!(listed.is_sorted_by(|one, other| one.starts_at < other.starts_at));
        for slot in &listed {
            prop_assert!(range.contains(&slot.starts_at));
            prop_assert!(is_on_grid(&appointment, slot.starts_at, now));
            prop_assert!(is_within_hours(&appointment, slot.starts_at, slot.ends_at));
            prop_assert!(slot.seats_left >= 1 && slot.seats_left <= seats);
            let is_same = |other: &&Occupancy| {
                other.starts_at == slot.starts_at && other.appointment_id == appointment.id
            };
            for other in busy.iter().filter(|other| !is_same(other)) {
                prop_assert!(other.busy_until <= slot.starts_at || other.starts_at >= slot.ends_at);
            }
        }
        // Every start that is not listed has no seat left.
        let starts: BTreeSet<Timestamp> = listed.iter().map(|slot| slot.starts_at).collect();
        for starts_at in grid_starts(&appointment, range, now) {
            prop_assert_eq!(starts.contains(&starts_at), seats_left(&appointment, starts_at, &busy) > Some(0));
        }
    }
}
