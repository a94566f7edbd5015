//! Where sessions take place: rooms of the server, and changes by the mentor.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::live::{changes, cursor};
use super::{advance_and_login, monday, user_id};
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const UPDATE: &str = "mutation Update($input: UpdateBookingInput!) {
    updateBooking(input: $input) {
        booking { id location meetingUrl viewerCanEdit } userErrors { code message path }
    }
}";

async fn update(person: &Person, input: Value) -> Response {
    person.execute(UPDATE, json!({ "input": input })).await
}

#[rstest]
#[tokio::test]
async fn the_server_derives_one_room_for_each_session_without_a_place(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--meeting-url=https://meet.example/studyhall/{room}?lang=en"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2, "maxBookingsPerStudentPerDay": 2 })).await;
    let one = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let other = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    let later = grace.book(&appointment, &monday("10:00")).await["id"].clone();
    let url = grace.booking_field(&one, "meetingUrl").await;
    let room = url.as_str().and_then(|url| url.strip_prefix("https://meet.example/studyhall/")).expect("a room");
    let room = room.strip_suffix("?lang=en").expect("the rest of the URL");
    assert!(room.len() >= 22 && room.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{room}");
    assert_eq!(mary.booking_field(&other, "meetingUrl").await, url);
    assert_eq!(ada.booking_field(&other, "meetingUrl").await, url);
    let second = grace.booking_field(&later, "meetingUrl").await;
    assert_ne!(second, url);
    // A move leads to the room of the other session.
    grace.reschedule(&later, &monday("11:00")).await.data();
    assert_ne!(grace.booking_field(&later, "meetingUrl").await, second);
    // The appointment itself has no room.
    let query = "query($id: ID!) { appointment(id: $id) { meetingUrl } }";
    assert_eq!(ada.execute(query, json!({ "id": appointment })).await.field("appointment")["meetingUrl"], Value::Null);

    // With a location or a meeting of its own, a session has no room.
    let room_2 = ada
        .teaches(
            "Sails",
            &json!({ "location": "Room 2", "windows": [
        { "startsAt": "2026-11-24T09:00:00Z", "endsAt": "2026-11-24T10:00:00Z" }
    ] }),
        )
        .await;
    let booking = mary.book(&room_2, "2026-11-24T09:00:00Z").await["id"].clone();
    assert_eq!(mary.booking_field(&booking, "meetingUrl").await, Value::Null);
    assert_eq!(mary.booking_field(&booking, "location").await, "Room 2");
    // A cancelled booking shows no room.
    mary.cancel(&other).await.data();
    assert_eq!(mary.booking_field(&other, "meetingUrl").await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn the_mentor_changes_the_place_of_a_whole_session_until_its_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) =
        (campus.member("ada").await, campus.confirmed_member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2, "location": "Room 1" })).await;
    let one = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let other = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    for (person, can) in [(&ada, true), (&grace, false)] {
        assert_eq!(person.booking_field(&one, "viewerCanEdit").await, can);
    }
    let before = cursor(&grace).await;

    let url = "https://meet.example/knots";
    let payload = update(&ada, json!({ "bookingId": one, "meetingUrl": url })).await.field("updateBooking");
    let expected = json!({ "id": one, "location": "Room 1", "meetingUrl": url, "viewerCanEdit": true });
    assert_eq!(payload, json!({ "booking": expected, "userErrors": [] }));
    assert_eq!(mary.booking_field(&other, "meetingUrl").await, url);
    let letter = campus.letters_to(&grace.email(), 3).await.pop().expect("a mail");
    assert!(letter.contains("Your session takes place somewhere else") && letter.contains(url), "{letter}");
    // The same place again is no news.
    update(&ada, json!({ "bookingId": one, "meetingUrl": url, "location": " Room 1 " })).await.data();
    update(&ada, json!({ "bookingId": other, "location": null })).await.data();
    assert_eq!(grace.booking_field(&one, "location").await, Value::Null);
    for event in changes(&grace, &before, 2).await {
        assert_eq!((&event["change"], &event["booking"]["id"]), (&json!("RELOCATED"), &one));
    }
    // The appointment keeps its own place.
    let query = "query($id: ID!) { appointment(id: $id) { location meetingUrl } }";
    let seen = ada.execute(query, json!({ "id": appointment })).await.field("appointment");
    assert_eq!(seen, json!({ "location": "Room 1", "meetingUrl": null }));
    let notifications = "{ viewer { notifications(filter: { isUnread: true }) { nodes {
        ... on BookingNotification { change } } } } }";
    let news = mary.query(notifications).await["viewer"]["notifications"]["nodes"].clone();
    assert_eq!(news[0]["change"], "RELOCATED");

    for (input, refusal) in [
        (json!({ "bookingId": one, "location": "x".repeat(301) }), vec!["TOO_LONG input.location"]),
        (
            json!({ "bookingId": one, "location": " ", "meetingUrl": "http://meet.example/" }),
            vec!["TOO_SHORT input.location", "INVALID input.meetingUrl"],
        ),
        (json!({ "bookingId": user_id(&ada).await }), vec!["NOT_FOUND input.bookingId"]),
        (json!({ "bookingId": "bkg_0000000000000" }), vec!["NOT_FOUND input.bookingId"]),
    ] {
        assert_eq!(update(&ada, input).await.refusals("updateBooking"), refusal);
    }
    let change = json!({ "bookingId": one, "location": "Elsewhere" });
    assert_eq!(update(&grace, change.clone()).await.refusals("updateBooking"), ["FORBIDDEN input.bookingId"]);
    assert_eq!(update(&mary, change.clone()).await.refusals("updateBooking"), ["NOT_FOUND input.bookingId"]);
    assert_eq!(campus.anonymous().execute(UPDATE, json!({ "input": change })).await.codes(), ["UNAUTHENTICATED"]);

    // Monday, 09:59:59 and 10:00.
    let [ada] = advance_and_login(&campus, Duration::from_secs(2 * 86_400 + 29 * 60 + 59), [&ada]).await;
    assert_eq!(update(&ada, change.clone()).await.refusals("updateBooking"), [""; 0]);
    let [ada] = advance_and_login(&campus, Duration::from_secs(1), [&ada]).await;
    assert_eq!(update(&ada, change).await.refusals("updateBooking"), ["WRONG_STATE input.bookingId"]);
    assert_eq!(ada.booking_field(&one, "viewerCanEdit").await, false);
}

