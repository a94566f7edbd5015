//! Reminders: each occurs once, whichever nodes run, and cancelled bookings have none.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::scheduler::rules::run_due;
use studyhall::db::Query;

use super::{advance_and_login, monday};
use crate::support::{Campus, Engine, Person, Socket};

const HOUR: Duration = Duration::from_hours(1);

const INBOX: &str = "subscription Inbox($after: String) { inboxChanged(after: $after) {
    __typename ... on Event { cursor } ... on BookingChanged { change }
} }";

async fn cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// Returns all events about bookings in an inbox after a cursor: `REMINDER`, or the change.
///
/// The cursor is from before the clock was moved: from then on the node's own scheduler can run at any time.
async fn booking_events(person: &Person, after: &Value) -> Vec<String> {
    let newest = cursor(person).await;
    let mut events = Vec::new();
    if newest == *after {
        return events;
    }
    let mut socket = Socket::subscribed(person, INBOX, json!({ "after": after })).await;
    loop {
        let event = socket.next().await["inboxChanged"].clone();
        match event["__typename"].as_str() {
            Some("BookingReminder") => events.push("REMINDER".to_owned()),
            Some("BookingChanged") => events.push(event["change"].as_str().expect("a change").to_owned()),
            _ => {}
        }
        if event["cursor"] == newest {
            return events;
        }
    }
}

async fn run_scheduler(campus: &Campus) {
    run_due(&campus.app).await.expect("the scheduler runs");
}

#[rstest]
#[tokio::test]
async fn mentor_and_student_are_reminded_a_day_and_an_hour_before_the_start_by_event_and_by_mail(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.confirmed_member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "timeZone": "Europe/Berlin" })).await;
    // Monday, 10:00 in Berlin.
    grace.book(&appointment, &monday("09:00")).await;
    let after = cursor(&grace).await;
    let [ada, grace] = advance_and_login(
        &campus,
        Duration::from_mins(23 * 60 + 30).saturating_sub(Duration::from_millis(1)),
        [&ada, &grace],
    )
    .await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&grace, &after).await, [""; 0]);
    let (first, second) = (cursor(&ada).await, cursor(&grace).await);
    campus.advance(Duration::from_millis(1));
    // Several schedulers run at the same time, and again.
    futures_util::future::join_all((0..4).map(|_| run_scheduler(&campus))).await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&ada, &first).await, ["REMINDER"]);
    assert_eq!(booking_events(&grace, &second).await, ["REMINDER"]);
    for (person, count) in [(&ada, 3), (&grace, 3)] {
        let letters = campus.letters_to(&person.email(), count).await;
        let letter = letters.last().expect("a letter").replace("=\r\n", "");
        assert!(letter.contains("Subject: Your session starts soon") && letter.contains("Message-ID: <"), "{letter}");
        assert!(
            letter.contains("Monday, 23 November 2026, 09:00 to 10:00 (UTC)")
                && letter.contains("that is Monday, 23 November 2026, 10:00 to 11:00 (Europe/Berlin)"),
            "{letter}"
        );
    }
    let after = cursor(&grace).await;
    let [ada, grace] = advance_and_login(&campus, 23 * HOUR, [&ada, &grace]).await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&grace, &after).await, ["REMINDER"]);
    let after = cursor(&grace).await;
    let [_ada, grace] = advance_and_login(&campus, 2 * HOUR, [&ada, &grace]).await;
    run_scheduler(&campus).await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&grace, &after).await, ["COMPLETED"]);
    assert_eq!(campus.letters_to("grace@campus.example", 4).await.len(), 4, "completion sends no mail");
}

