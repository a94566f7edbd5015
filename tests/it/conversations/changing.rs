//! Editing and deleting messages.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn an_author_edits_and_deletes_a_message(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&id, "Hello").await;
    campus.advance(Duration::from_mins(1));
    let edited = ada.edit_message(&message, " Good\nbye ").await.field("editMessage")["message"].clone();
    assert_eq!(
        edited,
        json!({ "id": message, "text": "Good\nbye", "editedAt": "2026-11-21T09:31:00.000Z", "viewerCanEdit": true })
    );
    assert_eq!(grace.message_texts(&id).await, ["Good\nbye"]);
    let deleted = ada.delete_message(&message).await.field("deleteMessage")["message"].clone();
    assert_eq!(
        deleted,
        json!({
            "id": message, "text": null, "deletedAt": "2026-11-21T09:31:00.000Z", "author": { "username": "ada" },
            "images": [], "viewerCanEdit": false, "viewerCanDelete": false,
        })
    );
    // Its position stays, and it cannot be changed any more.
    assert_eq!(grace.message_texts(&id).await, ["-"]);
    assert!(grace.conversations().await[0]["lastMessage"]["deletedAt"].is_string());
    assert_eq!(ada.edit_message(&message, "x").await.refusals("editMessage"), ["NOT_FOUND input.messageId"]);
    assert_eq!(ada.delete_message(&message).await.refusals("deleteMessage"), ["NOT_FOUND input.messageId"]);
}

#[rstest]
#[tokio::test]
async fn a_message_can_be_changed_by_its_author_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let moderator = campus.moderator("order").await;
    let id = ada.start_conversation(&[&grace, &moderator]).await;
    let message = ada.send_message_id(&id, "Mine").await;
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
    assert_eq!(grace.message_texts(&id).await, ["Mine"]);
}

#[rstest]
#[tokio::test]
async fn a_message_can_be_edited_for_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&id, "Hello").await;
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
async fn a_message_cannot_be_edited_where_its_author_cannot_send(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&id, "Hello").await;
    grace.block(&ada).await;
    assert_eq!(
        ada.edit_message(&message, "x").await.refusals("editMessage"),
        ["RECIPIENT_UNAVAILABLE input.messageId"]
    );
    let query = "query($id: ID!) { node(id: $id) { ... on Message { viewerCanEdit viewerCanDelete } } }";
    let seen = ada.execute(query, json!({ "id": message })).await.field("node");
    assert_eq!(seen, json!({ "viewerCanEdit": false, "viewerCanDelete": true }));
    ada.delete_message(&message).await.data();
    assert_eq!(grace.message_texts(&id).await, ["-"]);
}

#[rstest]
#[tokio::test]
async fn a_block_hides_group_messages_both_ways(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "a1").await;
    let blocked_message = grace.send_message_id(&id, "g1").await;
    mary.send_message(&id, "m1").await;
    ada.block(&grace).await;
    ada.send_message(&id, "a2").await;
    grace.send_message(&id, "g2").await;
    assert_eq!(ada.message_texts(&id).await, ["a1", "m1", "a2"]);
    assert_eq!(grace.message_texts(&id).await, ["g1", "m1", "g2"]);
    assert_eq!(mary.message_texts(&id).await, ["a1", "g1", "m1", "a2", "g2"]);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(ada.execute(node, json!({ "id": blocked_message })).await.field("node"), Value::Null);
    let entry = ada.conversations().await.remove(0);
    assert_eq!(
        (&entry["lastMessage"]["text"], super::usernames(&entry["members"])),
        (&json!("a2"), vec!["ada", "mary"])
    );
    assert_eq!(grace.conversations().await[0]["lastMessage"]["text"], "g2");
    grace.delete_message(&blocked_message).await.data();
    ada.unblock(&grace).await;
    assert_eq!(ada.message_texts(&id).await, ["a1", "-", "m1", "a2", "g2"]);
}
