//! Leaving groups, and what a deleted account leaves behind.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::names;
use crate::support::{Campus, Engine};

async fn count(campus: &Campus, sql: &'static str) -> i64 {
    let (count,): (i64,) = campus.app.db.one(sql, &[]).await.expect("it is counted");
    count
}

#[rstest]
#[tokio::test]
async fn whoever_leaves_sees_nothing_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let pair = ada.start(&[&grace]).await;
    let group = ada.start(&[&grace, &mary]).await;
    let message = mary.start(&[&ada, &grace]).await;
    assert_eq!(message, group);
    let message = mary.said(&group, "Farewell").await;
    assert_eq!(mary.leave(&group).await.field("leaveConversation")["leftConversationId"], group);
    let see = "query($id: ID!, $message: ID!) { conversation(by: { id: $id }) { id } node(id: $message) { id } }";
    let seen = mary.execute(see, json!({ "id": group, "message": message })).await.data();
    assert_eq!(seen, json!({ "conversation": null, "node": null }));
    assert!(mary.list().await.is_empty());
    assert_eq!(mary.leave(&group).await.refusals("leaveConversation"), ["NOT_FOUND input.conversationId"]);
    let said = mary.try_send(json!({ "conversationId": group, "text": "x" })).await;
    assert_eq!(said.refusals("sendMessage"), ["NOT_FOUND input.conversationId"]);
    assert_eq!(mary.delete_message(&message).await.refusals("deleteMessage"), ["NOT_FOUND input.messageId"]);
    // The others keep what was said; what they have is no pair's conversation.
    assert_eq!(grace.reads(&group).await, ["Farewell"]);
    assert_eq!(grace.start(&[&ada]).await, pair);
    let again = ada.start(&[&grace, &mary]).await;
    assert_ne!(again, group);
    assert_eq!(ada.leave(&pair).await.refusals("leaveConversation"), ["FORBIDDEN input.conversationId"]);
}

#[rstest]
#[tokio::test]
async fn a_group_is_found_by_those_who_are_left(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let four = ada.start(&[&grace, &mary, &eve]).await;
    ada.say(&four, "Four").await;
    eve.leave(&four).await.data();
    assert_eq!(mary.start(&[&ada, &grace]).await, four);
    // A second one that becomes the same set of people stays beside it.
    let other = ada.start(&[&grace, &mary, &eve]).await;
    ada.say(&other, "Four again").await;
    eve.leave(&other).await.data();
    assert_eq!(grace.start(&[&ada, &mary]).await, four);
    assert_eq!(grace.list().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn what_everybody_left_is_removed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.start(&[&grace, &mary]).await;
    for n in 0..5 {
        ada.say(&group, &n.to_string()).await;
    }
    for person in [&ada, &grace] {
        person.leave(&group).await.data();
    }
    // Nobody is there to hear it.
    let alone = mary.try_send(json!({ "conversationId": group, "text": "Hello?" })).await;
    assert_eq!(alone.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    studyhall::node::sweep(&campus.app).await.expect("it is swept");
    assert_eq!(mary.reads(&group).await.len(), 5);
    mary.leave(&group).await.data();
    studyhall::node::sweep(&campus.app).await.expect("it is swept");
    assert_eq!(count(&campus, "select count(*) from messages").await, 0);
    assert_eq!(count(&campus, "select count(*) from conversations where kind <> 'lobby'").await, 0);
    assert_eq!(count(&campus, "select count(*) from feed_events where kind = 'member_left'").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_leaves_its_words_without_a_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let pair = ada.start(&[&grace]).await;
    let group = ada.start(&[&grace, &mary]).await;
    ada.say(&pair, "To you").await;
    ada.say(&group, "To all").await;
    grace.say(&pair, "To her").await;
    ada.delete_account().await;
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        members { username } viewerCanSend unreadCount messages { edges { node { text clientKey author { username } } } }
    } }";
    let seen = grace.execute(query, json!({ "id": pair })).await.field("conversation");
    assert_eq!((names(&seen["members"]), &seen["viewerCanSend"]), (vec!["grace"], &json!(false)));
    let first = &seen["messages"]["edges"][0]["node"];
    assert_eq!((&first["text"], &first["author"]), (&json!("To you"), &Value::Null));
    assert_eq!(seen["unreadCount"], 1);
    let refused = grace.try_send(json!({ "conversationId": pair, "text": "x" })).await;
    assert_eq!(refused.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    // The group goes on.
    mary.say(&group, "Who was that?").await;
    assert_eq!(grace.reads(&group).await, ["To all", "Who was that?"]);
    grace.delete_account().await;
    mary.delete_account().await;
    studyhall::node::sweep(&campus.app).await.expect("it is swept");
    assert_eq!(count(&campus, "select count(*) from messages").await, 0);
}
