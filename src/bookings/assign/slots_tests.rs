use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::*;
use crate::accounts::AccountId;
use crate::accounts::lock::AccountLock;
use crate::topics::availability::{Availability, Hours, Weekday, WeeklyHours};
use crate::topics::questions::Questions;
use crate::topics::{AppointmentId, TopicId};

/// Saturday 2026-11-21, 09:30 UTC.
const NOW: Timestamp = Timestamp(1_795_253_400_000_000);

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Sessions of 45 minutes every night and every evening, in which the clocks change somewhere.
fn appointment(id: i64, time_zone: &str, seats: i64) -> Appointment {
    let each = [Hours { from: 15, to: 250 }, Hours { from: 22 * 60 + 40, to: 24 * 60 }];
    let of = |weekday| each.map(|hours| WeeklyHours { weekday, hours });
    Appointment {
        id: AppointmentId(id),
        topic_id: TopicId(2),
        mentor_id: AccountId(id),
        description: None,
        location: None,
        meeting_url: None,
        questions: Questions::default(),
        time_zone: time_zone.to_owned(),
        session_minutes: 45,
        seats,
        availability: Availability { weekly: WEEK.into_iter().flat_map(of).collect(), ..Availability::default() },
        minimum_notice_minutes: 0,
        cancellation_notice_minutes: 0,
        horizon_days: 365,
        buffer_minutes: 10,
        max_bookings_per_day: 1,
        is_active: true,
        is_approval_required: false,
        created_at: NOW,
        is_topic_archived: false,
        mentor_lock: AccountLock::default(),
    }
}

/// What a zone does in the two years from now: its offset, and its changes. Zones with the same behaviour have the same
/// slots.
fn behaviour(zone: &TimeZone) -> (i32, Vec<(i64, i32)>) {
    let now = jiff::Timestamp::from_microsecond(NOW.0).unwrap();
    let changes = zone.following(now).take_while(|change| change.timestamp().as_microsecond() < NOW.0 + 730 * DAY);
    let changes = changes.map(|change| (change.timestamp().as_microsecond(), change.offset().seconds()));
    (zone.to_offset(now).seconds(), changes.collect())
}

/// Compares what is listed in the two days around an instant with what is accepted.
fn check_around(zone: &str, instant: i64) {
    let range = Timestamp(instant - DAY)..Timestamp(instant + DAY);
    let now = Timestamp(instant - 3 * DAY);
    let (one, two) = (appointment(1, zone, 1), appointment(2, zone, 2));
    let grid = slots::open_slots(&one, range.clone(), now, &[]);
    assert!(!grid.is_empty(), "{zone}");
    // The first session of one mentor is full, and another one has another session across the second.
    let taken = |id: i64, from: Timestamp, seats: i64| Occupancy {
        appointment_id: AppointmentId(id),
        starts_at: from,
        ends_at: from.plus(one.session_length()),
        busy_until: from.plus(one.session_and_buffer()),
        seats_taken: Some(seats),
        is_time_off: false,
    };
    let busy = HashMap::from([
        (AccountId(1), vec![taken(1, grid[0].starts_at, 1)]),
        (AccountId(2), vec![taken(2, grid[0].starts_at, 1), taken(7, Timestamp(grid[1].starts_at.0 + 5 * MINUTE), 1)]),
    ]);
    let offers = Offers { appointments: vec![one, two], busy };
    let mut accepted: BTreeMap<SlotKey, i64> = BTreeMap::new();
    for appointment in &offers.appointments {
        let busy = &offers.busy[&appointment.mentor_id];
        let listed = |includes_full| -> BTreeSet<Timestamp> {
            let slots = slots::listed_slots(appointment, range.clone(), now, busy, includes_full);
            slots.into_iter().map(|slot| slot.starts_at).collect()
        };
        let (open, with_full) = (listed(false), listed(true));
        let steps = (range.start.0..range.end.0).step_by(usize::try_from(5 * MINUTE).unwrap()).map(Timestamp);
        for starts_at in steps {
            // `createBooking`, requests and moves accept what is on the grid and has a free seat; `joinWaitlist` what is on
            // the grid and is a slot.
            let free = slots::is_on_grid(appointment, starts_at, now)
                .then(|| slots::free_seats(appointment, starts_at, busy))
                .flatten();
            assert_eq!(open.contains(&starts_at), free > Some(0), "{zone} at {starts_at:?}");
            assert_eq!(with_full.contains(&starts_at), free.is_some(), "{zone} at {starts_at:?}");
            if let Some(free) = free.filter(|free| *free > 0) {
                *accepted.entry((starts_at, starts_at.plus(appointment.session_length()))).or_default() += free;
            }
        }
    }
    // The slots of the topic, in whatever parts they are computed.
    let of_topic = |parts: Vec<Range<Timestamp>>| -> BTreeMap<SlotKey, i64> {
        let slots = parts.iter().flat_map(|part| offers.merged(part, now));
        slots.map(|slot| (key(&slot), slot.seats_left)).collect()
    };
    assert_eq!(of_topic(vec![range.clone()]), accepted, "{zone}");
    assert_eq!(of_topic(parts(&range, true)), accepted, "{zone}");
}

#[test]
fn in_every_zone_of_the_database_exactly_the_listed_slots_are_accepted_for_mentors_topics_and_waitlists() {
    let names: Vec<String> = TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
    assert!(names.len() > 550, "{} zones", names.len());
    let mut behaviours = BTreeMap::new();
    for name in names {
        let zone = crate::time_zones::find(&name).unwrap();
        behaviours.entry(behaviour(&zone)).or_insert(name);
    }
    assert!(behaviours.len() > 50, "{} behaviours", behaviours.len());
    for ((_, changes), name) in behaviours {
        check_around(&name, NOW.0 + 30 * DAY);
        for (instant, _) in changes {
            check_around(&name, instant);
        }
    }
}
