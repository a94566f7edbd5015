//! Slots around the clock changes of the time zone database: what is listed is what can be booked, requested and waited for.

use std::collections::BTreeMap;

use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::{Value, json};

use super::waitlist::{entry, join, try_join};
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const TOPIC_SLOTS: &str = "query($id: ID!, $from: DateTime!, $to: DateTime!) {
    topic(id: $id) { slots(from: $from, to: $to, first: 100) { nodes { startsAt endsAt } } }
}";

const FULL_SLOTS: &str = "query($id: ID!, $from: DateTime!, $to: DateTime!) {
    appointment(id: $id) { slots(from: $from, to: $to, includeFull: true) { startsAt seatsLeft } }
}";

const BOOK_TOPIC: &str = "mutation($input: BookTopicInput!) {
    bookTopic(input: $input) { bookingEdge { node { id status } } userErrors { code path } }
}";

const DELETE: &str = "mutation($id: ID!) {
    deleteAppointment(input: { appointmentId: $id, cancelUpcoming: true }) { deletedAppointmentId }
}";

/// A clock change: the offsets before and after it, and the local time at which it begins.
type Change = (i32, i32, String);

/// Returns an instant and a zone for each kind of clock change in the ten months after the start of every clock.
fn changes() -> BTreeMap<Change, (Timestamp, String)> {
    let start: Timestamp = "2026-11-22T00:00:00Z".parse().expect("an instant");
    let end = start + SignedDuration::from_hours(24 * 300);
    let mut found = BTreeMap::new();
    let database = TimeZoneDatabase::bundled();
    for name in database.available() {
        let zone = database.get(name.as_str()).expect("a zone");
        for change in zone.following(start).take_while(|change| change.timestamp() < end) {
            let at = change.timestamp();
            let before = zone.to_offset(at - SignedDuration::from_secs(1));
            let local = before.to_datetime(at).time().to_string();
            let key = (before.seconds(), change.offset().seconds(), local);
            found.entry(key).or_insert((at, name.as_str().to_owned()));
        }
    }
    found
}

async fn try_topic(person: &Person, topic: &Value, starts_at: Timestamp) -> Response {
    let ends_at = starts_at + SignedDuration::from_mins(45);
    let input = json!({ "topicId": topic, "startsAt": starts_at.to_string(), "endsAt": ends_at.to_string() });
    person.execute(BOOK_TOPIC, json!({ "input": input })).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_listed_around_a_clock_change_can_be_booked_requested_and_waited_for(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let changes = changes();
    assert!(changes.len() >= 20, "{changes:?}");
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    // Around midnight and in the small hours.
    let hours = [("23:10", "01:40"), ("01:50", "04:00")];
    let row = |day: &str, (from, to): (&str, &str)| json!({ "weekday": day, "from": from, "to": to });
    let hours: Value = days.iter().flat_map(|day| hours.map(|hours| row(day, hours))).collect();
    for (change, (at, zone)) in changes {
        let topic = ada.create_topic(&format!("{zone} {}", change.2)).await;
        let settings = json!({
            "timeZone": zone, "sessionMinutes": 45, "bufferMinutes": 5, "weeklyHours": hours, "horizonDays": 365,
            "isApprovalRequired": true, "maxBookingsPerStudentPerDay": 50,
        });
        let appointment = ada.create_appointment(&topic, &settings).await;
        let range = (at - SignedDuration::from_hours(5), at + SignedDuration::from_hours(5));
        let variables = |id: &Value| json!({ "id": id, "from": range.0.to_string(), "to": range.1.to_string() });
        let listed = grace.slots(&appointment, &range.0.to_string(), &range.1.to_string()).await;
        let starts: Vec<Value> = listed.iter().map(|slot| slot["startsAt"].clone()).collect();
        assert!(starts.len() >= 3, "{zone}: {starts:?}");
        let of_topic = grace.execute(TOPIC_SLOTS, variables(&topic)).await.field("topic")["slots"]["nodes"].clone();
        let of_topic: Vec<Value> =
            of_topic.as_array().expect("a list").iter().map(|slot| slot["startsAt"].clone()).collect();
        assert_eq!(of_topic, starts, "{zone}");
        // All of them are accepted, by both ways to book.
        let mut requests = Vec::new();
        for (number, start) in starts.iter().enumerate() {
            let text = start.as_str().expect("an instant");
            let (response, field) = if number % 2 == 0 {
                (grace.try_book(&appointment, text).await, "createBooking")
            } else {
                (try_topic(&grace, &topic, text.parse().expect("an instant")).await, "bookTopic")
            };
            assert_eq!(response.refusals(field), [""; 0], "{zone} at {text}");
            let booking = response.field(field)["bookingEdge"]["node"].clone();
            assert_eq!(booking["status"], "REQUESTED");
            requests.push(booking["id"].clone());
        }
        // Now they are full, and all of them can be waited for.
        let full = mary.execute(FULL_SLOTS, variables(&appointment)).await.field("appointment")["slots"].clone();
        let expected: Vec<Value> = starts.iter().map(|start| json!({ "startsAt": start, "seatsLeft": 0 })).collect();
        assert_eq!(full, Value::from(expected), "{zone}");
        for start in starts.iter().take(9) {
            let text = start.as_str().expect("an instant");
            let id = join(&mary, &appointment, text).await;
            super::waitlist::leave(&mary, &id).await.data();
            // What is not listed is accepted nowhere.
            let near = text.parse::<Timestamp>().expect("an instant") + SignedDuration::from_mins(15);
            let refused = [
                mary.try_book(&appointment, &near.to_string()).await.refusals("createBooking"),
                try_topic(&mary, &topic, near).await.refusals("bookTopic"),
                try_join(&mary, &appointment, &near.to_string()).await.refusals("joinWaitlist"),
            ];
            assert_eq!(refused.concat(), ["SLOT_UNAVAILABLE input.startsAt"; 3], "{zone} at {near}");
        }
        // A seat that becomes free is held, and can be booked.
        let first = starts[0].as_str().expect("an instant");
        join(&mary, &appointment, first).await;
        grace.cancel(&requests[0]).await.data();
        assert!(entry(&mary).await.is_some_and(|(until, _)| until.is_string()), "{zone}");
        assert_eq!(mary.book(&appointment, first).await["status"], "REQUESTED");
        ada.execute(DELETE, json!({ "id": appointment })).await.data();
    }
}
