//! Bookings that need the mentor's approval.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::live::{changes, cursor};
use super::{COMPLETE, MARK_NO_SHOW, advance_and_login, monday, user_id};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const APPROVE: &str = "mutation Approve($id: ID!) {
    approveBooking(input: { bookingId: $id }) {
        booking { id status approvalExpiresAt viewerCanApprove } userErrors { code message path }
    }
}";

const DECLINE: &str = "mutation Decline($id: ID!, $reason: String) {
    declineBooking(input: { bookingId: $id, reason: $reason }) {
        booking { id status cancelReason cancelledAt } userErrors { code message path }
    }
}";

const MORE: &str = "query($id: ID!) { booking(id: $id) {
    status approvalExpiresAt viewerCanApprove viewerCanCancel viewerCanReschedule viewerCanComplete viewerCanEdit
} }";

async fn approve(person: &Person, booking: &Value) -> Response {
    person.execute(APPROVE, json!({ "id": booking })).await
}

async fn decline(person: &Person, booking: &Value) -> Response {
    person.execute(DECLINE, json!({ "id": booking })).await
}

async fn status(person: &Person, booking: &Value) -> Value {
    person.booking_field(booking, "status").await
}

/// An appointment whose bookings need approval.
async fn reviewed(mentor: &Person, more: &Value) -> Value {
    mentor.teaches("Knots", &super::merge(json!({ "isApprovalRequired": true }), more)).await
}

#[rstest]
#[tokio::test]
async fn a_request_holds_its_seat_until_the_mentor_decides(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) =
        (campus.member("ada").await, campus.confirmed_member("grace").await, campus.member("mary").await);
    let appointment = reviewed(&ada, &json!({ "meetingUrl": "https://meet.example/a" })).await;
    let other = mary.teaches("Sails", &json!({})).await;
    let before = [cursor(&ada).await, cursor(&grace).await];
    let booking = grace.book(&appointment, &monday("09:00")).await;
    assert_eq!((&booking["status"], &booking["viewerCanCancel"]), (&json!("REQUESTED"), &json!(true)));
    let id = booking["id"].clone();
    let seen = |expires: Value, can: bool, student: bool| {
        json!({
            "status": "REQUESTED", "approvalExpiresAt": expires, "viewerCanApprove": can, "viewerCanCancel": student,
            "viewerCanReschedule": true, "viewerCanComplete": false, "viewerCanEdit": !student,
        })
    };
    let expires = json!("2026-11-22T09:30:00.000Z");
    assert_eq!(ada.execute(MORE, json!({ "id": id })).await.field("booking"), seen(expires.clone(), true, false));
    assert_eq!(grace.execute(MORE, json!({ "id": id })).await.field("booking"), seen(expires, false, true));
    // The meeting is shown after the approval.
    assert_eq!(grace.booking_field(&id, "meetingUrl").await, Value::Null);

    // The request holds its seat, and counts for overlaps and the limit per day.
    assert_eq!(mary.slot_starts(&appointment).await, ["10:00", "11:00"].map(monday));
    for (person, appointment, at, refusal) in [
        (&mary, &appointment, "09:00", "SLOT_TAKEN"),
        (&grace, &other, "09:00", "OVERLAP"),
        (&grace, &appointment, "10:00", "BOOKING_LIMIT"),
    ] {
        let refusals = person.try_book(appointment, &monday(at)).await.refusals("createBooking");
        assert_eq!(refusals, [format!("{refusal} input.startsAt")]);
    }
    let count = "{ topics(filter: { text: \"knots\" }) { nodes { bookingCount } } }";
    assert_eq!(ada.query(count).await["topics"]["nodes"][0]["bookingCount"], 0);
    let update = ada.update_appointment(&appointment, &json!({ "weeklyHours": null })).await;
    assert_eq!(update.refusals("updateAppointment"), ["HAS_BOOKINGS input.weeklyHours"]);

    // Only the mentor decides, and cannot cancel, complete or mark a request.
    assert_eq!(approve(&grace, &id).await.refusals("approveBooking"), ["FORBIDDEN input.bookingId"]);
    assert_eq!(decline(&grace, &id).await.refusals("declineBooking"), ["FORBIDDEN input.bookingId"]);
    for unknown in [json!("rubbish"), json!("bkg_0000000000000"), user_id(&ada).await] {
        assert_eq!(approve(&ada, &unknown).await.refusals("approveBooking"), ["NOT_FOUND input.bookingId"]);
        assert_eq!(decline(&ada, &unknown).await.refusals("declineBooking"), ["NOT_FOUND input.bookingId"]);
    }
    assert_eq!(approve(&mary, &id).await.refusals("approveBooking"), ["NOT_FOUND input.bookingId"]);
    assert_eq!(ada.cancel(&id).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
    let no_show = ada.execute(MARK_NO_SHOW, json!({ "id": id, "user": user_id(&grace).await })).await;
    assert_eq!(no_show.refusals("markNoShow"), ["WRONG_STATE input.bookingId"]);
    let complete = ada.execute(COMPLETE, json!({ "id": id })).await;
    assert_eq!(complete.refusals("completeBooking"), ["WRONG_STATE input.bookingId"]);

    let payload = approve(&ada, &id).await.field("approveBooking");
    let approved = json!({ "id": id, "status": "UPCOMING", "approvalExpiresAt": null, "viewerCanApprove": false });
    assert_eq!(payload, json!({ "booking": approved, "userErrors": [] }));
    assert_eq!(approve(&ada, &id).await.refusals("approveBooking"), ["WRONG_STATE input.bookingId"]);
    assert_eq!(decline(&ada, &id).await.refusals("declineBooking"), ["WRONG_STATE input.bookingId"]);
    assert_eq!(grace.booking_field(&id, "meetingUrl").await, "https://meet.example/a");
    assert_eq!(ada.query(count).await["topics"]["nodes"][0]["bookingCount"], 1);
    for (person, before) in [&ada, &grace].into_iter().zip(&before) {
        let events = changes(person, before, 2).await;
        assert_eq!(events.iter().map(|event| &event["change"]).collect::<Vec<_>>(), ["REQUESTED", "APPROVED"]);
    }
    let letters = campus.letters_to(&grace.email(), 3).await;
    assert!(letters[1].contains("You requested a session"), "{}", letters[1]);
    assert!(letters[2].contains("Your session was approved"), "{}", letters[2]);
}

