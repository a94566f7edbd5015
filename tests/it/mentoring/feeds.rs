//! What the feed of a calendar contains, and how its events change.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::calendar::{CREATE_FEED, CalendarEvent, body, open, read};
use super::{advance_and_login, monday};
use crate::support::{Campus, Engine, Person};

const DAY: Duration = Duration::from_hours(24);

pub async fn feed_of(person: &Person) -> Value {
    person.query(CREATE_FEED).await["createCalendarFeed"]["url"].clone()
}

pub async fn events(campus: &Campus, feed: &Value) -> Vec<CalendarEvent> {
    read(body(&open(campus, feed, None).await))
}

/// Returns start and status of each event, in the order of the feed.
async fn outline(campus: &Campus, feed: &Value) -> Vec<(i64, String)> {
    events(campus, feed).await.into_iter().map(|event| (event.starts_at, event.status)).collect()
}

fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("an instant").as_second()
}

#[rstest]
#[tokio::test]
async fn a_feed_has_what_is_next_however_much_was_cancelled_or_is_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let settings = json!({ "horizonDays": 365, "maxBookingsPerStudentPerDay": 9 });
    let appointment = ada.teaches("Knots", &settings).await;
    let soon = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    grace.book(&appointment, &monday("10:00")).await;
    let over = grace.book(&appointment, &monday("11:00")).await["id"].clone();
    // A thousand cancelled bookings that begin later than all others.
    let far = grace.book(&appointment, "2027-10-04T09:00:00Z").await["id"].clone();
    grace.cancel(&far).await.data();
    campus
        .app
        .db
        .run(
            "insert into bookings (id, appointment_id, topic_id, mentor_id, student_id, starts_at, ends_at, time_zone,
                 changeable_until, status, booked_at, changed_at, cancelled_at, fingerprint)
             select bookings.id + n.value, appointment_id, topic_id, mentor_id, student_id, starts_at, ends_at, time_zone,
                 changeable_until, status, booked_at, changed_at, cancelled_at + n.value, fingerprint
             from bookings, json_each($1) as n where status = 'cancelled'",
            &[&studyhall::db::List::new((1..=1_000_i64).collect::<Vec<_>>())],
        )
        .await
        .expect("the rows are inserted");
    let (hers, his) = (feed_of(&grace).await, feed_of(&ada).await);
    for feed in [&hers, &his] {
        let outline = outline(&campus, feed).await;
        assert_eq!(outline.len(), 1_000);
        let next = ["09:00", "10:00", "11:00"].map(|time| (at(&monday(time)), "CONFIRMED".to_owned()));
        assert_eq!(outline[..3], next);
        assert!(outline[3..].iter().all(|(_, status)| status == "CANCELLED"));
    }

    // Two weeks later: what is next comes first, then what is over.
    let [ada, grace] = advance_and_login(&campus, 14 * DAY, [&ada, &grace]).await;
    let next = grace.book(&appointment, "2026-12-07T09:00:00Z").await["id"].clone();
    let expected = ["2026-12-07T09:00:00Z", "2026-11-23T11:00:00Z", "2026-11-23T10:00:00Z", "2026-11-23T09:00:00Z"];
    let starts: Vec<i64> = outline(&campus, &hers).await.iter().map(|(start, _)| *start).collect();
    assert_eq!(starts[..4], expected.map(at));
    // A month after they were cancelled or over, bookings are gone.
    grace.cancel(&next).await.data();
    let [_ada, _grace] = advance_and_login(&campus, 19 * DAY, [&ada, &grace]).await;
    assert_eq!(outline(&campus, &hers).await, [(at(expected[0]), "CANCELLED".to_owned())]);
    advance_and_login(&campus, 14 * DAY, [&ada]).await;
    assert_eq!(outline(&campus, &hers).await, []);
    for booking in [soon, over] {
        let single = grace.login().await.booking_field(&booking, "calendarUrl").await;
        assert_eq!(outline(&campus, &single).await.len(), 1, "the calendar of one booking has no end");
    }
}

