//! Ends of bookings: cancelled, completed, missed; and the lists that follow.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{CANCEL, COMPLETE, NO_SHOW, later, monday, user_of};
use crate::support::{Campus, Engine, Person};

const HOUR: Duration = Duration::from_hours(1);

/// Until Monday, 9:00.
const UNTIL_NINE: Duration = Duration::from_mins(47 * 60 + 30);

async fn complete(person: &Person, booking: &Value) -> Vec<String> {
    person.execute(COMPLETE, json!({ "id": booking })).await.refusals("completeBooking")
}

async fn no_show(person: &Person, booking: &Value, user: &Value) -> Vec<String> {
    person.execute(NO_SHOW, json!({ "id": booking, "user": user })).await.refusals("markNoShow")
}

#[rstest]
#[tokio::test]
async fn cancelling_says_who_and_why_and_frees_the_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let booking = grace.book(&offer, &monday("09:00")).await["id"].clone();
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
    assert_eq!(grace.starts(&offer).await.len(), 3);
    for person in [&ada, &grace] {
        assert_eq!(person.cancel(&booking).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
        let moved = person.reschedule(&booking, &monday("10:00")).await;
        assert_eq!(moved.refusals("rescheduleBooking"), ["WRONG_STATE input.bookingId"]);
    }
    let again = grace.book(&offer, &monday("09:00")).await["id"].clone();
    assert_ne!(again, booking);

    // Until two hours before it the student may, until its end the mentor.
    let [ada, grace] = later(&campus, UNTIL_NINE.saturating_sub(2 * HOUR), [&ada, &grace]).await;
    assert_eq!(grace.of_booking(&again, "viewerCanCancel").await, true);
    campus.advance(Duration::from_millis(1));
    assert_eq!(grace.of_booking(&again, "viewerCanCancel").await, false);
    assert_eq!(grace.cancel(&again).await.refusals("cancelBooking"), ["NOTICE_TOO_SHORT input.bookingId"]);
    let [ada, grace] = later(&campus, 2 * HOUR + HOUR / 2, [&ada, &grace]).await;
    assert_eq!(grace.cancel(&again).await.refusals("cancelBooking"), ["NOTICE_TOO_SHORT input.bookingId"]);
    assert_eq!(ada.cancel(&again).await.refusals("cancelBooking"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn completion_is_for_the_mentor_and_for_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let first = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let second = mary.book(&offer, &monday("10:00")).await["id"].clone();
    assert_eq!(complete(&ada, &first).await, ["WRONG_STATE input.bookingId"]);
    assert_eq!(complete(&grace, &first).await, ["FORBIDDEN input.bookingId"]);
    let [ada, grace, mary] = later(&campus, UNTIL_NINE, [&ada, &grace, &mary]).await;
    assert_eq!(ada.of_booking(&first, "viewerCanComplete").await, true);
    assert_eq!(grace.of_booking(&first, "viewerCanComplete").await, false);
    assert_eq!(complete(&ada, &first).await, [""; 0]);
    assert_eq!(complete(&ada, &first).await, ["WRONG_STATE input.bookingId"]);
    assert_eq!(ada.cancel(&first).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);

    // At its very end it is completed, whether or not anybody has written that down.
    let [ada, mary] = later(&campus, (2 * HOUR).saturating_sub(Duration::from_millis(1)), [&ada, &mary]).await;
    assert_eq!(mary.of_booking(&second, "status").await, "UPCOMING");
    campus.advance(Duration::from_millis(1));
    assert_eq!(mary.of_booking(&second, "status").await, "COMPLETED");
    let list = "{ up: bookings(status: UPCOMING) { totalCount } done: bookings(status: COMPLETED) { totalCount } }";
    let counts = json!({ "up": { "totalCount": 0 }, "done": { "totalCount": 2 } });
    assert_eq!(ada.query(list).await, counts);
    studyhall::bookings::scheduler::rules::run(&campus.app).await.expect("what is due is done");
    assert_eq!(ada.query(list).await, counts);
    assert_eq!(ada.cancel(&second).await.refusals("cancelBooking"), ["WRONG_STATE input.bookingId"]);
}

#[rstest]
#[tokio::test]
async fn either_may_say_who_did_not_come(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let offer = ada.teaches("Knots", &json!({})).await;
    let (mentor, student, stranger) = (user_of(&ada).await, user_of(&grace).await, user_of(&mary).await);
    let first = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let second = mary.book(&offer, &monday("10:00")).await["id"].clone();
    let third = grace.book(&offer, "2026-11-30T09:00:00Z").await["id"].clone();
    assert_eq!(no_show(&ada, &first, &student).await, ["WRONG_STATE input.bookingId"]);
    let [ada, grace, mary] = later(&campus, UNTIL_NINE, [&ada, &grace, &mary]).await;
    for user in [&stranger, &json!("rubbish")] {
        assert_eq!(no_show(&ada, &first, user).await, ["NOT_FOUND input.userId"]);
    }
    let payload = ada.execute(NO_SHOW, json!({ "id": first, "user": student })).await.field("markNoShow");
    let missed = json!({ "id": first, "status": "NO_SHOW", "noShowUser": { "username": "grace" } });
    assert_eq!(payload, json!({ "booking": missed, "userErrors": [] }));
    assert_eq!(no_show(&grace, &first, &mentor).await, ["WRONG_STATE input.bookingId"]);

    // Over what completed itself, too, for seven days.
    let [ada, mary] = later(&campus, 2 * HOUR + 7 * 24 * HOUR, [&ada, &mary]).await;
    assert_eq!(mary.of_booking(&second, "viewerCanMarkNoShow").await, true);
    campus.advance(Duration::from_millis(1));
    assert_eq!(no_show(&mary, &second, &mentor).await, ["WRONG_STATE input.bookingId"]);
    // The third is over since an hour.
    assert_eq!(no_show(&ada, &third, &mentor).await, [""; 0]);
    assert_eq!(ada.of_booking(&third, "status").await, "NO_SHOW");
}

#[rstest]
#[tokio::test]
async fn lists_are_paged_by_instant_in_either_direction(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let offer = ada.teaches("Knots", &json!({ "maxBookingsPerStudentPerDay": 9 })).await;
    for time in ["11:00", "09:00", "10:00"] {
        grace.book(&offer, &monday(time)).await;
    }
    grace.book(&offer, "2026-11-30T09:00:00Z").await;
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
    let bookings = ada.execute(own, json!({ "id": offer })).await.field("appointment")["bookings"].clone();
    assert_eq!(
        (times(&bookings), &bookings["totalCount"]),
        (vec!["23T09:00".to_owned(), "23T10:00".to_owned()], &json!(4))
    );
    assert_eq!(grace.execute(own, json!({ "id": offer })).await.field("appointment")["bookings"], Value::Null);
}