#[rstest]
#[tokio::test]
async fn a_declined_request_releases_its_seat(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = reviewed(&ada, &json!({})).await;
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    for (reason, refusal) in
        [(" ".to_owned(), "TOO_SHORT"), ("x".repeat(501), "TOO_LONG"), ("\u{7}".to_owned(), "INVALID")]
    {
        let response = ada.execute(DECLINE, json!({ "id": id, "reason": reason })).await;
        assert_eq!(response.refusals("declineBooking"), [format!("{refusal} input.reason")]);
    }
    let payload = ada.execute(DECLINE, json!({ "id": id, "reason": " Not\nthis week " })).await.field("declineBooking");
    let declined = json!({ "id": id, "status": "DECLINED", "cancelReason": "Not\nthis week", "cancelledAt": null });
    assert_eq!(payload, json!({ "booking": declined, "userErrors": [] }));
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    assert_eq!(grace.booking_field(&id, "cancelReason").await, "Not\nthis week");
    for person in [&ada, &grace] {
        assert_eq!(person.cancel(&id).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
        let moved = person.reschedule(&id, &monday("10:00")).await;
        assert_eq!(moved.refusals("rescheduleBooking"), ["WRONG_STATE input.bookingId"]);
    }
    let news = grace.query("{ viewer { notifications { nodes { ... on BookingNotification { change } } } } }").await;
    assert_eq!(news["viewer"]["notifications"]["nodes"], json!([{ "change": "DECLINED" }]));
    let list = "query($statuses: [BookingStatus!]) { bookings(filter: { statuses: $statuses }) { totalCount } }";
    for (statuses, count) in
        [(json!(["DECLINED"]), 1), (json!(["CANCELLED"]), 0), (json!(["REQUESTED", "UPCOMING"]), 0)]
    {
        let found = grace.execute(list, json!({ "statuses": statuses })).await.field("bookings");
        assert_eq!(found["totalCount"], count, "{statuses}");
    }
    grace.book(&appointment, &monday("09:00")).await;
}

#[rstest]
#[tokio::test]
async fn a_request_expires_at_its_instant_for_every_reader(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) =
        (campus.member("ada").await, campus.confirmed_member("grace").await, campus.member("mary").await);
    let appointment = reviewed(&ada, &json!({})).await;
    let before = cursor(&grace).await;
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let [ada, grace, mary] = advance_and_login(&campus, Duration::from_secs(86_399), [&ada, &grace, &mary]).await;
    assert_eq!(status(&grace, &id).await, "REQUESTED");
    assert_eq!(mary.slot_starts(&appointment).await.len(), 2);
    campus.advance(Duration::from_secs(1));
    // Whether or not the scheduler has come by.
    assert_eq!(status(&grace, &id).await, "EXPIRED");
    assert_eq!(grace.booking_field(&id, "approvalExpiresAt").await, Value::Null);
    assert_eq!(ada.booking_field(&id, "viewerCanApprove").await, false);
    assert_eq!(mary.slot_starts(&appointment).await.len(), 3);
    mary.book(&appointment, &monday("09:00")).await;
    assert_eq!(approve(&ada, &id).await.refusals("approveBooking"), ["WRONG_STATE input.bookingId"]);
    assert_eq!(grace.cancel(&id).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
    let list = "{ bookings(filter: { statuses: [EXPIRED] }) { nodes { id } } }";
    assert_eq!(grace.query(list).await["bookings"]["nodes"], json!([{ "id": id }]));
    let events = changes(&grace, &before, 2).await;
    assert_eq!(events.iter().map(|event| &event["change"]).collect::<Vec<_>>(), ["REQUESTED", "EXPIRED"]);
    let letters = campus.letters_to(&grace.email(), 3).await;
    assert!(letters[2].contains("A request for a session expired"), "{}", letters[2]);
    for person in [&ada, &grace] {
        let news = person
            .query("{ viewer { notifications { nodes { ... on BookingNotification { change booking { id } } } } } }")
            .await;
        let expired = json!({ "change": "EXPIRED", "booking": { "id": id } });
        let nodes = news["viewer"]["notifications"]["nodes"].as_array().cloned().expect("nodes");
        assert_eq!(nodes.iter().filter(|node| **node == expired).count(), 1, "{nodes:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_request_expires_at_its_start_at_the_latest(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let window = json!([{ "startsAt": "2026-11-21T12:00:00Z", "endsAt": "2026-11-21T13:00:00Z" }]);
    let appointment = reviewed(&ada, &json!({ "windows": window })).await;
    let id = grace.book(&appointment, "2026-11-21T12:00:00Z").await["id"].clone();
    assert_eq!(grace.booking_field(&id, "approvalExpiresAt").await, "2026-11-21T12:00:00.000Z");
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(150), [&ada, &grace]).await;
    assert_eq!(status(&grace, &id).await, "EXPIRED");
    assert_eq!(approve(&ada, &id).await.refusals("approveBooking"), ["WRONG_STATE input.bookingId"]);
}

#[rstest]
#[tokio::test]
async fn moves_by_the_student_need_approval_again_and_moves_by_the_mentor_give_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = reviewed(&ada, &json!({})).await;
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    approve(&ada, &id).await.data();
    campus.advance(Duration::from_mins(5));
    let before = cursor(&grace).await;
    grace.reschedule(&id, &monday("10:00")).await.data();
    assert_eq!(status(&grace, &id).await, "REQUESTED");
    assert_eq!(grace.booking_field(&id, "approvalExpiresAt").await, "2026-11-22T09:35:00.000Z");
    assert_eq!(grace.slot_starts(&appointment).await, ["09:00", "11:00"].map(monday));
    ada.reschedule(&id, &monday("11:00")).await.data();
    assert_eq!(status(&grace, &id).await, "UPCOMING");
    let events = changes(&grace, &before, 2).await;
    assert_eq!(events.iter().map(|event| &event["change"]).collect::<Vec<_>>(), ["REQUESTED", "RESCHEDULED"]);
    // A mentor's move of an approved booking leaves it approved.
    ada.reschedule(&id, &monday("09:00")).await.data();
    assert_eq!(status(&grace, &id).await, "UPCOMING");
    // Existing bookings keep their status, and later moves need no approval.
    grace.reschedule(&id, &monday("10:00")).await.data();
    ada.update_appointment(&appointment, &json!({ "isApprovalRequired": null })).await.data();
    assert_eq!(status(&grace, &id).await, "REQUESTED");
    approve(&ada, &id).await.data();
    grace.reschedule(&id, &monday("09:00")).await.data();
    assert_eq!(status(&grace, &id).await, "UPCOMING");
}

#[rstest]
#[tokio::test]
async fn a_student_cancels_a_request_at_any_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = reviewed(&ada, &json!({ "cancellationNoticeMinutes": 43_200 })).await;
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    assert_eq!(grace.booking_field(&id, "viewerCanCancel").await, true);
    grace.cancel(&id).await.data();
    assert_eq!(status(&grace, &id).await, "CANCELLED");
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    // Once it is approved, the notice holds.
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    approve(&ada, &id).await.data();
    assert_eq!(grace.cancel(&id).await.refusals("cancelBooking"), ["NOTICE_TOO_SHORT input.bookingId"]);
}

