//! Slots through the API: what is listed can be booked, and what is not cannot.

use rstest::rstest;
use serde_json::{Value, json};

use super::{SLOTS, monday};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn what_is_listed_is_booked_and_one_minute_off_is_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    // Over the end of summer time, with an odd grid and a window beside it.
    let offer = ada
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
    let slots = grace.slots(&offer, "2027-10-23T22:00:00Z", "2027-11-01T00:00:00Z").await;
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
            let refused = grace.try_book(&offer, &near).await.refusals("createBooking");
            assert_eq!(refused, ["SLOT_UNAVAILABLE input.startsAt"], "{near}");
        }
        let (hour, minute) = (&start[..14], start[14..16].parse::<u32>().expect("minutes"));
        let refused = grace.try_book(&offer, &format!("{hour}{:02}:00Z", minute + 1)).await.refusals("createBooking");
        assert_eq!(refused, ["SLOT_UNAVAILABLE input.startsAt"]);
        let booked = grace.book(&offer, start).await;
        assert_eq!((&booked["startsAt"], &booked["timeZone"]), (&json!(start), &json!("Europe/Berlin")));
    }
    assert_eq!(ada.slots(&offer, "2027-10-23T22:00:00Z", "2027-11-01T00:00:00Z").await, [Value::Null; 0]);
}

#[rstest]
#[tokio::test]
async fn a_mentor_is_in_one_place_and_rests_between(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let day = json!([{ "weekday": "MONDAY", "from": "09:00", "to": "13:00" }]);
    let knots = ada.teaches("Knots", &json!({ "bufferMinutes": 30, "weeklyHours": day })).await;
    let sails = ada.teaches("Sails", &json!({ "sessionMinutes": 30, "weeklyHours": day })).await;
    assert_eq!(ada.starts(&knots).await, [monday("09:00"), monday("10:30"), monday("12:00")]);
    grace.book(&knots, &monday("10:30")).await;
    // From 10:30 to 11:30 and a rest of half an hour; nothing of the other topic in between.
    let free = ["09:00", "09:30", "10:00", "12:00", "12:30"].map(monday);
    assert_eq!(mary.starts(&sails).await, free);
    assert_eq!(mary.try_book(&sails, &monday("11:30")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    mary.book(&sails, &monday("10:00")).await;
    // A session of an hour at nine, and its rest, would reach into that.
    assert_eq!(ada.starts(&knots).await, [monday("12:00")]);
    // A mentor who learns elsewhere is not there meanwhile either.
    let hitches = grace.teaches("Hitches", &json!({ "weeklyHours": day })).await;
    ada.book(&hitches, &monday("12:00")).await;
    assert_eq!(ada.starts(&knots).await, [""; 0]);
    assert_eq!(mary.starts(&sails).await, [monday("09:00"), monday("09:30")]);
    assert_eq!(mary.try_book(&sails, &monday("12:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
}

#[rstest]
#[tokio::test]
async fn ranges_are_bounded(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let offer = ada.teaches("Knots", &json!({})).await;
    assert_eq!(ada.slots(&offer, "2026-11-21T00:00:00Z", "2026-12-22T00:00:00Z").await.len(), 15);
    for (from, to) in [
        ("2026-11-21T00:00:00Z", "2026-12-22T00:00:00.001Z"),
        ("2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"),
        ("2026-11-22", "2026-11-23"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ] {
        let answer = ada.execute(SLOTS, json!({ "id": offer, "from": from, "to": to })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{from}");
    }
    // The beginning counts, and the end of the range does not.
    let ten = (monday("10:00"), monday("11:00"));
    assert_eq!(ada.slots(&offer, &ten.0, &ten.1).await.len(), 1);
    assert_eq!(ada.slots(&offer, "9998-12-30T00:00:00Z", "9998-12-31T23:59:59Z").await, [Value::Null; 0]);
}
