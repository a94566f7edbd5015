//! Typing signals: delivered at once, expiring on their own.

use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::{Value, json};

use super::usernames;
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person, Socket};

const WATCH: &str = "subscription Watch($id: ID!) {
    typingChanged(conversationId: $id) { typingUsers { username } expiresAt }
}";

impl Person {
    async fn set_typing(&self, conversation: &Value, is_typing: bool) -> Response {
        let set = "mutation($id: ID!, $is: Boolean!) {
            setTyping(input: { conversationId: $id, isTyping: $is }) { isAccepted userErrors { code path } }
        }";
        self.execute(set, json!({ "id": conversation, "is": is_typing })).await
    }
}

/// Opens a stream and waits for its first event, after which no signal is missed.
async fn watch(person: &Person, id: &Value) -> (Socket, Vec<String>) {
    let mut socket = Socket::subscribed(person, WATCH, json!({ "id": id })).await;
    let typing = typing(&mut socket).await;
    (socket, typing)
}

async fn typing(socket: &mut Socket) -> Vec<String> {
    let event = socket.next().await["typingChanged"].clone();
    let users = usernames(&event["typingUsers"]);
    assert_eq!(users.is_empty(), event["expiresAt"].is_null(), "{event}");
    users.into_iter().map(str::to_owned).collect()
}

#[rstest]
#[tokio::test]
async fn typing_is_delivered_at_once_and_expires(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "Hello").await;
    let (mut ada_stream, first) = watch(&ada, &id).await;
    assert_eq!(first, [""; 0]);
    let answer = grace.set_typing(&id, true).await.field("setTyping");
    let start = Instant::now();
    assert_eq!(answer["isAccepted"], true);
    assert_eq!(typing(&mut ada_stream).await, ["grace"]);
    mary.set_typing(&id, true).await.data();
    assert_eq!(typing(&mut ada_stream).await, ["grace", "mary"]);
    // A later subscriber receives the whole state, without themselves.
    let (mut mary_stream, first) = watch(&mary, &id).await;
    assert_eq!(first, ["grace"]);
    mary.set_typing(&id, false).await.data();
    assert_eq!(typing(&mut ada_stream).await, ["grace"]);
    assert_eq!(typing(&mut ada_stream).await, [""; 0]);
    assert_eq!(typing(&mut mary_stream).await, [""; 0]);
    let took = start.elapsed();
    assert!(Duration::from_millis(5_500) < took && took < Duration::from_secs(9), "it took {took:?}");
    // Sending the message ends the signal.
    grace.set_typing(&id, true).await.data();
    assert_eq!(typing(&mut ada_stream).await, ["grace"]);
    grace.send_message(&id, "There").await;
    assert_eq!(typing(&mut ada_stream).await, [""; 0]);
}

#[tokio::test]
async fn typing_is_delivered_on_another_node() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "Hello").await;
    let (mut remote, _) = watch(&other.client_for(&grace), &id).await;
    ada.set_typing(&id, true).await.data();
    assert_eq!(typing(&mut remote).await, ["ada"]);
    ada.set_typing(&id, false).await.data();
    assert_eq!(typing(&mut remote).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_user_cannot_signal_typing_where_they_cannot_send(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (pair, group) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&grace, &mary]).await);
    for id in [&pair, &group] {
        ada.send_message(id, "Hello").await;
    }
    for (person, id) in [(&mary, &pair), (&ada, &json!("rubbish")), (&ada, &json!("cnv_0000000000003"))] {
        assert_eq!(person.set_typing(id, true).await.refusals("setTyping"), ["NOT_FOUND input.conversationId"]);
        let refusal = Socket::subscribed(person, WATCH, json!({ "id": id })).await.error_code().await;
        assert_eq!(refusal, "NOT_FOUND");
    }
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(person.set_typing(&pair, true).await.codes(), [code]);
    }
    let (mut grace_stream, _) = watch(&grace, &group).await;
    grace.block(&ada).await;
    assert_eq!(ada.set_typing(&pair, true).await.refusals("setTyping"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    // In a group both can still signal, but they do not see each other.
    ada.set_typing(&group, true).await.data();
    mary.set_typing(&group, true).await.data();
    assert_eq!(typing(&mut grace_stream).await, ["mary"]);
    grace.leave_conversation(&group).await.data();
    assert_eq!(grace_stream.error_code().await, "FORBIDDEN");
}

#[rstest]
#[tokio::test]
async fn typing_ends_with_the_right_to_see_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (eve, joan) = (campus.member("eve").await, campus.member("joan").await);
    let id = ada.start_conversation(&[&grace, &mary, &eve, &joan]).await;
    ada.send_message(&id, "Hello").await;
    let (mut stream, _) = watch(&ada, &id).await;
    let mut expected = Vec::new();
    for person in [&grace, &mary, &eve, &joan] {
        person.set_typing(&id, true).await.data();
        expected.push(person.username.clone());
        assert_eq!(typing(&mut stream).await, expected);
    }
    let start = Instant::now();
    grace.block(&ada).await;
    assert_eq!(typing(&mut stream).await, ["mary", "eve", "joan"]);
    mary.leave_conversation(&id).await.data();
    assert_eq!(typing(&mut stream).await, ["eve", "joan"]);
    studyhall::accounts::staff::lock_account(&campus.app, "eve").await.expect("eve is locked");
    assert_eq!(typing(&mut stream).await, ["joan"]);
    joan.query("mutation { logout { isLoggedOut } }").await;
    assert_eq!(typing(&mut stream).await, [""; 0]);
    assert!(start.elapsed() < Duration::from_secs(4), "it took {:?}", start.elapsed());
}
