//! The summary of a mentor's bookings.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{MARK_NO_SHOW, advance_and_login, monday, user_id};
use crate::support::{Campus, Engine, Person};

const SUMMARY: &str = "query($from: DateTime, $to: DateTime) { viewer { mentorSummary(from: $from, to: $to) {
    cancelledCount completedCount noShowCount studentCount nextBooking { id }
} } }";

async fn summary(person: &Person, range: Value) -> Value {
    person.execute(SUMMARY, range).await.field("viewer")["mentorSummary"].clone()
}

#[rstest]
#[tokio::test]
async fn a_summary_counts_the_bookings_of_a_mentor_by_their_start(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    assert_eq!(summary(&ada, json!({})).await, Value::Null);
    let more = json!({ "seats": 2, "maxBookingsPerStudentPerDay": 5 });
    let appointment = ada.teaches("Knots", &more).await;
    let nothing =
        json!({ "cancelledCount": 0, "completedCount": 0, "noShowCount": 0, "studentCount": 0, "nextBooking": null });
    assert_eq!(summary(&ada, json!({})).await, nothing);
    let first = grace.book(&appointment, &monday("09:00")).await["id"].clone();
    mary.book(&appointment, &monday("09:00")).await;
    grace.book(&appointment, &monday("10:00")).await;
    let missed = mary.book(&appointment, &monday("10:00")).await["id"].clone();
    let cancelled = grace.book(&appointment, &monday("11:00")).await["id"].clone();
    grace.cancel(&cancelled).await.data();
    let next = mary.book(&appointment, &monday("11:00")).await["id"].clone();
    // What the mentor books as a student does not count.
    let of_grace = grace
        .teaches(
            "Sails",
            &json!({ "windows": [
        { "startsAt": "2026-11-21T12:00:00Z", "endsAt": "2026-11-21T13:00:00Z" }
    ] }),
        )
        .await;
    ada.book(&of_grace, "2026-11-21T12:00:00Z").await;
    assert_eq!(summary(&ada, json!({})).await["nextBooking"]["id"], first);
    assert_eq!(summary(&mary, json!({})).await, Value::Null);

    let until_eleven = Duration::from_mins(49 * 60 + 30);
    let [ada, grace, mary] = advance_and_login(&campus, until_eleven, [&ada, &grace, &mary]).await;
    ada.execute(MARK_NO_SHOW, json!({ "id": missed, "user": user_id(&mary).await })).await.data();
    let counts = |cancelled: i64, completed: i64, no_show: i64, students: i64| {
        json!({
            "cancelledCount": cancelled, "completedCount": completed, "noShowCount": no_show,
            "studentCount": students, "nextBooking": { "id": next },
        })
    };
    for (range, expected) in [
        (json!({}), counts(1, 3, 1, 2)),
        (json!({ "from": monday("10:00") }), counts(1, 1, 1, 1)),
        (json!({ "from": monday("09:00"), "to": monday("10:00") }), counts(0, 2, 0, 2)),
        (json!({ "to": monday("09:00") }), counts(0, 0, 0, 0)),
    ] {
        assert_eq!(summary(&ada, range.clone()).await, expected, "{range}");
    }
    let wrong = json!({ "from": monday("10:00"), "to": monday("09:00") });
    assert_eq!(ada.execute(SUMMARY, wrong).await.codes(), ["BAD_USER_INPUT"]);
    // At its instant, whether or not the scheduler has come by.
    campus.advance(Duration::from_hours(1));
    let [ada, grace] = advance_and_login(&campus, Duration::ZERO, [&ada, &grace]).await;
    let done = summary(&ada, json!({})).await;
    assert_eq!((&done["completedCount"], &done["nextBooking"]), (&json!(4), &Value::Null));

    // A mentor without appointments stays one.
    let delete = "mutation($id: ID!) { deleteAppointment(input: { appointmentId: $id }) { deletedAppointmentId } }";
    grace.execute(delete, json!({ "id": of_grace })).await.data();
    assert_eq!(summary(&grace, json!({})).await["completedCount"], 1);
    let never_booked = mary.login().await;
    let own = never_booked.teaches("Ropes", &json!({})).await;
    never_booked.execute(delete, json!({ "id": own })).await.data();
    assert_eq!(summary(&never_booked, json!({})).await, nothing);
}
