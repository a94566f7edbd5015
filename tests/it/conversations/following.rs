//! The event streams of one conversation and of the inbox.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::live::{self, RETENTION};

use crate::support::{Campus, Engine, EventStream, PASSWORD, Person, Socket};

pub const FOLLOW: &str = "subscription Follow($id: ID!, $after: String) {
    conversationChanged(conversationId: $id, after: $after) {
        __typename
        ... on Event { cursor happenedAt }
        ... on MessageAdded {
            conversation { id unreadCount }
            messageEdge { cursor node { id text author { username } clientKey viewerCanEdit } }
        }
        ... on MessageChanged { conversation { id } message { id text deletedAt } }
        ... on ConversationRead { conversation { id } marker { user { username } readUpTo { text } } }
        ... on GroupChanged { groupChange userId user { username } actor { username } conversation { unreadCount } }
    }
}";

const INBOX: &str = "subscription Inbox($after: String) {
    inboxChanged(after: $after) {
        __typename
        ... on Event { cursor }
        ... on MessageAdded { conversation { id unreadCount } messageEdge { cursor node { text } } }
        ... on MessageChanged { message { text deletedAt } }
        ... on ConversationRead { conversation { id unreadCount } marker { user { username } } }
        ... on GroupChanged { groupChange conversationId conversation { unreadCount } user { username } }
    }
}";

async fn cursor(person: &Person, id: &Value) -> Value {
    let query = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } }";
    person.execute(query, json!({ "id": id })).await.field("conversation")["eventsCursor"].clone()
}

async fn inbox_cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// Follows a conversation from its current end.
async fn follow(person: &Person, id: &Value) -> Socket {
    let after = cursor(person, id).await;
    Socket::subscribed(person, FOLLOW, json!({ "id": id, "after": after })).await
}

async fn follow_inbox(person: &Person) -> Socket {
    let after = inbox_cursor(person).await;
    Socket::subscribed(person, INBOX, json!({ "after": after })).await
}

async fn next(socket: &mut Socket) -> Value {
    let data = socket.next().await;
    data.as_object().and_then(|data| data.values().next().cloned()).expect("one root")
}

/// The next event, which is a change of a group.
async fn group_change(socket: &mut Socket) -> Value {
    let event = next(socket).await;
    assert_eq!(event["__typename"], "GroupChanged", "{event}");
    event
}

/// The text of the next event, which is a message.
async fn text(socket: &mut Socket) -> String {
    let event = next(socket).await;
    event["messageEdge"]["node"]["text"].as_str().unwrap_or_else(|| panic!("no message: {event}")).to_owned()
}

#[rstest]
#[tokio::test]
async fn a_stream_delivers_the_events_of_a_conversation_in_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "Before").await;
    let start = cursor(&grace, &id).await;
    let mut socket = follow(&grace, &id).await;
    let edge = ada.send_message(&id, "Hello").await;
    let message = &edge["node"]["id"];
    assert_eq!(
        next(&mut socket).await,
        json!({
            "__typename": "MessageAdded", "cursor": edge["cursor"], "happenedAt": "2026-11-21T09:30:00.000Z",
            "conversation": { "id": id, "unreadCount": 2 },
            "messageEdge": { "cursor": edge["cursor"], "node": {
                "id": message, "text": "Hello", "author": { "username": "ada" }, "clientKey": null, "viewerCanEdit": false
            } },
        })
    );
    ada.edit_message(message, "Goodbye").await.data();
    let edited = next(&mut socket).await;
    assert_eq!((&edited["__typename"], &edited["message"]["text"]), (&json!("MessageChanged"), &json!("Goodbye")));
    ada.mark_read_up_to(&id, message).await;
    let read = next(&mut socket).await;
    assert_eq!(read["marker"], json!({ "user": { "username": "ada" }, "readUpTo": { "text": "Goodbye" } }));
    ada.delete_message(message).await.data();
    let deleted = next(&mut socket).await;
    assert_eq!((&deleted["message"]["id"], &deleted["message"]["text"]), (message, &Value::Null));
    assert!(deleted["message"]["deletedAt"].is_string());

    // A later reader receives the same events without the deleted text.
    let mut replay = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": start })).await;
    let added = next(&mut replay).await;
    assert_eq!((&added["cursor"], &added["messageEdge"]["node"]["text"]), (&edge["cursor"], &Value::Null));
    assert_eq!(next(&mut replay).await["cursor"], edited["cursor"]);
    assert_eq!(next(&mut replay).await["cursor"], read["cursor"]);
    assert_eq!(next(&mut replay).await["cursor"], deleted["cursor"]);
    // From the cursor of a page, over server-sent events.
    let mut events = EventStream::open(&grace, FOLLOW, json!({ "id": id, "after": edge["cursor"] })).await;
    let event = events.receive().await.expect("an event");
    assert_eq!(event["data"]["conversationChanged"]["cursor"], edited["cursor"]);
}

