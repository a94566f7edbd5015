//! The deletion of mentors and students, and booking partners.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{CANCEL, CREATE_BOOKING, advance_and_login, monday, user_id};
use crate::support::{Campus, Engine, PASSWORD, Person};

const DELETE: &str = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";

const SEEN: &str = "query($id: ID!) { booking(id: $id) {
    status question cancelReason mentor { username } student { username } cancelledBy { username } appointment { id }
    topic { title creator { username } mentorCount }
} }";

#[rstest]
#[tokio::test]
async fn a_mentor_who_deletes_the_account_loses_all_appointments_and_the_students_are_notified(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (grace, mary) = (campus.confirmed_member("grace").await, campus.confirmed_member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    mary.book(&appointment, &monday("09:00")).await;
    assert_eq!(ada.execute(DELETE, json!({ "password": PASSWORD })).await.field("deleteAccount")["isDeleted"], true);
    let seen = grace.execute(SEEN, json!({ "id": booking })).await.field("booking");
    assert_eq!(
        seen,
        json!({
            "status": "CANCELLED", "question": null, "cancelReason": null, "mentor": null,
            "student": { "username": "grace" }, "cancelledBy": null, "appointment": null,
            "topic": { "title": "Knots", "creator": null, "mentorCount": 0 },
        })
    );
    for person in [&grace, &mary] {
        let letters = campus.letters_to(&person.email(), 3).await;
        assert!(letters.last().expect("a letter").contains("ada cancelled your session"), "{letters:?}");
    }
    assert_eq!(
        grace.execute("query($id: ID!) { node(id: $id) { id } }", json!({ "id": appointment })).await.field("node"),
        Value::Null
    );
}

#[rstest]
#[tokio::test]
async fn a_student_who_deletes_the_account_releases_the_seat_and_the_question_is_erased(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 2 })).await;
    let input = json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "question": "My secret?" });
    let first =
        grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking")["bookingEdge"]["node"]["id"]
            .clone();
    grace.execute(CANCEL, json!({ "id": first, "reason": "My other secret" })).await.data();
    grace.book(&appointment, &monday("10:00")).await;
    assert_eq!(ada.slot_starts(&appointment).await.len(), 2);
    assert_eq!(grace.execute(DELETE, json!({ "password": PASSWORD })).await.field("deleteAccount")["isDeleted"], true);
    assert_eq!(ada.slot_starts(&appointment).await.len(), 3);
    let seen = ada.execute(SEEN, json!({ "id": first })).await.field("booking");
    assert_eq!(
        (&seen["question"], &seen["cancelReason"], &seen["student"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let list = ada.query("{ bookings { edges { node { status student { username } } } } }").await;
    let cancelled = json!({ "node": { "status": "CANCELLED", "student": null } });
    assert_eq!(list["bookings"]["edges"], json!([cancelled, cancelled]));
}

/// Returns true if `person` is a booking partner of `of`. The message policy of both is `BOOKING_PARTNERS`.
async fn is_partner(person: &Person, of: &Person) -> bool {
    let query = "query($id: ID!) { user(by: { id: $id }) { viewerCanMessage } }";
    person.execute(query, json!({ "id": user_id(of).await })).await.field("user")["viewerCanMessage"] == true
}

#[rstest]
#[tokio::test]
async fn mentor_and_student_are_booking_partners_until_a_week_after_their_last_booking(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (mut ada, mut grace) = (campus.member("ada").await, campus.member("grace").await);
    for person in [&ada, &grace] {
        person
            .query("mutation { updateSettings(input: { messagePolicy: BOOKING_PARTNERS }) { viewer { email } } }")
            .await;
    }
    let appointment = ada.teaches("Knots", &json!({})).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
    let booking = grace.book(&appointment, "2026-11-30T09:00:00Z").await["id"].clone();
    assert!(is_partner(&ada, &grace).await && is_partner(&grace, &ada).await);
    let thread = "query($id: ID!) { booking(id: $id) { conversation { lastMessage { text } } } }";
    let thread = json!({ "query": thread, "variables": { "id": booking } });
    assert_eq!(ada.post(&thread).await.field("booking")["conversation"], Value::Null);
    let write = "mutation($id: ID!) { sendMessage(input: { userId: $id, text: \"See you\" }) { userErrors { code } } }";
    grace.execute(write, json!({ "id": user_id(&ada).await })).await.data();
    assert_eq!(ada.post(&thread).await.field("booking")["conversation"]["lastMessage"]["text"], "See you");
    let other = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    grace.cancel(&booking).await.data();
    // The latest end counts: seven days after Monday at ten, not seven days after the cancellation.
    let week = Duration::from_hours(7 * 24);
    [ada, grace] = advance_and_login(&campus, week + Duration::from_hours(24), [&ada, &grace]).await;
    assert_eq!(ada.booking_field(&other, "status").await, "COMPLETED");
    assert!(is_partner(&ada, &grace).await);
    [ada, grace] = advance_and_login(&campus, Duration::from_hours(24) + Duration::from_mins(29), [&ada, &grace]).await;
    assert!(is_partner(&grace, &ada).await);
    [ada, grace] = advance_and_login(&campus, Duration::from_mins(1), [&ada, &grace]).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
    // After a cancellation they stay partners for a week.
    let booking = grace.book(&appointment, "2026-12-14T09:00:00Z").await["id"].clone();
    grace.cancel(&booking).await.data();
    [ada, grace] = advance_and_login(&campus, week.saturating_sub(Duration::from_mins(1)), [&ada, &grace]).await;
    assert!(is_partner(&ada, &grace).await);
    [ada, grace] = advance_and_login(&campus, Duration::from_mins(1), [&ada, &grace]).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
}
