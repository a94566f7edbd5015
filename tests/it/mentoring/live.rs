//! What is told live: changes of bookings to the two, and slots to whoever looks at them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{COMPLETE, NO_SHOW, later, monday, user_of};
use crate::support::{Campus, Engine, Person, Socket};

const INBOX: &str = "subscription Inbox($after: String) { inboxChanged(after: $after) {
    __typename ... on BookingChanged { cursor change happenedAt booking { id status startsAt } }
} }";

const SLOTS: &str = "subscription Slots($id: ID!) {
    slotsChanged(appointmentId: $id, from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") {
        slots { startsAt seatsLeft }
    }
}";

async fn cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// The changes of bookings after a cursor, up to `count`.
async fn changes(person: &Person, after: &Value, count: usize) -> Vec<Value> {
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
async fn both_are_told_of_every_change_once_and_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let (hers, his) = (cursor(&grace).await, cursor(&ada).await);
    let booking = grace.book(&offer, &monday("09:00")).await["id"].clone();
    grace.reschedule(&booking, &monday("10:00")).await.data();
    grace.reschedule(&booking, "2026-11-24T10:00:00Z").await.data();
    ada.cancel(&booking).await.data();
    let second = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let until_nine = std::time::Duration::from_mins(47 * 60 + 30);
    let [ada, grace] = later(&campus, until_nine, [&ada, &grace]).await;
    ada.execute(COMPLETE, json!({ "id": second })).await.data();
    ada.execute(NO_SHOW, json!({ "id": second, "user": user_of(&grace).await })).await.data();
    let expected = ["CREATED", "RESCHEDULED", "CANCELLED", "CREATED", "COMPLETED", "NO_SHOW"];
    for (person, after) in [(&grace, &hers), (&ada, &his)] {
        let events = changes(person, after, expected.len()).await;
        let told: Vec<&Value> = events.iter().map(|event| &event["change"]).collect();
        assert_eq!(told, expected, "{}", person.username);
        // The booking is loaded when its event is delivered.
        let now = json!({ "id": booking, "status": "CANCELLED", "startsAt": monday("10:00") });
        assert_eq!(events[0]["booking"], now);
        assert_eq!(events[5]["booking"]["id"], second);
        let rest = changes(person, &events[3]["cursor"], 2).await;
        assert_eq!(rest, events[4..], "a stream goes on from any cursor");
    }
}

fn times(event: &Value) -> Vec<String> {
    let slots = event["slotsChanged"]["slots"].as_array().cloned().expect("slots");
    slots.iter().map(|slot| slot["startsAt"].as_str().expect("an instant")[11..16].to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn whoever_looks_at_slots_sees_them_come_and_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let other = ada.teaches("Sails", &json!({ "sessionMinutes": 90 })).await;
    let mut socket = Socket::subscribed(&mary, SLOTS, json!({ "id": offer })).await;
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"], "the whole state at once");
    let booking = grace.book(&offer, &monday("10:00")).await["id"].clone();
    assert_eq!(times(&socket.next().await), ["09:00", "11:00"]);
    grace.reschedule(&booking, &monday("09:00")).await.data();
    assert_eq!(times(&socket.next().await), ["10:00", "11:00"]);
    grace.cancel(&booking).await.data();
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"]);
    // What the mentor does elsewhere counts, in either role.
    let elsewhere = grace.book(&other, &monday("09:00")).await["id"].clone();
    assert_eq!(times(&socket.next().await), ["11:00"]);
    ada.cancel(&elsewhere).await.data();
    assert_eq!(times(&socket.next().await), ["09:00", "10:00", "11:00"]);
    // What changes nothing here is not told.
    ada.change_offer(&offer, &json!({ "description": "New words" })).await.data();
    ada.change_offer(&offer, &json!({ "seats": 2 })).await.data();
    let event = socket.next().await;
    assert_eq!(event["slotsChanged"]["slots"][0], json!({ "startsAt": monday("09:00"), "seatsLeft": 2 }));
    ada.change_offer(&offer, &json!({ "isActive": false })).await.data();
    assert_eq!(times(&socket.next().await), [""; 0]);
    let delete = "mutation($id: ID!) { deleteAppointment(input: { appointmentId: $id }) { deletedAppointmentId } }";
    ada.execute(delete, json!({ "id": offer })).await.data();
    assert_eq!(socket.error_code().await, "FORBIDDEN");
}

#[rstest]
#[tokio::test]
async fn slots_of_nothing_and_of_hidden_people_are_not_found(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let block = "mutation($user: ID!) { blockUser(input: { userId: $user }) { userErrors { code } } }";
    ada.execute(block, json!({ "user": user_of(&grace).await })).await.data();
    for id in [offer, json!("apt_0000000000000"), json!("rubbish")] {
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
async fn what_is_booked_on_one_node_is_seen_on_the_other() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    let (ada, grace) = (here.member("ada").await, here.member("grace").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let mut slots = Socket::subscribed(&there.client_for(&ada), SLOTS, json!({ "id": offer })).await;
    assert_eq!(times(&slots.next().await).len(), 3);
    let booking = grace.book(&offer, &monday("10:00")).await["id"].clone();
    assert_eq!(times(&slots.next().await), ["09:00", "11:00"]);
    there.client_for(&grace).cancel(&booking).await.data();
    assert_eq!(times(&slots.next().await).len(), 3);
    there.stop().await;
}
