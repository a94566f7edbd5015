//! What user errors say beyond code, message and path: the limit, the instant to try again, and other slots.

use rstest::rstest;
use serde_json::{Value, json};

use crate::mentoring::monday;
use crate::support::{Campus, Engine, Person};

/// Runs a mutation and returns the code and the limit of each user error.
async fn limits(person: &Person, name: &str, input_type: &str, input: Value) -> Value {
    let mutation = format!(
        "mutation ($input: {input_type}!) {{ {name}(input: $input) {{ userErrors {{ code limit retryAt }} }} }}"
    );
    let payload = person.execute(&mutation, json!({ "input": input })).await.field(name);
    let errors = payload["userErrors"].as_array().expect("a list");
    assert!(errors.iter().all(|error| error["retryAt"].is_null()), "{payload}");
    errors.iter().map(|error| json!([error["code"], error["limit"]])).collect()
}

#[rstest]
#[tokio::test]
async fn a_problem_with_a_length_or_a_number_names_the_limit(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let ids = |count: usize| vec!["img_0000000000000"; count];
    for (name, input_type, input, expected) in [
        ("createPost", "CreatePostInput", json!({ "text": "" }), json!([["TOO_SHORT", 1]])),
        ("createPost", "CreatePostInput", json!({ "text": "x".repeat(5_001) }), json!([["TOO_LONG", 5_000]])),
        ("createPost", "CreatePostInput", json!({ "text": "x", "imageIds": ids(5) }), json!([["TOO_LONG", 4]])),
        ("startConversation", "StartConversationInput", json!({ "userIds": [] }), json!([["TOO_SHORT", 1]])),
        (
            "updateProfile",
            "UpdateProfileInput",
            json!({ "skills": vec!["rowing"; 31], "firstName": "x".repeat(51) }),
            json!([["TOO_LONG", 50], ["TOO_LONG", 30]]),
        ),
        ("createTopic", "CreateTopicInput", json!({ "title": " " }), json!([["TOO_SHORT", 1]])),
        // No limit is exceeded.
        ("deletePost", "DeletePostInput", json!({ "postId": "pst_0000000000000" }), json!([["NOT_FOUND", null]])),
    ] {
        assert_eq!(limits(&ada, name, input_type, input.clone()).await, expected, "{name}");
    }
    let signup = json!({ "username": "x".repeat(31), "email": "grace@campus.example", "password": "short" });
    let refused = limits(&campus.anonymous(), "register", "RegisterInput", signup).await;
    assert_eq!(refused, json!([["PASSWORD_WEAK", null], ["TOO_LONG", 30]]));
}

#[rstest]
#[tokio::test]
async fn a_change_that_has_to_wait_for_the_start_names_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let knots = ada.teaches("Knots", &json!({ "cancellationNoticeMinutes": 4_320 })).await;
    let booking = grace.book(&knots, &monday("10:00")).await["id"].clone();
    let complete = "mutation ($id: ID!) {
        completeBooking(input: { bookingId: $id }) { userErrors { code retryAt limit } }
    }";
    let early = ada.execute(complete, json!({ "id": booking })).await.field("completeBooking");
    assert_eq!(early["userErrors"], json!([{ "code": "WRONG_STATE", "retryAt": monday("10:00"), "limit": null }]));
    // Three days of notice, and the session is in two days.
    let cancel =
        "mutation ($id: ID!) { cancelBooking(input: { bookingId: $id }) { userErrors { code retryAt limit } } }";
    let late = grace.execute(cancel, json!({ "id": booking })).await.field("cancelBooking");
    assert_eq!(late["userErrors"], json!([{ "code": "NOTICE_TOO_SHORT", "retryAt": null, "limit": 4_320 }]));
    ada.execute(cancel, json!({ "id": booking })).await;
    let over = ada.execute(complete, json!({ "id": booking })).await.field("completeBooking");
    assert_eq!(over["userErrors"], json!([{ "code": "WRONG_STATE", "retryAt": null, "limit": null }]));
}

