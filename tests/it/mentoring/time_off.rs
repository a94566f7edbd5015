//! Times off of mentors.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::{advance_and_login, monday, user_id};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person, Socket};

const CREATE: &str = "mutation Create($input: CreateTimeOffInput!) {
    createTimeOff(input: $input) {
        timeOffEdge { cursor node { id startsAt endsAt note } }
        cancelledBookings { id status } conflictingBookings { id }
        userErrors { code message path }
    }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deleteTimeOff(input: { timeOffId: $id }) { deletedTimeOffId userErrors { code message path } }
}";

const LIST: &str = "query($first: Int, $after: String) { viewer { timeOffs(first: $first, after: $after) {
    nodes { id } edges { cursor } totalCount pageInfo { hasNextPage }
} } }";

async fn try_create(person: &Person, from: &str, to: &str, more: Value) -> Response {
    let input = super::merge(json!({ "startsAt": from, "endsAt": to }), &more);
    person.execute(CREATE, json!({ "input": input })).await
}

/// Creates a time off and returns its id.
async fn create(person: &Person, from: &str, to: &str) -> Value {
    let payload = try_create(person, from, to, json!({})).await.field("createTimeOff");
    assert_eq!(payload["userErrors"], json!([]));
    payload["timeOffEdge"]["node"]["id"].clone()
}

async fn delete(person: &Person, id: &Value) -> Response {
    person.execute(DELETE, json!({ "id": id })).await
}

#[rstest]
#[tokio::test]
async fn a_time_off_removes_the_slots_that_it_overlaps_in_all_appointments(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let knots = ada.teaches("Knots", &json!({ "bufferMinutes": 0 })).await;
    let sails = ada.teaches("Sails", &json!({ "sessionMinutes": 30, "bufferMinutes": 30 })).await;
    let of_grace = grace.teaches("Ropes", &json!({})).await;
    let booking = grace.book(&knots, &monday("11:00")).await["id"].clone();
    let slots = "subscription($id: ID!) {
        slotsChanged(appointmentId: $id, from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") { slots { startsAt } }
    }";
    let mut stream = Socket::subscribed(&grace, slots, json!({ "id": knots })).await;
    assert_eq!(stream.next().await["slotsChanged"]["slots"].as_array().map(Vec::len), Some(2));

    let payload = try_create(&ada, &monday("09:30"), &monday("10:00"), json!({ "note": " Dentist " })).await;
    let payload = payload.field("createTimeOff");
    let node = payload["timeOffEdge"]["node"].clone();
    assert_eq!(
        node,
        json!({ "id": node["id"], "startsAt": monday("09:30"), "endsAt": monday("10:00"), "note": "Dentist" })
    );
    assert_eq!(stream.next().await["slotsChanged"]["slots"], json!([{ "startsAt": monday("10:00") }]));
    assert_eq!(grace.slot_starts(&knots).await, [monday("10:00")]);
    // The session at 9:00 ends before it. The break after it may overlap.
    assert_eq!(grace.slot_starts(&sails).await, ["09:00", "10:00"].map(monday));
    // Bookings and moves are refused as if there were no such slot.
    let refused = grace.try_book(&knots, &monday("09:00")).await;
    assert_eq!(refused.refusals("createBooking"), ["SLOT_UNAVAILABLE input.startsAt"]);
    for person in [&grace, &ada] {
        let moved = person.reschedule(&booking, &monday("09:00")).await;
        assert_eq!(moved.refusals("rescheduleBooking"), ["SLOT_UNAVAILABLE input.startsAt"]);
    }
    // The mentor can still book as a student.
    ada.book(&of_grace, &monday("09:00")).await;
    let booked =
        ada.query("{ bookings(filter: { role: STUDENT }) { nodes { id } } }").await["bookings"]["nodes"].clone();
    ada.cancel(&booked[0]["id"]).await.data();
    assert_eq!(grace.slot_starts(&knots).await, [monday("10:00")]);

    // Only the mentor sees and deletes it.
    let query = "query($id: ID!) { node(id: $id) { __typename ... on TimeOff { note } } }";
    let seen = ada.execute(query, json!({ "id": node["id"] })).await.field("node");
    assert_eq!(seen, json!({ "__typename": "TimeOff", "note": "Dentist" }));
    assert_eq!(grace.execute(query, json!({ "id": node["id"] })).await.field("node"), Value::Null);
    for id in [&node["id"], &json!("tof_0000000000000"), &json!("rubbish"), &user_id(&grace).await] {
        assert_eq!(delete(&grace, id).await.refusals("deleteTimeOff"), ["NOT_FOUND input.timeOffId"]);
    }
    // Times off may overlap.
    let second = create(&ada, &monday("09:00"), &monday("09:45")).await;
    assert_eq!(delete(&ada, &node["id"]).await.field("deleteTimeOff")["deletedTimeOffId"], node["id"]);
    assert_eq!(grace.slot_starts(&knots).await, [monday("10:00")]);
    assert_eq!(delete(&ada, &node["id"]).await.refusals("deleteTimeOff"), ["NOT_FOUND input.timeOffId"]);
    delete(&ada, &second).await.data();
    assert_eq!(stream.next().await["slotsChanged"]["slots"].as_array().map(Vec::len), Some(2));
    grace.reschedule(&booking, &monday("09:00")).await.data();
}

