//! Read markers, read receipts and unread counts.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::usernames;
use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const READ: &str = "mutation Read($id: ID!, $message: ID!) {
    markConversationRead(input: { conversationId: $id, messageId: $message }) {
        conversation { unreadCount readMarkers { user { username } readUpTo { text } readAt } }
        userErrors { code message path }
    }
}";

impl Person {
    async fn mark_read(&self, conversation: &Value, message: &Value) -> Response {
        self.execute(READ, json!({ "id": conversation, "message": message })).await
    }

    /// The unread count of the user's only conversation with unread messages, which is also the sum of all counts.
    pub async fn unread_count(&self, conversation: &Value) -> i64 {
        let query = "query($id: ID!) { conversation(by: { id: $id }) { unreadCount } viewer { unreadCount } }";
        let data = self.execute(query, json!({ "id": conversation })).await.data();
        assert_eq!(data["conversation"]["unreadCount"], data["viewer"]["unreadCount"]);
        data["viewer"]["unreadCount"].as_i64().expect("a number")
    }

    /// The usernames of the members whose read markers this user can see.
    async fn visible_markers(&self, conversation: &Value) -> Vec<String> {
        let query = "query($id: ID!) { conversation(by: { id: $id }) { readMarkers { user { username } } } }";
        let seen = self.execute(query, json!({ "id": conversation })).await.field("conversation");
        let users = seen["readMarkers"].as_array().cloned().unwrap_or_default();
        users.iter().map(|marker| marker["user"]["username"].as_str().unwrap_or("-").to_owned()).collect()
    }

    async fn set_read_receipts(&self, is_on: bool) {
        let set = "mutation($isOn: Boolean!) {
            updateSettings(input: { sendsReadReceipts: $isOn }) { userErrors { code } }
        }";
        self.execute(set, json!({ "isOn": is_on })).await.data();
    }
}

#[rstest]
#[tokio::test]
async fn messages_stay_unread_until_the_reader_moves_the_read_marker(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let mut messages = Vec::new();
    for text in ["1", "2", "3"] {
        messages.push(ada.send_message_id(&id, text).await);
    }
    let own = grace.send_message_id(&id, "Mine").await;
    assert_eq!((ada.unread_count(&id).await, grace.unread_count(&id).await), (1, 3));
    assert_eq!(grace.message_texts(&id).await.len(), 4);
    assert_eq!(grace.unread_count(&id).await, 3);

    let payload = grace.mark_read(&id, &messages[1]).await.field("markConversationRead")["conversation"].clone();
    assert_eq!(payload["unreadCount"], 1);
    assert_eq!(
        payload["readMarkers"],
        json!([{ "user": { "username": "grace" }, "readUpTo": { "text": "2" }, "readAt": "2026-11-21T09:30:00.000Z" }])
    );
    // Read markers only move forward.
    campus.advance(std::time::Duration::from_secs(1));
    assert_eq!(grace.mark_read(&id, &messages[0]).await.field("markConversationRead")["conversation"], payload);
    assert_eq!(grace.mark_read(&id, &messages[1]).await.field("markConversationRead")["conversation"], payload);
    grace.mark_read(&id, &own).await.data();
    assert_eq!(grace.unread_count(&id).await, 0);
    ada.send_message(&id, "4").await;
    assert_eq!((grace.unread_count(&id).await, usernames(&json!([]))), (1, vec![]));
}

#[rstest]
#[tokio::test]
async fn deleted_messages_do_not_count_as_unread(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let mut messages = Vec::new();
    for text in ["1", "2", "3", "4"] {
        messages.push(ada.send_message_id(&id, text).await);
    }
    grace.mark_read(&id, &messages[1]).await.data();
    for (message, remaining) in [(0, 2), (2, 1), (1, 1)] {
        ada.delete_message(&messages[message]).await.data();
        assert_eq!(grace.unread_count(&id).await, remaining);
    }
    // A deleted message can be marked as read.
    grace.mark_read(&id, &messages[2]).await.data();
    assert_eq!(grace.unread_count(&id).await, 1);
    grace.mark_read(&id, &messages[3]).await.data();
    ada.delete_message(&messages[3]).await.data();
    assert_eq!(grace.unread_count(&id).await, 0);
}

#[rstest]
#[tokio::test]
async fn a_read_marker_needs_a_message_of_the_users_own_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let (id, other) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&eve]).await);
    let (message, elsewhere) = (ada.send_message_id(&id, "Hello").await, ada.send_message_id(&other, "Hello").await);
    for (conversation, message, path) in [
        (&other, &message, "conversationId"),
        (&json!("rubbish"), &message, "conversationId"),
        (&json!("cnv_0000000000003"), &message, "conversationId"),
        (&id, &elsewhere, "messageId"),
        (&id, &json!("msg_0000000000009"), "messageId"),
        (&id, &id, "messageId"),
    ] {
        let refusals = grace.mark_read(conversation, message).await.refusals("markConversationRead");
        assert_eq!(refusals, [format!("NOT_FOUND input.{path}")]);
    }
    assert_eq!(ada.mark_read(&id, &elsewhere).await.refusals("markConversationRead"), ["NOT_FOUND input.messageId"]);
    let code = grace
        .execute(
            "mutation { markConversationRead(input: { conversationId: 1, messageId: 2 }) { userErrors { code } } }",
            json!({}),
        )
        .await;
    assert_eq!(code.refusals("markConversationRead"), ["NOT_FOUND"]);
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(person.mark_read(&id, &message).await.codes(), [code]);
    }
}

