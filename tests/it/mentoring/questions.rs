//! Questions of mentors, and the answers of students.

use rstest::rstest;
use serde_json::{Value, json};

use super::{CREATE_BOOKING, monday};
use crate::support::people::Response;
use crate::support::{Campus, Engine, PASSWORD, Person};

const QUESTIONS: &str = "query($id: ID!) {
    appointment(id: $id) { questions { label kind isRequired choices } }
}";

async fn questions(person: &Person, appointment: &Value) -> Value {
    person.execute(QUESTIONS, json!({ "id": appointment })).await.field("appointment")["questions"].clone()
}

async fn book(person: &Person, appointment: &Value, answers: &Value) -> Response {
    let input = json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "answers": answers });
    person.execute(CREATE_BOOKING, json!({ "input": input })).await
}

#[rstest]
#[tokio::test]
async fn an_appointment_has_at_most_ten_different_questions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let asked = json!([
        { "label": " Which year? ", "kind": "CHOICE", "choices": ["1", " 2 "], "isRequired": true },
        { "label": "Which tools?", "kind": "CHOICES", "choices": ["Rope", "Wire"] },
        { "label": "Anything else?" },
    ]);
    let appointment = ada.teaches("Knots", &json!({ "questions": asked })).await;
    let expected = json!([
        { "label": "Which year?", "kind": "CHOICE", "isRequired": true, "choices": ["1", "2"] },
        { "label": "Which tools?", "kind": "CHOICES", "isRequired": false, "choices": ["Rope", "Wire"] },
        { "label": "Anything else?", "kind": "TEXT", "isRequired": false, "choices": [] },
    ]);
    // Every member sees the questions.
    assert_eq!(questions(&grace, &appointment).await, expected);
    // An absent member leaves them as they are, null removes them.
    ada.update_appointment(&appointment, &json!({ "seats": 2 })).await.data();
    assert_eq!(questions(&ada, &appointment).await, expected);

    let many = |count: usize| (0..count).map(|n| json!(format!("Choice {n}"))).collect::<Vec<_>>();
    let texts = |count: usize| (0..count).map(|n| json!({ "label": format!("Question {n}") })).collect::<Vec<_>>();
    for (questions, refusals) in [
        (json!(texts(11)), vec!["TOO_LONG input.questions"]),
        (json!([{ "label": " " }]), vec!["TOO_SHORT input.questions.0.label"]),
        (json!([{ "label": "a\nb" }]), vec!["INVALID input.questions.0.label"]),
        (
            json!([{ "label": "x".repeat(201) }, { "label": "a" }, { "label": " a" }]),
            vec!["TOO_LONG input.questions.0.label", "INVALID input.questions.2.label"],
        ),
        (json!([{ "label": "a", "choices": ["1"] }]), vec!["INVALID input.questions.0.choices"]),
        (json!([{ "label": "a", "kind": "CHOICE" }]), vec!["TOO_SHORT input.questions.0.choices"]),
        (json!([{ "label": "a", "kind": "CHOICES", "choices": [] }]), vec!["TOO_SHORT input.questions.0.choices"]),
        (json!([{ "label": "a", "kind": "CHOICE", "choices": many(21) }]), vec!["TOO_LONG input.questions.0.choices"]),
        (
            json!([{ "label": "a", "kind": "CHOICE", "choices": ["1", " 1", "", "x".repeat(101)] }]),
            vec![
                "INVALID input.questions.0.choices.1",
                "TOO_SHORT input.questions.0.choices.2",
                "TOO_LONG input.questions.0.choices.3",
            ],
        ),
    ] {
        let response = ada.update_appointment(&appointment, &json!({ "questions": questions })).await;
        assert_eq!(response.refusals("updateAppointment"), refusals, "{questions}");
    }
    let limits = json!([{ "label": "x".repeat(200), "kind": "CHOICE", "choices": many(20) }]);
    ada.update_appointment(&appointment, &json!({ "questions": limits })).await.data();
    let ten = json!({ "questions": texts(10) });
    assert_eq!(ada.update_appointment(&appointment, &ten).await.refusals("updateAppointment"), [""; 0]);
    assert_eq!(questions(&ada, &appointment).await.as_array().map(Vec::len), Some(10));
    ada.update_appointment(&appointment, &json!({ "questions": null })).await.data();
    assert_eq!(questions(&ada, &appointment).await, json!([]));
    let kind = json!({ "questions": [{ "label": "a", "kind": "NUMBER" }] });
    assert_eq!(ada.update_appointment(&appointment, &kind).await.codes(), ["BAD_USER_INPUT"]);
}

