//! Appointments: creating, changing and deleting them, and the effects on bookings.

use rstest::rstest;
use serde_json::{Value, json};

use super::{monday, user_id};
use crate::support::{Campus, Engine, Person};

const APPOINTMENT: &str = "query($id: ID!) { appointment(id: $id) {
    id topic { title } mentor { username } description location timeZone sessionMinutes seats
    weeklyHours { weekday from to } exceptions { on hours { from to } } windows { startsAt endsAt }
    minimumNoticeMinutes cancellationNoticeMinutes horizonDays bufferMinutes maxBookingsPerStudentPerDay
    isActive createdAt viewerCanEdit viewerCanBook bookings { totalCount }
} }";

const DELETE: &str = "mutation($input: DeleteAppointmentInput!) {
    deleteAppointment(input: $input) {
        deletedAppointmentId cancelledBookings { id status } userErrors { code message path }
    }
}";

async fn load(person: &Person, appointment: &Value) -> Value {
    person.execute(APPOINTMENT, json!({ "id": appointment })).await.field("appointment")
}

#[rstest]
#[tokio::test]
async fn an_appointment_has_defaults_and_stores_every_setting(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let mut expected = json!({
        "id": appointment, "topic": { "title": "Knots" }, "mentor": { "username": "ada" }, "description": null,
        "location": null, "timeZone": "UTC", "sessionMinutes": 60, "seats": 1,
        "weeklyHours": [{ "weekday": "MONDAY", "from": "09:00", "to": "12:00" }], "exceptions": [], "windows": [],
        "minimumNoticeMinutes": 60, "cancellationNoticeMinutes": 120, "horizonDays": 60, "bufferMinutes": 0,
        "maxBookingsPerStudentPerDay": 1, "isActive": true, "createdAt": "2026-11-21T09:30:00.000Z",
        "viewerCanEdit": true, "viewerCanBook": false, "bookings": { "totalCount": 0 },
    });
    assert_eq!(load(&ada, &appointment).await, expected);
    let all = json!({
        "description": "Bring rope.", "location": "Boathouse", "timeZone": "Europe/Berlin", "sessionMinutes": 45,
        "seats": 3, "weeklyHours": [{ "weekday": "SUNDAY", "from": "22:00", "to": "24:00" }],
        "exceptions": [{ "on": "2026-12-24", "hours": [] }, { "on": "2027-01-03", "hours": [{ "from": "08:00", "to": "09:30" }] }],
        "windows": [{ "startsAt": "2026-11-25T10:00:00.000Z", "endsAt": "2026-11-25T12:00:00.000Z" }],
        "minimumNoticeMinutes": 0, "cancellationNoticeMinutes": 43200, "horizonDays": 365, "bufferMinutes": 240,
        "maxBookingsPerStudentPerDay": 50,
    });
    let changed = ada.update_appointment(&appointment, &all).await;
    assert_eq!(changed.refusals("updateAppointment"), [""; 0]);
    for (name, value) in all.as_object().expect("an object") {
        expected[name] = value.clone();
    }
    assert_eq!(load(&ada, &appointment).await, expected);
    // An absent field stays unchanged; null clears it or restores its default.
    ada.update_appointment(&appointment, &json!({ "isActive": false })).await.data();
    ada.update_appointment(
        &appointment,
        &json!({ "description": null, "seats": null, "windows": null, "isActive": null }),
    )
    .await
    .data();
    expected["description"] = Value::Null;
    expected["seats"] = json!(1);
    expected["windows"] = json!([]);
    assert_eq!(load(&ada, &appointment).await, expected);
    // Another member may book, but does not see the bookings.
    expected["viewerCanEdit"] = json!(false);
    expected["viewerCanBook"] = json!(true);
    expected["bookings"] = Value::Null;
    assert_eq!(load(&grace, &appointment).await, expected);
}

