//! Notifications of mentions and replies in messages, and of changes of groups.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::staff::lock_account;
use studyhall::node;

use crate::support::{Campus, Engine, Person, Socket};

const NONE: [&str; 0] = [];

impl Person {
    async fn set_message_text(&self, message: &Value, text: &str) {
        let edit = "mutation($id: ID!, $text: String!) {
            editMessage(input: { messageId: $id, text: $text }) { userErrors { code } }
        }";
        let edited = self.execute(edit, json!({ "id": message, "text": text })).await;
        assert_eq!(edited.refusals("editMessage"), NONE);
    }

    async fn reply_in_lobby(&self, message: &Value, text: &str) -> Value {
        let mutation = "mutation($input: SendLobbyMessageInput!) {
            sendLobbyMessage(input: $input) { messageEdge { node { id } } userErrors { code } }
        }";
        let input = json!({ "text": text, "replyToId": message });
        let sent = self.execute(mutation, json!({ "input": input })).await.field("sendLobbyMessage");
        sent["messageEdge"]["node"]["id"].clone()
    }
}

#[rstest]
#[tokio::test]
async fn a_message_notifies_of_a_reply_before_mentions_and_each_member_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let group = ada.create_group("A group", &[&grace, &mary], false).await;
    let question = ada.send_message_id(&group, "@ada A question to @grace and @eve").await;
    assert_eq!(ada.notification_texts().await, NONE, "own actions notify of nothing");
    assert_eq!(eve.notification_texts().await, NONE, "not a member");
    let found = grace.notifications().await.remove(0);
    assert_eq!((&found["__typename"], &found["kind"]), (&json!("MentionNotification"), &json!("MENTION")));
    assert_eq!(found["subject"], json!({ "id": question, "text": "@ada A question to @grace and @eve" }));

    let answer = grace.reply(&group, &question, "Yes, @ada and @mary").await;
    assert_eq!(ada.notification_texts().await, ["grace replied to you."]);
    assert_eq!(ada.notifications().await[0]["subject"]["id"], answer);
    assert_eq!(mary.notification_texts().await[0], "grace mentioned you.");
    // Own messages, and direct conversations, which are unread.
    grace.reply(&group, &answer, "I mean it, @grace").await;
    let pair = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&pair, "@grace").await;
    grace.reply(&pair, &message, "@ada").await;
    ada.set_message_text(&message, "@grace @grace").await;
    assert_eq!((grace.notifications().await.len(), ada.notifications().await.len()), (2, 1));
    // A repeated request causes no second notification.
    let input = json!({ "conversationId": group, "text": "@mary", "clientKey": "k1" });
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
    for _ in 0..2 {
        ada.execute(send, json!({ "input": input })).await.data();
    }
    assert_eq!(mary.notifications().await.len(), 3);
    // With the message its notifications are deleted.
    grace.delete_message(&answer).await.data();
    assert_eq!(ada.notification_texts().await, NONE);
    assert_eq!(mary.notifications().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn an_edit_notifies_of_new_mentions_and_withdraws_unread_ones(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = grace.start_conversation(&[&ada, &mary]).await;
    let first = grace.send_message_id(&group, "A question").await;
    let message = ada.send_message_id(&group, "@mary").await;
    ada.set_message_text(&message, "@grace").await;
    assert_eq!(mary.notification_texts().await, NONE);
    assert_eq!(grace.notification_texts().await, ["ada mentioned you."]);
    let id = grace.notifications().await[0]["id"].clone();
    grace.mark_notifications(json!({ "notificationIds": [id] })).await.data();
    ada.set_message_text(&message, "No one in particular").await;
    assert_eq!(grace.notifications().await.len(), 1, "a read notification stays");
    // A member who got the reply is not notified of a mention too, and keeps the reply.
    let reply = ada.reply(&group, &first, "A reply").await;
    ada.set_message_text(&reply, "A reply to @grace").await;
    ada.set_message_text(&reply, "A reply again").await;
    assert_eq!(grace.notification_texts().await, ["ada replied to you.", "ada mentioned you."]);
}

#[rstest]
#[tokio::test]
async fn blocks_departures_and_guests_get_no_notifications_of_messages(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = grace.start_conversation(&[&ada, &mary]).await;
    let question = grace.send_message_id(&group, "A question").await;
    let message = ada.send_message_id(&group, "@grace").await;
    assert_eq!(grace.notifications().await.len(), 1);
    grace.block(&ada).await;
    assert_eq!(grace.notification_texts().await, NONE, "hidden by the block");
    ada.set_message_text(&message, "@grace again, and @mary").await;
    grace.unblock(&ada).await;
    assert_eq!(grace.notification_texts().await, NONE, "the text that was written across the block mentions no one");
    ada.send_message_id(&group, "@grace").await;
    grace.leave_conversation(&group).await.data();
    mary.reply(&group, &question, "She has left, @grace").await;
    let seen = grace.notifications().await;
    assert_eq!((seen.len(), &seen[0]["subject"]), (1, &Value::Null), "the message is not visible any more");

    let guest = campus.guest("visitor").await;
    for person in [&ada, &mary] {
        person.enter_lobby().await;
    }
    let from_guest = guest.send_lobby_message("Hello @ada").await;
    assert_eq!(ada.notifications().await[0]["subject"]["id"], from_guest);
    let answer = ada.reply_in_lobby(&from_guest, "Hello @visitor @mary").await;
    assert_eq!(mary.notifications().await[0]["subject"]["id"], answer);
    // A member who has left the lobby still sees its messages.
    mary.query("mutation { leaveLobby { userErrors { code } } }").await;
    let sent = mary.notifications().await.len();
    ada.reply_in_lobby(&answer, "@mary").await;
    assert_eq!(mary.notifications().await.len(), sent, "only users in the lobby are mentioned");
    let listed = guest.execute("{ viewer { unreadNotificationCount } }", json!({})).await;
    assert_eq!(listed.field("viewer")["unreadNotificationCount"], 0);
}

#[rstest]
#[tokio::test]
async fn reading_a_conversation_reads_its_mentions_and_replies(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = grace.start_conversation(&[&ada, &mary]).await;
    let other = grace.start_conversation(&[&ada, &mary, &campus.member("eve").await]).await;
    let question = grace.send_message_id(&group, "A question").await;
    grace.send_message_id(&other, "Elsewhere").await;
    let first = ada.reply(&group, &question, "A reply").await;
    let second = ada.send_message_id(&group, "@grace").await;
    ada.send_message_id(&other, "@grace elsewhere").await;
    mary.react(&question, "👍").await;
    let cursor = grace.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    let follow = "subscription($after: String) { inboxChanged(after: $after) { __typename
        ... on NotificationsChanged { viewer { unreadNotificationCount } } } }";
    let mut inbox = Socket::subscribed(&grace, follow, json!({ "after": cursor })).await;
    let unread = async || {
        let notifications = grace.notifications().await;
        notifications.iter().filter(|one| one["readAt"].is_null()).count()
    };
    let before = unread().await;
    grace.mark_read_up_to(&group, &first).await;
    assert_eq!(unread().await, before - 1, "only up to the message");
    for _ in 0..2 {
        grace.mark_read_up_to(&group, &second).await;
    }
    assert_eq!(unread().await, before - 2, "other conversations and reactions stay unread");
    // An edit can mention a member who has read past the message.
    mary.mark_read_up_to(&group, &second).await;
    ada.set_message_text(&first, "A reply, @mary").await;
    mary.mark_read_up_to(&group, &second).await;
    grace.send_message_id(&group, "The end").await;
    let mut events = Vec::new();
    loop {
        let event = inbox.next().await["inboxChanged"].clone();
        if event["__typename"] == "MessageAdded" {
            break;
        }
        events.push(event["__typename"].as_str().expect("a type").to_owned());
    }
    events.retain(|event| event == "NotificationsChanged");
    assert_eq!(events.len(), 2, "each reading that changed something is reported once");
    let mentioned = mary.notifications().await;
    assert!(mentioned[0]["readAt"].is_string(), "{mentioned:?}");
}

