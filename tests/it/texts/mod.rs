//! Free texts, by the same rules in every field.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

/// Texts without a visible character.
const INVISIBLE: [&str; 8] =
    [" ", "\u{200B}", "\u{2060}", "\u{3164}", "\u{2800}", "\u{FE0F}", "\u{E0041}", "\u{2068}\u{2069}"];

/// Sends a text to a mutation and returns the refusals.
async fn refusals(person: &Person, field: &str, input: Value) -> Vec<String> {
    let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let query = format!("mutation Send($input: {kind}!) {{ {field}(input: $input) {{ userErrors {{ code path }} }} }}");
    person.execute(&query, json!({ "input": input })).await.refusals(field)
}

#[rstest]
#[tokio::test]
async fn a_text_without_a_visible_character_is_too_short_in_every_field(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "Hello").await;
    let (post, topic, user) = (ada.publish("Hello").await, ada.create_topic("Topic").await, grace.user_id().await);
    let offer = ada.create_appointment(&topic, &json!({})).await;
    for text in INVISIBLE {
        for (field, input, path) in [
            ("updateProfile", json!({ "firstName": text }), "firstName"),
            ("updateProfile", json!({ "lastName": text }), "lastName"),
            ("updateProfile", json!({ "fieldOfStudy": text }), "fieldOfStudy"),
            ("updateProfile", json!({ "about": text }), "about"),
            ("updateProfile", json!({ "skills": [text] }), "skills.0"),
            ("updateContactDetails", json!({ "occupation": text }), "occupation"),
            ("updateContactDetails", json!({ "homeAddress": text }), "homeAddress"),
            ("createPost", json!({ "text": text }), "text"),
            ("updatePost", json!({ "postId": post, "text": text }), "text"),
            ("sendMessage", json!({ "conversationId": conversation, "text": text }), "text"),
            ("sendLobbyMessage", json!({ "text": text }), "text"),
            ("editMessage", json!({ "messageId": message, "text": text }), "text"),
            ("createTopic", json!({ "title": text }), "title"),
            ("updateTopic", json!({ "topicId": topic, "title": text }), "title"),
            ("updateTopic", json!({ "topicId": topic, "description": text }), "description"),
            ("updateAppointment", json!({ "appointmentId": offer, "location": text }), "location"),
            ("updateAppointment", json!({ "appointmentId": offer, "description": text }), "description"),
            ("reportContent", json!({ "id": user, "reason": text }), "reason"),
        ] {
            assert_eq!(refusals(&ada, field, input).await, [format!("TOO_SHORT input.{path}")], "{field} {text:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_phones_and_spreadsheets_paste_is_cleaned(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let query = "mutation Post($text: String!) { createPost(input: { text: $text }) { postEdge { node { text } } } }";
    for (pasted, kept) in [
        ("Mon\t9:00\u{2028}Tue\t9:00", "Mon\t9:00\nTue\t9:00"),
        ("\u{202A}C:\\Users\u{202C} \u{202D}0612345678\u{202C}", "C:\\Users 0612345678"),
        ("\n  - one\r\n  - two\r\n", "  - one\n  - two"),
        ("\u{2067}שלום", "\u{2067}שלום\u{2069}"),
    ] {
        let answer = ada.execute(query, json!({ "text": pasted })).await;
        assert_eq!(answer.field("createPost")["postEdge"]["node"]["text"], kept);
    }
}

#[rstest]
#[tokio::test]
async fn people_register_with_the_names_of_their_languages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for (number, username) in ["น้องพลอย", "ทองคำ", "प्रिया", "مُحَمَّد", "李娜", "민지"].into_iter().enumerate()
    {
        let input = json!({
            "email": format!("person{number}@campus.example"),
            "password": crate::support::PASSWORD,
            "username": username,
        });
        let query = "mutation Register($input: RegisterInput!) {
            register(input: $input) { viewer { user { username } } userErrors { code path } }
        }";
        let answer = campus.anonymous().execute(query, json!({ "input": input })).await.field("register");
        assert_eq!(answer["viewer"]["user"]["username"], username, "{answer}");
    }
}