#[rstest]
#[tokio::test]
async fn a_session_with_several_seats_is_one_event_of_its_mentor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 10 })).await;
    let feed = feed_of(&ada).await;
    let first = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let one = events(&campus, &feed).await.remove(0);
    let second = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    campus.advance(Duration::from_mins(1));
    let [two] = events(&campus, &feed).await.try_into().expect("one event");
    assert_eq!((two.summary.as_str(), two.description.as_deref()), ("Knots", Some("2 of 10 seats are taken.")));
    assert_eq!((&two.uid, two.sequence), (&one.uid, one.sequence + 1));
    assert!(two.changed_at > one.changed_at);
    // The calendars of its bookings contain the same event.
    for booking in [&first, &second] {
        let single = ada.booking_field(booking, "calendarUrl").await;
        assert_eq!(events(&campus, &single).await[0].uid, two.uid);
    }
    // The students have an event each.
    let hers = events(&campus, &feed_of(&grace).await).await.remove(0);
    assert_eq!(hers.summary, "Knots with ada");
    assert_ne!(hers.uid, two.uid);

    grace.cancel(&first).await.data();
    let [left] = events(&campus, &feed).await.try_into().expect("one event");
    assert_eq!((left.description.as_deref(), left.status.as_str()), (Some("1 of 10 seats are taken."), "CONFIRMED"));
    mary.cancel(&second).await.data();
    let [cancelled] = events(&campus, &feed).await.try_into().expect("one event");
    assert_eq!((cancelled.uid, cancelled.status.as_str()), (two.uid, "CANCELLED"));
    assert!(cancelled.sequence > left.sequence);
}

#[rstest]
#[tokio::test]
async fn whatever_an_event_shows_its_revision_changes_with_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let topic = ada.create_topic("Knots").await;
    let meeting = "https://meet.example/room;1,2";
    let appointment = ada.create_appointment(&topic, &json!({ "meetingUrl": meeting })).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let feed = feed_of(&grace).await;
    let mut last = events(&campus, &feed).await.remove(0);
    assert_eq!((last.meeting_url.as_deref(), last.location.as_deref()), (Some(meeting), Some(meeting)));
    assert_eq!(last.description.as_deref(), Some("Online meeting: https://meet.example/room;1,2"));
    let calendar = open(&campus, &feed, None).await;
    for line in ["REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n", "X-PUBLISHED-TTL:PT15M\r\n"] {
        assert!(body(&calendar).contains(line), "{line}");
    }

    let title =
        "mutation T($id: ID!) { updateTopic(input: { topicId: $id, title: \"Hitches\" }) { userErrors { code } } }";
    let name =
        "mutation { updateProfile(input: { firstName: \"Ada\", lastName: \"Lovelace\" }) { userErrors { code } } }";
    for (change, variables, summary) in
        [(title, json!({ "id": topic }), "Hitches with ada"), (name, json!({}), "Hitches with Ada Lovelace")]
    {
        campus.advance(Duration::from_mins(1));
        ada.execute(change, variables).await.data();
        let next = events(&campus, &feed).await.remove(0);
        assert_eq!((next.summary.as_str(), &next.uid, next.sequence), (summary, &last.uid, last.sequence + 1));
        assert_eq!(next.changed_at, last.changed_at + 60);
        assert_eq!(events(&campus, &feed).await, std::slice::from_ref(&next), "a read changes nothing");
        last = next;
    }
    campus.advance(Duration::from_mins(1));
    let cancel = "mutation C($id: ID!) { cancelBooking(input: { bookingId: $id, reason: \"I am ill.\" }) { userErrors { code } } }";
    ada.execute(cancel, json!({ "id": booking })).await.data();
    let cancelled = events(&campus, &feed).await.remove(0);
    assert_eq!((cancelled.status.as_str(), cancelled.sequence), ("CANCELLED", last.sequence + 1));
    assert_eq!(cancelled.description.as_deref(), Some("Reason for the cancellation: I am ill."));
    assert_eq!((cancelled.meeting_url, cancelled.location), (None, None));
}

#[rstest]
#[tokio::test]
async fn the_ids_of_events_do_not_depend_on_the_public_url(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--public-url=https://one.example"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    let feed = feed_of(&grace).await;
    let name = feed.as_str().and_then(|url| url.rsplit('/').next()).expect("a name").to_owned();
    let read_at = async |campus: &Campus| {
        let request = campus.anonymous().request(reqwest::Method::GET, &format!("/calendar/{name}"));
        read(body(&Person::send(request).await)).remove(0)
    };
    let first = read_at(&campus).await;
    campus.app.close().await;
    let moved = campus.another_node(&["--public-url=https://two.example"]).await;
    let second = read_at(&moved).await;
    assert_eq!(first.uid, second.uid);
    assert!(!first.uid.contains("one.example"), "{}", first.uid);
    assert!(second.url.starts_with("https://two.example/mentoring/bookings/bkg_"), "{}", second.url);
    moved.stop().await;
}
