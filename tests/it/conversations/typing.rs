//! Who is typing: told at once, over by itself.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::{Value, json};

use super::names;
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person, Socket};

const WATCH: &str = "subscription Watch($id: ID!) {
    typingChanged(conversationId: $id) { typingUsers { username } expiresAt }
}";

impl Person {
    async fn types(&self, conversation: &Value, is_typing: bool) -> Response {
        let set = "mutation($id: ID!, $is: Boolean!) {
            setTyping(input: { conversationId: $id, isTyping: $is }) { isAccepted userErrors { code path } }
        }";
        self.execute(set, json!({ "id": conversation, "is": is_typing })).await
    }
}

/// Opens a stream and returns it after its first event: from then on nothing is missed.
async fn watch(person: &Person, id: &Value) -> (Socket, Vec<String>) {
    let mut socket = Socket::subscribed(person, WATCH, json!({ "id": id })).await;
    let typing = typing(&mut socket).await;
    (socket, typing)
}

async fn typing(socket: &mut Socket) -> Vec<String> {
    let event = socket.next().await["typingChanged"].clone();
    let users = names(&event["typingUsers"]);
    assert_eq!(users.is_empty(), event["expiresAt"].is_null(), "{event}");
    users.into_iter().map(str::to_owned).collect()
}

#[rstest]
#[tokio::test]
async fn typing_is_told_and_ends_by_itself(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    ada.say(&id, "Hello").await;
    let (mut ada_sees, first) = watch(&ada, &id).await;
    assert_eq!(first, [""; 0]);
    let answer = grace.types(&id, true).await.field("setTyping");
    let began = Instant::now();
    assert_eq!(answer["isAccepted"], true);
    assert_eq!(typing(&mut ada_sees).await, ["grace"]);
    mary.types(&id, true).await.data();
    assert_eq!(typing(&mut ada_sees).await, ["grace", "mary"]);
    // Whoever comes later is told the whole, without themselves.
    let (mut mary_sees, first) = watch(&mary, &id).await;
    assert_eq!(first, ["grace"]);
    mary.types(&id, false).await.data();
    assert_eq!(typing(&mut ada_sees).await, ["grace"]);
    assert_eq!(typing(&mut ada_sees).await, [""; 0]);
    assert_eq!(typing(&mut mary_sees).await, [""; 0]);
    let took = began.elapsed();
    assert!(Duration::from_millis(5_500) < took && took < Duration::from_secs(9), "it took {took:?}");
    // What was typed is sent.
    grace.types(&id, true).await.data();
    assert_eq!(typing(&mut ada_sees).await, ["grace"]);
    grace.say(&id, "There").await;
    assert_eq!(typing(&mut ada_sees).await, [""; 0]);
}

#[tokio::test]
async fn typing_is_heard_on_another_node() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    ada.say(&id, "Hello").await;
    let (mut there, _) = watch(&other.client_for(&grace), &id).await;
    ada.types(&id, true).await.data();
    assert_eq!(typing(&mut there).await, ["ada"]);
    ada.types(&id, false).await.data();
    assert_eq!(typing(&mut there).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn nobody_types_where_they_cannot_speak(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (pair, group) = (ada.start(&[&grace]).await, ada.start(&[&grace, &mary]).await);
    for id in [&pair, &group] {
        ada.say(id, "Hello").await;
    }
    for (person, id) in [(&mary, &pair), (&ada, &json!("rubbish")), (&ada, &json!("cnv_0000000000003"))] {
        assert_eq!(person.types(id, true).await.refusals("setTyping"), ["NOT_FOUND input.conversationId"]);
        let refusal = Socket::subscribed(person, WATCH, json!({ "id": id })).await.error_code().await;
        assert_eq!(refusal, "NOT_FOUND");
    }
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(person.types(&pair, true).await.codes(), [code]);
    }
    let (mut grace_sees, _) = watch(&grace, &group).await;
    grace.block(&ada).await;
    assert_eq!(ada.types(&pair, true).await.refusals("setTyping"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    // In a group it goes on, and they do not see each other.
    ada.types(&group, true).await.data();
    mary.types(&group, true).await.data();
    assert_eq!(typing(&mut grace_sees).await, ["mary"]);
    grace.leave(&group).await.data();
    assert_eq!(grace_sees.error_code().await, "FORBIDDEN");
}
