//! Slots through the API: exactly the listed slots can be booked.

use rstest::rstest;
use serde_json::{Value, json};

use super::{SLOTS, monday};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_listed_slot_can_be_booked_and_other_starts_cannot(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    // Across the end of daylight saving time, with an odd grid and a window in addition.
    let appointment = ada
        .teaches(
            "Knots",
            &json!({
                "timeZone": "Europe/Berlin", "sessionMinutes": 35, "bufferMinutes": 10, "horizonDays": 365,
                "weeklyHours": [{ "weekday": "SUNDAY", "from": "00:30", "to": "05:00" }],
                "windows": [{ "startsAt": "2027-10-30T10:07:00Z", "endsAt": "2027-10-30T10:52:00Z" }],
                "exceptions": [{ "on": "2027-10-24", "hours": [] }], "maxBookingsPerStudentPerDay": 50,
            }),
        )
        .await;
    let soon = campus.app.clock.now();
    campus.app.clock.set(soon.plus(std::time::Duration::from_hours(24 * 330)));
    let (ada, grace) = (ada.login().await, grace.login().await);
    let slots = grace.slots(&appointment, "2027-10-23T22:00:00Z", "2027-11-01T00:00:00Z").await;
    let starts: Vec<&str> = slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant")).collect();
    assert_eq!(
        starts,
        [
            "2027-10-30T10:07:00.000Z",
            "2027-10-30T22:30:00.000Z",
            "2027-10-30T23:15:00.000Z",
            "2027-10-31T00:00:00.000Z",
            "2027-10-31T00:45:00.000Z",
            "2027-10-31T01:30:00.000Z",
            "2027-10-31T02:15:00.000Z",
            "2027-10-31T03:00:00.000Z",
        ]
    );
    assert_eq!(slots[1]["endsAt"], "2027-10-30T23:05:00.000Z");
    for start in &starts {
        for off in ["01", "59"] {
            let near = format!("{}:{off}.000Z", &start[..16]);
            let refused = grace.try_book(&appointment, &near).await.refusals("createBooking");
            assert_eq!(refused, ["SLOT_UNAVAILABLE input.startsAt"], "{near}");
        }
        let (hour, minute) = (&start[..14], start[14..16].parse::<u32>().expect("minutes"));
        let refused =
            grace.try_book(&appointment, &format!("{hour}{:02}:00Z", minute + 1)).await.refusals("createBooking");
        assert_eq!(refused, ["SLOT_UNAVAILABLE input.startsAt"]);
        let booked = grace.book(&appointment, start).await;
        assert_eq!((&booked["startsAt"], &booked["timeZone"]), (&json!(start), &json!("Europe/Berlin")));
    }
    assert_eq!(ada.slots(&appointment, "2027-10-23T22:00:00Z", "2027-11-01T00:00:00Z").await, [Value::Null; 0]);
}

#[rstest]
#[tokio::test]
async fn the_slots_of_a_mentor_leave_out_other_bookings_and_buffers(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let day = json!([{ "weekday": "MONDAY", "from": "09:00", "to": "13:00" }]);
    let knots = ada.teaches("Knots", &json!({ "bufferMinutes": 30, "weeklyHours": day })).await;
    let sails = ada.teaches("Sails", &json!({ "sessionMinutes": 30, "weeklyHours": day })).await;
    assert_eq!(ada.slot_starts(&knots).await, [monday("09:00"), monday("10:30"), monday("12:00")]);
    grace.book(&knots, &monday("10:30")).await;
    // The session is from 10:30 to 11:30, with a buffer of half an hour. The other topic has no slots in that time.
    let free = ["09:00", "09:30", "10:00", "12:00", "12:30"].map(monday);
    assert_eq!(mary.slot_starts(&sails).await, free);
    assert_eq!(mary.try_book(&sails, &monday("11:30")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    mary.book(&sails, &monday("10:00")).await;
    // A session of one hour at nine, with its buffer, would overlap with that.
    assert_eq!(ada.slot_starts(&knots).await, [monday("12:00")]);
    // A booking of the mentor as a student counts as well.
    let hitches = grace.teaches("Hitches", &json!({ "weeklyHours": day })).await;
    ada.book(&hitches, &monday("12:00")).await;
    assert_eq!(ada.slot_starts(&knots).await, [""; 0]);
    assert_eq!(mary.slot_starts(&sails).await, [monday("09:00"), monday("09:30")]);
    assert_eq!(mary.try_book(&sails, &monday("12:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
}

#[rstest]
#[tokio::test]
async fn the_range_of_slots_is_at_most_31_days(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    assert_eq!(ada.slots(&appointment, "2026-11-21T00:00:00Z", "2026-12-22T00:00:00Z").await.len(), 15);
    for (from, to) in [
        ("2026-11-21T00:00:00Z", "2026-12-22T00:00:00.001Z"),
        ("2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"),
        ("2026-11-22", "2026-11-23"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        let answer = ada.execute(SLOTS, json!({ "id": appointment, "from": from, "to": to })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{from}");
    }
    // The start of the range is included, the end is excluded.
    let ten = (monday("10:00"), monday("11:00"));
    assert_eq!(ada.slots(&appointment, &ten.0, &ten.1).await.len(), 1);
    assert_eq!(ada.slots(&appointment, "9998-12-30T00:00:00Z", "9998-12-31T23:59:59Z").await, [Value::Null; 0]);
}