#[rstest]
#[tokio::test]
async fn a_rescheduled_or_cancelled_booking_has_no_reminder_for_its_old_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    let cancelled = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let moved = grace.book(&appointment, &monday("10:00")).await["id"].clone();
    grace.cancel(&cancelled).await.data();
    grace.reschedule(&moved, "2026-11-30T10:00:00Z").await.data();
    let after = cursor(&grace).await;
    let [ada, grace] = advance_and_login(&campus, 40 * HOUR, [&ada, &grace]).await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&grace, &after).await, [""; 0]);
    // The reminders follow the new time. The one of 24 hours has passed and is not sent, the one of one hour is.
    ada.reschedule(&moved, &monday("11:00")).await.data();
    let after = cursor(&grace).await;
    let [_ada, grace] = advance_and_login(&campus, 7 * HOUR + HOUR / 2 + HOUR, [&ada, &grace]).await;
    run_scheduler(&campus).await;
    assert_eq!(booking_events(&grace, &after).await, ["REMINDER"]);
    let (left,): (i64,) =
        campus.app.db.one("select count(*) from booking_reminders", &[]).await.expect("the rows are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn of_two_reminders_that_are_late_only_the_nearer_is_sent(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.confirmed_member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    // No node has run since before both.
    let after = cursor(&grace).await;
    let [_ada, grace] = advance_and_login(&campus, Duration::from_hours(47), [&ada, &grace]).await;
    futures_util::future::join_all((0..4).map(|_| run_scheduler(&campus))).await;
    assert_eq!(booking_events(&grace, &after).await, ["REMINDER"]);
    let (left,): (i64,) =
        campus.app.db.one("select count(*) from booking_reminders", &[]).await.expect("the rows are counted");
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test]
async fn a_node_that_starts_late_sends_the_reminders_of_bookings_that_have_not_started(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    grace.book(&appointment, &monday("09:00")).await;
    grace.book(&appointment, "2026-11-30T09:00:00Z").await;
    // No node runs when the first reminder becomes due; another node starts ten hours late.
    campus.app.close().await;
    let other = campus.another_node(&[]).await;
    other.advance(34 * HOUR);
    let grace = other.client_for(&grace).login().await;
    if engine == Engine::Postgres {
        let third = other.another_node(&[]).await;
        third.advance(34 * HOUR);
        let (one, two) = tokio::join!(run_due(&other.app), run_due(&third.app));
        one.and(two).expect("the scheduler runs");
        third.stop().await;
    } else {
        run_scheduler(&other).await;
    }
    let reminders: (i64,) = other
        .app
        .db
        .one("select count(*) from feed_events where kind = 'booking_reminder'", &[])
        .await
        .expect("the rows are counted");
    assert_eq!(reminders.0, 2, "one for the mentor and one for the student");
    // A week later both reminders and the end of the second booking are due at once. It has started, so none is sent.
    let after = cursor(&grace).await;
    other.advance(8 * 24 * HOUR);
    let grace = grace.login().await;
    run_scheduler(&other).await;
    assert_eq!(booking_events(&grace, &after).await, ["COMPLETED", "COMPLETED"]);
    let ended: (i64,) = other
        .app
        .db
        .one("select count(*) from feed_events where kind = 'booking_changed' and detail = 4", &[])
        .await
        .expect("the rows are counted");
    assert_eq!(ended.0, 4, "two bookings of two users");
    other.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_booking_that_cannot_be_completed_stops_no_other_work(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob, eve) = (campus.member("ada").await, campus.member("bob").await, campus.member("eve").await);
    let offer = ada.teaches("Analysis", &json!({})).await;
    bob.book(&offer, &monday("09:00")).await;
    eve.book(&offer, &monday("10:00")).await;
    bob.book(&offer, "2026-11-30T09:00:00Z").await;
    let spoil = "create unique index one_completed on bookings (status) where status = 'completed'";
    campus.app.db.run(spoil, &[]).await.expect("the database refuses a second completed booking");
    campus.advance(HOUR * 24 * 8);
    run_scheduler(&campus).await;
    let (completed,): (i64,) =
        campus.app.db.one("select count(*) from bookings where status = 'completed'", &[]).await.expect("a count");
    assert_eq!(completed, 1);
    let (waiting,): (i64,) = campus
        .app
        .db
        .one("select count(*) from booking_reminders where due_at <= $1", &[&campus.app.clock.now()])
        .await
        .expect("a count");
    assert_eq!(waiting, 0, "the reminders are sent");
    campus.app.db.run("drop index one_completed", &[]).await.expect("the cause is gone");
    run_scheduler(&campus).await;
    let (upcoming,): (i64,) =
        campus.app.db.one("select count(*) from bookings where status = 'upcoming'", &[]).await.expect("a count");
    assert_eq!(upcoming, 1, "the next run completes the other one");
}
