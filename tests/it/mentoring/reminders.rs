//! Reminders: each once, none for what is off, wherever the clock stands and whoever dies.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler::rules::run;
use studyhall::db::Query;

use super::{later, monday};
use crate::support::{Campus, Engine, Person, Socket};

const HOUR: Duration = Duration::from_hours(1);

const INBOX: &str = "subscription Inbox($after: String) { inboxChanged(after: $after) {
    __typename ... on BookingReminder { happenedAt booking { id } } ... on BookingChanged { change booking { id } }
} }";

async fn cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// Everything about bookings that an inbox was told after a cursor: `REMINDER` or the change.
async fn told(person: &Person, after: &Value) -> Vec<String> {
    // A login at the end says that nothing more comes before it.
    person.login().await;
    let mut socket = Socket::subscribed(person, INBOX, json!({ "after": after })).await;
    let mut told = Vec::new();
    loop {
        let event = socket.next().await["inboxChanged"].clone();
        match event["__typename"].as_str() {
            Some("BookingReminder") => told.push("REMINDER".to_owned()),
            Some("BookingChanged") => told.push(event["change"].as_str().expect("a change").to_owned()),
            _ => return told,
        }
    }
}

async fn remind(campus: &Campus) {
    run(&campus.app).await.expect("what is due is done");
}

#[rstest]
#[tokio::test]
async fn both_are_reminded_a_day_and_an_hour_before_by_event_and_by_mail(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "timeZone": "Europe/Berlin" })).await;
    // Monday, 10:00 in Berlin.
    grace.book(&offer, &monday("09:00")).await;
    let [ada, grace] =
        later(&campus, Duration::from_mins(23 * 60 + 30).saturating_sub(Duration::from_millis(1)), [&ada, &grace])
            .await;
    let after = cursor(&grace).await;
    remind(&campus).await;
    assert_eq!(told(&grace, &after).await, [""; 0]);
    campus.advance(Duration::from_millis(1));
    let (first, second) = (cursor(&ada).await, cursor(&grace).await);
    // Whoever does it, and however often.
    futures_util::future::join_all((0..4).map(|_| remind(&campus))).await;
    remind(&campus).await;
    assert_eq!(told(&ada, &first).await, ["REMINDER"]);
    assert_eq!(told(&grace, &second).await, ["REMINDER"]);
    for (person, count) in [(&ada, 3), (&grace, 2)] {
        let letters = campus.letters_to(&person.email(), count).await;
        let letter = letters.last().expect("a letter").replace("=\r\n", "");
        assert!(letter.contains("Subject: Your session is near") && letter.contains("Message-ID: <"), "{letter}");
        assert!(
            letter.contains("Monday, 23 November 2026, 10:00 to 11:00") && letter.contains("Europe/Berlin"),
            "{letter}"
        );
    }
    let [ada, grace] = later(&campus, 23 * HOUR, [&ada, &grace]).await;
    let after = cursor(&grace).await;
    remind(&campus).await;
    assert_eq!(told(&grace, &after).await, ["REMINDER"]);
    let [_ada, grace] = later(&campus, 2 * HOUR, [&ada, &grace]).await;
    let after = cursor(&grace).await;
    remind(&campus).await;
    remind(&campus).await;
    assert_eq!(told(&grace, &after).await, ["COMPLETED"]);
    assert_eq!(campus.letters_to("grace@campus.example", 3).await.len(), 3, "ends are not worth a letter");
}

#[rstest]
#[tokio::test]
async fn what_is_moved_or_called_off_reminds_of_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    let gone = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let moved = grace.book(&offer, &monday("10:00")).await["id"].clone();
    grace.cancel(&gone).await.data();
    grace.reschedule(&moved, "2026-11-30T10:00:00Z").await.data();
    let [ada, grace] = later(&campus, 40 * HOUR, [&ada, &grace]).await;
    let after = cursor(&grace).await;
    remind(&campus).await;
    assert_eq!(told(&grace, &after).await, [""; 0]);
    // It reminds where it is now. What is due already when it is moved near is not given: 24 hours are over, one is not.
    ada.reschedule(&moved, &monday("11:00")).await.data();
    let [_ada, grace] = later(&campus, 7 * HOUR + HOUR / 2 + HOUR, [&ada, &grace]).await;
    let after = cursor(&grace).await;
    remind(&campus).await;
    assert_eq!(told(&grace, &after).await, ["REMINDER"]);
    let (left,): (i64,) =
        campus.app.db.one("select count(*) from booking_reminders", &[]).await.expect("they are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn a_node_that_comes_back_gives_what_is_still_worth_giving_and_several_share_the_work(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    grace.book(&offer, &monday("09:00")).await;
    grace.book(&offer, "2026-11-30T09:00:00Z").await;
    // Nobody is there while the first day's reminder comes due; another node starts ten hours late.
    campus.app.close().await;
    let other = campus.another_node(&[]).await;
    other.advance(34 * HOUR);
    let grace = other.client_for(&grace).login().await;
    if engine == Engine::Postgres {
        let third = other.another_node(&[]).await;
        third.advance(34 * HOUR);
        let (one, two) = tokio::join!(run(&other.app), run(&third.app));
        one.and(two).expect("what is due is done");
        third.stop().await;
    } else {
        remind(&other).await;
    }
    let reminders: (i64,) = other
        .app
        .db
        .one("select count(*) from feed_events where kind = 'booking_reminder'", &[])
        .await
        .expect("they are counted");
    assert_eq!(reminders.0, 2, "one for each of the two");
    // A week later both of the last one's and its end come due at once: what has begun is not called to mind.
    other.advance(8 * 24 * HOUR);
    let grace = grace.login().await;
    let after = cursor(&grace).await;
    remind(&other).await;
    assert_eq!(told(&grace, &after).await, ["COMPLETED", "COMPLETED"]);
    let ended: (i64,) = other
        .app
        .db
        .one("select count(*) from feed_events where kind = 'booking_changed' and detail = 4", &[])
        .await
        .expect("they are counted");
    assert_eq!(ended.0, 4, "two bookings, two people");
    other.stop().await;
}
