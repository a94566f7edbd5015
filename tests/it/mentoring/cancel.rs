//! Cancellation, completion and no-shows, and the lists of bookings.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{CANCEL, COMPLETE, MARK_NO_SHOW, advance_and_login, monday, user_id};
use crate::support::{Campus, Engine, Person};

const HOUR: Duration = Duration::from_hours(1);

/// The time from the start of the clock until Monday, 9:00.
const UNTIL_NINE: Duration = Duration::from_mins(47 * 60 + 30);

async fn complete(person: &Person, booking: &Value) -> Vec<String> {
    person.execute(COMPLETE, json!({ "id": booking })).await.refusals("completeBooking")
}

async fn no_show(person: &Person, booking: &Value, user: &Value) -> Vec<String> {
    person.execute(MARK_NO_SHOW, json!({ "id": booking, "user": user })).await.refusals("markNoShow")
}

#[rstest]
#[tokio::test]
async fn a_cancelled_booking_has_user_and_reason_and_releases_its_slot(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    for (reason, code) in [(" ", "TOO_SHORT"), (&*"x".repeat(501), "TOO_LONG")] {
        let answer = grace.execute(CANCEL, json!({ "id": booking, "reason": reason })).await;
        assert_eq!(answer.refusals("cancelBooking"), [format!("{code} input.reason")]);
    }
    let payload = grace.execute(CANCEL, json!({ "id": booking, "reason": " Ill " })).await.field("cancelBooking");
    let cancelled = json!({
        "id": booking, "status": "CANCELLED", "cancelledAt": "2026-11-21T09:30:00.000Z", "cancelReason": "Ill",
        "cancelledBy": { "username": "grace" }, "viewerCanCancel": false, "viewerCanReschedule": false,
    });
    assert_eq!(payload, json!({ "booking": cancelled, "userErrors": [] }));
    assert_eq!(grace.slot_starts(&appointment).await.len(), 3);
    for person in [&ada, &grace] {
        assert_eq!(person.cancel(&booking).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
        let moved = person.reschedule(&booking, &monday("10:00")).await;
        assert_eq!(moved.refusals("rescheduleBooking"), ["WRONG_STATE input.bookingId"]);
    }
    let again = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    assert_ne!(again, booking);

    // The student may cancel until two hours before the start, the mentor until the end.
    let [ada, grace] = advance_and_login(&campus, UNTIL_NINE.saturating_sub(2 * HOUR), [&ada, &grace]).await;
    assert_eq!(grace.booking_field(&again, "viewerCanCancel").await, true);
    campus.advance(Duration::from_millis(1));
    assert_eq!(grace.booking_field(&again, "viewerCanCancel").await, false);
    assert_eq!(grace.cancel(&again).await.refusals("cancelBooking"), ["NOTICE_TOO_SHORT input.bookingId"]);
    let [ada, grace] = advance_and_login(&campus, 2 * HOUR + HOUR / 2, [&ada, &grace]).await;
    assert_eq!(grace.cancel(&again).await.refusals("cancelBooking"), ["NOTICE_TOO_SHORT input.bookingId"]);
    assert_eq!(ada.cancel(&again).await.refusals("cancelBooking"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_booking_is_completed_by_its_mentor_or_at_its_end(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let first = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let second = mary.book(&appointment, &monday("10:00")).await["id"].clone();
    assert_eq!(complete(&ada, &first).await, ["WRONG_STATE input.bookingId"]);
    assert_eq!(complete(&grace, &first).await, ["FORBIDDEN input.bookingId"]);
    let [ada, grace, mary] = advance_and_login(&campus, UNTIL_NINE, [&ada, &grace, &mary]).await;
    assert_eq!(ada.booking_field(&first, "viewerCanComplete").await, true);
    assert_eq!(grace.booking_field(&first, "viewerCanComplete").await, false);
    assert_eq!(complete(&ada, &first).await, [""; 0]);
    assert_eq!(complete(&ada, &first).await, ["WRONG_STATE input.bookingId"]);
    assert_eq!(ada.cancel(&first).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);

    // It reads as completed from its end on, before the scheduler has stored that.
    let [ada, mary] =
        advance_and_login(&campus, (2 * HOUR).saturating_sub(Duration::from_millis(1)), [&ada, &mary]).await;
    assert_eq!(mary.booking_field(&second, "status").await, "UPCOMING");
    campus.advance(Duration::from_millis(1));
    assert_eq!(mary.booking_field(&second, "status").await, "COMPLETED");
    let list = "{ up: bookings(status: UPCOMING) { totalCount } done: bookings(status: COMPLETED) { totalCount } }";
    let counts = json!({ "up": { "totalCount": 0 }, "done": { "totalCount": 2 } });
    assert_eq!(ada.query(list).await, counts);
    studyhall::bookings::scheduler::rules::run_due(&campus.app).await.expect("the scheduler runs");
    assert_eq!(ada.query(list).await, counts);
    assert_eq!(ada.cancel(&second).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
}

#[rstest]
#[tokio::test]
async fn a_no_show_can_be_recorded_by_mentor_and_student(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada.teaches("Knots", &json!({})).await;
    let (mentor, student, stranger) = (user_id(&ada).await, user_id(&grace).await, user_id(&mary).await);
    let first = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    let second = mary.book(&appointment, &monday("10:00")).await["id"].clone();
    let third = grace.book(&appointment, "2026-11-30T09:00:00Z").await["id"].clone();
    assert_eq!(no_show(&ada, &first, &student).await, ["WRONG_STATE input.bookingId"]);
    let [ada, grace, mary] = advance_and_login(&campus, UNTIL_NINE, [&ada, &grace, &mary]).await;
    for user in [&stranger, &json!("rubbish")] {
        assert_eq!(no_show(&ada, &first, user).await, ["NOT_FOUND input.userId"]);
    }
    let payload = ada.execute(MARK_NO_SHOW, json!({ "id": first, "user": student })).await.field("markNoShow");
    let missed = json!({ "id": first, "status": "NO_SHOW", "noShowUser": { "username": "grace" } });
    assert_eq!(payload, json!({ "booking": missed, "userErrors": [] }));
    assert_eq!(no_show(&grace, &first, &mentor).await, ["WRONG_STATE input.bookingId"]);

    // A booking that was completed automatically can be marked for seven days.
    let [ada, mary] = advance_and_login(&campus, 2 * HOUR + 7 * 24 * HOUR, [&ada, &mary]).await;
    assert_eq!(mary.booking_field(&second, "viewerCanMarkNoShow").await, true);
    campus.advance(Duration::from_millis(1));
    assert_eq!(no_show(&mary, &second, &mentor).await, ["WRONG_STATE input.bookingId"]);
    // The third booking ended an hour ago.
    assert_eq!(no_show(&ada, &third, &mentor).await, [""; 0]);
    assert_eq!(ada.booking_field(&third, "status").await, "NO_SHOW");
}

#[rstest]
#[tokio::test]
async fn bookings_are_paged_by_start_in_both_directions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    for time in ["11:00", "09:00", "10:00"] {
        grace.book(&appointment, &monday(time)).await;
    }
    grace.book(&appointment, "2026-11-30T09:00:00Z").await;
    let page = "query($status: BookingStatus, $first: Int, $after: String, $last: Int, $before: String) {
        bookings(status: $status, first: $first, after: $after, last: $last, before: $before) {
            edges { node { startsAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
        }
    }";
    let times = |page: &Value| {
        let edges = page["edges"].as_array().cloned().expect("edges");
        edges
            .iter()
            .map(|edge| edge["node"]["startsAt"].as_str().expect("an instant")[8..16].to_owned())
            .collect::<Vec<_>>()
    };
    for (status, all) in [
        (json!("UPCOMING"), ["23T09:00", "23T10:00", "23T11:00", "30T09:00"]),
        (Value::Null, ["30T09:00", "23T11:00", "23T10:00", "23T09:00"]),
    ] {
        let first = ada.execute(page, json!({ "status": status, "first": 3 })).await.field("bookings");
        assert_eq!(
            (times(&first), &first["totalCount"]),
            (all[..3].iter().map(|time| (*time).to_owned()).collect(), &json!(4))
        );
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let arguments = json!({ "status": status, "first": 3, "after": first["pageInfo"]["endCursor"] });
        let rest = ada.execute(page, arguments).await.field("bookings");
        assert_eq!(times(&rest), all[3..]);
        let arguments = json!({ "status": status, "last": 2, "before": rest["pageInfo"]["startCursor"] });
        assert_eq!(times(&ada.execute(page, arguments).await.field("bookings")), all[1..3]);
    }
    let own = "query($id: ID!) { appointment(id: $id) {
        bookings(status: UPCOMING, first: 2) { edges { node { startsAt student { username } } } totalCount }
    } }";
    let bookings = ada.execute(own, json!({ "id": appointment })).await.field("appointment")["bookings"].clone();
    assert_eq!(
        (times(&bookings), &bookings["totalCount"]),
        (vec!["23T09:00".to_owned(), "23T10:00".to_owned()], &json!(4))
    );
    assert_eq!(grace.execute(own, json!({ "id": appointment })).await.field("appointment")["bookings"], Value::Null);
}
