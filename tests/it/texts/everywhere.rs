//! Every text that a mutation takes is checked by the one rule for texts, or is listed with the reason why not.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, ServiceDocument, Type, TypeKind, TypeSystemDefinition};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::schema;

use crate::mentoring::monday;
use crate::support::{Campus, Engine, PASSWORD};

/// Texts without a visible character.
const INVISIBLE: [&str; 8] =
    [" ", "\u{200B}", "\u{2060}", "\u{3164}", "\u{2800}", "\u{FE0F}", "\u{E0041}", "\u{2068}\u{2069}"];

/// Inputs that are no texts for readers, by their last name.
const OTHER_RULES: [(&str, &str); 21] = [
    ("auth", "a key"),
    ("clientKey", "a key, which no user sees"),
    ("code", "a credential"),
    ("codeChallenge", "a credential"),
    ("codeVerifier", "a credential"),
    ("currentPassword", "a credential"),
    ("deviceName", "cleaned, never rejected"),
    ("email", "an address"),
    ("emoji", "one of a list"),
    ("identifier", "names an account"),
    ("invitation", "a credential"),
    ("newEmail", "an address"),
    ("newPassword", "a credential"),
    ("p256dh", "a key"),
    ("password", "a credential"),
    ("provider", "one of a list"),
    ("pseudonym", "a name, by the rule for names"),
    ("refreshToken", "a credential"),
    ("token", "a credential"),
    ("username", "a name, by the rule for names"),
    ("answers.label", "names a question"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    Lines,
    /// Lines, where a blank text stands for none.
    Optional,
}

use Kind::{Line, Lines, Optional};

/// A text of a mutation: the mutation, the path in its input, its kind, and an input in which `%` stands for the text.
type Case = (&'static str, &'static str, Kind, Value);

fn named<'d>(document: &'d ServiceDocument, name: &str) -> Option<&'d TypeKind> {
    document.definitions.iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) if definition.node.name.node == name => Some(&definition.node.kind),
        _ => None,
    })
}

fn base(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base(item),
    }
}

/// Adds the paths of all strings below a type.
fn strings(document: &ServiceDocument, of: &Type, path: &str, found: &mut BTreeSet<String>) {
    match (base(of), named(document, base(of))) {
        ("String", _) => drop(found.insert(path.to_owned())),
        (_, Some(TypeKind::InputObject(input))) => {
            for field in &input.fields {
                strings(document, &field.node.ty.node, &format!("{path}.{}", field.node.name.node), found);
            }
        }
        _ => {}
    }
}

/// Returns the input with the text in its place.
fn filled(input: &Value, text: &str) -> Value {
    match input {
        Value::String(place) if place == "%" => json!(text),
        Value::Array(items) => items.iter().map(|item| filled(item, text)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), filled(value, text))).collect(),
        other => other.clone(),
    }
}

/// The path in the schema: without the positions in lists.
fn schema_path((mutation, path, ..): &Case) -> String {
    let names = path.split('.').filter(|name| name.parse::<usize>().is_err());
    std::iter::once(*mutation).chain(["input"]).chain(names).collect::<Vec<_>>().join(".")
}

/// What a text of this kind is refused for. Marks count as stacked behind a removed override, so that the check comes after
/// the cleaning.
fn refused(kind: Kind) -> Vec<(String, &'static str)> {
    let blank = INVISIBLE.into_iter().filter(|_| kind != Optional).map(|text| (text.to_owned(), "TOO_SHORT"));
    let mut cases: Vec<_> = blank.collect();
    cases.push((format!("a{}", "\u{301}\u{202C}".repeat(5)), "INVALID"));
    cases.push(("a\u{1B}[2J".to_owned(), "INVALID"));
    if kind == Line {
        cases.push(("a\u{2028}b".to_owned(), "INVALID"));
    }
    cases
}

