//! Read markers, receipts, and how much is unread.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use super::names;
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

    /// What is unread in this conversation; it must be in the sum too.
    async fn unread(&self, conversation: &Value) -> i64 {
        let query = "query($id: ID!) { conversation(by: { id: $id }) { unreadCount } viewer { unreadCount } }";
        let data = self.execute(query, json!({ "id": conversation })).await.data();
        assert_eq!(data["conversation"]["unreadCount"], data["viewer"]["unreadCount"]);
        data["viewer"]["unreadCount"].as_i64().expect("a number")
    }

    /// Whose markers this person sees.
    async fn marked(&self, conversation: &Value) -> Vec<String> {
        let query = "query($id: ID!) { conversation(by: { id: $id }) { readMarkers { user { username } } } }";
        let seen = self.execute(query, json!({ "id": conversation })).await.field("conversation");
        let users = seen["readMarkers"].as_array().cloned().unwrap_or_default();
        users.iter().map(|marker| marker["user"]["username"].as_str().unwrap_or("-").to_owned()).collect()
    }

    async fn share_receipts(&self, does: bool) {
        let set = "mutation($does: Boolean!) {
            updateSettings(input: { sendsReadReceipts: $does }) { userErrors { code } }
        }";
        self.execute(set, json!({ "does": does })).await.data();
    }
}

#[rstest]
#[tokio::test]
async fn nothing_is_read_before_somebody_says_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let mut messages = Vec::new();
    for text in ["1", "2", "3"] {
        messages.push(ada.said(&id, text).await);
    }
    let own = grace.said(&id, "Mine").await;
    assert_eq!((ada.unread(&id).await, grace.unread(&id).await), (1, 3));
    assert_eq!(grace.reads(&id).await.len(), 4);
    assert_eq!(grace.unread(&id).await, 3);

    let payload = grace.mark_read(&id, &messages[1]).await.field("markConversationRead")["conversation"].clone();
    assert_eq!(payload["unreadCount"], 1);
    assert_eq!(
        payload["readMarkers"],
        json!([{ "user": { "username": "grace" }, "readUpTo": { "text": "2" }, "readAt": "2026-11-21T09:30:00.000Z" }])
    );
    // Markers only move forward.
    campus.advance(std::time::Duration::from_secs(1));
    assert_eq!(grace.mark_read(&id, &messages[0]).await.field("markConversationRead")["conversation"], payload);
    assert_eq!(grace.mark_read(&id, &messages[1]).await.field("markConversationRead")["conversation"], payload);
    grace.mark_read(&id, &own).await.data();
    assert_eq!(grace.unread(&id).await, 0);
    ada.say(&id, "4").await;
    assert_eq!((grace.unread(&id).await, names(&json!([]))), (1, vec![]));
}

#[rstest]
#[tokio::test]
async fn deleted_messages_are_not_unread(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let mut messages = Vec::new();
    for text in ["1", "2", "3", "4"] {
        messages.push(ada.said(&id, text).await);
    }
    grace.mark_read(&id, &messages[1]).await.data();
    for (message, left) in [(0, 2), (2, 1), (1, 1)] {
        ada.delete_message(&messages[message]).await.data();
        assert_eq!(grace.unread(&id).await, left);
    }
    // Up to a tombstone is as good.
    grace.mark_read(&id, &messages[2]).await.data();
    assert_eq!(grace.unread(&id).await, 1);
    grace.mark_read(&id, &messages[3]).await.data();
    ada.delete_message(&messages[3]).await.data();
    assert_eq!(grace.unread(&id).await, 0);
}

#[rstest]
#[tokio::test]
async fn nobody_marks_what_is_not_theirs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let (id, other) = (ada.start(&[&grace]).await, ada.start(&[&eve]).await);
    let (message, elsewhere) = (ada.said(&id, "Hello").await, ada.said(&other, "Hello").await);
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
async fn receipts_are_for_those_who_give_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    let message = ada.said(&id, "Hello").await;
    for person in [&ada, &grace, &mary] {
        person.mark_read(&id, &message).await.data();
        assert!(person.marked(&id).await.contains(&person.username));
    }
    assert_eq!(ada.marked(&id).await, ["ada", "grace", "mary"]);
    grace.share_receipts(false).await;
    assert_eq!(ada.marked(&id).await, ["ada", "mary"]);
    assert_eq!(grace.marked(&id).await, ["grace"]);
    grace.share_receipts(true).await;
    mary.block(&ada).await;
    assert_eq!(ada.marked(&id).await, ["ada", "grace"]);
    assert_eq!(mary.marked(&id).await, ["grace", "mary"]);
}

#[rstest]
#[tokio::test]
async fn what_a_block_hides_is_not_unread(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    let first = ada.said(&id, "a1").await;
    grace.say(&id, "g1").await;
    mary.say(&id, "m1").await;
    assert_eq!(mary.unread(&id).await, 2);
    mary.block(&ada).await;
    assert_eq!((mary.unread(&id).await, ada.unread(&id).await), (1, 1));
    ada.say(&id, "a2").await;
    grace.say(&id, "g2").await;
    assert_eq!((mary.unread(&id).await, grace.unread(&id).await), (2, 3));
    ada.delete_message(&first).await.data();
    assert_eq!((mary.unread(&id).await, grace.unread(&id).await), (2, 2));
    mary.unblock(&ada).await;
    assert_eq!((mary.unread(&id).await, ada.unread(&id).await), (3, 3));
    // Whoever is gone is hidden from nobody.
    mary.block(&ada).await;
    assert_eq!(mary.unread(&id).await, 2);
    ada.delete_account().await;
    assert_eq!((mary.unread(&id).await, mary.reads(&id).await.len()), (3, 5));
    let last = grace.said(&id, "g3").await;
    mary.mark_read(&id, &last).await.data();
    assert_eq!(mary.unread(&id).await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_are_exact_whatever_happens_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for name in ["ada", "grace", "mary", "eve"] {
        people.push(campus.member(name).await);
    }
    let id = people[0].start(&[&people[1], &people[2], &people[3]]).await;
    people[0].say(&id, "first").await;
    // Everybody talks, deletes what they said, reads, and eve keeps changing her mind about ada.
    let works = (0..24_usize).map(|n| {
        let (person, first, last, id) = (&people[n % 4], &people[0], &people[3], &id);
        async move {
            for round in 0..6 {
                let message = person.said(id, &format!("{n} {round}")).await;
                match (n + round) % 4 {
                    0 => drop(person.delete_message(&message).await.data()),
                    1 => drop(person.mark_read(id, &message).await.data()),
                    2 if n == 3 => last.block(first).await,
                    2 => drop(people_read(person, id).await),
                    _ if n == 3 => last.unblock(first).await,
                    _ => {}
                }
            }
        }
    });
    join_all(works).await;
    for person in &people {
        assert_eq!(person.unread(&id).await, people_read(person, &id).await, "{}", person.username);
    }
    people[3].unblock(&people[0]).await;
    for person in &people {
        assert_eq!(person.unread(&id).await, people_read(person, &id).await, "{}", person.username);
    }
}

/// Counts by hand what this person has not read.
async fn people_read(person: &Person, id: &Value) -> i64 {
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
