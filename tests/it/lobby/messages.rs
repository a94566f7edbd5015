//! Messages in the lobby.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};

use super::{Follower, SEND};
use crate::support::{Campus, Engine, Person, Socket};

const PAGE: &str = "query Page($first: Int, $after: String) {
    lobby { messages(first: $first, after: $after) { edges { cursor node { id text author { username } } } totalCount } }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deleteMessage(input: { messageId: $id }) { message { id text deletedAt } userErrors { code path } }
}";

async fn texts(person: &Person) -> Vec<String> {
    let page = person.execute(PAGE, json!({})).await.field("lobby");
    let edges = page["messages"]["edges"].as_array().expect("edges").clone();
    assert_eq!(page["messages"]["totalCount"], edges.len());
    edges.iter().map(|edge| edge["node"]["text"].as_str().unwrap_or("-").to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn a_message_reaches_readers_and_followers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, owl) = (campus.member("ada").await, campus.guest("owl_7").await);
    let (mut ada_stream, mut owl_stream) = (Follower::now(&ada).await, Follower::now(&owl).await);
    let query = "subscription ViewerDependent($after: String) {
        lobbyChanged(after: $after) { ... on MessageAdded { conversation { id } messageEdge { node { text } } } }
    }";
    let mut unshared = Socket::subscribed(&ada, query, json!({ "after": ada.lobby_cursor().await })).await;
    ada.send_lobby_message("  Hello, owl.\nHow are you?  ").await;
    owl.send_lobby_message("Awake.").await;
    for follower in [&mut ada_stream, &mut owl_stream] {
        assert_eq!(follower.next().await, "ada: Hello, owl.\nHow are you?");
        assert_eq!(follower.next().await, "owl_7: Awake.");
    }
    let event = json!({ "conversation": null, "messageEdge": { "node": { "text": "Hello, owl.\nHow are you?" } } });
    assert_eq!(unshared.next().await["lobbyChanged"], event);
    let page = owl.execute(PAGE, json!({ "first": 1 })).await.field("lobby");
    let edge = &page["messages"]["edges"][0];
    assert_eq!(edge["node"]["author"]["username"], "ada");
    let mut rest = Follower::after(&owl, &edge["cursor"]).await;
    assert_eq!(rest.next().await, "owl_7: Awake.", "the cursors are the same");
    assert_eq!(texts(&ada).await, ["Hello, owl.\nHow are you?", "Awake."]);
}

#[rstest]
#[tokio::test]
async fn an_invalid_message_is_rejected_and_not_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let owl = campus.guest("owl_7").await;
    let before = owl.lobby_cursor().await;
    for (text, key, refusal) in [
        ("", None, "TOO_SHORT input.text"),
        (" \n ", None, "TOO_SHORT input.text"),
        ("a\u{7}b", None, "INVALID input.text"),
        (&"x".repeat(4_001), None, "TOO_LONG input.text"),
        ("Hello", Some(""), "TOO_SHORT input.clientKey"),
    ] {
        let answer = owl.execute(SEND, json!({ "text": text, "key": key })).await;
        assert_eq!(answer.refusals("sendLobbyMessage"), [refusal]);
    }
    assert_eq!(owl.lobby_cursor().await, before);
    owl.send_lobby_message(&"x".repeat(4_000)).await;
}

#[rstest]
#[tokio::test]
async fn a_repeated_request_returns_the_same_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, owl) = (campus.member("ada").await, campus.guest("owl_7").await);
    let send = async |person: &Person, text: &str| person.execute(SEND, json!({ "text": text, "key": "one" })).await;
    let first = send(&owl, "Hello").await.field("sendLobbyMessage");
    assert_eq!(send(&owl, "Hello").await.field("sendLobbyMessage"), first);
    assert_eq!(send(&owl, "Hullo").await.refusals("sendLobbyMessage"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    send(&ada, "Hullo").await.data();
    assert_eq!(texts(&ada).await, ["Hello", "Hullo"]);
}

#[rstest]
#[tokio::test]
async fn a_guest_can_send_twenty_messages_a_minute(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let owl = campus.guest("owl_7").await;
    for number in 0..20 {
        owl.send_lobby_message(&format!("Message {number}")).await;
    }
    let rejected = owl.execute(SEND, json!({ "text": "One more" })).await;
    assert_eq!(rejected.codes(), ["RATE_LIMITED"]);
    campus.advance(std::time::Duration::from_mins(1));
    owl.send_lobby_message("One more").await;
}

#[rstest]
#[tokio::test]
async fn a_moderator_deletes_messages_of_others(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    let owl = campus.guest("owl_7").await;
    let message = owl.send_lobby_message("Something rude").await;
    let mut follower = Follower::now(&bob).await;
    let rejected = bob.execute(DELETE, json!({ "id": message })).await;
    assert_eq!(rejected.refusals("deleteMessage"), ["FORBIDDEN input.messageId"]);
    assert_eq!(owl.execute(DELETE, json!({ "id": message })).await.codes(), ["FORBIDDEN"]);
    staff::set_role(&campus.app, "ada", Role::Moderator).await.expect("a member");
    let deleted = ada.execute(DELETE, json!({ "id": message })).await.field("deleteMessage");
    assert_eq!((&deleted["message"]["text"], &deleted["userErrors"]), (&Value::Null, &json!([])));
    let event = follower.event().await;
    assert_eq!(event["__typename"], "MessageChanged");
    assert_eq!((&event["message"]["id"], &event["message"]["text"]), (&message, &Value::Null));
    assert_eq!(texts(&bob).await, ["-"]);
    let own = bob.send_lobby_message("Never mind").await;
    assert_eq!(bob.execute(DELETE, json!({ "id": own })).await.refusals("deleteMessage"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_block_hides_two_users_from_each_other_in_the_lobby(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    let owl = campus.guest("owl_7").await;
    let before = ada.lobby_cursor().await;
    let (mut ada_stream, mut owl_stream, mut bob_stream) =
        (Follower::now(&ada).await, Follower::now(&owl).await, Follower::now(&bob).await);
    owl.send_lobby_message("Before").await;
    assert_eq!(ada_stream.next().await, "owl_7: Before");
    let block = "mutation B($id: ID!) { blockUser(input: { userId: $id }) { user { id } userErrors { code } } }";
    ada.execute(block, json!({ "id": owl.user_id().await })).await.data();
    owl.send_lobby_message("After").await;
    ada.enter_lobby().await;
    owl.enter_lobby().await;
    bob.send_lobby_message("Visible to both").await;
    let all = ["owl_7: Before", "owl_7: After", "ada joined", "bob: Visible to both"];
    for event in all {
        assert_eq!(bob_stream.next().await, event);
    }
    for event in ["? left", "ada joined", "bob: Visible to both"] {
        assert_eq!(ada_stream.next().await, event);
    }
    for event in ["owl_7: Before", "owl_7: After", "bob: Visible to both"] {
        assert_eq!(owl_stream.next().await, event);
    }
    assert_eq!(ada.lobby_usernames().await, ["ada"]);
    assert_eq!(owl.lobby_usernames().await, ["owl_7"]);
    assert_eq!(bob.lobby_usernames().await, ["ada", "owl_7"]);
    assert_eq!(texts(&ada).await, ["Visible to both"]);
    let mut replay = Follower::after(&ada, &before).await;
    assert_eq!(replay.next().await, "? left", "earlier events are hidden too");
    assert_eq!(replay.next().await, "ada joined");
}
