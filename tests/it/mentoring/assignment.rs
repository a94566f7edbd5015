//! Bookings with any mentor of a topic.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::{merge, monday, user_id};
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const SLOTS: &str = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { topic(id: $id) {
    slots(from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\", first: $first, after: $after, last: $last, before: $before) {
        nodes { startsAt endsAt seatsLeft waitlistCount appointment { id } }
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    }
} }";

const BOOK: &str = "mutation($input: BookTopicInput!) { bookTopic(input: $input) {
    bookingEdge { node { id startsAt status mentor { username } } }
    userErrors { code path alternativeSlots { startsAt seatsLeft appointment { id } } }
} }";

async fn slots(person: &Person, topic: &Value, page: Value) -> Value {
    person.execute(SLOTS, merge(json!({ "id": topic }), &page)).await.field("topic")["slots"].clone()
}

async fn try_book(person: &Person, topic: &Value, hour: u8, more: &Value) -> Response {
    let (starts_at, ends_at) = (monday(&format!("{hour:02}:00")), monday(&format!("{:02}:00", hour + 1)));
    let input = json!({ "topicId": topic, "startsAt": starts_at, "endsAt": ends_at });
    person.execute(BOOK, json!({ "input": merge(input, more) })).await
}

/// Books an hour, and returns the username of the mentor.
async fn book(person: &Person, topic: &Value, hour: u8, more: &Value) -> String {
    let payload = try_book(person, topic, hour, more).await.field("bookTopic");
    assert_eq!(payload["userErrors"], json!([]));
    payload["bookingEdge"]["node"]["mentor"]["username"].as_str().expect("a mentor").to_owned()
}

#[rstest]
#[tokio::test]
async fn equal_slots_of_several_mentors_are_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary, joan) = (
        campus.member("ada").await,
        campus.member("grace").await,
        campus.member("mary").await,
        campus.member("joan").await,
    );
    let topic = ada.create_topic("Knots").await;
    ada.create_appointment(&topic, &json!({ "seats": 2 })).await;
    let hours = json!([{ "weekday": "MONDAY", "from": "10:00", "to": "12:00" }]);
    let of_grace = grace.create_appointment(&topic, &json!({ "weeklyHours": hours })).await;
    // An appointment with a required question cannot be assigned.
    let questions = json!([{ "label": "Why?", "isRequired": true }]);
    mary.create_appointment(&topic, &json!({ "seats": 9, "questions": questions })).await;
    let starts = |page: &Value| -> Vec<(String, i64)> {
        let nodes = page["nodes"].as_array().expect("nodes").iter();
        nodes
            .map(|slot| {
                (slot["startsAt"].as_str().expect("a start").to_owned(), slot["seatsLeft"].as_i64().expect("seats"))
            })
            .collect()
    };
    let all = slots(&joan, &topic, json!({})).await;
    assert_eq!(starts(&all), [(monday("09:00"), 2), (monday("10:00"), 3), (monday("11:00"), 3)]);
    assert_eq!((&all["nodes"][0]["appointment"], &all["nodes"][0]["waitlistCount"]), (&Value::Null, &json!(0)));
    assert_eq!(all["totalCount"], 3);
    assert_eq!(starts(&slots(&ada, &topic, json!({})).await), [(monday("10:00"), 1), (monday("11:00"), 1)]);

    let first = slots(&joan, &topic, json!({ "first": 2 })).await;
    assert_eq!(starts(&first), starts(&all)[..2]);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let rest = slots(&joan, &topic, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!((starts(&rest), &rest["pageInfo"]["hasNextPage"]), (starts(&all)[2..].to_vec(), &json!(false)));
    let last = slots(&joan, &topic, json!({ "last": 1 })).await;
    assert_eq!((starts(&last), &last["pageInfo"]["hasPreviousPage"]), (starts(&all)[2..].to_vec(), &json!(true)));
    let before = slots(&joan, &topic, json!({ "last": 5, "before": last["pageInfo"]["startCursor"] })).await;
    assert_eq!(starts(&before), starts(&all)[..2]);

    // A block hides the mentor, and an inactive appointment has no slots.
    let block = "mutation($id: ID!) { blockUser(input: { userId: $id }) { userErrors { code } } }";
    joan.execute(block, json!({ "id": user_id(&ada).await })).await.data();
    assert_eq!(starts(&slots(&joan, &topic, json!({})).await), [(monday("10:00"), 1), (monday("11:00"), 1)]);
    grace.update_appointment(&of_grace, &json!({ "isActive": false })).await.data();
    assert!(starts(&slots(&joan, &topic, json!({})).await).is_empty());
    assert_eq!(
        try_book(&joan, &topic, 10, &json!({})).await.refusals("bookTopic"),
        ["SLOT_UNAVAILABLE input.startsAt"]
    );
}

