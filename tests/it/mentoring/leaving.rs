//! What becomes of mentoring when somebody goes, and whom bookings bind.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{BOOK, CANCEL, later, monday, user_of};
use crate::support::{Campus, Engine, PASSWORD, Person};

const DELETE: &str = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";

const SEEN: &str = "query($id: ID!) { booking(id: $id) {
    status question cancelReason mentor { username } student { username } cancelledBy { username } appointment { id }
    topic { title creator { username } mentorCount }
} }";

#[rstest]
#[tokio::test]
async fn a_mentor_who_goes_takes_offers_along_and_leaves_word(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    let booking = grace.book(&offer, &monday("09:00")).await["id"].clone();
    mary.book(&offer, &monday("09:00")).await;
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
        let letters = campus.letters_to(&person.email(), 2).await;
        assert!(letters.last().expect("a letter").contains("ada cancelled your session"), "{letters:?}");
    }
    assert_eq!(
        grace.execute("query($id: ID!) { node(id: $id) { id } }", json!({ "id": offer })).await.field("node"),
        Value::Null
    );
}

#[rstest]
#[tokio::test]
async fn a_student_who_goes_frees_the_seat_and_takes_the_question_along(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 2 })).await;
    let input = json!({ "appointmentId": offer, "startsAt": monday("09:00"), "question": "My secret?" });
    let first =
        grace.execute(BOOK, json!({ "input": input })).await.field("createBooking")["bookingEdge"]["node"]["id"]
            .clone();
    grace.execute(CANCEL, json!({ "id": first, "reason": "My other secret" })).await.data();
    grace.book(&offer, &monday("10:00")).await;
    assert_eq!(ada.starts(&offer).await.len(), 2);
    assert_eq!(grace.execute(DELETE, json!({ "password": PASSWORD })).await.field("deleteAccount")["isDeleted"], true);
    assert_eq!(ada.starts(&offer).await.len(), 3);
    let seen = ada.execute(SEEN, json!({ "id": first })).await.field("booking");
    assert_eq!(
        (&seen["question"], &seen["cancelReason"], &seen["student"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let list = ada.query("{ bookings { edges { node { status student { username } } } } }").await;
    let gone = json!({ "node": { "status": "CANCELLED", "student": null } });
    assert_eq!(list["bookings"]["edges"], json!([gone, gone]));
}

/// Nobody but partners may write to them.
async fn is_partner(person: &Person, of: &Person) -> bool {
    let query = "query($id: ID!) { user(by: { id: $id }) { viewerCanMessage } }";
    person.execute(query, json!({ "id": user_of(of).await })).await.field("user")["viewerCanMessage"] == true
}

#[rstest]
#[tokio::test]
async fn a_booking_binds_two_people_until_a_week_after_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (mut ada, mut grace) = (campus.member("ada").await, campus.member("grace").await);
    for person in [&ada, &grace] {
        person
            .query("mutation { updateSettings(input: { messagePolicy: BOOKING_PARTNERS }) { viewer { email } } }")
            .await;
    }
    let offer = ada.teaches("Knots", &json!({})).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
    let booking = grace.book(&offer, "2026-11-30T09:00:00Z").await["id"].clone();
    assert!(is_partner(&ada, &grace).await && is_partner(&grace, &ada).await);
    let thread = "query($id: ID!) { booking(id: $id) { conversation { lastMessage { text } } } }";
    let thread = json!({ "query": thread, "variables": { "id": booking } });
    assert_eq!(ada.post(&thread).await.field("booking")["conversation"], Value::Null);
    let write = "mutation($id: ID!) { sendMessage(input: { userId: $id, text: \"See you\" }) { userErrors { code } } }";
    grace.execute(write, json!({ "id": user_of(&ada).await })).await.data();
    assert_eq!(ada.post(&thread).await.field("booking")["conversation"]["lastMessage"]["text"], "See you");
    let other = grace.book(&offer, &monday("09:00")).await["id"].clone();
    grace.cancel(&booking).await.data();
    // Of two bookings the later end counts: Monday at ten and seven days, not now and seven days.
    let week = Duration::from_hours(7 * 24);
    [ada, grace] = later(&campus, week + Duration::from_hours(24), [&ada, &grace]).await;
    assert_eq!(ada.of_booking(&other, "status").await, "COMPLETED");
    assert!(is_partner(&ada, &grace).await);
    [ada, grace] = later(&campus, Duration::from_hours(24) + Duration::from_mins(29), [&ada, &grace]).await;
    assert!(is_partner(&grace, &ada).await);
    [ada, grace] = later(&campus, Duration::from_mins(1), [&ada, &grace]).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
    // Called off, it binds a week from then.
    let booking = grace.book(&offer, "2026-12-14T09:00:00Z").await["id"].clone();
    grace.cancel(&booking).await.data();
    [ada, grace] = later(&campus, week.saturating_sub(Duration::from_mins(1)), [&ada, &grace]).await;
    assert!(is_partner(&ada, &grace).await);
    [ada, grace] = later(&campus, Duration::from_mins(1), [&ada, &grace]).await;
    assert!(!is_partner(&ada, &grace).await && !is_partner(&grace, &ada).await);
}
