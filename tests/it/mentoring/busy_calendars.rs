//! External calendars whose events remove slots.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::bookings::busy_calendars::reading::read_due;
use studyhall::db::Query;
use studyhall::network::Response as NetworkResponse;

use super::{advance_and_login, monday};
use crate::support::calendars::CalendarServer;
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const URL: &str = "https://calendars.example/ada.ics?key=secret";

const ADD: &str = "mutation($input: AddBusyCalendarInput!) { addBusyCalendar(input: $input) {
    busyCalendar { id name host error eventCount lastReadAt } userErrors { code path limit }
} }";

const REMOVE: &str = "mutation($id: ID!) { removeBusyCalendar(input: { busyCalendarId: $id }) {
    removedBusyCalendarId userErrors { code path }
} }";

const CALENDARS: &str = "{ viewer { busyCalendars { id name host error eventCount lastReadAt } } }";

async fn try_add(person: &Person, name: &str, url: &str) -> Response {
    person.execute(ADD, json!({ "input": { "name": name, "url": url } })).await
}

async fn add(person: &Person, url: &str) -> Value {
    let payload = try_add(person, "Work", url).await.field("addBusyCalendar");
    assert_eq!(payload["userErrors"], json!([]));
    payload["busyCalendar"].clone()
}

async fn calendars(person: &Person) -> Value {
    person.query(CALENDARS).await["viewer"]["busyCalendars"].clone()
}

/// An event on the Monday of the slots.
fn event<'a>(start: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["BEGIN:VEVENT", "UID:1", start, "DURATION:PT1H"][..], more, &["END:VEVENT"]].concat()
}

async fn conflicts(person: &Person) -> Vec<Value> {
    let query =
        "{ viewer { notifications { nodes { ... on CalendarConflictNotification { kind booking { id } text } } } } }";
    let nodes = person.query(query).await["viewer"]["notifications"]["nodes"].clone();
    nodes.as_array().into_iter().flatten().filter(|node| node.get("text").is_some()).cloned().collect()
}

#[rstest]
#[tokio::test]
async fn events_of_a_calendar_remove_slots_and_keep_bookings(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let (ada, grace, mary) =
        (campus.confirmed_member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({ "seats": 2 })).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let ten = event("DTSTART:20261123T100000Z", &[]);
    let daily = ["BEGIN:VEVENT", "UID:2", "DTSTART:20261123T093000Z", "DURATION:PT10M", "END:VEVENT"];
    server.publish(URL, "1", &[&ten[..], &daily].concat());
    let calendar = add(&ada, URL).await;
    let expected = json!({
        "id": calendar["id"], "name": "Work", "host": "calendars.example", "error": null, "eventCount": 2,
        "lastReadAt": "2026-11-21T09:30:00.000Z",
    });
    assert_eq!(calendar, expected);
    assert_eq!(calendars(&ada).await, json!([expected]));
    let node = "query($id: ID!) { node(id: $id) { ... on BusyCalendar { name } } }";
    assert_eq!(ada.execute(node, json!({ "id": calendar["id"] })).await.field("node")["name"], "Work");
    assert_eq!(grace.execute(node, json!({ "id": calendar["id"] })).await.field("node"), Value::Null);
    assert_eq!(grace.slot_starts(&appointment).await, [monday("11:00")]);
    for at in ["09:00", "10:00"] {
        let refused = mary.try_book(&appointment, &monday(at)).await;
        assert_eq!(refused.refusals("createBooking"), ["SLOT_UNAVAILABLE input.startsAt"]);
    }
    // The booking stays, and its mentor is notified once.
    assert_eq!(ada.booking_field(&booking, "viewerHasConflict").await, true);
    assert_eq!(grace.booking_field(&booking, "viewerHasConflict").await, false);
    assert_eq!(ada.booking_field(&booking, "status").await, "UPCOMING");
    let text = "Your calendar has another event at the time of a session.";
    assert_eq!(conflicts(&ada).await, [json!({ "kind": "BOOKING", "booking": { "id": booking }, "text": text })]);
    assert_eq!(conflicts(&grace).await, [] as [Value; 0]);
    let letter = campus.letters_to(&ada.email(), 3).await.pop().expect("a mail");
    assert!(letter.contains("Subject: A session conflicts with your calendar"), "{letter}");

    // The calendar is read every 15 minutes, and its version is known.
    server.take_requests();
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(15), [&ada, &grace]).await;
    read_due(&campus.app).await.expect("calendars are read");
    assert_eq!(server.take_requests(), [(URL.to_owned(), Some("1".to_owned()))]);
    assert_eq!(calendars(&ada).await[0]["lastReadAt"], "2026-11-21T09:45:00.000Z");
    server.publish(URL, "2", &event("DTSTART:20261123T110000Z", &[]));
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(15), [&ada, &grace]).await;
    read_due(&campus.app).await.expect("calendars are read");
    assert_eq!(grace.slot_starts(&appointment).await, ["09:00", "10:00"].map(monday));
    assert_eq!(ada.booking_field(&booking, "viewerHasConflict").await, false);
    assert_eq!(conflicts(&ada).await.len(), 1);
    let removed = ada.execute(REMOVE, json!({ "id": calendar["id"] })).await.field("removeBusyCalendar");
    assert_eq!(removed["removedBusyCalendarId"], calendar["id"]);
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    for id in [&calendar["id"], &json!("rubbish"), &appointment] {
        let refused = ada.execute(REMOVE, json!({ "id": id })).await;
        assert_eq!(refused.refusals("removeBusyCalendar"), ["NOT_FOUND input.busyCalendarId"]);
    }
}

