//! Booking and moving: what works, what is refused and how.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{BOOK, later, monday, user_of};
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

const TUESDAY: &str = "2026-11-24T09:00:00.000Z";

#[rstest]
#[tokio::test]
async fn a_student_books_moves_and_both_see_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "location": "Boathouse" })).await;
    let input =
        json!({ "appointmentId": offer, "startsAt": "2026-11-23T11:00:00+01:00", "question": " Why?\r\nHow? " });
    let payload = grace.execute(BOOK, json!({ "input": input })).await.field("createBooking");
    let booking = payload["bookingEdge"]["node"].clone();
    assert_eq!(
        booking,
        json!({
            "id": booking["id"], "startsAt": monday("10:00"), "endsAt": monday("11:00"), "timeZone": "UTC",
            "location": "Boathouse", "status": "UPCOMING", "question": "Why?\nHow?",
            "bookedAt": "2026-11-21T09:30:00.000Z", "mentor": { "username": "ada" },
            "student": { "username": "grace" }, "topic": { "title": "Knots" }, "appointment": { "id": offer },
            "viewerCanCancel": true, "viewerCanReschedule": true, "viewerCanComplete": false,
            "viewerCanMarkNoShow": false,
        })
    );
    assert_eq!(grace.starts(&offer).await, [monday("09:00"), monday("11:00")]);
    let letters = campus.letters_to("ada@campus.example", 2).await;
    let letter = letters.last().expect("a letter");
    assert!(
        letter.contains("Subject: A session with you was booked") && letter.contains("10:00 to 11:00 (UTC)"),
        "{letter}"
    );

    let payload = grace.reschedule(&booking["id"], &monday("11:00")).await.field("rescheduleBooking");
    let moved = json!({ "id": booking["id"], "startsAt": monday("11:00"), "endsAt": monday("12:00") });
    assert_eq!(payload, json!({ "booking": moved, "userErrors": [] }));
    assert_eq!(grace.starts(&offer).await, [monday("09:00"), monday("10:00")]);
    // The mentor may move it too, and to where it is nothing happens.
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
async fn each_refusal_has_its_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let knots = ada.teaches("Knots", &json!({})).await;
    let sails = mary.teaches("Sails", &json!({ "sessionMinutes": 90 })).await;
    for (offer, starts_at, code) in [
        (&knots, monday("08:00"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, monday("09:30"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, monday("12:00"), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, TUESDAY.to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, "2026-11-16T09:00:00Z".to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&knots, "2027-01-25T09:00:00Z".to_owned(), "SLOT_UNAVAILABLE input.startsAt"),
        (&json!("apt_0000000000000"), monday("09:00"), "NOT_FOUND input.appointmentId"),
        (&json!("rubbish"), monday("09:00"), "NOT_FOUND input.appointmentId"),
    ] {
        assert_eq!(grace.try_book(offer, &starts_at).await.refusals("createBooking"), [code], "{starts_at}");
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
    // From 9:00 to 10:30 overlaps, from 10:30 to 12:00 too; what touches is fine.
    assert_eq!(grace.try_book(&sails, &monday("09:00")).await.refusals("createBooking"), ["OVERLAP input.startsAt"]);
    mary.change_offer(&sails, &json!({ "sessionMinutes": 60 })).await.data();
    assert_eq!(grace.try_book(&sails, &monday("11:00")).await.refusals("createBooking"), [""; 0]);
    mary.change_offer(&sails, &json!({ "isActive": false })).await.data();
    assert_eq!(
        ada.try_book(&sails, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
    let wrong = json!({ "appointmentId": knots, "startsAt": monday("09:00"), "question": " ", "clientKey": "" });
    assert_eq!(
        mary.execute(BOOK, json!({ "input": wrong })).await.refusals("createBooking"),
        ["TOO_SHORT input.question", "TOO_SHORT input.clientKey",]
    );
    let [mary] = later(&campus, Duration::from_mins(46 * 60 + 31), [&mary]).await;
    assert_eq!(
        mary.try_book(&knots, &monday("09:00")).await.refusals("createBooking"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
}

#[rstest]
#[tokio::test]
async fn several_students_share_a_session_and_no_more_than_it_seats(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary, joan) = (
        campus.member("ada").await,
        campus.member("grace").await,
        campus.member("mary").await,
        campus.member("joan").await,
    );
    let offer = ada.teaches("Knots", &json!({ "seats": 2, "maxBookingsPerStudentPerDay": 3 })).await;
    let booking = grace.book(&offer, &monday("09:00")).await;
    let slots = mary.slots(&offer, &monday("09:00"), &monday("09:01")).await;
    assert_eq!(slots, [json!({ "startsAt": monday("09:00"), "endsAt": monday("10:00"), "seatsLeft": 1 })]);
    assert_eq!(grace.try_book(&offer, &monday("09:00")).await.refusals("createBooking"), ["OVERLAP input.startsAt"]);
    mary.book(&offer, &monday("09:00")).await;
    assert_eq!(joan.try_book(&offer, &monday("09:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    grace.cancel(&booking["id"]).await.data();
    joan.book(&offer, &monday("09:00")).await;
    assert_eq!(grace.try_book(&offer, &monday("09:00")).await.refusals("createBooking"), ["SLOT_TAKEN input.startsAt"]);
    // More seats are seats of the same session.
    ada.change_offer(&offer, &json!({ "seats": 3 })).await.data();
    grace.book(&offer, &monday("09:00")).await;
}

#[rstest]
#[tokio::test]
async fn a_key_books_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let input =
        |starts_at: String| json!({ "input": { "appointmentId": offer, "startsAt": starts_at, "clientKey": "k" } });
    let refused = grace.execute(BOOK, input(monday("08:00"))).await;
    assert_eq!(refused.refusals("createBooking"), ["SLOT_UNAVAILABLE input.startsAt"], "and the key is free");
    let tasks = (0..8).map(|_| grace.execute(BOOK, input(monday("10:00"))));
    let answers = futures_util::future::join_all(tasks).await;
    let first = answers[0].field("createBooking");
    assert_eq!(first["userErrors"], json!([]));
    assert!(answers.iter().all(|answer| answer.field("createBooking") == first));
    let other = grace.execute(BOOK, input(monday("09:00"))).await;
    assert_eq!(other.refusals("createBooking"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    assert_eq!(grace.query("{ bookings { totalCount } }").await["bookings"]["totalCount"], 1);
    // For good, whatever became of it.
    grace.cancel(&first["bookingEdge"]["node"]["id"]).await.data();
    let again = grace.execute(BOOK, input(monday("10:00"))).await.field("createBooking");
    assert_eq!(again["bookingEdge"]["node"]["status"], "CANCELLED");
}

#[rstest]
#[tokio::test]
async fn the_old_slot_is_kept_when_the_new_one_cannot_be_had(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let half = json!({ "sessionMinutes": 60, "windows": [
        { "startsAt": "2026-11-23T09:30:00Z", "endsAt": "2026-11-23T10:30:00Z" },
    ] });
    let offer = ada.teaches("Knots", &half).await;
    let hers = grace.book(&offer, &monday("09:00")).await;
    mary.book(&offer, &monday("11:00")).await;
    for (to, code) in
        [(monday("11:00"), "SLOT_TAKEN input.startsAt"), (monday("10:15"), "SLOT_UNAVAILABLE input.startsAt")]
    {
        assert_eq!(grace.reschedule(&hers["id"], &to).await.refusals("rescheduleBooking"), [code]);
    }
    assert_eq!(
        mary.reschedule(&hers["id"], &monday("10:00")).await.refusals("rescheduleBooking"),
        ["NOT_FOUND input.bookingId"]
    );
    assert_eq!(grace.of_booking(&hers["id"], "startsAt").await, monday("09:00"));
    assert_eq!(mary.starts(&offer).await, [monday("10:00")]);
    // Its own place is not in its way: half an hour later overlaps with nothing but itself.
    assert_eq!(grace.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"), [""; 0]);
    assert_eq!(mary.starts(&offer).await, [""; 0]);
    // Two hours before its beginning is the last moment for the student; the mentor has time.
    let [ada, grace] = later(&campus, Duration::from_hours(46), [&ada, &grace]).await;
    assert_eq!(grace.reschedule(&hers["id"], &monday("10:00")).await.refusals("rescheduleBooking"), [""; 0]);
    let [ada, grace] = later(&campus, Duration::from_mins(31), [&ada, &grace]).await;
    assert_eq!(grace.of_booking(&hers["id"], "viewerCanReschedule").await, false);
    assert_eq!(
        grace.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"),
        ["NOTICE_TOO_SHORT input.bookingId"]
    );
    assert_eq!(ada.reschedule(&hers["id"], &monday("09:30")).await.refusals("rescheduleBooking"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn pictures_of_a_booking_are_for_the_two(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let image = grace.upload_image(&png(9, 8)).await["id"].clone();
    let input = json!({ "appointmentId": offer, "startsAt": monday("09:00"), "imageIds": ["rubbish"] });
    assert_eq!(
        grace.execute(BOOK, json!({ "input": input })).await.refusals("createBooking"),
        ["NOT_FOUND input.imageIds.0"]
    );
    assert_eq!(grace.starts(&offer).await.len(), 3, "a refusal takes no slot");
    let input = json!({ "appointmentId": offer, "startsAt": monday("09:00"), "imageIds": [image] });
    let payload = grace.execute(BOOK, json!({ "input": input })).await.field("createBooking");
    let booking = &payload["bookingEdge"]["node"]["id"];
    let images = ada.execute("query($id: ID!) { booking(id: $id) { images { id } } }", json!({ "id": booking })).await;
    assert_eq!(images.field("booking")["images"], json!([{ "id": image }]));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for (person, sees) in [(&ada, true), (&grace, true), (&mary, false)] {
        let seen = person.execute(node, json!({ "id": image })).await.field("node");
        assert_eq!(!seen.is_null(), sees, "{}", person.username);
    }
}

#[rstest]
#[tokio::test]
async fn bookings_of_others_are_answered_like_none(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let user = user_of(&mary).await;
    let operations = [
        "query($id: ID!) { booking(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }",
        "mutation($id: ID!) { cancelBooking(input: { bookingId: $id }) { booking { id } userErrors { code message path } } }",
        "mutation($id: ID!) { completeBooking(input: { bookingId: $id }) { booking { id } userErrors { code message path } } }",
        "mutation($id: ID!) { rescheduleBooking(input: { bookingId: $id, startsAt: \"2026-11-23T10:00:00Z\" }) {
            booking { id } userErrors { code message path } } }",
    ];
    let no_show = "mutation($id: ID!, $user: ID!) { markNoShow(input: { bookingId: $id, userId: $user }) {
        booking { id } userErrors { code message path } } }";
    let nothing = ["bkg_0000000000000", "rubbish", ""];
    for operation in operations {
        let foreign = mary.execute(operation, json!({ "id": booking })).await;
        for id in nothing {
            assert_eq!(mary.execute(operation, json!({ "id": id })).await.body, foreign.body, "{operation}");
        }
    }
    let foreign = mary.execute(no_show, json!({ "id": booking, "user": user })).await;
    assert_eq!(foreign.refusals("markNoShow"), ["NOT_FOUND input.bookingId"]);
    assert_eq!(mary.execute(no_show, json!({ "id": "rubbish", "user": user })).await.body, foreign.body);
    assert_eq!(mary.query("{ bookings { totalCount } }").await["bookings"]["totalCount"], 0);
    let nobody = campus.anonymous().execute(operations[0], json!({ "id": booking })).await;
    assert_eq!(nobody.body["data"], json!({ "booking": null, "node": null, "nodes": [null] }));
}

#[rstest]
#[tokio::test]
async fn a_booking_leads_to_the_thread_of_the_two(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (mentor, student) = (campus.member("mentor").await, campus.member("student").await);
    let topic = mentor.topic("Algebra").await;
    let windows = json!([{ "startsAt": "2026-11-23T10:00:00Z", "endsAt": "2026-11-23T11:00:00Z" }]);
    let offer = mentor.offer(&topic, &json!({ "windows": windows, "weeklyHours": [] })).await;
    let booking = student.book(&offer, "2026-11-23T10:00:00Z").await;
    let thread = async |person: &Person| {
        let query = "query Thread($id: ID!) { booking(id: $id) { conversation { id } } }";
        person.execute(query, json!({ "id": booking["id"] })).await.field("booking")["conversation"]["id"].clone()
    };
    assert_eq!((thread(&student).await, thread(&mentor).await), (Value::Null, Value::Null));
    let conversation = student.start(&[&mentor]).await;
    assert_eq!(thread(&student).await, conversation);
    assert_eq!(thread(&mentor).await, Value::Null, "nothing was said yet");
    student.said(&conversation, "Which room?").await;
    assert_eq!(thread(&mentor).await, conversation);
}