#[rstest]
#[tokio::test]
async fn the_inbox_delivers_messages_to_every_device_of_every_member(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let ada_too = ada.login().await;
    let mut sockets = [
        follow_inbox(&ada).await,
        follow_inbox(&ada_too).await,
        follow_inbox(&grace).await,
        follow_inbox(&grace).await,
    ];
    let sent = ada.try_send(json!({ "userId": grace.user_id().await, "text": "Hello" })).await.field("sendMessage");
    let (id, edge) = (&sent["conversation"]["id"], &sent["messageEdge"]);
    for (n, socket) in sockets.iter_mut().enumerate() {
        let event = next(socket).await;
        assert_eq!(event["conversation"], json!({ "id": id, "unreadCount": usize::from(n > 1) }));
        assert_eq!(event["messageEdge"], json!({ "cursor": edge["cursor"], "node": { "text": "Hello" } }));
    }
    grace.mark_read_up_to(id, &edge["node"]["id"]).await;
    for socket in &mut sockets {
        let event = next(socket).await;
        assert_eq!(event["conversation"], json!({ "id": id, "unreadCount": 0 }));
        assert_eq!(event["marker"]["user"]["username"], "grace");
    }
    ada.edit_message(&edge["node"]["id"], "Edited").await.data();
    for socket in &mut sockets {
        assert_eq!(next(socket).await["message"]["text"], "Edited");
    }
}

#[rstest]
#[tokio::test]
async fn read_markers_that_are_not_shared_reach_only_the_members_own_devices(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let (first, second) = (ada.send_message_id(&id, "1").await, ada.send_message_id(&id, "2").await);
    let set = "mutation { updateSettings(input: { sendsReadReceipts: false }) { userErrors { code } } }";
    grace.execute(set, json!({})).await.data();
    let (mut ada_inbox, mut grace_inbox) = (follow_inbox(&ada).await, follow_inbox(&grace).await);
    let (mut ada_stream, mut grace_stream) = (follow(&ada, &id).await, follow(&grace, &id).await);
    grace.mark_read_up_to(&id, &second).await;
    mary.mark_read_up_to(&id, &first).await;
    ada.send_message(&id, "3").await;
    // Only grace's own devices receive her marker. Mary's marker reaches the members who share theirs.
    assert_eq!(next(&mut grace_inbox).await["marker"]["user"]["username"], "grace");
    assert_eq!(text(&mut grace_inbox).await, "3");
    assert_eq!(text(&mut grace_stream).await, "3");
    for socket in [&mut ada_inbox, &mut ada_stream] {
        assert_eq!(next(socket).await["marker"]["user"]["username"], "mary");
        assert_eq!(text(socket).await, "3");
    }
}