#[rstest]
#[tokio::test]
async fn reminders_and_the_rights_of_booking_partners_start_with_the_approval(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let policy = "mutation { updateSettings(input: { messagePolicy: NOBODY }) { userErrors { code } } }";
    ada.query(policy).await;
    let appointment = reviewed(&ada, &json!({})).await;
    let start = "mutation($id: ID!) { startConversation(input: { userIds: [$id] }) { userErrors { code } } }";
    let ada_id = user_id(&ada).await;
    let can_write = async || {
        let response = grace.execute(start, json!({ "id": ada_id })).await.field("startConversation");
        response["userErrors"] == json!([])
    };
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    assert!(!can_write().await, "a request gives no rights");
    decline(&ada, &id).await.data();
    assert!(!can_write().await, "a refused request gives no rights");
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    grace.cancel(&id).await.data();
    assert!(!can_write().await, "a withdrawn request gives no rights");
    let requested = grace.book(&appointment, &monday("10:00")).await["id"].clone();
    let reminders = async || {
        let (count,): (i64,) =
            campus.app.db.one("select count(*) from booking_reminders", &[]).await.expect("the reminders are counted");
        count
    };
    assert_eq!(reminders().await, 0);
    approve(&ada, &requested).await.data();
    assert_eq!(reminders().await, 2);
    assert!(can_write().await, "an approved booking gives the rights");
    // A move that needs approval takes the reminders along.
    grace.reschedule(&requested, &monday("11:00")).await.data();
    assert_eq!(reminders().await, 0);
}

