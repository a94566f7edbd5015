//! Changes of places in waitlists as events of the inbox.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::live::cursor;
use super::waitlist::{entry, join, leave};
use super::{advance_and_login, monday, user_id};
use crate::support::{Campus, Engine, Person, Socket};

const INBOX: &str = "subscription Inbox($after: String) { inboxChanged(after: $after) {
    __typename
    ... on Event { cursor }
    ... on WaitlistChanged { waitlistEntryId waitlistEntry { id position offerExpiresAt } }
} }";

/// Follows the inbox of a student.
struct Follower(Socket);

impl Follower {
    async fn start(person: &Person, after: Value) -> Self {
        Self(Socket::subscribed(person, INBOX, json!({ "after": after })).await)
    }

    /// Returns the id of the entry that changed next, its place, and until when a seat is held.
    async fn next_entry(&mut self) -> (Value, Value) {
        loop {
            let event = self.0.next().await["inboxChanged"].clone();
            if event["__typename"] == "WaitlistChanged" {
                return (event["waitlistEntryId"].clone(), event["waitlistEntry"].clone());
            }
        }
    }

    async fn next(&mut self) -> Value {
        let (id, entry) = self.next_entry().await;
        assert!(entry.is_null() || entry["id"] == id, "{entry}");
        entry
    }

    async fn next_position(&mut self) -> Value {
        let entry = self.next().await;
        assert_eq!(entry["offerExpiresAt"], Value::Null, "{entry}");
        entry["position"].clone()
    }

    async fn next_is_held(&mut self) -> bool {
        self.next().await["offerExpiresAt"].is_string()
    }
}

/// Returns how many changes of waitlists the inbox of a student has reported since a cursor.
async fn count_changes(person: &Person, after: &Value) -> usize {
    let (last, mut at, mut count) = (cursor(person).await, after.clone(), 0);
    let mut follower = Follower::start(person, at.clone()).await;
    while at != last {
        let event = follower.0.next().await["inboxChanged"].clone();
        at = event["cursor"].clone();
        count += usize::from(event["__typename"] == "WaitlistChanged");
    }
    count
}

#[rstest]
#[tokio::test]
async fn students_who_wait_learn_of_their_place_when_one_before_them_leaves_or_books(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let students = join_all(["mary", "joan", "jean"].map(|name| campus.member(name))).await;
    let appointment = ada.teaches("Knots", &json!({ "seats": 1 })).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    let (mut ids, mut cursors, mut followers) = (Vec::new(), Vec::new(), Vec::new());
    for (number, student) in students.iter().enumerate() {
        cursors.push(cursor(student).await);
        let mut follower = Follower::start(student, cursors[number].clone()).await;
        ids.push(join(student, &appointment, &nine).await);
        // The student's other devices learn of it.
        assert_eq!(follower.next_position().await, number + 1);
        followers.push(follower);
        campus.advance(Duration::from_secs(1));
    }
    let ([mary, joan, jean], [of_mary, of_joan, of_jean]) = (&students[..], &mut followers[..]) else {
        panic!("three students")
    };
    leave(joan, &ids[1]).await.data();
    assert_eq!(of_joan.next_entry().await, (ids[1].clone(), Value::Null));
    assert_eq!(of_jean.next_position().await, 2);
    grace.cancel(&booking).await.data();
    assert!(of_mary.next_is_held().await);
    assert_eq!(of_jean.next_position().await, 1);
    mary.book(&appointment, &nine).await;
    assert_eq!(of_mary.next_entry().await, (ids[0].clone(), Value::Null));
    // A booking of the held seat changes the place of no one.
    let counts = [(mary, 3), (joan, 2), (jean, 3)];
    for ((student, count), after) in counts.into_iter().zip(&cursors) {
        assert_eq!(count_changes(student, after).await, count, "{}", student.username);
    }
}