#[rstest]
#[tokio::test]
async fn an_invalid_setting_is_rejected_at_its_path(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let topic = ada.create_topic("Knots").await;
    let appointment = ada.teaches("Hitches", &json!({})).await;
    let hours = |from: &str, to: &str| json!({ "weekday": "MONDAY", "from": from, "to": to });
    let window = |from: &str, to: &str| json!({ "startsAt": from, "endsAt": to });
    let many: Vec<Value> = (0..51).map(|_| hours("09:00", "10:00")).collect();
    for (input, refusals) in [
        (json!({ "sessionMinutes": 4 }), vec!["INVALID input.sessionMinutes"]),
        (json!({ "sessionMinutes": 62 }), vec!["INVALID input.sessionMinutes"]),
        (json!({ "sessionMinutes": 485 }), vec!["INVALID input.sessionMinutes"]),
        (
            json!({ "seats": 0, "horizonDays": 366, "bufferMinutes": -1 }),
            vec!["INVALID input.seats", "INVALID input.horizonDays", "INVALID input.bufferMinutes"],
        ),
        (
            json!({ "minimumNoticeMinutes": 43_201, "cancellationNoticeMinutes": -1 }),
            vec!["INVALID input.minimumNoticeMinutes", "INVALID input.cancellationNoticeMinutes"],
        ),
        (json!({ "maxBookingsPerStudentPerDay": 51 }), vec!["INVALID input.maxBookingsPerStudentPerDay"]),
        (
            json!({ "description": "", "location": "a\nb" }),
            vec!["TOO_SHORT input.description", "INVALID input.location"],
        ),
        (json!({ "weeklyHours": [hours("22:30", "02:00")] }), vec![]),
        (
            json!({ "weeklyHours": [
                hours("22:30", "02:00"), { "weekday": "TUESDAY", "from": "01:59", "to": "03:00" },
                { "weekday": "SUNDAY", "from": "23:00", "to": "00:30" }, hours("00:00", "00:10"),
            ] }),
            vec!["INVALID input.weeklyHours.1", "INVALID input.weeklyHours.3"],
        ),
        (json!({ "weeklyHours": [hours("09:00", "09:00")] }), vec!["INVALID input.weeklyHours.0"]),
        (
            json!({ "weeklyHours": [hours("09:00", "10:00"), hours("09:30", "11:00")] }),
            vec!["INVALID input.weeklyHours.1"],
        ),
        (json!({ "weeklyHours": [hours("09:00", "10:00"), hours("10:00", "11:00")] }), vec![]),
        (json!({ "weeklyHours": many }), vec!["TOO_LONG input.weeklyHours"]),
        (
            json!({ "exceptions": [{ "on": "2026-12-24", "hours": [
                { "from": "10:00", "to": "09:00" }, { "from": "24:00", "to": "24:00" },
            ] }] }),
            vec!["INVALID input.exceptions.0.hours.1"],
        ),
        (
            json!({ "exceptions": [{ "on": "2026-12-24", "hours": [] }, { "on": "2026-12-24", "hours": [] }] }),
            vec!["INVALID input.exceptions.1.on"],
        ),
        (
            json!({ "windows": [window("2026-11-25T12:00:00Z", "2026-11-25T11:00:00Z")] }),
            vec!["INVALID input.windows.0"],
        ),
        (
            json!({ "windows": [window("2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z")] }),
            vec!["INVALID input.windows.0"],
        ),
        (
            json!({ "windows": [
                window("2026-11-25T12:00:00Z", "2026-11-25T13:00:00Z"),
                window("2026-11-25T12:59:00Z", "2026-11-25T14:00:00Z"),
            ] }),
            vec!["INVALID input.windows.1"],
        ),
    ] {
        assert_eq!(
            ada.update_appointment(&appointment, &input).await.refusals("updateAppointment"),
            refusals,
            "{input}"
        );
        if !refusals.is_empty() {
            assert_eq!(
                ada.try_create_appointment(&topic, &input).await.refusals("createAppointment"),
                refusals,
                "{input}"
            );
        }
    }
    for malformed in [
        json!({ "timeZone": "Mars/Olympus" }),
        json!({ "weeklyHours": [hours("9:00", "10:00")] }),
        json!({ "weeklyHours": [hours("09:00", "24:01")] }),
        json!({ "exceptions": [{ "on": "2026-02-30", "hours": [] }] }),
        json!({ "windows": [window("2026-11-25", "2026-11-26")] }),
    ] {
        assert_eq!(ada.try_create_appointment(&topic, &malformed).await.codes(), ["BAD_USER_INPUT"], "{malformed}");
    }
    assert_eq!(ada.try_create_appointment(&topic, &json!({})).await.refusals("createAppointment"), [""; 0]);
    assert_eq!(
        ada.try_create_appointment(&topic, &json!({})).await.refusals("createAppointment"),
        ["CONFLICT input.topicId"]
    );
}