/// A text of each mutation that has one, with an input that is valid otherwise.
#[expect(clippy::too_many_lines, reason = "a table")]
async fn cases(campus: &Campus) -> (crate::support::Person, Vec<Case>) {
    let ada = campus.moderator("ada").await;
    let grace = campus.member("grace").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "Hello").await;
    let group = ada.create_group("A group", &[&grace], false).await;
    let (post, user) = (ada.publish("Hello").await, grace.user_id().await);
    let comment = ada.comment(&post, "A comment").await;
    let topic = ada.create_topic("Topic").await;
    let offer = ada.create_appointment(&topic, &json!({})).await;
    let other_topic = grace.create_topic("Other").await;
    let other_offer = grace.create_appointment(&other_topic, &json!({ "questions": [{ "label": "Why?" }] })).await;
    let booking = grace.book(&offer, &monday("09:00")).await["id"].clone();
    let on_request = json!({
        "isApprovalRequired": true, "timeZone": "UTC",
        "weeklyHours": [{ "weekday": "TUESDAY", "from": "09:00", "to": "12:00" }],
    });
    let approved = ada.teaches("On request", &on_request).await;
    let request = grace.book(&approved, "2026-11-24T09:00:00.000Z").await["id"].clone();
    let complain = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"Rude\" }) { userErrors { code } } }";
    grace.execute(complain, json!({ "id": comment })).await.data();
    let reports = ada.query("{ moderation { reports { nodes { id } } } }").await;
    let report = reports["moderation"]["reports"]["nodes"][0]["id"].clone();
    let registration = json!("UmVnaXN0cmF0aW9uUmVxdWVzdDox");

    let register = |name: &str| {
        let mut input = json!({ "email": "new@campus.example", "password": PASSWORD, "username": "new" });
        input[name] = if name == "skills" { json!(["%"]) } else { json!("%") };
        input
    };
    let one = |id: &str, value: &Value, name: &str| json!({ id: value, name: "%" });
    let offered = |name: &str, value: Value| {
        let mut input = json!({ "topicId": topic, "timeZone": "UTC", "sessionMinutes": 60 });
        input[name] = value;
        input
    };
    let question = json!([{ "label": "%" }]);
    let choice = json!([{ "label": "Which?", "kind": "CHOICE", "choices": ["%"] }]);
    let slot = json!({ "appointmentId": other_offer, "startsAt": monday("10:00") });
    let with = |base: &Value, name: &str, value: Value| {
        let mut input = base.clone();
        input[name] = value;
        input
    };
    let period = json!({ "startsAt": monday("09:00"), "endsAt": monday("10:00") });
    let cases = vec![
        ("addBusyCalendar", "name", Line, json!({ "name": "%", "url": "https://calendar.example/a.ics" })),
        (
            "bookTopic",
            "question",
            Lines,
            json!({ "topicId": other_topic, "startsAt": monday("09:00"), "endsAt": monday("10:00"), "question": "%" }),
        ),
        ("cancelBooking", "reason", Lines, one("bookingId", &booking, "reason")),
        ("createAppointment", "description", Lines, offered("description", json!("%"))),
        ("createAppointment", "location", Line, offered("location", json!("%"))),
        ("createAppointment", "questions.0.label", Line, offered("questions", question.clone())),
        ("createAppointment", "questions.0.choices.0", Line, offered("questions", choice.clone())),
        ("createBooking", "question", Lines, with(&slot, "question", json!("%"))),
        (
            "createBooking",
            "answers.0.values",
            Optional,
            with(&slot, "answers", json!([{ "label": "Why?", "values": ["%"] }])),
        ),
        ("createComment", "text", Lines, one("postId", &post, "text")),
        ("createGroup", "title", Line, json!({ "title": "%", "userIds": [user] })),
        ("createInvitation", "note", Line, json!({ "note": "%" })),
        ("createPost", "text", Lines, json!({ "text": "%" })),
        ("createTimeOff", "note", Line, with(&period, "note", json!("%"))),
        ("createTopic", "description", Lines, json!({ "title": "Title", "description": "%" })),
        ("createTopic", "title", Line, json!({ "title": "%" })),
        ("declineBooking", "reason", Lines, one("bookingId", &request, "reason")),
        ("declineRegistration", "reason", Lines, one("registrationRequestId", &registration, "reason")),
        ("editMessage", "text", Lines, one("messageId", &message, "text")),
        ("lockMember", "reason", Lines, one("userId", &user, "reason")),
        ("register", "fieldOfStudy", Line, register("fieldOfStudy")),
        ("register", "firstName", Line, register("firstName")),
        ("register", "lastName", Line, register("lastName")),
        ("register", "note", Lines, register("note")),
        ("register", "skills.0", Line, register("skills")),
        ("register", "studentNumber", Line, register("studentNumber")),
        ("reportContent", "reason", Lines, one("id", &user, "reason")),
        ("resolveReport", "message", Lines, json!({ "reportId": report, "actions": ["WARN"], "message": "%" })),
        ("resolveReport", "note", Lines, json!({ "reportId": report, "actions": [], "note": "%" })),
        ("sendLobbyMessage", "text", Lines, json!({ "text": "%" })),
        ("sendMessage", "text", Lines, one("conversationId", &conversation, "text")),
        ("unlockMember", "note", Lines, one("userId", &user, "note")),
        ("updateAppointment", "description", Lines, one("appointmentId", &offer, "description")),
        ("updateAppointment", "location", Line, one("appointmentId", &offer, "location")),
        ("updateAppointment", "questions.0.label", Line, json!({ "appointmentId": offer, "questions": question })),
        ("updateAppointment", "questions.0.choices.0", Line, json!({ "appointmentId": offer, "questions": choice })),
        ("updateBooking", "location", Line, one("bookingId", &booking, "location")),
        ("updateComment", "text", Lines, one("commentId", &comment, "text")),
        ("updateContactDetails", "country", Line, json!({ "country": "%" })),
        ("updateContactDetails", "county", Line, json!({ "county": "%" })),
        ("updateContactDetails", "homeAddress", Lines, json!({ "homeAddress": "%" })),
        ("updateContactDetails", "occupation", Line, json!({ "occupation": "%" })),
        ("updateContactDetails", "studentNumber", Line, json!({ "studentNumber": "%" })),
        ("updateGroup", "title", Line, one("conversationId", &group, "title")),
        ("updatePost", "text", Lines, one("postId", &post, "text")),
        ("updateProfile", "about", Lines, json!({ "about": "%" })),
        ("updateProfile", "fieldOfStudy", Line, json!({ "fieldOfStudy": "%" })),
        ("updateProfile", "firstName", Line, json!({ "firstName": "%" })),
        ("updateProfile", "lastName", Line, json!({ "lastName": "%" })),
        ("updateProfile", "skills.0", Line, json!({ "skills": ["%"] })),
        ("updateSocialLinks", "description", Lines, json!({ "description": "%" })),
        ("updateTopic", "description", Lines, one("topicId", &topic, "description")),
        ("updateTopic", "title", Line, one("topicId", &topic, "title")),
    ];
    (ada, cases)
}