#[rstest]
#[tokio::test]
async fn a_member_who_leaves_receives_no_more_events(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "1").await;
    let (before, inbox_before) = (cursor(&mary, &id).await, inbox_cursor(&mary).await);
    let mut stream = follow(&mary, &id).await;
    let mut inbox = follow_inbox(&mary).await;
    ada.send_message(&id, "2").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("2".to_owned(), "2".to_owned()));
    mary.leave_conversation(&id).await.data();
    assert_eq!(stream.error_code().await, "FORBIDDEN");
    ada.send_message(&id, "3").await;
    let pair = mary.start_conversation(&[&ada]).await;
    ada.start_conversation(&[&mary]).await;
    ada.send_message(&pair, "4").await;
    let left = group_change(&mut inbox).await;
    assert_eq!((&left["groupChange"], &left["conversationId"]), (&json!("MEMBER_LEFT"), &id));
    assert_eq!((&left["conversation"], &left["user"]["username"]), (&Value::Null, &json!("mary")));
    assert_eq!(text(&mut inbox).await, "4");
    // Events from before the leave are no longer delivered either.
    let mut replay = Socket::subscribed(&mary, INBOX, json!({ "after": inbox_before })).await;
    assert_eq!(group_change(&mut replay).await["groupChange"], "MEMBER_LEFT");
    assert_eq!(text(&mut replay).await, "4");
    let mut rejected = Socket::subscribed(&mary, FOLLOW, json!({ "id": id, "after": before })).await;
    assert_eq!(rejected.error_code().await, "NOT_FOUND");
    // The remaining members receive all events.
    let mut other = Socket::subscribed(&grace, FOLLOW, json!({ "id": id, "after": before })).await;
    assert_eq!(text(&mut other).await, "2");
    assert_eq!(group_change(&mut other).await["user"]["username"], "mary");
    assert_eq!(text(&mut other).await, "3");
}

#[rstest]
#[tokio::test]
async fn a_block_is_announced_where_all_messages_are_read(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let message = ada.send_message_id(&id, "1").await;
    grace.mark_read_up_to(&id, &message).await;
    let (mut of_grace, mut of_ada) = (follow_inbox(&grace).await, follow_inbox(&ada).await);
    let mut of_mary = follow_inbox(&mary).await;
    grace.block(&ada).await;
    for inbox in [&mut of_grace, &mut of_ada] {
        assert_eq!(group_change(inbox).await["groupChange"], "VISIBILITY_CHANGED");
    }
    grace.unblock(&ada).await;
    for inbox in [&mut of_grace, &mut of_ada] {
        assert_eq!(group_change(inbox).await["groupChange"], "VISIBILITY_CHANGED");
    }
    ada.send_message(&id, "2").await;
    assert_eq!(text(&mut of_mary).await, "2", "others see no change");
}

#[rstest]
#[tokio::test]
async fn a_block_filters_streams_that_are_open(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "1").await;
    let start = cursor(&grace, &id).await;
    let (mut stream, mut inbox) = (follow(&grace, &id).await, follow_inbox(&grace).await);
    let before = ada.send_message_id(&id, "2").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("2".to_owned(), "2".to_owned()));
    grace.block(&ada).await;
    let changed = group_change(&mut inbox).await;
    let unread = json!({ "unreadCount": 0 });
    assert_eq!((&changed["groupChange"], &changed["conversation"]), (&json!("VISIBILITY_CHANGED"), &unread));
    ada.send_message(&id, "3").await;
    ada.edit_message(&before, "2!").await.data();
    ada.mark_read_up_to(&id, &before).await;
    mary.send_message(&id, "4").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("4".to_owned(), "4".to_owned()));
    let mut replay = Socket::subscribed(&grace, FOLLOW, json!({ "id": id, "after": start })).await;
    assert_eq!(text(&mut replay).await, "4");
    let mut other_side = follow(&ada, &id).await;
    grace.send_message(&id, "5").await;
    mary.send_message(&id, "6").await;
    assert_eq!(text(&mut other_side).await, "6");
}