#[rstest]
#[tokio::test]
async fn bookings_and_requests_prevent_a_time_off_unless_it_cancels_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) =
        (campus.member("ada").await, campus.confirmed_member("grace").await, campus.member("mary").await);
    let knots = ada.teaches("Knots", &json!({})).await;
    let sails = ada.teaches("Sails", &json!({ "isApprovalRequired": true })).await;
    let request = mary.book(&sails, &monday("10:00")).await["id"].clone();
    let booking = grace.book(&knots, &monday("09:00")).await["id"].clone();
    let untouched = grace.teaches("Ropes", &json!({})).await;
    let as_student = ada.book(&untouched, &monday("11:00")).await["id"].clone();

    let refused = try_create(&ada, &monday("09:59"), &monday("10:01"), json!({})).await;
    assert_eq!(refused.refusals("createTimeOff"), ["HAS_BOOKINGS"]);
    let payload = refused.field("createTimeOff");
    assert_eq!(payload["conflictingBookings"], json!([{ "id": booking }, { "id": request }]));
    assert_eq!((&payload["timeOffEdge"], &payload["cancelledBookings"]), (&Value::Null, &json!([])));
    assert_eq!(ada.query(LIST).await["viewer"]["timeOffs"]["totalCount"], 0);
    // What only touches it does not prevent it.
    create(&ada, &monday("11:00"), &monday("12:00")).await;

    let cancel = json!({ "cancelUpcoming": true, "clientKey": "k1" });
    let payload = try_create(&ada, &monday("08:00"), &monday("12:00"), cancel.clone()).await.field("createTimeOff");
    assert_eq!(
        payload["cancelledBookings"],
        json!([{ "id": booking, "status": "CANCELLED" }, { "id": request, "status": "DECLINED" }])
    );
    assert_eq!(ada.booking_field(&as_student, "status").await, "UPCOMING");
    let letters = campus.letters_to(&grace.email(), 4).await;
    assert!(letters.iter().any(|letter| letter.contains("ada cancelled your session")), "{letters:?}");
    let news = "{ viewer { notifications { nodes { ... on BookingNotification { change } } } } }";
    assert_eq!(mary.query(news).await["viewer"]["notifications"]["nodes"], json!([{ "change": "DECLINED" }]));
    let again = try_create(&ada, &monday("08:00"), &monday("12:00"), cancel).await.field("createTimeOff");
    assert_eq!(again["timeOffEdge"], payload["timeOffEdge"]);
    assert_eq!(ada.query(LIST).await["viewer"]["timeOffs"]["totalCount"], 2);
}