#[rstest]
#[tokio::test]
async fn requests_end_with_the_appointment_and_with_accounts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = reviewed(&ada, &json!({ "seats": 3 })).await;
    let of_grace = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let of_mary = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    let delete_account = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    mary.execute(delete_account, json!({ "password": PASSWORD })).await.data();
    assert_eq!(status(&ada, &of_mary).await, "CANCELLED");
    let delete = "mutation($id: ID!, $cancel: Boolean!) {
        deleteAppointment(input: { appointmentId: $id, cancelUpcoming: $cancel }) {
            cancelledBookings { id status } userErrors { code message path }
        }
    }";
    let refused = ada.execute(delete, json!({ "id": appointment, "cancel": false })).await;
    assert_eq!(refused.refusals("deleteAppointment"), ["HAS_BOOKINGS input.appointmentId"]);
    let deleted = ada.execute(delete, json!({ "id": appointment, "cancel": true })).await.field("deleteAppointment");
    assert_eq!(deleted["cancelledBookings"], json!([{ "id": of_grace, "status": "DECLINED" }]));

    let second = reviewed(&ada, &json!({})).await;
    let id = grace.book(&second, &monday("09:00")).await["id"].clone();
    ada.execute(delete_account, json!({ "password": PASSWORD })).await.data();
    assert_eq!(status(&grace, &id).await, "DECLINED");
}

#[rstest]
#[tokio::test]
async fn calendars_show_requests_as_tentative_and_refused_ones_as_cancelled(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    use super::feeds::{events, feed_of};
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = reviewed(&ada, &json!({ "seats": 2 })).await;
    let [of_ada, of_grace] = [feed_of(&ada).await, feed_of(&grace).await];
    let statuses = async || {
        let mut found = Vec::new();
        for feed in [&of_ada, &of_grace] {
            found.push(events(&campus, feed).await.into_iter().map(|event| event.status).collect::<Vec<_>>().join(" "));
        }
        found
    };
    let id = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    assert_eq!(statuses().await, ["TENTATIVE", "TENTATIVE"]);
    let other = mary.book(&appointment, &monday("09:00")).await["id"].clone();
    approve(&ada, &other).await.data();
    assert_eq!(statuses().await, ["CONFIRMED", "TENTATIVE"]);
    decline(&ada, &id).await.data();
    assert_eq!(statuses().await, ["CONFIRMED", "CANCELLED"]);
    mary.cancel(&other).await.data();
    assert_eq!(statuses().await, ["CANCELLED", "CANCELLED"]);
    grace.book(&appointment, &monday("10:00")).await;
    campus.advance(Duration::from_hours(24));
    let single = |status: &str| format!("{status} CANCELLED");
    // What has expired is listed as cancelled, at its instant.
    assert!(statuses().await.iter().all(|found| *found == single("CANCELLED")), "{:?}", statuses().await);
}
