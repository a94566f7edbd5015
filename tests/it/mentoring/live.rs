//! Subscriptions to bookings and to slots.

use rstest::rstest;
use serde_json::{Value, json};

use super::{COMPLETE, MARK_NO_SHOW, advance_and_login, monday, topic_of, user_id};
use crate::support::{Campus, Engine, Person, Socket};

const INBOX: &str = "subscription Inbox($after: String) { inboxChanged(after: $after) {
    __typename ... on BookingChanged { cursor change happenedAt booking { id status startsAt } }
} }";

const SLOTS: &str = "subscription Slots($id: ID!) {
    slotsChanged(appointmentId: $id, from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") {
        slots { startsAt seatsLeft }
    }
}";

pub async fn cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// Returns the first `count` changes of bookings after a cursor.
pub async fn changes(person: &Person, after: &Value, count: usize) -> Vec<Value> {
    let mut socket = Socket::subscribed(person, INBOX, json!({ "after": after })).await;
    let mut found = Vec::new();
    while found.len() < count {
        let event = socket.next().await["inboxChanged"].clone();
        found.extend((event["__typename"] == "BookingChanged").then_some(event));
    }
    found
}

#[rstest]
#[tokio::test]
async fn mentor_and_student_receive_every_change_once_and_in_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let (student_cursor, mentor_cursor) = (cursor(&grace).await, cursor(&ada).await);
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    grace.reschedule(&booking, &monday("10:00")).await.data();
    grace.reschedule(&booking, "2026-11-24T10:00:00Z").await.data();
    ada.cancel(&booking).await.data();
    let second = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let until_nine = std::time::Duration::from_mins(47 * 60 + 30);
    let [ada, grace] = advance_and_login(&campus, until_nine, [&ada, &grace]).await;
    ada.execute(COMPLETE, json!({ "id": second })).await.data();
    ada.execute(MARK_NO_SHOW, json!({ "id": second, "user": user_id(&grace).await })).await.data();
    let expected = ["CREATED", "RESCHEDULED", "CANCELLED", "CREATED", "COMPLETED", "NO_SHOW"];
    for (person, after) in [(&grace, &student_cursor), (&ada, &mentor_cursor)] {
        let events = changes(person, after, expected.len()).await;
        let received: Vec<&Value> = events.iter().map(|event| &event["change"]).collect();
        assert_eq!(received, expected, "{}", person.username);
        // An event contains the booking at the time of delivery.
        let current = json!({ "id": booking, "status": "CANCELLED", "startsAt": monday("10:00") });
        assert_eq!(events[0]["booking"], current);
        assert_eq!(events[5]["booking"]["id"], second);
        let rest = changes(person, &events[3]["cursor"], 2).await;
        assert_eq!(rest, events[4..], "a stream resumes from any cursor");
    }
}

fn times(event: &Value) -> Vec<String> {
    let slots = event["slotsChanged"]["slots"].as_array().cloned().expect("slots");
    slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant")[11..16].to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_subscription_to_slots_delivers_the_slots_after_every_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let other = ada.teaches("Sails", &json!({ "sessionMinutes": 90 })).await;
    let mut socket = Socket::subscribed(&mary, SLOTS, json!({ "id": appointment })).await;
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"], "the slots at the start");
    let booking = grace.book(&appointment, &monday("10:00")).await["id"].clone();
    assert_eq!(times(&socket.next().await), ["09:00", "11:00"]);
    grace.reschedule(&booking, &monday("09:00")).await.data();
    assert_eq!(times(&socket.next().await), ["10:00", "11:00"]);
    grace.cancel(&booking).await.data();
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"]);
    // Other bookings of the mentor count, in both roles.
    let elsewhere = grace.book(&other, &monday("09:00")).await["id"].clone();
    assert_eq!(times(&socket.next().await), ["11:00"]);
    ada.cancel(&elsewhere).await.data();
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"]);
    // A change that does not affect the slots is not delivered.
    ada.update_appointment(&appointment, &json!({ "description": "New words" })).await.data();
    ada.update_appointment(&appointment, &json!({ "seats": 2 })).await.data();
    let event = socket.next().await;
    assert_eq!(event["slotsChanged"]["slots"][0], json!({ "startsAt": monday("09:00"), "seatsLeft": 2 }));
    let topic = topic_of(&ada, &appointment).await;
    ada.set_archived(&topic, true).await;
    assert_eq!(times(&socket.next().await), [""; 0]);
    ada.set_archived(&topic, false).await;
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"]);
    ada.update_appointment(&appointment, &json!({ "isActive": false })).await.data();
    assert_eq!(times(&socket.next().await), [""; 0]);
    let delete = "mutation($id: ID!) { deleteAppointment(input: { appointmentId: $id }) { deletedAppointmentId } }";
    ada.execute(delete, json!({ "id": appointment })).await.data();
    assert_eq!(socket.error_code().await, "FORBIDDEN");
}

#[rstest]
#[tokio::test]
async fn slots_of_missing_and_hidden_appointments_are_not_found(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let block = "mutation($user: ID!) { blockUser(input: { userId: $user }) { userErrors { code } } }";
    ada.execute(block, json!({ "user": user_id(&grace).await })).await.data();
    for id in [appointment, json!("apt_0000000000000"), json!("rubbish")] {
        let mut socket = Socket::subscribed(&grace, SLOTS, json!({ "id": id })).await;
        assert_eq!(socket.error_code().await, "NOT_FOUND");
    }
    let long = "subscription($id: ID!) {
        slotsChanged(appointmentId: $id, from: \"2026-11-23T00:00:00Z\", to: \"2027-11-24T00:00:00Z\") { slots { startsAt } }
    }";
    let mut socket = Socket::subscribed(&ada, long, json!({ "id": "rubbish" })).await;
    assert_eq!(socket.error_code().await, "BAD_USER_INPUT");
    let mut socket = Socket::subscribed(&campus.anonymous(), SLOTS, json!({ "id": "rubbish" })).await;
    assert_eq!(socket.error_code().await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_booking_on_one_node_changes_the_slots_on_another() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let mut slots = Socket::subscribed(&there.client_for(&ada), SLOTS, json!({ "id": appointment })).await;
    assert_eq!(times(&slots.next().await).len(), 3);
    let booking = grace.book(&appointment, &monday("10:00")).await["id"].clone();
    assert_eq!(times(&slots.next().await), ["09:00", "11:00"]);
    there.client_for(&grace).cancel(&booking).await.data();
    assert_eq!(times(&slots.next().await).len(), 3);
    there.stop().await;
}
