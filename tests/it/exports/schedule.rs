//! Settings, logins, and what students and mentors have agreed on, in an export.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::exports::document::json_schema;

use super::content::check;
use super::{INVITE, TAKE_TIME_OFF, exported, link_identity, run};
use crate::identities::provider::Provider;
use crate::mentoring::{monday, waitlist};
use crate::support::calendars::CalendarServer;
use crate::support::{Campus, Engine, Person};

const CALENDAR: &str = "https://calendars.example/ada.ics?key=secret";

const CHANGE_SETTINGS: &str =
    "mutation S($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { code } } }";

const ADD_CALENDAR: &str =
    "mutation A($input: AddBusyCalendarInput!) { addBusyCalendar(input: $input) { userErrors { code } } }";

const MUTE: &str =
    "mutation M($input: MuteConversationInput!) { muteConversation(input: $input) { userErrors { code } } }";

#[rstest]
#[tokio::test]
async fn an_export_has_the_settings_and_the_ways_to_reach_and_enter_the_account_without_secrets(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let provider = Provider::start().await;
    let campus = provider.campus(engine, &["--inviters=member"]).await;
    let calendars = CalendarServer::start(&[&campus]);
    calendars.publish(CALENDAR, "1", &[]);
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    // The hours hold back the pushes about what follows.
    let settings = json!({
        "digestFrequency": "WEEKLY", "quietHours": { "from": "22:30", "to": "09:45" }, "isMentorPagePublic": true,
        "notificationPreferences": [{ "kind": "REACTION", "channels": ["MAIL"] }],
    });
    run(&ada, CHANGE_SETTINGS, settings).await;
    run(&ada, ADD_CALENDAR, json!({ "name": "Work", "url": CALENDAR })).await;
    run(&ada, INVITE, json!({ "email": "mary@campus.example", "note": "for Mary" })).await;
    run(&grace, INVITE, json!({ "email": "eve@campus.example", "note": "of Grace" })).await;
    ada.query("mutation { createCalendarFeed { url } }").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    run(&ada, MUTE, json!({ "conversationId": conversation })).await;
    ada.block(&grace).await;
    let browser = ada.register_push().await;
    link_identity(&provider, &campus, &ada, "lovelace").await;
    link_identity(&provider, &campus, &grace, "hopper").await;

    let data = exported(&campus, &ada).await;
    check(&data, &json_schema(), "data");
    let now = "2026-11-21T09:30:00.000Z";
    let settings = &data["settings"];
    assert_eq!((&settings["digestFrequency"], &settings["isMentorPagePublic"]), (&json!("weekly"), &json!(true)));
    assert_eq!((&settings["quietHoursFrom"], &settings["quietHoursTo"]), (&json!("22:30"), &json!("09:45")));
    let preferences = json!([{ "kind": "reaction", "hasMail": true, "hasPush": false }]);
    assert_eq!(data["notificationPreferences"], preferences);
    assert_eq!(data["blockedUsers"], json!([{ "userId": grace.user_id().await, "blockedAt": now }]));
    let muted = json!([{
        "conversationId": conversation, "images": [], "joinedAt": null, "readAt": null, "mutedUntil": "9999-12-31T23:59:59.999Z",
    }]);
    assert_eq!(data["conversations"], muted);
    assert_eq!(data["calendarFeed"], json!({ "createdAt": now }));
    let calendar = &data["busyCalendars"][0];
    assert_eq!((&calendar["name"], &calendar["lastReadAt"]), (&json!("Work"), &json!(now)));
    let invitation = &data["invitations"][0];
    assert_eq!((&invitation["email"], &invitation["note"]), (&json!("mary@campus.example"), &json!("for Mary")));
    let pushes = json!([{ "sessionId": data["sessions"][0]["id"], "createdAt": now }]);
    assert_eq!(data["pushSubscriptions"], pushes);
    let identity = json!([{
        "id": data["identities"][0]["id"], "provider": "campus", "label": "lovelace@uni.example", "linkedAt": now,
        "lastUsedAt": null,
    }]);
    assert_eq!(data["identities"], identity);
    let text = data.to_string();
    let endpoint = browser.subscription()["endpoint"].as_str().expect("a URL").to_owned();
    for secret in ["key=secret", endpoint.as_str(), "hopper", "eve@", "of Grace", &provider.issuer] {
        assert!(!text.contains(secret), "{secret} is in the export");
    }
}

/// Compares the statuses in an export with those of the API, and returns them in the order of the bookings.
async fn statuses(person: &Person, data: &Value) -> Vec<String> {
    let mut statuses = Vec::new();
    for booking in data["bookings"].as_array().expect("a list") {
        let query = "query($id: ID!) { booking(id: $id) { status approvalExpiresAt } }";
        let seen = person.execute(query, json!({ "id": booking["id"] })).await.field("booking");
        let status = booking["status"].as_str().expect("a status").to_owned();
        assert_eq!(seen["status"], status.to_uppercase());
        statuses.push(status);
    }
    statuses
}

