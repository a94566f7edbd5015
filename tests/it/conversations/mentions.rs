//! Mentions in messages: who can be mentioned, and what is stored.

use rstest::rstest;
use serde_json::{Value, json};

use super::usernames;
use crate::support::{Campus, Engine, Person};

const MENTIONS: &str = "query($id: ID!) { node(id: $id) { ... on Message { mentions { username } } } }";

impl Person {
    async fn mentions(&self, message: &Value) -> Vec<String> {
        let seen = self.execute(MENTIONS, json!({ "id": message })).await.field("node");
        usernames(&seen["mentions"]).into_iter().map(str::to_owned).collect()
    }
}

#[rstest]
#[tokio::test]
async fn members_of_the_conversation_are_mentioned_and_others_are_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let text = "@mary, @GRACE. @ada @eve @unknown mail@grace and again @Mary";
    let message = ada.send_message_id(&id, text).await;
    assert_eq!(grace.mentions(&message).await, ["mary", "grace"]);
    assert_eq!(grace.message_texts(&id).await, [text]);
    // A block hides a mentioned user from the other one, and keeps them from being mentioned.
    grace.block(&mary).await;
    assert_eq!(grace.mentions(&message).await, ["grace"]);
    assert_eq!(ada.mentions(&message).await, ["mary", "grace"]);
    let across = grace.send_message_id(&id, "@mary @ada").await;
    assert_eq!(ada.mentions(&across).await, ["ada"]);
    grace.unblock(&mary).await;
    assert_eq!(
        (grace.mentions(&message).await, ada.mentions(&across).await),
        (vec!["mary".to_owned(), "grace".to_owned()], vec!["ada".to_owned()])
    );
    assert_eq!(eve.mentions(&message).await, [""; 0], "not visible");
    // The account counts, not the name.
    let rename = "mutation { changeUsername(input: { username: \"maria\" }) { userErrors { code } } }";
    mary.query(rename).await;
    assert_eq!(ada.mentions(&message).await, ["maria", "grace"]);
    mary.delete_account().await;
    assert_eq!(ada.mentions(&message).await, ["grace"]);
}

#[rstest]
#[tokio::test]
async fn an_edit_replaces_the_mentions_and_a_deletion_removes_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "first").await;
    let selection = "... on MessageAdded { messageEdge { node { mentions { username } } } }
        ... on MessageChanged { message { mentions { username } } }";
    let mut events = grace.follow(&id, selection).await;
    let message = ada.send_message_id(&id, "Hello").await;
    assert_eq!(events.next().await["conversationChanged"]["messageEdge"]["node"]["mentions"], json!([]));
    for (text, expected) in [
        ("Hello @mary", vec!["mary"]),
        ("Hello @grace and @mary", vec!["grace", "mary"]),
        ("Hello @mary and @grace", vec!["mary", "grace"]),
        ("Hello", vec![]),
        ("@grace", vec!["grace"]),
    ] {
        ada.edit_message(&message, text).await.data();
        assert_eq!(mary.mentions(&message).await, expected);
        // Faster than a snapshot expires.
        assert_eq!(usernames(&events.next().await["conversationChanged"]["message"]["mentions"]), expected);
    }
    ada.delete_message(&message).await.data();
    assert_eq!(mary.mentions(&message).await, [""; 0]);
    assert_eq!(events.next().await["conversationChanged"]["message"]["mentions"], json!([]));
}

#[rstest]
#[tokio::test]
async fn a_text_mentions_twenty_users_at_most(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut others = Vec::new();
    for n in 0..22 {
        others.push(campus.member(&format!("person{n}")).await);
    }
    let id = ada.start_conversation(&others.iter().collect::<Vec<_>>()).await;
    let names: Vec<String> = (0..22).rev().map(|n| format!("person{n}")).collect();
    let text = names.iter().map(|name| format!("@ada @{name}")).collect::<Vec<_>>().join(" ");
    let message = ada.send_message_id(&id, &text).await;
    assert_eq!(ada.mentions(&message).await, names[..20]);
}

#[rstest]
#[tokio::test]
async fn users_in_the_lobby_are_mentioned_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, _away) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let guest = campus.guest("visitor").await;
    for person in [&ada, &grace] {
        person.query("mutation { enterLobby(input: {}) { userErrors { code } } }").await;
    }
    let send = "mutation { sendLobbyMessage(input: { text: \"@grace @mary @visitor\" }) {
        messageEdge { node { id mentions { username isGuest } } } userErrors { code }
    } }";
    let sent = ada.query(send).await["sendLobbyMessage"]["messageEdge"]["node"].clone();
    assert_eq!(
        sent["mentions"],
        json!([{ "username": "grace", "isGuest": false }, { "username": "visitor", "isGuest": true }])
    );
    assert_eq!(guest.mentions(&sent["id"]).await, ["grace", "visitor"]);
}
