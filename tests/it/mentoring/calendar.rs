//! Bookings as iCalendar, read by two independent parsers.

use calcard::common::IanaString;
use calcard::icalendar::{ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calcard::{Entry, Parser};
use icalendar::{CalendarDateTime, Component, DatePerhapsTime, EventLike};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::{CREATE_BOOKING, monday};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

/// An event of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CalendarEvent {
    uid: String,
    sequence: i64,
    starts_at: i64,
    ends_at: i64,
    summary: String,
    description: Option<String>,
    location: Option<String>,
    status: String,
}

/// Parses a calendar with the crate `icalendar`.
fn parse_with_icalendar(text: &str) -> Vec<CalendarEvent> {
    let calendar: icalendar::Calendar = text.parse().expect("`icalendar` parses it");
    let instant = |at: Option<DatePerhapsTime>| match at {
        Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at))) => at.timestamp(),
        other => panic!("not an instant: {other:?}"),
    };
    let events = calendar.components.iter().filter_map(icalendar::CalendarComponent::as_event);
    let read = |event: &icalendar::Event| CalendarEvent {
        uid: event.get_uid().expect("an id").to_owned(),
        sequence: event.get_sequence().expect("a number").into(),
        starts_at: instant(event.get_start()),
        ends_at: instant(event.get_end()),
        summary: event.get_summary().expect("a summary").to_owned(),
        description: event.get_description().map(str::to_owned),
        location: event.get_location().map(str::to_owned),
        status: event.property_value("STATUS").expect("a status").to_owned(),
    };
    events.map(read).collect()
}

/// Parses a calendar with the crate `calcard`.
fn parse_with_calcard(text: &str) -> Vec<CalendarEvent> {
    let calendar = match Parser::new(text).entry() {
        Entry::ICalendar(calendar) => calendar,
        other => panic!("`calcard` does not parse it: {other:?} {text}"),
    };
    let events =
        calendar.components.iter().filter(|component| component.component_type == ICalendarComponentType::VEvent);
    events
        .map(|event| {
            let value = |name: &ICalendarProperty| event.property(name).and_then(|entry| entry.values.first());
            let text = |name: &ICalendarProperty| match value(name) {
                Some(ICalendarValue::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let instant = |name: &ICalendarProperty| match value(name) {
                Some(ICalendarValue::PartialDateTime(at)) => at.to_timestamp().expect("an instant"),
                other => panic!("not an instant: {other:?}"),
            };
            CalendarEvent {
                uid: text(&ICalendarProperty::Uid).expect("an id"),
                sequence: match value(&ICalendarProperty::Sequence) {
                    Some(ICalendarValue::Integer(number)) => *number,
                    other => panic!("not a number: {other:?}"),
                },
                starts_at: instant(&ICalendarProperty::Dtstart),
                ends_at: instant(&ICalendarProperty::Dtend),
                summary: text(&ICalendarProperty::Summary).expect("a summary"),
                description: text(&ICalendarProperty::Description),
                location: text(&ICalendarProperty::Location),
                status: match value(&ICalendarProperty::Status) {
                    Some(ICalendarValue::Status(status)) => status.as_str().to_owned(),
                    other => panic!("not a status: {other:?}"),
                },
            }
        })
        .collect()
}

fn read(text: &str) -> Vec<CalendarEvent> {
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text}");
    let events = parse_with_icalendar(text);
    assert_eq!(events, parse_with_calcard(text), "{text}");
    events
}

/// Requests a URL without a session.
async fn open(campus: &Campus, url: &Value, etag: Option<&str>) -> Response {
    let url = url.as_str().expect("a URL");
    let path = url.strip_prefix(&format!("http://{}", campus.address)).expect("a URL of this server");
    let request = campus.anonymous().request(Method::GET, path);
    Person::send(match etag {
        Some(etag) => request.header("if-none-match", etag),
        None => request,
    })
    .await
}

fn body(answer: &Response) -> &str {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    answer.body.as_str().expect("a text")
}

const CREATE_FEED: &str = "mutation { createCalendarFeed { url userErrors { code } } }";

#[rstest]
#[tokio::test]
async fn a_booking_keeps_its_uid_in_calendars_and_its_sequence_grows_with_changes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let title = "Knots; hitches, bends \\ and a very long title that has to be folded somewhere: Größe 🙂🙂🙂";
    let appointment =
        ada.teaches(title, &json!({ "location": "Boathouse, room 3", "timeZone": "Europe/Berlin" })).await;
    let input =
        json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "question": "Why?\nHow; and, \\when?" });
    let booking = grace.execute(CREATE_BOOKING, json!({ "input": input })).await.field("createBooking")["bookingEdge"]
        ["node"]["id"]
        .clone();
    let url = grace.booking_field(&booking, "calendarUrl").await;
    let first = open(&campus, &url, None).await;
    let event = read(body(&first)).remove(0);
    assert_eq!(
        event,
        CalendarEvent {
            uid: event.uid.clone(),
            sequence: 0,
            // 2026-11-23T09:00:00Z, an hour long.
            starts_at: 1_795_424_400,
            ends_at: 1_795_428_000,
            summary: format!("{title} with ada"),
            description: Some("Why?\nHow; and, \\when?".to_owned()),
            location: Some("Boathouse, room 3".to_owned()),
            status: "CONFIRMED".to_owned(),
        }
    );
    let etag = first.headers["etag"].to_str().expect("a tag").to_owned();
    let again = open(&campus, &url, Some(&etag)).await;
    assert_eq!((again.status, again.body.as_str()), (304, Some("")));

    grace.reschedule(&booking, &monday("10:00")).await.data();
    let moved = open(&campus, &url, Some(&etag)).await;
    let event = read(body(&moved)).remove(0);
    assert_eq!((event.sequence, event.starts_at), (1, 1_795_428_000));
    ada.cancel(&booking).await.data();
    let cancelled = read(body(&open(&campus, &url, None).await)).remove(0);
    assert_eq!((cancelled.sequence, cancelled.status.as_str(), &cancelled.uid), (2, "CANCELLED", &event.uid));

    // The mentor has another URL for the same event.
    let other = ada.booking_field(&booking, "calendarUrl").await;
    assert_ne!(other, url);
    let event = read(body(&open(&campus, &other, None).await)).remove(0);
    assert_eq!((event.summary, event.uid), (format!("{title} with grace"), cancelled.uid));
}

