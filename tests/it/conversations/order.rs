//! The order of messages, conversations and posts is that of their commits, whatever the clocks say.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person};

const HISTORY: &str = "query($id: ID!) { conversation(by: { id: $id }) {
    updatedAt messages(last: 50) { edges { node { text sentAt editedAt } } }
} }";

/// The instants of the messages, in the order of the history.
async fn instants(person: &Person, conversation: &Value) -> Vec<String> {
    let seen = person.execute(HISTORY, json!({ "id": conversation })).await.field("conversation");
    let edges = seen["messages"]["edges"].as_array().expect("edges").clone();
    edges.iter().map(|edge| edge["node"]["sentAt"].as_str().expect("an instant").to_owned()).collect()
}

/// The conversations of a user, by the text of their latest messages.
async fn listed(person: &Person) -> Vec<String> {
    let text = |conversation: Value| conversation["lastMessage"]["text"].as_str().expect("a text").to_owned();
    person.conversations().await.into_iter().map(text).collect()
}

#[rstest]
#[tokio::test]
async fn a_clock_that_is_set_back_changes_no_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let start = campus.app.clock.now();
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (pair, other) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&mary]).await);
    ada.send_message(&other, "First").await;
    campus.advance(Duration::from_mins(10));
    let question = ada.send_message_id(&pair, "Question").await;
    campus.app.clock.set(start);
    grace.send_message(&pair, "Answer").await;
    let sent = instants(&ada, &pair).await;
    assert!(sent.is_sorted(), "{sent:?}");
    mary.send_message(&other, "Latest").await;
    assert_eq!(listed(&ada).await, ["Latest", "Answer"]);
    grace.mark_read_up_to(&pair, &question).await;
    ada.edit_message(&question, "Question?").await.data();
    let seen = ada.execute(HISTORY, json!({ "id": pair })).await.field("conversation");
    let first = &seen["messages"]["edges"][0]["node"];
    assert!(first["editedAt"].as_str() >= first["sentAt"].as_str(), "{first}");

    campus.advance(Duration::from_mins(10));
    ada.publish("First").await;
    campus.app.clock.set(start);
    ada.publish("Second").await;
    let posts = ada.query("{ posts { edges { node { text publishedAt } } } }").await["posts"]["edges"].clone();
    assert_eq!(posts[0]["node"]["text"], "Second");
    assert!(posts[0]["node"]["publishedAt"].as_str() >= posts[1]["node"]["publishedAt"].as_str(), "{posts}");
}

#[tokio::test]
async fn two_nodes_whose_clocks_differ_keep_one_order() {
    let here = Campus::start(Engine::Postgres).await;
    let there = here.another_node(&[]).await;
    there.advance(Duration::from_millis(1_500));
    let (ada, grace, mary) = (here.member("ada").await, here.member("grace").await, here.member("mary").await);
    let (pair, other) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&mary]).await);
    for conversation in [&pair, &other] {
        ada.send_message(conversation, "First").await;
    }
    for round in 0..5 {
        there.client_for(&grace).send_message(&pair, &format!("Question {round}")).await;
        ada.send_message(&pair, &format!("Answer {round}")).await;
    }
    let sent = instants(&ada, &pair).await;
    assert!(sent.is_sorted(), "{sent:?}");
    there.client_for(&grace).send_message(&pair, "Earlier").await;
    mary.send_message(&other, "Later").await;
    assert_eq!(listed(&ada).await, ["Later", "Earlier"]);
}

#[rstest]
#[tokio::test]
async fn the_instants_of_a_feed_never_fall(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let start = campus.app.clock.now();
    let after = ada.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    campus.advance(Duration::from_secs(30));
    ada.login().await;
    campus.app.clock.set(start);
    ada.login().await;
    let query = "subscription($after: String) { inboxChanged(after: $after) { ... on Event { happenedAt } } }";
    let mut inbox = crate::support::Socket::subscribed(&ada, query, json!({ "after": after })).await;
    let first = inbox.next().await["inboxChanged"]["happenedAt"].clone();
    let second = inbox.next().await["inboxChanged"]["happenedAt"].clone();
    assert_eq!(first, "2026-11-21T09:30:30.000Z");
    assert!(second.as_str() >= first.as_str(), "{second} is before {first}");
}