#[rstest]
#[tokio::test]
async fn a_member_without_read_receipts_sees_only_their_own_marker(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let message = ada.send_message_id(&id, "Hello").await;
    for person in [&ada, &grace, &mary] {
        person.mark_read(&id, &message).await.data();
        assert!(person.visible_markers(&id).await.contains(&person.username));
    }
    assert_eq!(ada.visible_markers(&id).await, ["ada", "grace", "mary"]);
    grace.set_read_receipts(false).await;
    assert_eq!(ada.visible_markers(&id).await, ["ada", "mary"]);
    assert_eq!(grace.visible_markers(&id).await, ["grace"]);
    grace.set_read_receipts(true).await;
    mary.block(&ada).await;
    assert_eq!(ada.visible_markers(&id).await, ["ada", "grace"]);
    assert_eq!(mary.visible_markers(&id).await, ["grace", "mary"]);
}

#[rstest]
#[tokio::test]
async fn messages_hidden_by_a_block_do_not_count_as_unread(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let first = ada.send_message_id(&id, "a1").await;
    grace.send_message(&id, "g1").await;
    mary.send_message(&id, "m1").await;
    assert_eq!(mary.unread_count(&id).await, 2);
    mary.block(&ada).await;
    assert_eq!((mary.unread_count(&id).await, ada.unread_count(&id).await), (1, 1));
    ada.send_message(&id, "a2").await;
    grace.send_message(&id, "g2").await;
    assert_eq!((mary.unread_count(&id).await, grace.unread_count(&id).await), (2, 3));
    ada.delete_message(&first).await.data();
    assert_eq!((mary.unread_count(&id).await, grace.unread_count(&id).await), (2, 2));
    mary.unblock(&ada).await;
    assert_eq!((mary.unread_count(&id).await, ada.unread_count(&id).await), (3, 3));
    // The messages of a deleted account are not hidden.
    mary.block(&ada).await;
    assert_eq!(mary.unread_count(&id).await, 2);
    ada.delete_account().await;
    assert_eq!((mary.unread_count(&id).await, mary.message_texts(&id).await.len()), (3, 5));
    let last = grace.send_message_id(&id, "g3").await;
    mary.mark_read(&id, &last).await.data();
    assert_eq!(mary.unread_count(&id).await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_counts_are_exact_under_concurrent_changes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for name in ["ada", "grace", "mary", "eve"] {
        people.push(campus.member(name).await);
    }
    let id = people[0].start_conversation(&[&people[1], &people[2], &people[3]]).await;
    people[0].send_message(&id, "first").await;
    // All four send, delete and read messages, while eve blocks and unblocks ada.
    let tasks = (0..24_usize).map(|n| {
        let (person, first, last, id) = (&people[n % 4], &people[0], &people[3], &id);
        async move {
            for round in 0..6 {
                let message = person.send_message_id(id, &format!("{n} {round}")).await;
                match (n + round) % 4 {
                    0 => drop(person.delete_message(&message).await.data()),
                    1 => drop(person.mark_read(id, &message).await.data()),
                    2 if n == 3 => last.block(first).await,
                    2 => drop(count_unread(person, id).await),
                    _ if n == 3 => last.unblock(first).await,
                    _ => {}
                }
            }
        }
    });
    join_all(tasks).await;
    for person in &people {
        assert_eq!(person.unread_count(&id).await, count_unread(person, &id).await, "{}", person.username);
    }
    people[3].unblock(&people[0]).await;
    for person in &people {
        assert_eq!(person.unread_count(&id).await, count_unread(person, &id).await, "{}", person.username);
    }
}

/// Counts the user's unread messages by reading the whole history.
async fn count_unread(person: &Person, id: &Value) -> i64 {
    let query = "query($id: ID!, $after: String) { conversation(by: { id: $id }) {
        readMarkers { user { username } readUpTo { id } }
        messages(first: 100, after: $after) {
            edges { cursor node { id deletedAt author { username } } } pageInfo { hasNextPage endCursor }
        }
    } }";
    let (mut after, mut unread, mut marker) = (Value::Null, 0, None);
    loop {
        let seen = person.execute(query, json!({ "id": id, "after": after })).await.field("conversation");
        let markers = seen["readMarkers"].as_array().cloned().unwrap_or_default();
        let own = markers.into_iter().find(|marker| marker["user"]["username"] == person.username.as_str());
        marker = marker.or(own.map(|own| own["readUpTo"]["id"].clone()));
        for edge in seen["messages"]["edges"].as_array().expect("edges") {
            let node = &edge["node"];
            let counts = node["deletedAt"].is_null() && node["author"]["username"] != person.username.as_str();
            unread += i64::from(counts);
            if marker.as_ref() == Some(&node["id"]) {
                unread = 0;
            }
        }
        if seen["messages"]["pageInfo"]["hasNextPage"] == false {
            return unread;
        }
        after = seen["messages"]["pageInfo"]["endCursor"].clone();
    }
}