#[rstest]
#[tokio::test]
async fn all_day_events_follow_a_change_of_the_time_zone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    server.publish(URL, "1", &["BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20261123", "END:VEVENT"]);
    add(&ada, URL).await;
    assert_eq!(ada.slot_starts(&appointment).await, [] as [Value; 0]);
    // That day ends in Kiritimati at ten o'clock of the mentor.
    let change = "mutation { updateSettings(input: { timeZone: \"Pacific/Kiritimati\" }) { userErrors { code } } }";
    assert_eq!(ada.query(change).await["updateSettings"]["userErrors"], json!([]));
    read_due(&campus.app).await.expect("calendars are read");
    assert_eq!(ada.slot_starts(&appointment).await, ["10:00", "11:00"].map(monday));
}

#[rstest]
#[tokio::test]
async fn the_last_times_hold_for_seven_days_of_failures(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    // Every Monday at ten.
    server.publish(URL, "1", &event("DTSTART:20261123T100000Z", &["RRULE:FREQ=WEEKLY"]));
    add(&ada, URL).await;
    for (response, error) in [
        (None, "The calendar did not respond in time."),
        (
            Some(NetworkResponse { status: 403, ..NetworkResponse::default() }),
            "The calendar does not exist, or may not be read.",
        ),
    ] {
        server.respond(URL, response);
        campus.advance(Duration::from_mins(15));
        read_due(&campus.app).await.expect("calendars are read");
        let ada = ada.login().await;
        let found = calendars(&ada).await[0].clone();
        assert_eq!((&found["error"], &found["eventCount"]), (&json!(error), &json!(52)), "{found}");
    }
    let [ada] = advance_and_login(&campus, Duration::from_hours(6 * 24), [&ada]).await;
    read_due(&campus.app).await.expect("calendars are read");
    let slots = ada.slots(&appointment, "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z").await;
    assert_eq!(slots.len(), 2);
    let [ada] = advance_and_login(&campus, Duration::from_hours(24), [&ada]).await;
    read_due(&campus.app).await.expect("calendars are read");
    let slots = ada.slots(&appointment, "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z").await;
    assert_eq!(slots.len(), 3);
    assert_eq!(calendars(&ada).await[0]["eventCount"], 0);
}

#[rstest]
#[tokio::test]
async fn calendars_are_read_at_public_addresses_within_bounds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let server = CalendarServer::start(&[&campus]);
    let ada = campus.member("ada").await;
    let at = |path: &str| format!("https://calendars.example/{path}");
    server.set_address("inside.example", "10.0.0.5");
    server.publish("https://inside.example/", "1", &[]);
    server.publish(&at("ok"), "1", &[]);
    server.publish_bytes(&at("page"), "1", b"<html></html>".to_vec());
    server.publish_bytes(&at("large"), "1", vec![b' '; 5 * 1024 * 1024 + 1]);
    server.redirect(&at("inside"), "https://inside.example/");
    server.redirect(&at("plain"), "http://calendars.example/ok");
    for (number, next) in ["3", "2", "1", "ok"].into_iter().enumerate().map(|(number, next)| (4 - number, next)) {
        server.redirect(&at(&number.to_string()), &at(next));
    }
    let invalid = "INVALID input.url";
    for (url, refusal) in [
        ("http://calendars.example/ok".to_owned(), invalid),
        ("webcal://calendars.example/ok".to_owned(), invalid),
        ("https://ada:secret@calendars.example/ok".to_owned(), invalid),
        ("https://127.0.0.1/ok".to_owned(), invalid),
        ("https://[::1]/ok".to_owned(), invalid),
        ("https://inside.example/".to_owned(), invalid),
        (at("missing"), invalid),
        (at("page"), invalid),
        (at("inside"), invalid),
        (at("plain"), invalid),
        (at("4"), invalid),
        (at("large"), "TOO_LARGE input.url"),
    ] {
        server.take_requests();
        assert_eq!(try_add(&ada, "Work", &url).await.refusals("addBusyCalendar"), [refusal], "{url}");
        assert!(
            server
                .take_requests()
                .iter()
                .all(|(url, _)| !url.contains("inside.example") && url.starts_with("https://calendars"))
        );
    }
    let limit = try_add(&ada, "Work", &at("large")).await.field("addBusyCalendar")["userErrors"][0]["limit"].clone();
    assert_eq!(limit, 5 * 1024 * 1024);
    assert_eq!(try_add(&ada, " ", &at("ok")).await.refusals("addBusyCalendar"), ["TOO_SHORT input.name"]);
    assert_eq!(
        try_add(&ada, &"n".repeat(51), "ftp://x").await.refusals("addBusyCalendar"),
        ["TOO_LONG input.name", invalid]
    );
    // Three redirects are followed. The same URL is the same calendar.
    let first = add(&ada, &at("3")).await;
    assert_eq!(try_add(&ada, "Again", &at("3")).await.field("addBusyCalendar")["busyCalendar"], first);
    for number in 0..4 {
        let url = at(&format!("ok{number}"));
        server.publish(&url, "1", &[]);
        add(&ada, &url).await;
    }
    let refused = try_add(&ada, "Work", &at("ok")).await;
    assert_eq!(refused.refusals("addBusyCalendar"), ["QUOTA_EXCEEDED"]);
    assert_eq!(try_add(&campus.anonymous(), "Work", &at("ok")).await.codes(), ["UNAUTHENTICATED"]);
}