#[rstest]
#[tokio::test]
async fn the_mentor_with_the_fewest_booked_minutes_is_assigned(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan, jean) = (campus.member("mary").await, campus.member("joan").await, campus.member("jean").await);
    let kay = campus.member("kay").await;
    let topic = ada.create_topic("Knots").await;
    ada.create_appointment(&topic, &json!({})).await;
    grace.create_appointment(&topic, &json!({ "isApprovalRequired": true })).await;
    let preferred = json!({ "preferredMentorId": user_id(&grace).await });
    let first = try_book(&kay, &topic, 9, &preferred).await.field("bookTopic")["bookingEdge"]["node"].clone();
    assert_eq!((&first["mentor"]["username"], &first["status"]), (&json!("grace"), &json!("REQUESTED")));
    campus.advance(Duration::from_secs(1));
    // The request counts.
    assert_eq!(book(&mary, &topic, 9, &json!({})).await, "ada");
    campus.advance(Duration::from_secs(1));
    // Equal minutes: the latest booking of grace was made longer ago.
    assert_eq!(book(&joan, &topic, 10, &json!({})).await, "grace");
    campus.advance(Duration::from_secs(1));
    // The preferred mentor has no seat left.
    assert_eq!(book(&jean, &topic, 10, &preferred).await, "ada");
    // The turn of grace, but the limit is reached.
    assert_eq!(book(&joan, &topic, 11, &json!({})).await, "ada");
    assert_eq!(try_book(&kay, &topic, 11, &json!({})).await.refusals("bookTopic"), ["BOOKING_LIMIT input.startsAt"]);
    assert_eq!(try_book(&mary, &topic, 9, &json!({})).await.refusals("bookTopic"), ["SLOT_TAKEN input.startsAt"]);
}

#[rstest]
#[tokio::test]
async fn a_topic_is_booked_like_an_appointment(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let topic = ada.create_topic("Knots").await;
    let appointment = ada.create_appointment(&topic, &json!({})).await;
    for (person, topic, hour, more, refusal) in [
        (&mary, &json!("rubbish"), 9, json!({}), "NOT_FOUND input.topicId"),
        (&mary, &json!("tpc_0000000000000"), 9, json!({}), "NOT_FOUND input.topicId"),
        (&mary, &topic, 8, json!({}), "SLOT_UNAVAILABLE input.startsAt"),
        (&mary, &topic, 9, json!({ "endsAt": monday("09:30") }), "SLOT_UNAVAILABLE input.startsAt"),
        (&mary, &topic, 9, json!({ "question": " " }), "TOO_SHORT input.question"),
        // The own appointment does not count.
        (&ada, &topic, 9, json!({}), "SLOT_UNAVAILABLE input.startsAt"),
    ] {
        assert_eq!(try_book(person, topic, hour, &more).await.refusals("bookTopic"), [refusal], "{more}");
    }
    let keyed = json!({ "clientKey": "k", "question": "Why?" });
    let first = try_book(&mary, &topic, 9, &keyed).await.field("bookTopic")["bookingEdge"]["node"].clone();
    let again = try_book(&mary, &topic, 9, &keyed).await.field("bookTopic")["bookingEdge"]["node"].clone();
    assert_eq!(first["id"], again["id"]);
    let other = json!({ "clientKey": "k", "question": "How?" });
    let mismatch = ["IDEMPOTENCY_MISMATCH input.clientKey"];
    assert_eq!(try_book(&mary, &topic, 9, &other).await.refusals("bookTopic"), mismatch);
    // The keys are those of `createBooking`.
    let create = "mutation($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code path } } }";
    let input = json!({ "appointmentId": appointment, "startsAt": monday("10:00"), "clientKey": "k" });
    assert_eq!(mary.execute(create, json!({ "input": input })).await.refusals("createBooking"), mismatch);
    let taken = try_book(&grace, &topic, 9, &json!({})).await;
    assert_eq!(taken.refusals("bookTopic"), ["SLOT_TAKEN input.startsAt"]);
    let alternatives = taken.field("bookTopic")["userErrors"][0]["alternativeSlots"].clone();
    assert_eq!(alternatives[0], json!({ "startsAt": monday("10:00"), "seatsLeft": 1, "appointment": null }));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_students_at_once_are_shared_out_evenly(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let settings = ["--rate-limits=off", "--max-operations=512", "--max-operations-per-address=512"];
    let campus = Campus::start_with(engine, &settings).await;
    let other = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(campus.another_node(&settings).await),
    };
    let mentors = join_all(["ada", "grace", "mary", "joan"].map(|name| campus.member(name))).await;
    let topic = mentors[0].create_topic("Knots").await;
    for mentor in &mentors {
        mentor.create_appointment(&topic, &json!({ "seats": 6 })).await;
    }
    let mut students = Vec::new();
    for number in 0..26 {
        students.push(campus.member(&format!("student{number}")).await);
    }
    let on = |(number, student): (usize, &Person)| match &other {
        Some(other) if number % 2 == 1 => other.client_for(student),
        _ => student.clone(),
    };
    let clients: Vec<Person> = students.iter().enumerate().map(on).collect();
    let nine = json!({});
    let assigned = join_all(clients[..20].iter().map(|student| book(student, &topic, 9, &nine))).await;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for mentor in assigned {
        *counts.entry(mentor).or_default() += 1;
    }
    assert_eq!(counts.values().copied().collect::<Vec<_>>(), [5; 4], "{counts:?}");
    // Four seats are left for six students.
    let rest = join_all(clients[20..].iter().map(|student| try_book(student, &topic, 9, &nine))).await;
    let taken = rest.iter().filter(|response| response.refusals("bookTopic") == ["SLOT_TAKEN input.startsAt"]).count();
    assert_eq!(taken, 2);
    assert_eq!(slots(&students[0], &topic, json!({})).await["nodes"][0]["startsAt"], monday("10:00"));
}
