//! Notifications in the inbox, alike on every device.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

const INBOX: &str = "subscription($after: String) { inboxChanged(after: $after) {
    __typename
    ... on Event { cursor }
    ... on NotificationAdded { viewer { unreadNotificationCount } notificationEdge { cursor node { id text } } }
    ... on NotificationsChanged { viewer { unreadNotificationCount notifications(first: 1) { nodes { id readAt } } } }
} }";

async fn follow(person: &Person) -> Socket {
    let cursor = person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    Socket::subscribed(person, INBOX, json!({ "after": cursor })).await
}

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["inboxChanged"].clone()
}

#[rstest]
#[tokio::test]
async fn every_device_receives_what_is_added_read_and_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let phone = ada.login().await;
    let read = ada.query("{ viewer { notifications { nodes { id } } } }").await;
    ada.mark_notifications(json!({ "notificationIds": [read["viewer"]["notifications"]["nodes"][0]["id"]] }))
        .await
        .data();
    let post = ada.publish("A post").await;
    let mut devices = [follow(&ada).await, follow(&phone).await];
    let comment = grace.comment(&post, "Hello").await;
    let page = ada.notification_page(json!({ "first": 1 })).await["notifications"].clone();
    for device in &mut devices {
        let added = next(device).await;
        assert_eq!(added["__typename"], "NotificationAdded");
        assert_eq!(added["viewer"]["unreadNotificationCount"], 1);
        assert_eq!(added["notificationEdge"]["cursor"], page["pageInfo"]["startCursor"]);
        assert_eq!(added["notificationEdge"]["node"]["id"], page["nodes"][0]["id"]);
    }
    let id = &page["nodes"][0]["id"];
    // What is read already changes nothing, and is not reported.
    for _ in 0..2 {
        phone.mark_notifications(json!({ "notificationIds": [id] })).await.data();
    }
    for device in &mut devices {
        let changed = next(device).await;
        assert_eq!(changed["viewer"]["unreadNotificationCount"], 0);
        assert!(changed["viewer"]["notifications"]["nodes"][0]["readAt"].is_string());
    }
    grace.react(&post, "👍").await;
    grace.delete_comment(&comment).await.data();
    for device in &mut devices {
        assert_eq!(next(device).await["__typename"], "NotificationAdded");
        assert_eq!(next(device).await["__typename"], "NotificationsChanged");
    }
    // Reactions to messages are reported by the conversation only.
    let conversation = grace.start_conversation(&[&ada]).await;
    let message = grace.send_message_id(&conversation, "A message").await;
    ada.react(&message, "👍").await;
    ada.unreact(&message, "👍").await;
    grace.comment(&post, "The end").await;
    for device in &mut devices {
        assert_eq!(next(device).await["__typename"], "MessageAdded");
        assert_eq!(
            next(device).await["notificationEdge"]["node"]["text"],
            "\u{2068}grace\u{2069} commented on your post."
        );
    }
}

#[rstest]
#[tokio::test]
async fn a_count_that_is_kept_by_events_is_true_after_blocks_and_deletions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    grace.comment(&post, "A comment").await;
    mary.react(&post, "👍").await;
    // A member who has caused no notification of the other one changes none.
    campus.member("eve").await.block(&ada).await;
    let mut inbox = follow(&ada).await;
    let mut count = async || {
        let event = next(&mut inbox).await;
        assert_eq!(event["__typename"], "NotificationsChanged");
        let seen = event["viewer"]["unreadNotificationCount"].clone();
        assert_eq!(
            seen,
            ada.query("{ viewer { unreadNotificationCount } }").await["viewer"]["unreadNotificationCount"]
        );
        seen
    };
    let all = ada.query("{ viewer { unreadNotificationCount } }").await["viewer"]["unreadNotificationCount"].clone();
    let less = |by: i64| json!(all.as_i64().expect("a number") - by);
    ada.block(&grace).await;
    assert_eq!(count().await, less(1));
    mary.block(&ada).await;
    assert_eq!(count().await, less(2));
    mary.unblock(&ada).await;
    assert_eq!(count().await, less(1));
    ada.unblock(&grace).await;
    assert_eq!(count().await, less(0));
    mary.unreact(&post, "👍").await;
    assert_eq!(count().await, less(1));
}

#[rstest]
#[tokio::test]
async fn a_hidden_notification_does_not_appear_when_the_account_behind_it_is_deleted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    grace.create_group("Crew", &[&ada], false).await;
    assert_eq!(ada.notifications().await.len(), 1);
    ada.block(&grace).await;
    assert_eq!(ada.notifications().await, Vec::<Value>::new());
    grace.delete_account().await;
    // Ada owns the group now.
    let left = ada.notification_texts().await;
    assert!(left.iter().all(|text| !text.contains("added")), "{left:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_reactions_leave_one_notification(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let post = ada.publish("A post").await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(campus.member(&format!("member{n}")).await);
    }
    futures_util::future::join_all(people.iter().map(|person| person.react(&post, "👍"))).await;
    let notifications = ada.notifications().await;
    assert_eq!(notifications.len(), 1);
    assert_eq!(notifications[0]["userCount"], 8);
    assert_eq!(ada.reactions_of(&post).await, 8);
}

impl Person {
    async fn reactions_of(&self, post: &Value) -> i64 {
        let query = "query($id: ID!) { post(id: $id) { reactionGroups { userCount } } }";
        let post = self.execute(query, json!({ "id": post })).await.field("post");
        post["reactionGroups"][0]["userCount"].as_i64().expect("a number")
    }
}