#[rstest]
#[tokio::test]
async fn answers_must_fit_the_questions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let appointment = ada
        .teaches(
            "Knots",
            &json!({ "seats": 2, "questions": [
            { "label": "Year", "kind": "CHOICE", "choices": ["1", "2"], "isRequired": true },
            { "label": "Tools", "kind": "CHOICES", "choices": ["Rope", "Wire", "Tape"] },
            { "label": "More", "kind": "TEXT" },
        ] }),
        )
        .await;
    let year = json!({ "label": "Year", "values": ["1"] });
    let with = |other: Value| json!([year, other]);
    for (answers, refusals) in [
        (Value::Null, vec!["TOO_SHORT input.answers"]),
        (json!([]), vec!["TOO_SHORT input.answers"]),
        (json!([{ "label": "More", "values": ["x"] }]), vec!["TOO_SHORT input.answers"]),
        (json!([{ "label": "Year", "values": [] }]), vec!["TOO_SHORT input.answers.0.values"]),
        (json!([{ "label": "Year", "values": [" "] }]), vec!["TOO_SHORT input.answers.0.values"]),
        (json!([{ "label": "Year", "values": ["1", "2"] }]), vec!["TOO_LONG input.answers.0.values"]),
        (json!([{ "label": "Year", "values": ["3"] }]), vec!["INVALID input.answers.0.values"]),
        (json!([year, year]), vec!["INVALID input.answers.1.label"]),
        (with(json!({ "label": "Colour", "values": ["red"] })), vec!["CONFLICT input.answers.1.label"]),
        (with(json!({ "label": "Tools", "values": ["Rope", "Rope"] })), vec!["INVALID input.answers.1.values"]),
        (with(json!({ "label": "Tools", "values": ["Rope", "Glue"] })), vec!["INVALID input.answers.1.values"]),
        (with(json!({ "label": "More", "values": ["a", "b"] })), vec!["TOO_LONG input.answers.1.values"]),
        (with(json!({ "label": "More", "values": ["x".repeat(1_001)] })), vec!["TOO_LONG input.answers.1.values"]),
        (with(json!({ "label": "More", "values": ["\u{7}a"] })), vec!["INVALID input.answers.1.values"]),
        (
            json!([{ "label": "Colour", "values": [] }, { "label": "Tools", "values": ["Glue"] }]),
            vec!["CONFLICT input.answers.0.label", "TOO_SHORT input.answers", "INVALID input.answers.1.values"],
        ),
        (json!((0..11).map(|_| year.clone()).collect::<Vec<_>>()), vec!["TOO_LONG input.answers"]),
    ] {
        assert_eq!(book(&grace, &appointment, &answers).await.refusals("createBooking"), refusals, "{answers}");
    }
    // What is wrong with the slot is listed too.
    let late = json!({ "appointmentId": appointment, "startsAt": "2026-11-24T09:00:00Z" });
    let refusals = grace.execute(CREATE_BOOKING, json!({ "input": late })).await.refusals("createBooking");
    assert_eq!(refusals, ["TOO_SHORT input.answers", "SLOT_UNAVAILABLE input.startsAt"]);

    let answers = json!([
        { "label": "More", "values": ["", " two\r\nlines "] },
        { "label": " Year ", "values": ["2"] },
        { "label": "Tools", "values": ["Tape", "Rope"] },
    ]);
    let booked = book(&grace, &appointment, &answers).await.field("createBooking");
    assert_eq!(booked["userErrors"], json!([]));
    let id = booked["bookingEdge"]["node"]["id"].clone();
    let expected = json!([
        { "label": "Year", "values": ["2"] },
        { "label": "Tools", "values": ["Rope", "Tape"] },
        { "label": "More", "values": ["two\nlines"] },
    ]);
    let listed = async |person: &Person| {
        let query = "query($id: ID!) { booking(id: $id) { answers { label values } } }";
        person.execute(query, json!({ "id": id })).await.field("booking")["answers"].clone()
    };
    // Student and mentor see the answers. Moves and later changes of the questions keep them.
    assert_eq!((listed(&grace).await, listed(&ada).await), (expected.clone(), expected.clone()));
    ada.update_appointment(&appointment, &json!({ "questions": [{ "label": "Name", "isRequired": true }] }))
        .await
        .data();
    grace.reschedule(&id, &monday("10:00")).await.data();
    assert_eq!((listed(&grace).await, listed(&ada).await), (expected.clone(), expected));
    let stale = json!([{ "label": "Year", "values": ["1"] }, { "label": "Name", "values": ["Mary"] }]);
    assert_eq!(book(&mary, &appointment, &stale).await.refusals("createBooking"), ["CONFLICT input.answers.0.label"]);

    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    grace.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(listed(&ada).await, json!([]));
}

#[rstest]
#[tokio::test]
async fn answers_belong_to_the_content_of_a_client_key(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Knots", &json!({ "questions": [{ "label": "Name" }] })).await;
    let book = async |answers: Value| {
        let input =
            json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "answers": answers, "clientKey": "k" });
        grace.execute(CREATE_BOOKING, json!({ "input": input })).await
    };
    let first = book(json!([{ "label": "Name", "values": ["Grace"] }])).await.field("createBooking");
    assert_eq!(first["userErrors"], json!([]));
    // Questions that are gone do not keep a repeated request from its booking.
    ada.update_appointment(&appointment, &json!({ "questions": [] })).await.data();
    let again = book(json!([{ "label": "Name", "values": ["Grace ", ""] }])).await.field("createBooking");
    assert_eq!(again["bookingEdge"]["node"]["id"], first["bookingEdge"]["node"]["id"]);
    for other in [json!(null), json!([{ "label": "Name", "values": ["Mary"] }])] {
        assert_eq!(book(other).await.refusals("createBooking"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    }
}