#[rstest]
#[tokio::test]
async fn a_member_is_notified_of_joining_removal_and_ownership_of_a_group(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.create_group("Knots", &[&grace], false).await;
    ada.add_members(&group, &[&mary, &grace]).await.data();
    let added = grace.notifications().await;
    assert_eq!(added.len(), 1);
    let expected = json!({
        "__typename": "GroupNotification", "kind": "GROUP", "groupChange": "MEMBER_ADDED",
        "actor": { "username": "ada" }, "conversation": { "id": group, "title": "Knots" },
    });
    for (name, value) in expected.as_object().expect("members") {
        assert_eq!(&added[0][name], value, "{name}");
    }
    // Changes of the group itself notify no member.
    ada.update_group(json!({ "conversationId": group, "title": "Ropes" })).await.data();
    assert_eq!(mary.notification_texts().await, ["ada added you to the group Ropes."]);
    ada.remove_member(&group, &mary).await.data();
    let removed = mary.notifications().await;
    assert_eq!((&removed[0]["groupChange"], &removed[0]["conversation"]), (&json!("MEMBER_REMOVED"), &Value::Null));
    assert_eq!(mary.notification_texts().await[0], "ada removed you from a group.");
    ada.transfer_group(&group, &grace).await.data();
    assert_eq!(grace.notification_texts().await[0], "ada made you the owner of the group Ropes.");
    assert_eq!(ada.notification_texts().await, NONE, "own actions notify of nothing");
    // The server makes the longest-standing member the owner.
    grace.leave_conversation(&group).await.data();
    assert_eq!(ada.notification_texts().await, ["You are the owner of the group Ropes now."]);
    let page = ada.notification_page(json!({ "filter": { "kinds": ["GROUP"] } })).await["notifications"].clone();
    assert_eq!((&page["totalCount"], &page["nodes"][0]["actor"]), (&json!(1), &Value::Null));
    // With its last member the group is deleted, and the notifications about it.
    ada.leave_conversation(&group).await.data();
    for person in [&ada, &grace, &mary] {
        assert_eq!(person.notification_texts().await, NONE);
    }
    node::sweep(&campus.app).await.expect("the group is deleted");
}

#[rstest]
#[tokio::test]
async fn a_lock_passes_a_group_on_and_a_block_hides_its_notifications(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.create_group("Knots", &[&grace, &mary], false).await;
    mary.block(&ada).await;
    assert_eq!(mary.notification_texts().await, NONE);
    ada.remove_member(&group, &mary).await;
    mary.unblock(&ada).await;
    lock_account(&campus.app, "ada").await.expect("the account is locked");
    assert_eq!(grace.notification_texts().await[0], "You are the owner of the group Knots now.");
    // Conversations without an owner notify of no changes.
    let plain = grace.start_conversation(&[&mary, &campus.member("eve").await]).await;
    grace.send_message_id(&plain, "Hello").await;
    let before = mary.notifications().await.len();
    grace.leave_conversation(&plain).await.data();
    assert_eq!(mary.notifications().await.len(), before);
}