#[rstest]
#[tokio::test]
async fn who_books_later_comes_to_the_place_of_the_session(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--meeting-url=https://meet.example/{room}"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 4, "location": "Room 1" })).await;
    let nine = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let ten = joan.book(&appointment, &monday("10:00")).await["id"].clone();
    let url = "https://meet.example/knots";
    update(&ada, json!({ "bookingId": nine, "location": "Room 9", "meetingUrl": url })).await.data();
    // The place of the appointment is that of sessions without bookings.
    ada.update_appointment(&appointment, &json!({ "location": "Room 2" })).await.data();
    let place = async |person: &Person, booking: &Value| {
        (person.booking_field(booking, "location").await, person.booking_field(booking, "meetingUrl").await)
    };
    let (relocated, own) = ((json!("Room 9"), json!(url)), (json!("Room 2"), Value::Null));
    let later = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    assert_eq!(place(&mary, &later).await, relocated);
    joan.reschedule(&ten, &monday("09:00")).await.data();
    assert_eq!(place(&joan, &ten).await, relocated);
    joan.reschedule(&ten, &monday("11:00")).await.data();
    assert_eq!(place(&joan, &ten).await, own);
    // Without a place and a meeting, the session has neither for all.
    update(&ada, json!({ "bookingId": nine, "location": null, "meetingUrl": null })).await.data();
    joan.reschedule(&ten, &monday("09:00")).await.data();
    assert_eq!(place(&joan, &ten).await, (Value::Null, Value::Null));
    for (person, booking) in [(&grace, &nine), (&mary, &later), (&joan, &ten)] {
        person.cancel(booking).await.data();
    }
    let first = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    assert_eq!(place(&mary, &first).await, own);
}