#[rstest]
#[tokio::test]
async fn a_calendar_is_compressed_and_keeps_its_tag(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches(&"Knots ".repeat(19), &json!({ "maxBookingsPerStudentPerDay": 4 })).await;
    for time in ["09:00", "10:00", "11:00"] {
        grace.book(&appointment, &monday(time)).await;
    }
    let url = ada.query(CREATE_FEED).await["createCalendarFeed"]["url"].clone();
    let plain = open(&campus, &url, None).await;
    let request = reqwest::Client::new().get(url.as_str().expect("a URL")).header("accept-encoding", "gzip");
    let compressed = request.send().await.expect("a feed");
    assert_eq!(compressed.headers()["content-encoding"], "gzip");
    assert_eq!(compressed.headers()["etag"], plain.headers["etag"]);
    assert!(compressed.bytes().await.expect("a body").len() < body(&plain).len() / 2);
}

#[rstest]
#[tokio::test]
async fn a_feed_has_one_secret_url_which_can_be_revoked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 3 })).await;
    for time in ["10:00", "09:00"] {
        grace.book(&appointment, &monday(time)).await;
    }
    let has = "{ viewer { hasCalendarFeed } }";
    assert_eq!(ada.query(has).await["viewer"]["hasCalendarFeed"], false);
    let url = ada.query(CREATE_FEED).await["createCalendarFeed"]["url"].clone();
    assert_eq!(ada.query(has).await["viewer"]["hasCalendarFeed"], true);
    let feed = open(&campus, &url, None).await;
    let events = read(body(&feed));
    assert_eq!(events.iter().map(|event| event.starts_at).collect::<Vec<_>>(), [1_795_424_400, 1_795_428_000]);
    let etag = feed.headers["etag"].to_str().expect("a tag").to_owned();
    assert_eq!(open(&campus, &url, Some(&etag)).await.status, 304);
    // The calendar of a single booking contains the same event as the feed.
    let node = ada.query("{ bookings(last: 1) { edges { node { calendarUrl } } } }").await;
    let single = open(&campus, &node["bookings"]["edges"][0]["node"]["calendarUrl"], None).await;
    assert_eq!(read(body(&single)), events[..1]);

    // Only the hash of the secret is stored.
    let secret = url.as_str().and_then(|url| url.rsplit('/').next()).and_then(|name| name.strip_suffix(".ics"));
    let (stored,): (Vec<u8>,) = campus.app.db.one("select token_hash from calendar_feeds", &[]).await.expect("a row");
    assert!(secret.is_some_and(|secret| secret.len() == 43 && stored != secret.as_bytes()));

    let newer = ada.query(CREATE_FEED).await["createCalendarFeed"]["url"].clone();
    assert_ne!(newer, url);
    assert_eq!(open(&campus, &url, None).await.status, 404);
    assert_eq!(read(body(&open(&campus, &newer, None).await)), events);
    let revoked = ada.query("mutation { revokeCalendarFeed { viewer { hasCalendarFeed } userErrors { code } } }").await;
    assert_eq!(revoked["revokeCalendarFeed"], json!({ "viewer": { "hasCalendarFeed": false }, "userErrors": [] }));
    assert_eq!(open(&campus, &newer, None).await.status, 404);
    assert_eq!(campus.anonymous().execute(CREATE_FEED, json!({})).await.codes(), ["UNAUTHENTICATED"]);
}

#[rstest]
#[tokio::test]
async fn invalid_calendar_urls_all_get_the_same_response(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let feed = grace.query(CREATE_FEED).await["createCalendarFeed"]["url"].clone();
    let url = grace.booking_field(&booking, "calendarUrl").await.as_str().expect("a URL").to_owned();
    let other = ada.booking_field(&booking, "calendarUrl").await.as_str().expect("a URL").to_owned();
    let signature = |url: &str| url.rsplit('.').nth(1).expect("a signature").to_owned();
    let forged = url.replace(&signature(&url), &signature(&other));
    let base = format!("http://{}/calendar/", campus.address);
    let mut bodies = Vec::new();
    for invalid in [
        forged,
        url.trim_end_matches(".ics").to_owned(),
        format!("{base}.ics"),
        format!("{base}rubbish.ics"),
        format!("{base}{}.ics", "A".repeat(43)),
        format!("{base}0.0.{}.ics", "A".repeat(43)),
        format!("{base}%00.ics"),
    ] {
        let answer = open(&campus, &json!(invalid), None).await;
        assert_eq!(answer.status, 404, "{invalid}");
        bodies.push(answer.body.to_string());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    // The URLs of an account stop working when it is deleted.
    assert_eq!(open(&campus, &json!(url), None).await.status, 200);
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    grace.execute(delete, json!({ "password": PASSWORD })).await.data();
    for url in [json!(url), feed] {
        assert_eq!(open(&campus, &url, None).await.status, 404);
    }
    let remaining = read(body(&open(&campus, &json!(other), None).await)).remove(0);
    assert_eq!((remaining.summary.as_str(), remaining.status.as_str()), ("Knots", "CANCELLED"));
}
