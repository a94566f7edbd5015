//! Leaving groups, and the messages of deleted accounts.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;

use super::following::FOLLOW;
use super::usernames;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Socket};

async fn count(campus: &Campus, sql: &'static str) -> i64 {
    let (count,): (i64,) = campus.app.db.one(sql, &[]).await.expect("a count");
    count
}

#[rstest]
#[tokio::test]
async fn a_member_who_leaves_no_longer_sees_the_group(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let pair = ada.start_conversation(&[&grace]).await;
    let group = ada.start_conversation(&[&grace, &mary]).await;
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, group);
    let message = mary.send_message_id(&group, "Farewell").await;
    assert_eq!(mary.leave_conversation(&group).await.field("leaveConversation")["leftConversationId"], group);
    let see = "query($id: ID!, $message: ID!) { conversation(by: { id: $id }) { id } node(id: $message) { id } }";
    let seen = mary.execute(see, json!({ "id": group, "message": message })).await.data();
    assert_eq!(seen, json!({ "conversation": null, "node": null }));
    assert!(mary.conversations().await.is_empty());
    assert_eq!(mary.leave_conversation(&group).await.refusals("leaveConversation"), ["NOT_FOUND input.conversationId"]);
    let rejected = mary.try_send(json!({ "conversationId": group, "text": "x" })).await;
    assert_eq!(rejected.refusals("sendMessage"), ["NOT_FOUND input.conversationId"]);
    // The others keep the messages. The rest of a group is not the conversation of the remaining pair.
    assert_eq!(grace.message_texts(&group).await, ["Farewell"]);
    assert_eq!(grace.start_conversation(&[&ada]).await, pair);
    let new_group = ada.start_conversation(&[&grace, &mary]).await;
    assert_ne!(new_group, group);
    assert_eq!(ada.leave_conversation(&pair).await.refusals("leaveConversation"), ["FORBIDDEN input.conversationId"]);
}

#[rstest]
#[tokio::test]
async fn a_group_is_found_by_its_remaining_members(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let four = ada.start_conversation(&[&grace, &mary, &eve]).await;
    ada.send_message(&four, "Four").await;
    eve.leave_conversation(&four).await.data();
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, four);
    // A second group with the same remaining members exists beside the first.
    let other = ada.start_conversation(&[&grace, &mary, &eve]).await;
    ada.send_message(&other, "Four again").await;
    eve.leave_conversation(&other).await.data();
    assert_eq!(grace.start_conversation(&[&ada, &mary]).await, four);
    assert_eq!(grace.conversations().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_group_without_members_is_deleted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.start_conversation(&[&grace, &mary]).await;
    for n in 0..5 {
        ada.send_message(&group, &n.to_string()).await;
    }
    for person in [&ada, &grace] {
        person.leave_conversation(&group).await.data();
    }
    // The group has no other member left.
    let alone = mary.try_send(json!({ "conversationId": group, "text": "Hello?" })).await;
    assert_eq!(alone.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(mary.message_texts(&group).await.len(), 5);
    mary.leave_conversation(&group).await.data();
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(count(&campus, "select count(*) from messages").await, 0);
    assert_eq!(count(&campus, "select count(*) from conversations where kind <> 'lobby'").await, 0);
    assert_eq!(
        count(&campus, "select count(*) from feed_events where feed not in (select id from accounts) and feed > 100")
            .await,
        0
    );
}

#[rstest]
#[tokio::test]
async fn a_deleted_account_leaves_its_messages_without_an_author(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let pair = ada.start_conversation(&[&grace]).await;
    let group = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&pair, "To you").await;
    ada.send_message(&group, "To all").await;
    grace.send_message(&pair, "To her").await;
    ada.delete_account().await;
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        members { username } viewerCanSend unreadCount messages { edges { node { text clientKey author { username } } } }
    } }";
    let seen = grace.execute(query, json!({ "id": pair })).await.field("conversation");
    assert_eq!((usernames(&seen["members"]), &seen["viewerCanSend"]), (vec!["grace"], &json!(false)));
    let first = &seen["messages"]["edges"][0]["node"];
    assert_eq!((&first["text"], &first["author"]), (&json!("To you"), &Value::Null));
    assert_eq!(seen["unreadCount"], 1);
    let rejected = grace.try_send(json!({ "conversationId": pair, "text": "x" })).await;
    assert_eq!(rejected.refusals("sendMessage"), ["RECIPIENT_UNAVAILABLE input.conversationId"]);
    // The group continues.
    mary.send_message(&group, "Who was that?").await;
    assert_eq!(grace.message_texts(&group).await, ["To all", "Who was that?"]);
    grace.delete_account().await;
    mary.delete_account().await;
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    assert_eq!(count(&campus, "select count(*) from messages").await, 0);
}