#[rstest]
#[tokio::test]
async fn a_time_off_is_validated_and_its_key_is_kept(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    for (from, to, more, refusals) in [
        (monday("10:00"), monday("10:00"), json!({}), vec!["INVALID input.endsAt"]),
        (
            monday("10:00"),
            monday("09:00"),
            json!({ "note": " " }),
            vec!["TOO_SHORT input.note", "INVALID input.endsAt"],
        ),
        ("2026-11-20T00:00:00Z".to_owned(), "2026-11-21T09:30:00Z".to_owned(), json!({}), vec!["INVALID input.endsAt"]),
        (
            "2026-11-20T00:00:00Z".to_owned(),
            "2026-11-21T09:30:00Z".to_owned(),
            json!({ "clientKey": "k9" }),
            vec!["INVALID input.endsAt"],
        ),
        (
            "2026-11-22T00:00:00Z".to_owned(),
            "2027-11-23T00:00:00.001Z".to_owned(),
            json!({}),
            vec!["INVALID input.endsAt"],
        ),
        (monday("09:00"), monday("10:00"), json!({ "note": "x".repeat(201) }), vec!["TOO_LONG input.note"]),
        (monday("09:00"), monday("10:00"), json!({ "note": "a\nb" }), vec!["INVALID input.note"]),
        (monday("09:00"), monday("10:00"), json!({ "clientKey": " " }), vec!["TOO_SHORT input.clientKey"]),
    ] {
        let response = try_create(&ada, &from, &to, more.clone()).await;
        assert_eq!(response.refusals("createTimeOff"), refusals, "{from} {to} {more}");
    }
    assert_eq!(try_create(&ada, "tomorrow", &monday("10:00"), json!({})).await.codes(), ["BAD_USER_INPUT"]);
    // 366 days, and one that has begun.
    create(&ada, "2026-11-22T00:00:00Z", "2027-11-23T00:00:00Z").await;
    create(&ada, "2026-11-21T09:00:00Z", "2026-11-21T09:30:00.001Z").await;

    let key = |note: &str| json!({ "clientKey": "k1", "note": note });
    let first = try_create(&ada, &monday("09:00"), &monday("10:00"), key("a")).await.field("createTimeOff");
    let again = try_create(&ada, &monday("09:00"), &monday("10:00"), key(" a ")).await.field("createTimeOff");
    assert_eq!(first, again);
    let other = try_create(&ada, &monday("09:00"), &monday("10:00"), key("b")).await;
    assert_eq!(other.refusals("createTimeOff"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    // Also once it is over.
    let [ada] = advance_and_login(&campus, Duration::from_hours(72), [&ada]).await;
    let again = try_create(&ada, &monday("09:00"), &monday("10:00"), key("a")).await.field("createTimeOff");
    assert_eq!(first, again);
    delete(&ada, &first["timeOffEdge"]["node"]["id"]).await.data();
    let gone = try_create(&ada, &monday("09:00"), &monday("10:00"), key("a")).await;
    assert_eq!(gone.refusals("createTimeOff"), ["NOT_FOUND input.clientKey"]);
}

#[rstest]
#[tokio::test]
async fn times_off_that_are_not_over_are_listed_and_limited(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let later = create(&ada, &monday("10:00"), &monday("11:00")).await;
    let sooner = create(&ada, &monday("09:00"), &monday("10:00")).await;
    create(&ada, "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z").await;
    let [ada, grace] = advance_and_login(&campus, Duration::from_mins(30), [&ada, &grace]).await;
    let listed = ada.query(LIST).await["viewer"]["timeOffs"].clone();
    assert_eq!((&listed["nodes"], &listed["totalCount"]), (&json!([{ "id": sooner }, { "id": later }]), &json!(2)));
    let first = ada.execute(LIST, json!({ "first": 1 })).await.field("viewer")["timeOffs"].clone();
    assert_eq!((&first["nodes"], &first["pageInfo"]["hasNextPage"]), (&json!([{ "id": sooner }]), &json!(true)));
    let next = json!({ "first": 1, "after": first["edges"][0]["cursor"] });
    let rest = ada.execute(LIST, next).await.field("viewer")["timeOffs"].clone();
    assert_eq!((&rest["nodes"], &rest["pageInfo"]["hasNextPage"]), (&json!([{ "id": later }]), &json!(false)));
    assert_eq!(grace.query(LIST).await["viewer"]["timeOffs"]["totalCount"], 0);

    for _ in 2..100 {
        create(&ada, &monday("09:00"), &monday("10:00")).await;
    }
    let refused = try_create(&ada, &monday("09:00"), &monday("10:00"), json!({})).await;
    assert_eq!(refused.refusals("createTimeOff"), ["QUOTA_EXCEEDED"]);
    assert_eq!(
        campus
            .anonymous()
            .execute(CREATE, json!({ "input": { "startsAt": monday("09:00"), "endsAt": monday("10:00") } }))
            .await
            .codes(),
        ["UNAUTHENTICATED"]
    );
    // They are deleted with the account.
    let delete_account = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    ada.execute(delete_account, json!({ "password": PASSWORD })).await.data();
    let (left,): (i64,) = campus.app.db.one("select count(*) from times_off", &[]).await.expect("they are counted");
    assert_eq!(left, 0);
}
