//! What is said in the lobby.

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
async fn what_somebody_says_everybody_reads_and_hears(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, owl) = (campus.member("ada").await, campus.guest("owl_7").await);
    let (mut adas, mut owls) = (Follower::now(&ada).await, Follower::now(&owl).await);
    let apart = "subscription Apart($after: String) {
        lobbyChanged(after: $after) { ... on MessageAdded { conversation { id } messageEdge { node { text } } } }
    }";
    let mut apart = Socket::subscribed(&ada, apart, json!({ "after": ada.lobby_cursor().await })).await;
    ada.says("  Hello, owl.\nHow are you?  ").await;
    owl.says("Awake.").await;
    for follower in [&mut adas, &mut owls] {
        assert_eq!(follower.next().await, "ada: Hello, owl.\nHow are you?");
        assert_eq!(follower.next().await, "owl_7: Awake.");
    }
    let said = json!({ "conversation": null, "messageEdge": { "node": { "text": "Hello, owl.\nHow are you?" } } });
    assert_eq!(apart.next().await["lobbyChanged"], said);
    let page = owl.execute(PAGE, json!({ "first": 1 })).await.field("lobby");
    let edge = &page["messages"]["edges"][0];
    assert_eq!(edge["node"]["author"]["username"], "ada");
    let mut rest = Follower::after(&owl, &edge["cursor"]).await;
    assert_eq!(rest.next().await, "owl_7: Awake.", "the cursors are the same");
    assert_eq!(texts(&ada).await, ["Hello, owl.\nHow are you?", "Awake."]);
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_said_is_refused_and_nothing_is_stored(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
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
    owl.says(&"x".repeat(4_000)).await;
}

#[rstest]
#[tokio::test]
async fn a_message_that_is_sent_again_is_the_same_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
async fn guests_say_less_in_a_minute(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let owl = campus.guest("owl_7").await;
    for number in 0..20 {
        owl.says(&format!("Message {number}")).await;
    }
    let refused = owl.execute(SEND, json!({ "text": "One more" })).await;
    assert_eq!(refused.codes(), ["RATE_LIMITED"]);
    campus.advance(std::time::Duration::from_mins(1));
    owl.says("One more").await;
}

#[rstest]
#[tokio::test]
async fn those_who_keep_order_delete_messages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    let owl = campus.guest("owl_7").await;
    let message = owl.says("Something rude").await;
    let mut follower = Follower::now(&bob).await;
    let refused = bob.execute(DELETE, json!({ "id": message })).await;
    assert_eq!(refused.refusals("deleteMessage"), ["FORBIDDEN input.messageId"]);
    assert_eq!(owl.execute(DELETE, json!({ "id": message })).await.codes(), ["FORBIDDEN"]);
    staff::set_role(&campus.app, "ada", Role::Moderator).await.expect("a member");
    let deleted = ada.execute(DELETE, json!({ "id": message })).await.field("deleteMessage");
    assert_eq!((&deleted["message"]["text"], &deleted["userErrors"]), (&Value::Null, &json!([])));
    let event = follower.event().await;
    assert_eq!(event["__typename"], "MessageChanged");
    assert_eq!((&event["message"]["id"], &event["message"]["text"]), (&message, &Value::Null));
    assert_eq!(texts(&bob).await, ["-"]);
    let own = bob.says("Never mind").await;
    assert_eq!(bob.execute(DELETE, json!({ "id": own })).await.refusals("deleteMessage"), Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_block_parts_two_people_here_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, bob) = (campus.member("ada").await, campus.member("bob").await);
    let owl = campus.guest("owl_7").await;
    let before = ada.lobby_cursor().await;
    let (mut adas, mut owls, mut bobs) =
        (Follower::now(&ada).await, Follower::now(&owl).await, Follower::now(&bob).await);
    owl.says("Before").await;
    let block = "mutation B($id: ID!) { blockUser(input: { userId: $id }) { user { id } userErrors { code } } }";
    ada.execute(block, json!({ "id": owl.global_id().await })).await.data();
    owl.says("After").await;
    ada.enters().await;
    owl.enters().await;
    bob.says("Both hear me").await;
    let all = ["owl_7: Before", "owl_7: After", "ada joined", "bob: Both hear me"];
    for event in all {
        assert_eq!(bobs.next().await, event);
    }
    assert_eq!(adas.next().await, "owl_7: Before", "it was said before");
    for event in ["ada joined", "bob: Both hear me"] {
        assert_eq!(adas.next().await, event);
    }
    for event in ["owl_7: Before", "owl_7: After", "bob: Both hear me"] {
        assert_eq!(owls.next().await, event);
    }
    assert_eq!(ada.sees_in_lobby().await, ["ada"]);
    assert_eq!(owl.sees_in_lobby().await, ["owl_7"]);
    assert_eq!(bob.sees_in_lobby().await, ["ada", "owl_7"]);
    assert_eq!(texts(&ada).await, ["Both hear me"]);
    let mut again = Follower::after(&ada, &before).await;
    assert_eq!(again.next().await, "ada joined", "what was missed is not for her any more");
}