#[rstest]
#[tokio::test]
async fn an_appointment_can_be_changed_by_its_mentor_only_and_is_listed_by_topic_and_by_mentor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let second = ada.teaches("Sails", &json!({})).await;
    assert_eq!(
        grace.update_appointment(&appointment, &json!({ "seats": 2 })).await.refusals("updateAppointment"),
        ["FORBIDDEN input.appointmentId"]
    );
    let delete = json!({ "input": { "appointmentId": appointment } });
    assert_eq!(
        grace.execute(DELETE, delete.clone()).await.refusals("deleteAppointment"),
        ["FORBIDDEN input.appointmentId"]
    );
    let query = "query($user: ID!) { user(by: { id: $user }) {
        appointments(first: 1) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount }
    } }";
    let user = user_id(&ada).await;
    let page = grace.execute(query, json!({ "user": user })).await.field("user")["appointments"].clone();
    assert_eq!((&page["edges"][0]["node"]["id"], &page["totalCount"]), (&second, &json!(2)));
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let node = "query($id: ID!) { node(id: $id) { __typename id } }";
    assert_eq!(grace.execute(node, json!({ "id": appointment })).await.field("node")["__typename"], "Appointment");

    // Across a block neither user sees the appointments of the other.
    let block = "mutation($user: ID!) { blockUser(input: { userId: $user }) { userErrors { code } } }";
    ada.execute(block, json!({ "user": user_id(&grace).await })).await.data();
    assert_eq!(grace.execute(node, json!({ "id": appointment })).await.field("node"), Value::Null);
    assert_eq!(
        grace.update_appointment(&appointment, &json!({ "seats": 2 })).await.refusals("updateAppointment"),
        ["NOT_FOUND input.appointmentId"]
    );
    assert_eq!(
        grace.try_book(&appointment, &monday("09:00")).await.refusals("createBooking"),
        ["NOT_FOUND input.appointmentId"]
    );
    let topics = "{ topics { edges { node { appointments { totalCount } } } } }";
    let count = |data: Value| data["topics"]["edges"][0]["node"]["appointments"]["totalCount"].clone();
    assert_eq!((count(ada.query(topics).await), count(grace.query(topics).await)), (json!(1), json!(0)));

    let payload = ada.execute(DELETE, delete).await.field("deleteAppointment");
    assert_eq!(payload, json!({ "deletedAppointmentId": appointment, "cancelledBookings": [], "userErrors": [] }));
    assert_eq!(ada.execute(node, json!({ "id": appointment })).await.field("node"), Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_change_that_conflicts_with_bookings_is_rejected_and_returns_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, mary) = (campus.member("ada").await, campus.member("mary").await);
    let grace = campus.confirmed_member("grace").await;
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    let booking = grace.book(&appointment, &monday("10:00")).await;
    mary.book(&appointment, &monday("10:00")).await;
    let hours = |from: &str, to: &str| json!([{ "weekday": "MONDAY", "from": from, "to": to }]);
    for (change, field) in [
        (json!({ "weeklyHours": [] }), "weeklyHours"),
        (json!({ "weeklyHours": hours("10:30", "12:00") }), "weeklyHours"),
        (json!({ "exceptions": [{ "on": "2026-11-23", "hours": [] }] }), "exceptions"),
        // The error is at a field that differs, not at one that was sent unchanged.
        (
            json!({ "weeklyHours": hours("09:00", "12:00"), "exceptions": [{ "on": "2026-11-23", "hours": [] }] }),
            "exceptions",
        ),
        (json!({ "timeZone": "America/New_York" }), "timeZone"),
        (json!({ "seats": 1 }), "seats"),
    ] {
        let answer = ada.update_appointment(&appointment, &change).await;
        assert_eq!(answer.refusals("updateAppointment"), [format!("HAS_BOOKINGS input.{field}")], "{change}");
        let payload = answer.field("updateAppointment");
        assert_eq!(payload["appointment"], Value::Null);
        assert_eq!(payload["conflictingBookings"].as_array().map(Vec::len), Some(2));
        assert_eq!(payload["conflictingBookings"][0], json!({ "id": booking["id"], "startsAt": monday("10:00") }));
    }
    assert_eq!(ada.slot_starts(&appointment).await, [monday("09:00"), monday("11:00")]);
    for harmless in [
        json!({ "weeklyHours": hours("10:00", "11:00") }),
        json!({ "windows": [{ "startsAt": "2026-11-23T09:30:00Z", "endsAt": "2026-11-23T11:00:00Z" }], "weeklyHours": [] }),
        json!({ "sessionMinutes": 30, "isActive": false }),
    ] {
        assert_eq!(
            ada.update_appointment(&appointment, &harmless).await.refusals("updateAppointment"),
            [""; 0],
            "{harmless}"
        );
    }
    let delete = |cancel: bool| json!({ "input": { "appointmentId": appointment, "cancelUpcoming": cancel } });
    assert_eq!(
        ada.execute(DELETE, delete(false)).await.refusals("deleteAppointment"),
        ["HAS_BOOKINGS input.appointmentId"]
    );
    let payload = ada.execute(DELETE, delete(true)).await.field("deleteAppointment");
    assert_eq!(payload["cancelledBookings"].as_array().map(Vec::len), Some(2));
    assert_eq!(payload["cancelledBookings"][0], json!({ "id": booking["id"], "status": "CANCELLED" }));
    let query =
        "query($id: ID!) { booking(id: $id) { status appointment { id } cancelledBy { username } topic { title } } }";
    assert_eq!(
        grace.execute(query, json!({ "id": booking["id"] })).await.field("booking"),
        json!({ "status": "CANCELLED", "appointment": null, "cancelledBy": { "username": "ada" }, "topic": { "title": "Knots" } })
    );
    let letters = campus.letters_to("grace@campus.example", 3).await;
    assert!(letters.last().expect("a letter").contains("Subject: Your session was cancelled"), "{letters:?}");
}