#[rstest]
#[tokio::test]
async fn a_stream_ends_with_its_session_or_account(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "1").await;
    let (device, other_device) = (grace.login().await, grace.login().await);
    let mut logged_out = follow(&device, &id).await;
    let mut deleted = follow(&grace, &id).await;
    let mut unaffected = follow(&ada, &id).await;
    device.execute("mutation { logout { isLoggedOut } }", json!({})).await.data();
    assert_eq!(logged_out.close_code().await, 4403);
    ada.send_message(&id, "2").await;
    assert_eq!(text(&mut deleted).await, "2");
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    other_device.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(deleted.close_code().await, 4403);
    assert_eq!(text(&mut unaffected).await, "2");
    assert_eq!(group_change(&mut unaffected).await["groupChange"], "MEMBER_REMOVED");
    assert!(unaffected.is_alive().await);
}

#[rstest]
#[tokio::test]
async fn a_cursor_before_the_retention_period_gets_one_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let start = cursor(&ada, &id).await;
    let old = ada.send_message(&id, "Old").await;
    campus.advance(RETENTION + Duration::from_secs(1));
    let ada = ada.login().await;
    live::trim(&campus.app.db, campus.app.clock.now().minus(RETENTION)).await.expect("the log is trimmed");
    let mut socket = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": start })).await;
    let reset = next(&mut socket).await;
    assert_eq!((&reset["__typename"], &reset["cursor"]), (&json!("FeedReset"), &old["cursor"]));
    let mut up_to_date = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": old["cursor"] })).await;
    ada.send_message(&id, "New").await;
    assert_eq!((text(&mut socket).await, text(&mut up_to_date).await), ("New".to_owned(), "New".to_owned()));
    // The history is complete.
    assert_eq!(ada.message_texts(&id).await, ["Old", "New"]);
}

#[rstest]
#[tokio::test]
async fn a_subscription_without_permission_is_rejected_with_its_reason(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let id = ada.start_conversation(&[&grace]).await;
    let foreign = eve.start_conversation(&[&grace]).await;
    let subscribe = async |person: &Person, id: &Value, after: Value| {
        Socket::subscribed(person, FOLLOW, json!({ "id": id, "after": after })).await.error_code().await
    };
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(subscribe(&person, &id, Value::Null).await, code);
    }
    // Grace is a member, but the conversation has no message yet and is hidden from her.
    for (person, id) in
        [(&grace, &id), (&ada, &foreign), (&ada, &json!("rubbish")), (&ada, &json!("cnv_0000000000003"))]
    {
        assert_eq!(subscribe(person, id, Value::Null).await, "NOT_FOUND");
    }
    let inbox = inbox_cursor(&ada).await;
    for after in [inbox, json!("rubbish")] {
        assert_eq!(subscribe(&ada, &id, after).await, "BAD_USER_INPUT");
    }
}

impl Person {
    pub async fn mark_read_up_to(&self, conversation: &Value, message: &Value) {
        let read = "mutation($id: ID!, $message: ID!) {
            markConversationRead(input: { conversationId: $id, messageId: $message }) { userErrors { code } }
        }";
        let answer = self.execute(read, json!({ "id": conversation, "message": message })).await;
        assert_eq!(answer.refusals("markConversationRead"), [""; 0]);
    }
}

#[tokio::test]
async fn a_leave_and_a_block_take_effect_on_every_node() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    ada.send_message(&id, "1").await;
    let (remote_grace, remote_mary) = (other.client_for(&grace), other.client_for(&mary));
    let (mut leaving, mut blocked) = (follow(&remote_grace, &id).await, follow(&remote_mary, &id).await);
    let mut inbox = follow_inbox(&remote_mary).await;
    mary.block(&ada).await;
    ada.send_message(&id, "2").await;
    grace.send_message(&id, "3").await;
    assert_eq!(group_change(&mut inbox).await["groupChange"], "VISIBILITY_CHANGED");
    assert_eq!((text(&mut blocked).await, text(&mut inbox).await), ("3".to_owned(), "3".to_owned()));
    assert_eq!((text(&mut leaving).await, text(&mut leaving).await), ("2".to_owned(), "3".to_owned()));
    grace.leave_conversation(&id).await.data();
    let start = std::time::Instant::now();
    assert_eq!(leaving.error_code().await, "FORBIDDEN");
    assert!(start.elapsed() < Duration::from_secs(4), "it took {:?}", start.elapsed());
}