#[rstest]
#[tokio::test]
async fn one_node_reads_a_calendar_until_the_account_is_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let ada = campus.member("ada").await;
    server.publish(URL, "1", &[]);
    add(&ada, URL).await;
    server.take_requests();
    campus.advance(Duration::from_mins(15));
    let (one, two) = tokio::join!(read_due(&campus.app), read_due(&campus.app));
    one.and(two).expect("calendars are read");
    assert_eq!(server.take_requests().len(), 1);
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.login().await.execute(delete, json!({ "password": PASSWORD })).await.data();
    campus.advance(Duration::from_mins(15));
    read_due(&campus.app).await.expect("calendars are read");
    assert!(server.take_requests().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_waitlist_ends_when_the_mentor_is_busy_then(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    grace.book(&appointment, &monday("09:00")).await;
    super::waitlist::join(&mary, &appointment, &monday("09:00")).await;
    server.publish(URL, "1", &event("DTSTART:20261123T091500Z", &[]));
    add(&ada, URL).await;
    assert_eq!(super::waitlist::entry(&mary).await, None);
}

#[rstest]
#[tokio::test]
async fn a_reading_whose_node_died_is_taken_over_within_a_minute(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    // On SQLite there is one node, which starts again.
    let other = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(campus.another_node(&[]).await),
    };
    let nodes: Vec<&Campus> = [Some(&campus), other.as_ref()].into_iter().flatten().collect();
    let server = CalendarServer::start(&nodes);
    let ada = campus.member("ada").await;
    let appointment = ada.teaches("Knots", &json!({})).await;
    server.publish(URL, "1", &event("DTSTART:20261123T100000Z", &[]));
    add(&ada, URL).await;
    server.take_requests();
    let pass = |time: Duration| nodes.iter().for_each(|node| node.advance(time));
    // A node claims the calendar, sends its request, and dies before the response.
    server.set_silent(URL, true);
    pass(Duration::from_mins(15));
    let app = campus.app.clone();
    let reading = tokio::spawn(async move { read_due(&app).await });
    server.arrival().await;
    reading.abort();
    assert!(reading.await.is_err_and(|ended| ended.is_cancelled()), "it died while it was reading");
    assert_eq!(server.take_requests().len(), 1, "one node reads");
    server.set_silent(URL, false);
    server.publish(URL, "2", &event("DTSTART:20261123T110000Z", &[]));
    // As long as the claim lasts, no node reads it.
    let survivor = nodes[nodes.len() - 1];
    for wait in [Duration::ZERO, Duration::from_secs(44)] {
        pass(wait);
        read_due(&survivor.app).await.expect("nothing is due");
        assert_eq!(server.take_requests(), []);
    }
    pass(Duration::from_secs(1));
    read_due(&survivor.app).await.expect("it is read");
    assert_eq!(server.take_requests(), [(URL.to_owned(), Some("1".to_owned()))], "once");
    let ada = ada.login().await;
    assert_eq!(calendars(&ada).await[0]["lastReadAt"], "2026-11-21T09:45:45.000Z");
    assert_eq!(ada.slot_starts(&appointment).await, ["09:00", "10:00"].map(monday));
}

#[rstest]
#[tokio::test]
async fn a_calendar_that_cannot_be_claimed_delays_no_other_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let server = CalendarServer::start(&[&campus]);
    let ada = campus.member("ada").await;
    let other = "https://calendars.example/other.ics";
    for (name, url) in [("Locked", URL), ("Free", other)] {
        server.publish(url, "1", &event("DTSTART:20261123T100000Z", &[]));
        assert_eq!(try_add(&ada, name, url).await.refusals("addBusyCalendar"), [""; 0]);
    }
    // 2026-11-21, 09:45: from then on, when it is due, it cannot be claimed.
    let lock = "alter table busy_calendars add column locked integer
        check (name <> 'Locked' or due_at <= 1795254300000000)";
    campus.app.db.run(lock, &[]).await.expect("the row is locked");
    server.take_requests();
    campus.advance(Duration::from_mins(15));
    read_due(&campus.app).await.expect("the other calendar is read");
    assert_eq!(server.take_requests(), [(other.to_owned(), Some("1".to_owned()))]);
}
