//! Editing and deleting messages.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_message_is_edited_and_deleted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let message = ada.said(&id, "Hello").await;
    campus.advance(Duration::from_mins(1));
    let edited = ada.edit_message(&message, " Good\nbye ").await.field("editMessage")["message"].clone();
    assert_eq!(
        edited,
        json!({ "id": message, "text": "Good\nbye", "editedAt": "2026-11-21T09:31:00.000Z", "viewerCanEdit": true })
    );
    assert_eq!(grace.reads(&id).await, ["Good\nbye"]);
    let deleted = ada.delete_message(&message).await.field("deleteMessage")["message"].clone();
    assert_eq!(
        deleted,
        json!({
            "id": message, "text": null, "deletedAt": "2026-11-21T09:31:00.000Z", "author": { "username": "ada" },
            "images": [], "viewerCanEdit": false, "viewerCanDelete": false,
        })
    );
    // Its place stays, and it is nobody's to change any more.
    assert_eq!(grace.reads(&id).await, ["-"]);
    assert!(grace.list().await[0]["lastMessage"]["deletedAt"].is_string());
    assert_eq!(ada.edit_message(&message, "x").await.refusals("editMessage"), ["NOT_FOUND input.messageId"]);
    assert_eq!(ada.delete_message(&message).await.refusals("deleteMessage"), ["NOT_FOUND input.messageId"]);
}

#[rstest]
#[tokio::test]
async fn only_the_author_changes_a_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let moderator = campus.moderator("order").await;
    let id = ada.start(&[&grace, &moderator]).await;
    let message = ada.said(&id, "Mine").await;
    for person in [&grace, &moderator] {
        assert_eq!(person.edit_message(&message, "x").await.refusals("editMessage"), ["FORBIDDEN input.messageId"]);
        assert_eq!(person.delete_message(&message).await.refusals("deleteMessage"), ["FORBIDDEN input.messageId"]);
    }
    let bytes = |answer: crate::support::people::Response| answer.body.to_string();
    let missing = bytes(eve.delete_message(&json!("msg_0000000000009")).await);
    for unknown in [&message, &json!("rubbish"), &id] {
        assert_eq!(eve.edit_message(unknown, "x").await.refusals("editMessage"), ["NOT_FOUND input.messageId"]);
        assert_eq!(bytes(eve.delete_message(unknown).await), missing);
    }
    for (text, code) in [("", "TOO_SHORT"), ("a\u{7}", "INVALID"), (&*"x".repeat(4_001), "TOO_LONG")] {
        assert_eq!(ada.edit_message(&message, text).await.refusals("editMessage"), [format!("{code} input.text")]);
    }
    assert_eq!(grace.reads(&id).await, ["Mine"]);
}

#[rstest]
#[tokio::test]
async fn after_a_day_a_message_stays_as_it_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let message = ada.said(&id, "Hello").await;
    campus.advance(Duration::from_hours(24));
    let ada = ada.login().await;
    assert_eq!(ada.edit_message(&message, "Just in time").await.refusals("editMessage"), [""; 0]);
    campus.advance(Duration::from_micros(1));
    assert_eq!(ada.edit_message(&message, "x").await.refusals("editMessage"), ["EDIT_WINDOW_OVER input.messageId"]);
    let query = "query($id: ID!) { node(id: $id) { ... on Message { viewerCanEdit viewerCanDelete } } }";
    let seen = ada.execute(query, json!({ "id": message })).await.field("node");
    assert_eq!(seen, json!({ "viewerCanEdit": false, "viewerCanDelete": true }));
    assert_eq!(ada.delete_message(&message).await.refusals("deleteMessage"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn where_nothing_may_be_said_nothing_is_edited(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let message = ada.said(&id, "Hello").await;
    grace.block(&ada).await;
    assert_eq!(
        ada.edit_message(&message, "x").await.refusals("editMessage"),
        ["RECIPIENT_UNAVAILABLE input.messageId"]
    );
    let query = "query($id: ID!) { node(id: $id) { ... on Message { viewerCanEdit viewerCanDelete } } }";
    let seen = ada.execute(query, json!({ "id": message })).await.field("node");
    assert_eq!(seen, json!({ "viewerCanEdit": false, "viewerCanDelete": true }));
    ada.delete_message(&message).await.data();
    assert_eq!(grace.reads(&id).await, ["-"]);
}

#[rstest]
#[tokio::test]
async fn in_groups_a_block_hides_messages_both_ways(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    ada.say(&id, "a1").await;
    let hers = grace.said(&id, "g1").await;
    mary.say(&id, "m1").await;
    ada.block(&grace).await;
    ada.say(&id, "a2").await;
    grace.say(&id, "g2").await;
    assert_eq!(ada.reads(&id).await, ["a1", "m1", "a2"]);
    assert_eq!(grace.reads(&id).await, ["g1", "m1", "g2"]);
    assert_eq!(mary.reads(&id).await, ["a1", "g1", "m1", "a2", "g2"]);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(ada.execute(node, json!({ "id": hers })).await.field("node"), Value::Null);
    let entry = ada.list().await.remove(0);
    assert_eq!((&entry["lastMessage"]["text"], super::names(&entry["members"])), (&json!("a2"), vec!["ada", "mary"]));
    assert_eq!(grace.list().await[0]["lastMessage"]["text"], "g2");
    grace.delete_message(&hers).await.data();
    ada.unblock(&grace).await;
    assert_eq!(ada.reads(&id).await, ["a1", "-", "m1", "a2", "g2"]);
}
