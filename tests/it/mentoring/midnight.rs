//! Hours over midnight, buffers and rules of time zones that change, and moves within the notice.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use studyhall::bookings::rules as bookings;
use studyhall::db::Query;

use super::{advance_and_login, monday};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_session_across_midnight_can_be_booked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let hours = |rows: &[(&str, &str, &str)]| {
        let row = |(weekday, from, to): &(&str, &str, &str)| json!({ "weekday": weekday, "from": from, "to": to });
        json!({ "weeklyHours": rows.iter().map(row).collect::<Vec<_>>() })
    };
    let appointment = ada.teaches("Knots", &hours(&[("MONDAY", "22:30", "02:00")])).await;
    let query = "query H($id: ID!) { appointment(id: $id) { weeklyHours { weekday from to } } }";
    let stored = ada.execute(query, json!({ "id": appointment })).await.field("appointment");
    assert_eq!(stored["weeklyHours"], json!([{ "weekday": "MONDAY", "from": "22:30", "to": "02:00" }]));
    let starts = [monday("22:30"), monday("23:30"), "2026-11-24T00:30:00.000Z".to_owned()];
    assert_eq!(grace.slot_starts(&appointment).await, starts);
    grace.book(&appointment, &monday("23:30")).await;
    // Two rows that touch at midnight are the same hours, so the booking stays.
    let rows = hours(&[("MONDAY", "22:30", "24:00"), ("TUESDAY", "00:00", "02:00")]);
    assert_eq!(ada.update_appointment(&appointment, &rows).await.refusals("updateAppointment"), [""; 0]);
    assert_eq!(ada.slot_starts(&appointment).await, [starts[0].clone(), starts[2].clone()]);
    let rows = hours(&[("MONDAY", "22:30", "24:00")]);
    assert_eq!(
        ada.update_appointment(&appointment, &rows).await.refusals("updateAppointment"),
        ["HAS_BOOKINGS input.weeklyHours"]
    );
}

#[rstest]
#[tokio::test]
async fn a_changed_buffer_holds_for_existing_bookings(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let day = json!([{ "weekday": "MONDAY", "from": "09:00", "to": "10:00" }]);
    let knots = ada.teaches("Knots", &json!({ "weeklyHours": day })).await;
    let sails = ada.teaches("Sails", &json!({})).await;
    grace.book(&knots, &monday("09:00")).await;
    assert_eq!(ada.slot_starts(&sails).await, [monday("10:00"), monday("11:00")]);
    ada.update_appointment(&knots, &json!({ "bufferMinutes": 60 })).await.data();
    assert_eq!(ada.slot_starts(&sails).await, [monday("11:00")]);
    assert_eq!(mary.try_book(&sails, &monday("10:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    ada.update_appointment(&knots, &json!({ "bufferMinutes": 0 })).await.data();
    let next = mary.book(&sails, &monday("10:00")).await["id"].clone();
    // A buffer does not move the next booking. It is whole again once that is cancelled.
    let longer = ada.update_appointment(&knots, &json!({ "bufferMinutes": 90 })).await;
    assert_eq!(longer.refusals("updateAppointment"), [""; 0]);
    assert_eq!(ada.slot_starts(&sails).await, [monday("11:00")]);
    mary.cancel(&next).await.data();
    assert_eq!(ada.slot_starts(&sails).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_mentor_moves_a_booking_to_any_free_place_ahead(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = json!({ "minimumNoticeMinutes": 1_440, "horizonDays": 14 });
    let appointment = ada.teaches("Knots", &offer).await;
    let booking = grace.book(&appointment, "2026-11-30T09:00:00Z").await["id"].clone();
    mary.book(&appointment, &monday("11:00")).await;
    // Monday, 08:00: the morning is within the notice.
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(46 * 60 + 30), [&ada, &grace]).await;
    let within_notice = grace.reschedule(&booking, &monday("10:00")).await;
    assert_eq!(within_notice.refusals("rescheduleBooking"), ["SLOT_UNAVAILABLE input.startsAt"]);
    for (to, refusals) in [
        (monday("10:00"), vec![]),
        ("2027-01-11T09:00:00.000Z".to_owned(), vec![]),
        (monday("11:00"), vec!["SLOT_TAKEN input.startsAt"]),
        (monday("10:30"), vec!["SLOT_UNAVAILABLE input.startsAt"]),
        ("2026-11-16T09:00:00Z".to_owned(), vec!["SLOT_UNAVAILABLE input.startsAt"]),
        (monday("09:00"), vec![]),
    ] {
        assert_eq!(ada.reschedule(&booking, &to).await.refusals("rescheduleBooking"), refusals, "{to}");
    }
    assert_eq!(grace.booking_field(&booking, "startsAt").await, monday("09:00"));
}

#[rstest]
#[tokio::test]
async fn upcoming_bookings_that_new_rules_move_on_the_clock_are_listed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 3 })).await;
    for time in ["09:00", "10:00", "11:00"] {
        grace.book(&appointment, &monday(time)).await;
    }
    let moved = async || {
        let bookings = bookings::moved_on_the_clock(&campus.app).await.expect("the bookings are read");
        bookings.into_iter().map(|booking| booking.starts_at).collect::<Vec<_>>()
    };
    assert_eq!(moved().await, []);
    // The first was made before offsets were stored, the second when the clock showed another hour at its start.
    let at = |time: &str| monday(time).parse::<jiff::Timestamp>().expect("an instant").as_microsecond();
    for (time, offset) in [("09:00", None), ("10:00", Some(3_600_i64))] {
        let sql = "update bookings set utc_offset = $1 where starts_at = $2";
        campus.app.db.run(sql, &[&offset, &at(time)]).await.expect("the offset is changed");
    }
    assert_eq!(moved().await, [studyhall::clock::Timestamp(at("10:00"))]);
}

#[rstest]
#[tokio::test]
async fn sessions_in_cuba_are_at_the_hours_of_the_law_of_2026(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "timeZone": "America/Havana" })).await;
    let times = async |from: &str, to: &str| {
        let slots = grace.slots(&appointment, from, to).await;
        slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant")[11..16].to_owned()).collect::<Vec<_>>()
    };
    // Cuba keeps summer time in this winter: its clocks are 4 hours behind UTC, not 5.
    assert_eq!(times("2026-12-14T00:00:00Z", "2026-12-15T00:00:00Z").await, ["13:00", "14:00", "15:00"]);
    let booking = grace.book(&appointment, "2026-12-14T13:00:00Z").await["id"].clone();
    let time_zone = grace.booking_field(&booking, "timeZone").await;
    assert_eq!(time_zone, "America/Havana");
    assert_eq!(bookings::moved_on_the_clock(&campus.app).await.expect("the bookings are read"), []);
}