#[rstest]
#[tokio::test]
async fn an_offer_that_lapses_is_reported_to_all_who_wait(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan, jean) = (campus.member("mary").await, campus.member("joan").await, campus.member("jean").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    let booking = grace.book(&appointment, &nine).await["id"].clone();
    for person in [&mary, &joan, &jean] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    grace.cancel(&booking).await.data();
    let (after_mary, after_joan, after_jean) = (cursor(&mary).await, cursor(&joan).await, cursor(&jean).await);
    let people = [&mary, &joan, &jean];
    let [mary, joan, jean] = advance_and_login(&campus, Duration::from_hours(1), people).await;
    assert_eq!(entry(&mary).await, None);
    assert!(entry(&joan).await.is_some_and(|(until, _)| until.is_string()));
    assert_eq!(Follower::start(&mary, after_mary.clone()).await.next().await, Value::Null);
    assert!(Follower::start(&joan, after_joan.clone()).await.next_is_held().await);
    assert_eq!(Follower::start(&jean, after_jean.clone()).await.next_position().await, 1);
    for (person, after) in [(&mary, &after_mary), (&joan, &after_joan), (&jean, &after_jean)] {
        assert_eq!(count_changes(person, after).await, 1, "{}", person.username);
    }
}

#[rstest]
#[tokio::test]
async fn places_that_are_hidden_or_come_back_are_reported_to_those_behind_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mary, joan) = (campus.member("mary").await, campus.member("joan").await);
    let moderator = campus.moderator("mod").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    grace.book(&appointment, &nine).await;
    for person in [&mary, &joan] {
        join(person, &appointment, &nine).await;
        campus.advance(Duration::from_secs(1));
    }
    let mut of_mary = Follower::start(&mary, cursor(&mary).await).await;
    let mut of_joan = Follower::start(&joan, cursor(&joan).await).await;
    ada.block(&mary).await;
    assert_eq!((of_mary.next().await, of_joan.next_position().await), (Value::Null, json!(1)));
    ada.unblock(&mary).await;
    assert_eq!((of_mary.next_position().await, of_joan.next_position().await), (json!(1), json!(2)));
    // A mentor with fewer seats takes an offer back. No notification says so.
    ada.update_appointment(&appointment, &json!({ "seats": 3 })).await.data();
    assert!(of_mary.next_is_held().await && of_joan.next_is_held().await);
    ada.update_appointment(&appointment, &json!({ "seats": 2 })).await.data();
    assert_eq!(of_joan.next_position().await, 1);
    ada.update_appointment(&appointment, &json!({ "seats": 1 })).await.data();
    assert_eq!((of_mary.next_position().await, of_joan.next_position().await), (json!(1), json!(2)));
    let lock =
        "mutation($id: ID!) { lockMember(input: { userId: $id, reason: \"Calm down.\" }) { userErrors { code } } }";
    let locked = user_id(&mary).await;
    moderator.execute(lock, json!({ "id": locked })).await.data();
    assert_eq!(of_joan.next_position().await, 1);
    let unlock = "mutation($id: ID!) { unlockMember(input: { userId: $id }) { userErrors { code } } }";
    moderator.execute(unlock, json!({ "id": locked })).await.data();
    assert_eq!(of_joan.next_position().await, 2);
}

#[rstest]
#[tokio::test]
async fn of_hundreds_who_wait_only_the_first_ones_are_informed_of_their_places(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const WAITING: usize = 24;
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut students = Vec::new();
    for number in 1..=WAITING {
        students.push(campus.member(&format!("student{number}")).await);
    }
    let appointment = ada.teaches("Knots", &json!({})).await;
    let nine = monday("09:00");
    grace.book(&appointment, &nine).await;
    let mut ids = Vec::new();
    for student in &students {
        ids.push(join(student, &appointment, &nine).await);
        campus.advance(Duration::from_secs(1));
    }
    let reported = async || {
        let sql = "select count(*) from feed_events where kind = 'waitlist_changed'";
        let (count,): (i64,) = campus.app.db.one(sql, &[]).await.expect("the events are counted");
        count
    };
    // All of them joined.
    assert_eq!(reported().await, 24);
    let cursors = join_all(students.iter().map(cursor)).await;
    leave(&students[0], &ids[0]).await.data();
    // The one who left, and those who are now on the places 1 to 20.
    assert_eq!(reported().await, 24 + 21);
    let mut follower = Follower::start(&students[20], cursors[20].clone()).await;
    assert_eq!(follower.next_position().await, 20);
    for student in [21, 23] {
        assert_eq!(count_changes(&students[student], &cursors[student]).await, 0);
        // A query returns every place.
        assert_eq!(entry(&students[student]).await, Some((Value::Null, json!(student))));
    }
    leave(&students[23], &ids[23]).await.data();
    assert_eq!(reported().await, 24 + 21 + 1);
}