#[rstest]
#[tokio::test]
async fn the_remaining_members_receive_who_left(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.start_conversation(&[&grace, &mary]).await;
    let first = ada.send_message_id(&group, "Hello").await;
    let own = mary.send_message_id(&group, "Farewell").await;
    let cursor = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } viewer { inboxCursor } }";
    let start = ada.execute(cursor, json!({ "id": group })).await.data();
    let after = &start["conversation"]["eventsCursor"];
    let mut stream = Socket::subscribed(&ada, FOLLOW, json!({ "id": group, "after": after })).await;
    mary.leave_conversation(&group).await.data();
    let mary_id = mary.user_id().await;
    let left = stream.next().await["conversationChanged"].clone();
    assert_eq!((&left["groupChange"], &left["userId"]), (&json!("MEMBER_LEFT"), &mary_id));
    assert_eq!((&left["user"], &left["actor"]), (&json!({ "username": "mary" }), &json!({ "username": "mary" })));
    assert_eq!(left["conversation"]["unreadCount"], 1);
    // The member who left can still delete what they wrote.
    assert_eq!(mary.delete_message(&own).await.refusals("deleteMessage"), [""; 0]);
    assert_eq!(stream.next().await["conversationChanged"]["message"]["text"], Value::Null);
    assert_eq!(ada.message_texts(&group).await, ["Hello", "-"]);
    assert_eq!(mary.delete_message(&first).await.refusals("deleteMessage"), ["NOT_FOUND input.messageId"]);
}

#[rstest]
#[tokio::test]
async fn a_leave_is_not_delivered_across_a_block_or_of_a_group_that_is_not_shown(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let joan = campus.member("joan").await;
    let empty = mary.start_conversation(&[&ada, &grace]).await;
    let group = ada.start_conversation(&[&grace, &mary, &joan]).await;
    ada.send_message(&group, "Hello").await;
    grace.block(&mary).await;
    let start = grace.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    let query = "subscription($after: String) { inboxChanged(after: $after) {
        __typename ... on GroupChanged { conversationId user { username } } } }";
    let mut inbox = Socket::subscribed(&grace, query, json!({ "after": start })).await;
    let cursor = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } }";
    let cursor = grace.execute(cursor, json!({ "id": group })).await.field("conversation")["eventsCursor"].clone();
    let mut stream = Socket::subscribed(&grace, FOLLOW, json!({ "id": group, "after": cursor })).await;
    mary.leave_conversation(&empty).await.data();
    mary.leave_conversation(&group).await.data();
    joan.leave_conversation(&group).await.data();
    let event = inbox.next().await["inboxChanged"].clone();
    assert_eq!(event, json!({ "__typename": "GroupChanged", "conversationId": group, "user": { "username": "joan" } }));
    assert_eq!(stream.next().await["conversationChanged"]["user"]["username"], "joan");
}

#[rstest]
#[tokio::test]
async fn a_group_of_the_same_members_is_found_when_the_other_one_shrinks(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let first = ada.start_conversation(&[&grace, &mary, &eve]).await;
    ada.send_message(&first, "First").await;
    eve.leave_conversation(&first).await.data();
    let second = ada.start_conversation(&[&grace, &mary, &eve]).await;
    ada.send_message(&second, "Second").await;
    eve.leave_conversation(&second).await.data();
    assert_eq!(grace.start_conversation(&[&ada, &mary]).await, first);
    mary.leave_conversation(&first).await.data();
    assert_eq!(grace.start_conversation(&[&ada, &mary]).await, second);
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, second);
}

#[rstest]
#[tokio::test]
async fn a_message_that_had_only_images_is_deleted_with_the_account_of_its_author(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "A text").await;
    let image = ada.upload_image(&png(3, 3)).await["id"].clone();
    ada.try_send(json!({ "conversationId": id, "imageIds": [image] })).await.data();
    assert_eq!(grace.unread_count(&id).await, 2);
    ada.delete_account().await;
    let query = "query($id: ID!) { conversation(by: { id: $id }) {
        unreadCount messages { edges { node { text deletedAt images { id } author { id } } } }
    } }";
    let seen = grace.execute(query, json!({ "id": id })).await.field("conversation");
    assert_eq!(seen["unreadCount"], 1);
    let messages = &seen["messages"]["edges"];
    assert_eq!((&messages[0]["node"]["text"], &messages[0]["node"]["deletedAt"]), (&json!("A text"), &Value::Null));
    assert!(messages[1]["node"]["deletedAt"].is_string(), "{messages}");
}