/// Tries to book a slot, and returns the code and the starts of the alternatives.
async fn alternatives(student: &Person, appointment: &Value, starts_at: &str) -> (Value, Vec<String>) {
    let book = "mutation ($input: CreateBookingInput!) {
        createBooking(input: $input) { userErrors { code alternativeSlots { startsAt seatsLeft appointment { id } } } }
    }";
    let input = json!({ "appointmentId": appointment, "startsAt": starts_at });
    let payload = student.execute(book, json!({ "input": input })).await.field("createBooking");
    let error = &payload["userErrors"][0];
    let slots = error["alternativeSlots"].as_array().expect("a list");
    assert!(slots.iter().all(|slot| slot["appointment"]["id"] == *appointment), "{payload}");
    let starts = slots.iter().map(|slot| slot["startsAt"].as_str().expect("a time").to_owned());
    (error["code"].clone(), starts.collect())
}

#[rstest]
#[tokio::test]
async fn a_slot_that_is_taken_comes_with_the_nearest_slots_that_can_be_booked_instead(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let day = json!([{ "weekday": "MONDAY", "from": "08:00", "to": "14:00" }]);
    let knots = ada.teaches("Knots", &json!({ "weeklyHours": day })).await;
    let next = |time: &str| format!("2026-11-30T{time}:00.000Z");
    grace.book(&knots, &monday("10:00")).await;
    let (code, starts) = alternatives(&mary, &knots, &monday("10:00")).await;
    assert_eq!(code, "SLOT_TAKEN");
    assert_eq!(starts, ["09:00", "11:00", "08:00", "12:00", "13:00"].map(monday));
    // Off the grid; and never what the student cannot take: another booking, or the limit of the day.
    let sails = grace.teaches("Sails", &json!({ "weeklyHours": day })).await;
    mary.book(&sails, &monday("08:00")).await;
    let (code, starts) = alternatives(&mary, &knots, &monday("09:30")).await;
    assert_eq!(code, "SLOT_UNAVAILABLE");
    assert_eq!(
        starts,
        ["09:00", "11:00", "12:00", "13:00"].map(monday).into_iter().chain([next("08:00")]).collect::<Vec<_>>()
    );
    let once = ada.teaches("Ropes", &json!({ "weeklyHours": day, "maxBookingsPerStudentPerDay": 1 })).await;
    mary.book(&once, &monday("12:00")).await;
    let (_, starts) = alternatives(&mary, &once, &monday("12:30")).await;
    assert_eq!(starts, ["08:00", "09:00", "10:00", "11:00", "12:00"].map(next));
    // Too far ahead: the last slots that can be booked.
    let (_, starts) = alternatives(&mary, &knots, "2031-11-23T10:00:00Z").await;
    assert_eq!(starts.len(), 5);
    // Other refusals have none.
    let (code, starts) = alternatives(&mary, &knots, &monday("08:00")).await;
    assert_eq!((code, starts), (json!("OVERLAP"), vec![]));
}

#[rstest]
#[tokio::test]
async fn the_server_describes_itself_without_a_session(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let query = "{ server { id name version registrationMode limits {
        commentLength documentBytes fileBytes groupSize imageBytes messageLength operationCost pageSize postLength storageBytes
    } } }";
    let server = campus.anonymous().query(query).await["server"].clone();
    assert_eq!((&server["name"], &server["registrationMode"]), (&json!("Studyhall"), &json!("OPEN")));
    assert_eq!(server["version"], env!("CARGO_PKG_VERSION"));
    let limits = &campus.app.config.limits;
    assert_eq!(
        server["limits"],
        json!({
            "commentLength": 2_000, "documentBytes": limits.max_document_bytes, "fileBytes": limits.max_file_bytes, "groupSize": 50, "imageBytes": limits.max_upload_bytes,
            "messageLength": 4_000, "operationCost": limits.max_cost, "pageSize": 100, "postLength": 5_000,
            "storageBytes": limits.max_image_bytes_per_user,
        })
    );
    let node = "query ($id: ID!) { node(id: $id) { __typename id } }";
    let node = campus.anonymous().execute(node, json!({ "id": server["id"] })).await.field("node");
    assert_eq!(node, json!({ "__typename": "Server", "id": server["id"] }));
}
