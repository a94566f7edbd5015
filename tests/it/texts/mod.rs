//! Free texts, by the same rules in every field.

mod everywhere;

use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine};

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