#[rstest]
#[tokio::test]
async fn exported_bookings_have_the_answers_of_their_student_and_the_status_of_the_api(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let terms = json!({
        "questions": [{ "label": "Which year?", "kind": "CHOICE", "choices": ["1", "2"] }, { "label": "Why?" }],
        "isApprovalRequired": true, "maxBookingsPerStudentPerDay": 5, "minimumNoticeMinutes": 60, "bufferMinutes": 0,
        "cancellationNoticeMinutes": 120, "horizonDays": 30,
        "weeklyHours": [{ "weekday": "MONDAY", "from": "09:00", "to": "13:00" }],
    });
    let appointment = grace.teaches("Knots", &terms).await;
    let book = "mutation B($input: CreateBookingInput!) {
        createBooking(input: $input) { bookingEdge { node { id } } userErrors { code } }
    }";
    let mut bookings = Vec::new();
    for time in ["09:00", "10:00", "11:00", "12:00"] {
        let answers = json!([{ "label": "Which year?", "values": ["2"] }, { "label": "Why?", "values": ["Ada asks"] }]);
        let input = json!({ "appointmentId": appointment, "startsAt": monday(time), "answers": answers });
        bookings.push(run(&ada, book, input).await["bookingEdge"]["node"]["id"].clone());
    }
    let decline = "mutation D($input: DeclineBookingInput!) { declineBooking(input: $input) { userErrors { code } } }";
    run(&grace, decline, json!({ "bookingId": bookings[1], "reason": "too many" })).await;
    ada.cancel(&bookings[2]).await.data();
    let approve = "mutation A($input: ApproveBookingInput!) { approveBooking(input: $input) { userErrors { code } } }";
    run(&grace, approve, json!({ "bookingId": bookings[3] })).await;

    let data = exported(&campus, &ada).await;
    check(&data, &json_schema(), "data");
    assert_eq!(statuses(&ada, &data).await, ["requested", "declined", "cancelled", "upcoming"]);
    let booking = &data["bookings"][0];
    let answers = json!([{ "label": "Which year?", "values": ["2"] }, { "label": "Why?", "values": ["Ada asks"] }]);
    assert_eq!((&booking["answers"], &booking["seats"]), (&answers, &json!(1)));
    assert_eq!(booking["approvalExpiresAt"], "2026-11-22T09:30:00.000Z");
    assert_eq!(data["bookings"][1]["cancelledById"], grace.user_id().await);
    assert_eq!(data["bookings"][1]["cancelReason"], Value::Null, "the text of the mentor");

    let data = exported(&campus, &grace).await;
    check(&data, &json_schema(), "data");
    assert_eq!(statuses(&grace, &data).await, ["requested", "declined", "cancelled", "upcoming"]);
    assert_eq!(data["bookings"][0]["answers"], Value::Null);
    assert!(!data.to_string().contains("Ada asks"), "an answer of the student is in the export of the mentor");
    let appointment = &data["appointments"][0];
    for (name, value) in [
        ("isApprovalRequired", json!(true)),
        ("minimumNoticeMinutes", json!(60)),
        ("cancellationNoticeMinutes", json!(120)),
        ("horizonDays", json!(30)),
        ("bufferMinutes", json!(0)),
        ("maxBookingsPerStudentPerDay", json!(5)),
    ] {
        assert_eq!(appointment[name], value, "{name}");
    }
    let labels: Vec<_> = appointment["questions"].as_array().into_iter().flatten().map(|one| &one["label"]).collect();
    assert_eq!(labels, ["Which year?", "Why?"]);

    campus.advance(Duration::from_hours(25));
    let ada = ada.login().await;
    let data = exported(&campus, &ada).await;
    assert_eq!(statuses(&ada, &data).await, ["expired", "declined", "cancelled", "upcoming"]);
    campus.advance(Duration::from_hours(48));
    let ada = ada.login().await;
    let data = exported(&campus, &ada).await;
    assert_eq!(statuses(&ada, &data).await, ["expired", "declined", "cancelled", "completed"]);
}

#[rstest]
#[tokio::test]
async fn an_export_has_times_off_and_places_in_waitlists(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (from, to) = ("2026-11-24T08:00:00.000Z", "2026-11-24T12:00:00.000Z");
    run(&ada, TAKE_TIME_OFF, json!({ "startsAt": from, "endsAt": to, "note": "a walk" })).await;
    let appointment = grace.teaches("Knots", &json!({})).await;
    mary.book(&appointment, &monday("09:00")).await;
    let place = waitlist::join(&ada, &appointment, &monday("09:00")).await;
    let data = exported(&campus, &ada).await;
    check(&data, &json_schema(), "data");
    let id = data["timesOff"][0]["id"].clone();
    assert_eq!(data["timesOff"], json!([{ "id": id, "startsAt": from, "endsAt": to, "note": "a walk" }]));
    let places = json!([{
        "id": place, "appointmentId": appointment, "mentorId": grace.user_id().await, "startsAt": monday("09:00"),
        "endsAt": monday("10:00"), "joinedAt": "2026-11-21T09:30:00.000Z", "offerExpiresAt": null,
    }]);
    assert_eq!(data["waitlistEntries"], places);
    assert_eq!(exported(&campus, &grace).await["waitlistEntries"], json!([]), "the place belongs to its student");
}