#[rstest]
#[tokio::test]
async fn every_text_of_a_mutation_is_visible_and_harmless(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, cases) = cases(&campus).await;
    // Only moderators read the note of a registration.
    let approval = Campus::start_with(engine, &["--rate-limits=off", "--registration=approval"]).await;
    for case in &cases {
        let (mutation, path, kind, input) = case;
        let person = if *mutation == "register" { approval.anonymous() } else { ada.clone() };
        let of = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query =
            format!("mutation Send($input: {of}!) {{ {mutation}(input: $input) {{ userErrors {{ code path }} }} }}");
        for (text, code) in refused(*kind) {
            let answer = person.execute(&query, json!({ "input": filled(input, &text) })).await;
            let refusals = answer.refusals(mutation);
            assert!(refusals.contains(&format!("{code} input.{path}")), "{mutation} {path} {text:?}: {refusals:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn every_string_of_the_schema_has_a_rule(#[values(Engine::Sqlite)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let document = parse_schema(schema::sdl()).expect("the schema is GraphQL");
    let Some(TypeKind::Object(mutations)) = named(&document, "Mutation") else { panic!("mutations are an object") };
    let mut found = BTreeSet::new();
    for field in mutations.fields.iter().map(|field| &field.node) {
        for argument in field.arguments.iter().map(|argument| &argument.node) {
            strings(&document, &argument.ty.node, &format!("{}.{}", field.name.node, argument.name.node), &mut found);
        }
    }
    let has_other_rule = |path: &String| OTHER_RULES.iter().any(|(name, _)| path.ends_with(&format!(".{name}")));
    let texts: BTreeSet<String> = found.into_iter().filter(|path| !has_other_rule(path)).collect();
    let tested: BTreeSet<String> = cases(&campus).await.1.iter().map(schema_path).collect();
    assert_eq!(texts, tested);
}
