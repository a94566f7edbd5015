//! Creating and rescheduling bookings.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{CREATE_BOOKING, advance_and_login, monday, user_id};
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

const TUESDAY: &str = "2026-11-24T09:00:00.000Z";

#[rstest]
#[tokio::test]
async fn a_student_books_and_reschedules_and_both_users_see_the_booking(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "location": "Boathouse" })).await;
    let input =
        json!({ "appointmentId": appointment, "startsAt": "2026-11-23T11:00:00+01:00", "question": " Why?\r\nHow? " });
    let payload = grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking");
    let booking = payload["bookingEdge"]["node"].clone();
    assert_eq!(
        booking,
        json!({
            "id": booking["id"], "startsAt": monday("10:00"), "endsAt": monday("11:00"), "timeZone": "UTC",
            "location": "Boathouse", "status": "UPCOMING", "question": "Why?\nHow?",
            "bookedAt": "2026-11-21T09:30:00.000Z", "mentor": { "username": "ada" },
            "student": { "username": "grace" }, "topic": { "title": "Knots" }, "appointment": { "id": appointment },
            "viewerCanCancel": true, "viewerCanReschedule": true, "viewerCanComplete": false,
            "viewerCanMarkNoShow": false,
        })
    );
    assert_eq!(grace.slot_starts(&appointment).await, [monday("09:00"), monday("11:00")]);
    let letters = campus.letters_to("ada@campus.example", 2).await;
    let letter = letters.last().expect("a letter");
    assert!(
        letter.contains("Subject: A session with you was booked") && letter.contains("10:00 to 11:00 (UTC)"),
        "{letter}"
    );

    let payload = grace.reschedule(&booking["id"], &monday("11:00")).await.field("rescheduleBooking");
    let moved = json!({ "id": booking["id"], "startsAt": monday("11:00"), "endsAt": monday("12:00") });
    assert_eq!(payload, json!({ "booking": moved, "userErrors": [] }));
    assert_eq!(grace.slot_starts(&appointment).await, [monday("09:00"), monday("10:00")]);
    // The mentor may reschedule too. Rescheduling to the current slot changes nothing.
    assert_eq!(ada.reschedule(&booking["id"], &monday("09:00")).await.refusals("rescheduleBooking"), [""; 0]);
    assert_eq!(ada.reschedule(&booking["id"], &monday("09:00")).await.refusals("rescheduleBooking"), [""; 0]);
    let list = "{ student: bookings(role: STUDENT, status: UPCOMING) { totalCount edges { node { id startsAt } } }
                  mentor: bookings(role: MENTOR) { totalCount } bookings { totalCount } }";
    let (hers, his) = (grace.query(list).await, ada.query(list).await);
    assert_eq!(hers["student"]["edges"][0]["node"], json!({ "id": booking["id"], "startsAt": monday("09:00") }));
    let counts = |data: &Value| ["student", "mentor", "bookings"].map(|name| data[name]["totalCount"].clone());
    assert_eq!(counts(&hers), [1, 0, 1]);
    assert_eq!(counts(&his), [0, 1, 1]);
    let topic = "{ topics { edges { node { mentorCount bookingCount } } } }";
    assert_eq!(ada.query(topic).await["topics"]["edges"][0]["node"], json!({ "mentorCount": 1, "bookingCount": 1 }));
}

