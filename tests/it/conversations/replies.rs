//! Replies, in conversations and in the lobby.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

const REPLY_TO: &str = "query($id: ID!) { node(id: $id) { ... on Message { replyTo { id text deletedAt } } } }";

const LOBBY_REPLY: &str = "mutation($input: SendLobbyMessageInput!) {
    sendLobbyMessage(input: $input) { messageEdge { node { id replyTo { text } } } userErrors { code path } }
}";

impl Person {
    /// Replies to a message, and returns the id of the reply.
    pub async fn reply(&self, conversation: &Value, to: &Value, text: &str) -> Value {
        let input = json!({ "conversationId": conversation, "text": text, "replyToId": to });
        let payload = self.try_send(input).await.field("sendMessage");
        assert_eq!(payload["userErrors"], json!([]));
        payload["messageEdge"]["node"]["id"].clone()
    }

    /// The message that a message replies to, as this user sees it.
    pub async fn reply_target(&self, message: &Value) -> Value {
        self.execute(REPLY_TO, json!({ "id": message })).await.field("node")["replyTo"].clone()
    }
}

#[rstest]
#[tokio::test]
async fn a_reply_keeps_its_message_through_edits_and_deletion(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let question = ada.send_message_id(&id, "Question").await;
    let answer = grace.reply(&id, &question, "Answer").await;
    assert_eq!(ada.reply_target(&answer).await, json!({ "id": question, "text": "Question", "deletedAt": null }));
    assert_eq!(ada.reply_target(&question).await, Value::Null);
    ada.edit_message(&question, "Question?").await.data();
    grace.edit_message(&answer, "Answer!").await.data();
    assert_eq!(grace.reply_target(&answer).await["text"], "Question?");
    ada.delete_message(&question).await.data();
    let deleted = grace.reply_target(&answer).await;
    assert_eq!((&deleted["id"], &deleted["text"]), (&question, &Value::Null));
    assert!(deleted["deletedAt"].is_string());
    // A deleted message can still be replied to, and so can a reply.
    let late = ada.reply(&id, &question, "Late").await;
    assert_eq!(ada.reply_target(&late).await["id"], question);
    let chain = ada.reply(&id, &late, "Later").await;
    assert_eq!(grace.reply_target(&chain).await["id"], late);
}

#[rstest]
#[tokio::test]
async fn a_reply_needs_a_visible_message_of_the_same_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let (pair, other) = (ada.start_conversation(&[&grace]).await, grace.start_conversation(&[&eve]).await);
    let group = ada.start_conversation(&[&grace, &eve]).await;
    ada.send_message(&group, "first").await;
    ada.send_message(&pair, "first").await;
    let elsewhere = grace.send_message_id(&other, "elsewhere").await;
    let of_eve = eve.send_message_id(&group, "hidden").await;
    ada.query("mutation { enterLobby(input: {}) { userErrors { code } } }").await;
    let lobby = ada.execute(LOBBY_REPLY, json!({ "input": { "text": "lobby" } })).await.field("sendLobbyMessage");
    let in_lobby = lobby["messageEdge"]["node"]["id"].clone();
    grace.block(&eve).await;
    for (conversation, target) in [
        (&pair, &elsewhere),
        (&pair, &in_lobby),
        (&pair, &of_eve),
        (&group, &of_eve),
        (&pair, &pair),
        (&pair, &json!("rubbish")),
        (&pair, &json!("msg_0000000000009")),
    ] {
        let input =
            json!({ "conversationId": conversation, "text": "x", "replyToId": target, "imageIds": ["rubbish"] });
        let refused = grace.try_send(input).await.refusals("sendMessage");
        assert_eq!(refused, ["NOT_FOUND input.replyToId", "NOT_FOUND input.imageIds.0"], "{target}");
    }
    assert_eq!(grace.message_texts(&pair).await, ["first"]);
    for target in [&elsewhere, &json!("rubbish")] {
        let refused = grace.execute(LOBBY_REPLY, json!({ "input": { "text": "x", "replyToId": target } })).await;
        assert_eq!(refused.refusals("sendLobbyMessage"), ["NOT_FOUND input.replyToId"]);
    }
    // The reply of another member to a hidden message is visible, the hidden message is not.
    let answer = ada.reply(&group, &of_eve, "I see it").await;
    assert_eq!(
        (grace.reply_target(&answer).await, ada.reply_target(&answer).await["id"].clone()),
        (Value::Null, of_eve)
    );
}

#[rstest]
#[tokio::test]
async fn the_message_to_reply_to_is_part_of_the_content_of_a_client_key(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let (first, second) = (ada.send_message_id(&id, "1").await, ada.send_message_id(&id, "2").await);
    let input = |target: &Value| json!({ "conversationId": id, "text": "x", "replyToId": target, "clientKey": "k" });
    let sent = grace.try_send(input(&first)).await.field("sendMessage")["messageEdge"].clone();
    assert_eq!(grace.try_send(input(&first)).await.field("sendMessage")["messageEdge"], sent);
    for other in [&second, &Value::Null] {
        let refused = grace.try_send(input(other)).await;
        assert_eq!(refused.refusals("sendMessage"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    }
}

#[rstest]
#[tokio::test]
async fn guests_reply_in_the_lobby_and_followers_receive_the_quoted_message(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let guest = campus.guest("visitor").await;
    let follow =
        "subscription($after: String) { lobbyChanged(after: $after) { ... on MessageAdded { messageEdge { node {
        id text clientKey mentions { username } replyTo { text clientKey author { username } }
    } } } } }";
    let mut followers = Vec::new();
    for person in [&ada, &grace, &eve, &guest] {
        person.query("mutation { enterLobby(input: {}) { userErrors { code } } }").await;
    }
    eve.block(&ada).await;
    let after = ada.query("{ lobby { eventsCursor } }").await["lobby"]["eventsCursor"].clone();
    for person in [&ada, &grace, &eve, &guest] {
        followers.push(Socket::subscribed(person, follow, json!({ "after": after })).await);
    }
    let input = json!({ "input": { "text": "Question", "clientKey": "own" } });
    let sent = ada.execute(LOBBY_REPLY, input).await.field("sendLobbyMessage");
    let question = &sent["messageEdge"]["node"]["id"];
    let input = json!({ "input": { "text": "Answer, @ADA", "replyToId": question } });
    let answered = guest.execute(LOBBY_REPLY, input).await.field("sendLobbyMessage");
    assert_eq!(answered["messageEdge"]["node"]["replyTo"], json!({ "text": "Question" }));
    for (position, stream) in followers.iter_mut().enumerate() {
        let quoted = loop {
            let event = stream.next().await["lobbyChanged"].clone();
            if event["messageEdge"]["node"]["text"] == "Answer, @ADA" {
                break event["messageEdge"]["node"].clone();
            }
        };
        // The author of the question sees the own key, and a blocked member neither the question nor the mention.
        let author = json!({ "username": "ada" });
        let expected = match position {
            0 => (json!({ "text": "Question", "clientKey": "own", "author": author }), json!([author])),
            2 => (Value::Null, json!([])),
            _ => (json!({ "text": "Question", "clientKey": null, "author": author }), json!([author])),
        };
        assert_eq!((quoted["replyTo"].clone(), quoted["mentions"].clone()), expected, "follower {position}");
    }
}
