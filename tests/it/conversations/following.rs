//! Following one conversation, and all of them in the inbox.

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
    }
}";

const INBOX: &str = "subscription Inbox($after: String) {
    inboxChanged(after: $after) {
        __typename
        ... on Event { cursor }
        ... on MessageAdded { conversation { id unreadCount } messageEdge { cursor node { text } } }
        ... on MessageChanged { message { text deletedAt } }
        ... on ConversationRead { conversation { id unreadCount } marker { user { username } } }
    }
}";

async fn cursor(person: &Person, id: &Value) -> Value {
    let query = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } }";
    person.execute(query, json!({ "id": id })).await.field("conversation")["eventsCursor"].clone()
}

async fn inbox_cursor(person: &Person) -> Value {
    person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone()
}

/// Follows from now on.
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

/// The text of the next event, which is a message.
async fn text(socket: &mut Socket) -> String {
    let event = next(socket).await;
    event["messageEdge"]["node"]["text"].as_str().unwrap_or_else(|| panic!("no message: {event}")).to_owned()
}

#[rstest]
#[tokio::test]
async fn what_happens_in_a_conversation_is_told_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    ada.say(&id, "Before").await;
    let start = cursor(&grace, &id).await;
    let mut socket = follow(&grace, &id).await;
    let edge = ada.say(&id, "Hello").await;
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
    ada.mark_read_to(&id, message).await;
    let read = next(&mut socket).await;
    assert_eq!(read["marker"], json!({ "user": { "username": "ada" }, "readUpTo": { "text": "Goodbye" } }));
    ada.delete_message(message).await.data();
    let deleted = next(&mut socket).await;
    assert_eq!((&deleted["message"]["id"], &deleted["message"]["text"]), (message, &Value::Null));
    assert!(deleted["message"]["deletedAt"].is_string());

    // Read again later: the text is not there any more, what happened is.
    let mut again = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": start })).await;
    let added = next(&mut again).await;
    assert_eq!((&added["cursor"], &added["messageEdge"]["node"]["text"]), (&edge["cursor"], &Value::Null));
    assert_eq!(next(&mut again).await["cursor"], edited["cursor"]);
    assert_eq!(next(&mut again).await["cursor"], read["cursor"]);
    assert_eq!(next(&mut again).await["cursor"], deleted["cursor"]);
    // From a page's cursor, over the other transport.
    let mut events = EventStream::open(&grace, FOLLOW, json!({ "id": id, "after": edge["cursor"] })).await;
    let heard = events.receive().await.expect("an event");
    assert_eq!(heard["data"]["conversationChanged"]["cursor"], edited["cursor"]);
}

#[rstest]
#[tokio::test]
async fn every_device_of_every_member_is_told_in_the_inbox(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
    grace.mark_read_to(id, &edge["node"]["id"]).await;
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
async fn receipts_that_are_not_shared_are_told_to_nobody_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    let (first, second) = (ada.said(&id, "1").await, ada.said(&id, "2").await);
    let set = "mutation { updateSettings(input: { sendsReadReceipts: false }) { userErrors { code } } }";
    grace.execute(set, json!({})).await.data();
    let (mut ada_inbox, mut grace_inbox) = (follow_inbox(&ada).await, follow_inbox(&grace).await);
    let (mut ada_stream, mut grace_stream) = (follow(&ada, &id).await, follow(&grace, &id).await);
    grace.mark_read_to(&id, &second).await;
    mary.mark_read_to(&id, &first).await;
    ada.say(&id, "3").await;
    // Grace's own devices know, ada does not; mary is told of to those who share.
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
async fn whoever_leaves_hears_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    ada.say(&id, "1").await;
    let (before, inbox_before) = (cursor(&mary, &id).await, inbox_cursor(&mary).await);
    let mut stream = follow(&mary, &id).await;
    let mut inbox = follow_inbox(&mary).await;
    ada.say(&id, "2").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("2".to_owned(), "2".to_owned()));
    mary.leave(&id).await.data();
    assert_eq!(stream.error_code().await, "FORBIDDEN");
    ada.say(&id, "3").await;
    let pair = mary.start(&[&ada]).await;
    ada.start(&[&mary]).await;
    ada.say(&pair, "4").await;
    assert_eq!(text(&mut inbox).await, "4");
    // What came before is not theirs any more either.
    let mut again = Socket::subscribed(&mary, INBOX, json!({ "after": inbox_before })).await;
    assert_eq!(text(&mut again).await, "4");
    let mut gone = Socket::subscribed(&mary, FOLLOW, json!({ "id": id, "after": before })).await;
    assert_eq!(gone.error_code().await, "NOT_FOUND");
    // Everybody else heard everything.
    let mut other = Socket::subscribed(&grace, FOLLOW, json!({ "id": id, "after": before })).await;
    assert_eq!((text(&mut other).await, text(&mut other).await), ("2".to_owned(), "3".to_owned()));
}