#[rstest]
#[tokio::test]
async fn every_reason_to_reject_a_booking_has_its_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let knots = ada.teaches("Knots", &json!({})).await;
    let sails = mary.teaches("Sails", &json!({ "sessionMinutes": 90 })).await;
    for (appointment, starts_at, code) in [
        (&knots, monday("08:00"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, monday("09:30"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, monday("12:00"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, TUESDAY.to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, "2026-11-16T09:00:00Z".to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, "2027-01-25T09:00:00Z".to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&json!("apt_0000000000000"), monday("09:00"), "NOT_FOUND input.appointmentId"),
        (&json!("rubbish"), monday("09:00"), "NOT_FOUND input.appointmentId"),
    ] {
        assert_eq!(grace.try_book(appointment, &starts_at).await.refusals("createBooking"), [code], "{starts_at}");
    }
    assert_eq!(
        ada.try_book(&knots, &monday("09:00")).await.refusals("createBooking"),
        ["FORBIDDEN input.appointmentId"]
    );
    grace.book(&knots, &monday("10:00")).await;
    assert_eq!(mary.try_book(&knots, &monday("10:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    assert_eq!(
        grace.try_book(&knots, &monday("09:00")).await.refusals("createBooking"),
        ["BOOKING_LIMIT input.startsAt"]
    );
    assert_eq!(grace.try_book(&knots, "2026-11-30T09:00:00Z").await.refusals("createBooking"), [""; 0]);
    // A session from 9:00 to 10:30 overlaps; one that only touches does not.
    assert_eq!(grace.try_book(&sails, &monday("09:00")).await.refusals("createBooking"), ["OVERLAP input.startsAt"]);
    mary.update_appointment(&sails, &json!({ "sessionMinutes": 60 })).await.data();
    assert_eq!(grace.try_book(&sails, &monday("11:00")).await.refusals("createBooking"), [""; 0]);
    mary.update_appointment(&sails, &json!({ "isActive": false })).await.data();
    assert_eq!(
        ada.try_book(&sails, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
    let invalid = json!({ "appointmentId": knots, "startsAt": monday("09:00"), "question": " ", "clientKey": "" });
    assert_eq!(
        mary.execute(CREATE_BOOKING, json!({ "input": invalid })).await.refusals("createBooking"),
        ["TOO_SHORT input.question", "TOO_SHORT input.clientKey",]
    );
    let [mary] = advance_and_login(&campus, Duration::from_mins(46 * 60 + 31), [&mary]).await;
    assert_eq!(
        mary.try_book(&knots, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
}

#[rstest]
#[tokio::test]
async fn students_share_a_session_until_its_seats_are_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary, joan) = (
        campus.member("ada").await,
        campus.member("grace").await,
        campus.member("mary").await,
        campus.member("joan").await,
    );
    let appointment = ada.teaches("Knots", &json!({ "seats": 2, "maxBookingsPerStudentPerDay": 3 })).await;
    let booking = grace.book(&appointment, &monday("09:00")).await;
    let slots = mary.slots(&appointment, &monday("09:00"), &monday("09:01")).await;
    assert_eq!(slots, [json!({ "startsAt": monday("09:00"), "endsAt": monday("10:00"), "seatsLeft": 1 })]);
    assert_eq!(
        grace.try_book(&appointment, &monday("09:00")).await.refusals("createBooking"),
        ["OVERLAP input.startsAt"]
    );
    mary.book(&appointment, &monday("09:00")).await;
    assert_eq!(
        joan.try_book(&appointment, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_TAKEN input.startsAt"]
    );
    grace.cancel(&booking["id"]).await.data();
    joan.book(&appointment, &monday("09:00")).await;
    assert_eq!(
        grace.try_book(&appointment, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_TAKEN input.startsAt"]
    );
    // Added seats belong to the same session.
    ada.update_appointment(&appointment, &json!({ "seats": 3 })).await.data();
    grace.book(&appointment, &monday("09:00")).await;
}

#[rstest]
#[tokio::test]
async fn a_client_key_creates_one_booking(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let input = |starts_at: String| json!({ "input": { "appointmentId": appointment, "startsAt": starts_at, "clientKey": "k" } });
    let refused = grace.execute(CREATE_BOOKING, input(monday("08:00"))).await;
    assert_eq!(
        refused.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"],
        "a rejected request does not use the key"
    );
    let tasks = (0..8).map(|_| grace.execute(CREATE_BOOKING, input(monday("10:00"))));
    let answers = futures_util::future::join_all(tasks).await;
    let first = answers[0].field("createBooking");
    assert_eq!(first["userErrors"], json!([]));
    assert!(answers.iter().all(|answer| answer.field("createBooking") == first));
    let other = grace.execute(CREATE_BOOKING, input(monday("09:00"))).await;
    assert_eq!(other.refusals("createBooking"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    assert_eq!(grace.query("{ bookings { totalCount } }").await["bookings"]["totalCount"], 1);
    // The key stays used after the cancellation.
    grace.cancel(&first["bookingEdge"]["node"]["id"]).await.data();
    let again = grace.execute(CREATE_BOOKING, input(monday("10:00"))).await.field("createBooking");
    assert_eq!(again["bookingEdge"]["node"]["status"], "CANCELLED");
}

#[rstest]
#[tokio::test]
async fn a_booking_keeps_its_slot_when_the_new_one_is_not_available(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let settings = json!({ "sessionMinutes": 60, "windows": [
        { "startsAt": "2026-11-23T09:30:00Z", "endsAt": "2026-11-23T10:30:00Z" },
    ] });
    let appointment = ada.teaches("Knots", &settings).await;
    let hers = grace.book(&appointment, &monday("09:00")).await;
    mary.book(&appointment, &monday("11:00")).await;
    for (to, code) in
        [(monday("11:00"), "SLOT_TAKEN input.startsAt"), (monday("10:15"), "SLOT_UNAVAILABLE input.startsAt")]
    {
        assert_eq!(grace.reschedule(&hers["id"], &to).await.refusals("rescheduleBooking"), [code]);
    }
    assert_eq!(
        mary.reschedule(&hers["id"], &monday("10:00")).await.refusals("rescheduleBooking"),
        ["NOT_FOUND input.bookingId"]
    );
    assert_eq!(grace.booking_field(&hers["id"], "startsAt").await, monday("09:00"));
    assert_eq!(mary.slot_starts(&appointment).await, [monday("10:00")]);
    // Its own occupancy does not count: half an hour later it overlaps only with itself.
    assert_eq!(grace.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"), [""; 0]);
    assert_eq!(mary.slot_starts(&appointment).await, [""; 0]);
    // The student may reschedule until two hours before the start, the mentor later as well.
    let [ada, grace] = advance_and_login(&campus, Duration::from_hours(46), [&ada, &grace]).await;
    assert_eq!(grace.reschedule(&hers["id"], &monday("10:00")).await.refusals("rescheduleBooking"), [""; 0]);
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(31), [&ada, &grace]).await;
    assert_eq!(grace.booking_field(&hers["id"], "viewerCanReschedule").await, false);
    assert_eq!(
        grace.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"),
        ["NOTICE_TOO_SHORT input.bookingId"]
    );
    assert_eq!(ada.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn images_of_a_booking_are_visible_to_its_mentor_and_student_only(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let image = grace.upload_image(&png(9, 8)).await["id"].clone();
    let input = json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "imageIds": ["rubbish"] });
    assert_eq!(
        grace.execute(CREATE_BOOKING, json!({ "input": input })).await.refusals("createBooking"),
        ["NOT_FOUND input.imageIds.0"]
    );
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3, "a rejected booking takes no slot");
    let input = json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "imageIds": [image] });
    let payload = grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking");
    let booking = &payload["bookingEdge"]["node"]["id"];
    let images = ada.execute("query($id: ID!) { booking(id: $id) { images { id } } }", json!({ "id": booking })).await;
    assert_eq!(images.field("booking")["images"], json!([{ "id": image }]));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (person, is_visible) in [(&ada, true), (&grace, true), (&mary, false)] {
        let image = person.execute(node, json!({ "id": image })).await.field("node");
        assert_eq!(!image.is_null(), is_visible, "{}", person.username);
    }
}

#[rstest]
#[tokio::test]
async fn a_booking_of_other_users_looks_like_a_missing_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let user = user_id(&mary).await;
    let operations = [
        "query($id: ID!) { booking(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }",
        "mutation($id: ID!) { cancelBooking(input: { bookingId: $id }) { booking { id } userErrors { code message path } } }",
        "mutation($id: ID!) { completeBooking(input: { bookingId: $id }) { booking { id } userErrors { code message path } } }",
        "mutation($id: ID!) { rescheduleBooking(input: { bookingId: $id, startsAt: \"2026-11-23T10:00:00Z\" }) {
            booking { id } userErrors { code message path } } }",
    ];
    let no_show = "mutation($id: ID!, $user: ID!) { markNoShow(input: { bookingId: $id, userId: $user }) {
        booking { id } userErrors { code message path } } }";
    let missing = ["bkg_0000000000000", "rubbish", ""];
    for operation in operations {
        let foreign = mary.execute(operation, json!({ "id": booking })).await;
        for id in missing {
            assert_eq!(mary.execute(operation, json!({ "id": id })).await.body, foreign.body, "{operation}");
        }
    }
    let foreign = mary.execute(no_show, json!({ "id": booking, "user": user })).await;
    assert_eq!(foreign.refusals("markNoShow"), ["NOT_FOUND input.bookingId"]);
    assert_eq!(mary.execute(no_show, json!({ "id": "rubbish", "user": user })).await.body, foreign.body);
    assert_eq!(mary.query("{ bookings { totalCount } }").await["bookings"]["totalCount"], 0);
    let response = campus.anonymous().execute(operations[0], json!({ "id": booking })).await;
    assert_eq!(response.body["data"], json!({ "booking": null, "node": null, "nodes": [null] }));
}

#[rstest]
#[tokio::test]
async fn a_booking_returns_the_direct_conversation_of_mentor_and_student(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (mentor, student) = (campus.member("mentor").await, campus.member("student").await);
    let topic = mentor.create_topic("Algebra").await;
    let windows = json!([{ "startsAt": "2026-11-23T10:00:00Z", "endsAt": "2026-11-23T11:00:00Z" }]);
    let appointment = mentor.create_appointment(&topic, &json!({ "windows": windows, "weeklyHours": [] })).await;
    let booking = student.book(&appointment, "2026-11-23T10:00:00Z").await;
    let conversation_of = async |person: &Person| {
        let query = "query Conversation($id: ID!) { booking(id: $id) { conversation { id } } }";
        person.execute(query, json!({ "id": booking["id"] })).await.field("booking")["conversation"]["id"].clone()
    };
    assert_eq!((conversation_of(&student).await, conversation_of(&mentor).await), (Value::Null, Value::Null));
    let conversation = student.start_conversation(&[&mentor]).await;
    assert_eq!(conversation_of(&student).await, conversation);
    assert_eq!(conversation_of(&mentor).await, Value::Null, "it has no message yet");
    student.send_message_id(&conversation, "Which room?").await;
    assert_eq!(conversation_of(&mentor).await, conversation);
}