#[rstest]
#[tokio::test]
async fn a_block_filters_open_streams(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    ada.say(&id, "1").await;
    let start = cursor(&grace, &id).await;
    let (mut stream, mut inbox) = (follow(&grace, &id).await, follow_inbox(&grace).await);
    let before = ada.said(&id, "2").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("2".to_owned(), "2".to_owned()));
    grace.block(&ada).await;
    ada.say(&id, "3").await;
    ada.edit_message(&before, "2!").await.data();
    ada.mark_read_to(&id, &before).await;
    mary.say(&id, "4").await;
    assert_eq!((text(&mut stream).await, text(&mut inbox).await), ("4".to_owned(), "4".to_owned()));
    let mut again = Socket::subscribed(&grace, FOLLOW, json!({ "id": id, "after": start })).await;
    assert_eq!(text(&mut again).await, "4");
    let mut hers = follow(&ada, &id).await;
    grace.say(&id, "5").await;
    mary.say(&id, "6").await;
    assert_eq!(text(&mut hers).await, "6");
}

#[rstest]
#[tokio::test]
async fn the_end_of_a_session_or_an_account_ends_its_streams(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    ada.say(&id, "1").await;
    let (device, elsewhere) = (grace.login().await, grace.login().await);
    let mut out = follow(&device, &id).await;
    let mut deleted = follow(&grace, &id).await;
    let mut kept = follow(&ada, &id).await;
    device.execute("mutation { logout { isLoggedOut } }", json!({})).await.data();
    assert_eq!(out.close_code().await, 4403);
    ada.say(&id, "2").await;
    assert_eq!(text(&mut deleted).await, "2");
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    elsewhere.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(deleted.close_code().await, 4403);
    assert_eq!(text(&mut kept).await, "2");
    assert!(kept.is_alive().await);
}

#[rstest]
#[tokio::test]
async fn a_cursor_too_old_gets_one_reset(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start(&[&grace]).await;
    let start = cursor(&ada, &id).await;
    let old = ada.say(&id, "Old").await;
    campus.advance(RETENTION + Duration::from_secs(1));
    let ada = ada.login().await;
    live::trim(&campus.app.db, campus.app.clock.now().minus(RETENTION)).await.expect("the log is trimmed");
    let mut socket = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": start })).await;
    let reset = next(&mut socket).await;
    assert_eq!((&reset["__typename"], &reset["cursor"]), (&json!("FeedReset"), &old["cursor"]));
    let mut quiet = Socket::subscribed(&ada, FOLLOW, json!({ "id": id, "after": old["cursor"] })).await;
    ada.say(&id, "New").await;
    assert_eq!((text(&mut socket).await, text(&mut quiet).await), ("New".to_owned(), "New".to_owned()));
    // The history is whole.
    assert_eq!(ada.reads(&id).await, ["Old", "New"]);
}

#[rstest]
#[tokio::test]
async fn who_may_not_follow_is_told_so(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let id = ada.start(&[&grace]).await;
    let foreign = eve.start(&[&grace]).await;
    let subscribe = async |person: &Person, id: &Value, after: Value| {
        Socket::subscribed(person, FOLLOW, json!({ "id": id, "after": after })).await.error_code().await
    };
    for (person, code) in [(campus.anonymous(), "UNAUTHENTICATED"), (campus.guest("lobbyist").await, "FORBIDDEN")] {
        assert_eq!(subscribe(&person, &id, Value::Null).await, code);
    }
    // Grace has it, and sees nothing of it before something is said.
    for (person, id) in
        [(&grace, &id), (&ada, &foreign), (&ada, &json!("rubbish")), (&ada, &json!("cnv_0000000000003"))]
    {
        assert_eq!(subscribe(person, id, Value::Null).await, "NOT_FOUND");
    }
    let inbox = inbox_cursor(&ada).await;
    for after in [inbox, json!("rubbish"), json!("")] {
        assert_eq!(subscribe(&ada, &id, after).await, "BAD_USER_INPUT");
    }
}

impl Person {
    pub async fn mark_read_to(&self, conversation: &Value, message: &Value) {
        let read = "mutation($id: ID!, $message: ID!) {
            markConversationRead(input: { conversationId: $id, messageId: $message }) { userErrors { code } }
        }";
        let answer = self.execute(read, json!({ "id": conversation, "message": message })).await;
        assert_eq!(answer.refusals("markConversationRead"), [""; 0]);
    }
}

#[tokio::test]
async fn rights_are_lost_on_every_node() {
    let campus = Campus::start(Engine::Postgres).await;
    let other = campus.another_node(&[]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start(&[&grace, &mary]).await;
    ada.say(&id, "1").await;
    let (grace_there, mary_there) = (other.client_for(&grace), other.client_for(&mary));
    let (mut leaving, mut blocked) = (follow(&grace_there, &id).await, follow(&mary_there, &id).await);
    let mut inbox = follow_inbox(&mary_there).await;
    mary.block(&ada).await;
    ada.say(&id, "2").await;
    grace.say(&id, "3").await;
    assert_eq!((text(&mut blocked).await, text(&mut inbox).await), ("3".to_owned(), "3".to_owned()));
    assert_eq!((text(&mut leaving).await, text(&mut leaving).await), ("2".to_owned(), "3".to_owned()));
    grace.leave(&id).await.data();
    let began = std::time::Instant::now();
    assert_eq!(leaving.error_code().await, "FORBIDDEN");
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
}
