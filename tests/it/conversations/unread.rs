//! Lists of unread messages and conversations, marking as unread, and mute.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

const MARK_UNREAD: &str = "mutation($id: ID!, $message: ID!) {
    markConversationUnread(input: { conversationId: $id, messageId: $message }) {
        conversation { unreadCount firstUnread { text } readMarkers { cursor readUpTo { text } user { username } } }
        userErrors { code path }
    }
}";

const MUTE: &str = "mutation($id: ID!, $end: DateTime) {
    muteConversation(input: { conversationId: $id, endsAt: $end }) {
        conversation { isMuted muteEndsAt unreadCount } userErrors { code path }
    }
}";

const UNMUTE: &str = "mutation($id: ID!) {
    unmuteConversation(input: { conversationId: $id }) { conversation { isMuted muteEndsAt } userErrors { code path } }
}";

const UNREAD: &str = "query($id: ID!, $isUnread: Boolean, $after: String) {
    conversation(by: { id: $id }) {
        unreadCount firstUnread { text cursor }
        messages(filter: { isUnread: $isUnread }, after: $after) {
            totalCount edges { cursor node { text cursor } } pageInfo { hasPreviousPage }
        }
    }
}";

impl Person {
    /// Marks a message and the ones after it as unread.
    pub async fn mark_unread(&self, conversation: &Value, message: &Value) -> Value {
        let response = self.execute(MARK_UNREAD, json!({ "id": conversation, "message": message })).await;
        assert_eq!(response.refusals("markConversationUnread"), [""; 0]);
        response.field("markConversationUnread")["conversation"].clone()
    }

    /// Mutes a conversation without an end, or ends the mute.
    pub async fn set_muted(&self, conversation: &Value, is_muted: bool) {
        let (mutation, name) = if is_muted { (MUTE, "muteConversation") } else { (UNMUTE, "unmuteConversation") };
        let response = self.execute(mutation, json!({ "id": conversation })).await;
        assert_eq!(response.field(name)["conversation"]["isMuted"], is_muted);
    }

    async fn unread(&self, conversation: &Value, is_unread: &Value) -> Value {
        let variables = json!({ "id": conversation, "isUnread": is_unread });
        self.execute(UNREAD, variables).await.field("conversation")
    }

    async fn viewer_unread_count(&self) -> i64 {
        self.query("{ viewer { unreadCount } }").await["viewer"]["unreadCount"].as_i64().expect("a number")
    }
}

fn texts(list: &Value) -> Vec<&str> {
    let edges = list["messages"]["edges"].as_array().into_iter().flatten();
    edges.map(|edge| edge["node"]["text"].as_str().unwrap_or("-")).collect()
}

#[rstest]
#[tokio::test]
async fn the_unread_list_the_first_unread_message_and_the_count_agree(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let id = ada.start_conversation(&[&grace, &mary]).await;
    let read = ada.send_message_id(&id, "read").await;
    grace.mark_read_up_to(&id, &read).await;
    let deleted = ada.send_message_id(&id, "deleted").await;
    mary.send_message(&id, "of a blocked user").await;
    for n in 0..25 {
        ada.send_message(&id, &n.to_string()).await;
    }
    grace.send_message(&id, "own").await;
    ada.delete_message(&deleted).await.data();
    grace.block(&mary).await;

    let unread = grace.unread(&id, &json!(true)).await;
    assert_eq!((&unread["unreadCount"], &unread["messages"]["totalCount"]), (&json!(25), &json!(25)));
    assert_eq!(unread["firstUnread"]["text"], "0");
    // The defaults of a history: the last 20.
    let latest: Vec<String> = (5..25).map(|n| n.to_string()).collect();
    assert_eq!(texts(&unread), latest);
    assert_eq!(unread["messages"]["pageInfo"]["hasPreviousPage"], true);
    for edge in unread["messages"]["edges"].as_array().expect("edges") {
        assert_eq!(edge["cursor"], edge["node"]["cursor"]);
    }
    // A cursor before the marker does not bring back what is read.
    let variables = json!({ "id": id, "isUnread": true, "after": "" });
    assert_eq!(texts(&grace.execute(UNREAD, variables).await.field("conversation")), latest);
    let others = grace.unread(&id, &json!(false)).await;
    assert_eq!((texts(&others), &others["messages"]["totalCount"]), (vec!["read", "-", "own"], &json!(3)));
    for nothing in [Value::Null, json!({}), json!({ "isUnread": null })] {
        let all = "query($id: ID!, $filter: MessageFilter) {
            conversation(by: { id: $id }) { messages(filter: $filter) { totalCount } }
        }";
        let all = grace.execute(all, json!({ "id": id, "filter": nothing })).await.field("conversation");
        assert_eq!(all["messages"]["totalCount"], 28);
    }
}

#[rstest]
#[tokio::test]
async fn conversations_are_listed_by_unread_messages_and_by_member(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (pair, other) = (grace.start_conversation(&[&ada]).await, mary.start_conversation(&[&ada]).await);
    let group = ada.start_conversation(&[&grace, &mary]).await;
    grace.send_message(&pair, "unread").await;
    let read = mary.send_message_id(&other, "read").await;
    ada.mark_read_up_to(&other, &read).await;
    let list = async |filter: Value| {
        let query = "query($filter: ConversationFilter) { conversations(filter: $filter) { totalCount nodes { id } } }";
        let list = ada.execute(query, json!({ "filter": filter })).await.field("conversations");
        let ids: Vec<Value> = list["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].clone()).collect();
        assert_eq!(list["totalCount"], ids.len());
        ids
    };
    let (grace_id, mary_id) = (grace.user_id().await, mary.user_id().await);
    assert_eq!(list(json!({})).await.len(), 3);
    assert_eq!(list(json!({ "isUnread": null, "userId": null })).await.len(), 3);
    assert_eq!(list(json!({ "isUnread": true })).await, std::slice::from_ref(&pair));
    let without: Vec<Value> = list(json!({ "isUnread": false })).await;
    assert!(without.contains(&other) && without.contains(&group) && without.len() == 2);
    let of_grace = list(json!({ "userId": grace_id })).await;
    assert!(of_grace.contains(&pair) && of_grace.contains(&group) && of_grace.len() == 2);
    assert_eq!(list(json!({ "userId": mary_id, "isUnread": true })).await, [""; 0]);
    for unknown in ["rubbish", "usr_0000000000009", "cnv_0000000000009"] {
        assert_eq!(list(json!({ "userId": unknown })).await, [""; 0]);
    }
    mary.block(&ada).await;
    assert_eq!(list(json!({ "userId": mary_id })).await, [""; 0]);
    mary.unblock(&ada).await;
    assert_eq!(list(json!({ "userId": mary_id })).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_marker_is_moved_back_for_its_member_only(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let mut messages = Vec::new();
    for (person, text) in [(&ada, "1"), (&grace, "2"), (&ada, "3"), (&ada, "4")] {
        messages.push(person.send_message_id(&id, text).await);
    }
    grace.mark_read_up_to(&id, &messages[2]).await;
    ada.delete_message(&messages[2]).await.data();
    let (cursor, own) = (ada.inbox_cursor().await, grace.inbox_cursor().await);

    // The own message, then a deleted one: both are in front of the message that counts.
    let marked = grace.mark_unread(&id, &messages[2]).await;
    assert_eq!((&marked["unreadCount"], &marked["firstUnread"]["text"]), (&json!(1), &json!("4")));
    assert_eq!(marked["readMarkers"][0]["readUpTo"]["text"], "2");
    let marked = grace.mark_unread(&id, &messages[1]).await;
    assert_eq!((&marked["readMarkers"][0]["readUpTo"]["text"], &marked["unreadCount"]), (&json!("1"), &json!(1)));
    // It is unread already.
    assert_eq!(grace.mark_unread(&id, &messages[3]).await, marked);
    let marked = grace.mark_unread(&id, &messages[0]).await;
    assert_eq!((&marked["unreadCount"], &marked["readMarkers"]), (&json!(2), &json!([])));

    let markers = "query($id: ID!) { conversation(by: { id: $id }) { readMarkers { readUpTo { deletedAt text } } } }";
    let seen = ada.execute(markers, json!({ "id": id })).await.field("conversation");
    assert_eq!(seen["readMarkers"][0]["readUpTo"]["text"], Value::Null);
    assert!(seen["readMarkers"][0]["readUpTo"]["deletedAt"].is_string(), "it stays at the deleted message");
    // Reading again up to where the others saw the marker is no news for them; reading on is.
    grace.mark_read_up_to(&id, &messages[1]).await;
    grace.mark_read_up_to(&id, &messages[3]).await;
    let inbox = "subscription($after: String) { inboxChanged(after: $after) {
        __typename ... on ConversationRead { marker { cursor readUpTo { text } user { username } } conversation { unreadCount } }
    } }";
    let mut events = Socket::subscribed(&ada, inbox, json!({ "after": cursor })).await;
    let read = events.next().await["inboxChanged"].clone();
    assert_eq!(read["marker"]["readUpTo"]["text"], "4");
    ada.send_message(&id, "5").await;
    assert_eq!(events.next().await["inboxChanged"]["__typename"], "MessageAdded");
    // All of it is in the member's own stream.
    let mut events = Socket::subscribed(&grace, inbox, json!({ "after": own })).await;
    for _ in 0..5 {
        let event = events.next().await["inboxChanged"].clone();
        assert_eq!(
            (&event["__typename"], &event["marker"]["readUpTo"]["text"]),
            (&json!("ConversationRead"), &json!("4"))
        );
    }
}

#[rstest]
#[tokio::test]
async fn each_move_of_a_marker_reaches_the_own_devices_with_its_position(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let first = ada.send_message_id(&id, "1").await;
    let second = ada.send_message(&id, "2").await;
    let read = "... on ConversationRead { marker { cursor readUpTo { text } } conversation { unreadCount } }";
    let mut events = grace.follow_inbox(read).await;
    let mut conversation = ada.follow(&id, read).await;
    // The same moves again, faster than a snapshot expires.
    for _ in 0..3 {
        grace.mark_read_up_to(&id, &second["node"]["id"]).await;
        let event = events.next().await["inboxChanged"].clone();
        assert_eq!((&event["marker"]["cursor"], &event["conversation"]["unreadCount"]), (&second["cursor"], &json!(0)));
        grace.mark_unread(&id, &first).await;
        let event = events.next().await["inboxChanged"].clone();
        assert_eq!((&event["marker"]["readUpTo"], &event["conversation"]["unreadCount"]), (&Value::Null, &json!(2)));
        let after = event["marker"]["cursor"].clone();
        let page = "query($id: ID!, $after: String) {
            conversation(by: { id: $id }) { messages(after: $after) { nodes { text } } }
        }";
        let page = grace.execute(page, json!({ "id": id, "after": after })).await.field("conversation");
        assert_eq!(page["messages"]["nodes"], json!([{ "text": "1" }, { "text": "2" }]));
    }
    // The other member received one marker, and nothing else until something happens.
    assert_eq!(conversation.next().await["conversationChanged"]["__typename"], "ConversationRead");
    ada.send_message(&id, "3").await;
    assert_eq!(conversation.next().await["conversationChanged"]["__typename"], "MessageAdded");
}

#[rstest]
#[tokio::test]
async fn marking_as_unread_needs_a_message_of_an_own_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let (id, other) = (ada.start_conversation(&[&grace]).await, ada.start_conversation(&[&eve]).await);
    let (message, elsewhere) = (ada.send_message_id(&id, "Hello").await, ada.send_message_id(&other, "Hello").await);
    for (conversation, message, path) in [
        (&other, &message, "conversationId"),
        (&json!("rubbish"), &message, "conversationId"),
        (&json!("cnv_0000000000003"), &message, "conversationId"),
        (&id, &elsewhere, "messageId"),
        (&id, &json!("rubbish"), "messageId"),
    ] {
        let refused = grace.execute(MARK_UNREAD, json!({ "id": conversation, "message": message })).await;
        assert_eq!(refused.refusals("markConversationUnread"), [format!("NOT_FOUND input.{path}")]);
    }
    for mutation in [MUTE, UNMUTE] {
        let name = if mutation == MUTE { "muteConversation" } else { "unmuteConversation" };
        for conversation in [&other, &json!("rubbish"), &json!("cnv_0000000000003")] {
            let refused = grace.execute(mutation, json!({ "id": conversation })).await;
            assert_eq!(refused.refusals(name), ["NOT_FOUND input.conversationId"]);
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_muted_conversation_counts_again_when_its_mute_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (id, other) = (ada.start_conversation(&[&grace]).await, mary.start_conversation(&[&grace]).await);
    ada.send_message(&id, "1").await;
    mary.send_message(&other, "1").await;
    let mute = async |person: &Person, end: Value| person.execute(MUTE, json!({ "id": id, "end": end })).await;
    let state = |is_muted: bool, end: Value| json!({ "isMuted": is_muted, "muteEndsAt": end, "unreadCount": 1 });

    let muted = mute(&grace, json!("2026-11-21T10:30:00Z")).await.field("muteConversation");
    assert_eq!(muted["conversation"], state(true, json!("2026-11-21T10:30:00.000Z")));
    assert_eq!(grace.viewer_unread_count().await, 1);
    let own = "query($id: ID!) { conversation(by: { id: $id }) { isMuted muteEndsAt unreadCount } }";
    let of_ada = ada.execute(own, json!({ "id": id })).await.field("conversation");
    assert_eq!(of_ada, json!({ "isMuted": false, "muteEndsAt": null, "unreadCount": 0 }), "others do not see it");
    campus.advance(Duration::from_hours(1));
    let grace = grace.login().await;
    assert_eq!(grace.execute(own, json!({ "id": id })).await.field("conversation"), state(false, Value::Null));
    assert_eq!(grace.viewer_unread_count().await, 2);

    for past in ["2026-11-21T10:30:00Z", "0001-01-01T00:00:00Z"] {
        assert_eq!(mute(&grace, json!(past)).await.refusals("muteConversation"), ["INVALID input.endsAt"]);
    }
    let both = json!({ "id": "rubbish", "end": "2026-11-21T10:30:00Z" });
    let both = grace.execute(MUTE, both).await;
    assert_eq!(both.refusals("muteConversation"), ["INVALID input.endsAt", "NOT_FOUND input.conversationId"]);
    for _ in 0..2 {
        assert_eq!(mute(&grace, Value::Null).await.field("muteConversation")["conversation"], state(true, Value::Null));
    }
    assert_eq!(grace.viewer_unread_count().await, 1);
    for _ in 0..2 {
        let unmuted = grace.execute(UNMUTE, json!({ "id": id })).await.field("unmuteConversation");
        assert_eq!(unmuted["conversation"], json!({ "isMuted": false, "muteEndsAt": null }));
    }
    assert_eq!(grace.viewer_unread_count().await, 2);
    mute(&grace, Value::Null).await.data();
    campus.advance(Duration::from_hours(24 * 365));
    assert_eq!(grace.login().await.viewer_unread_count().await, 1, "it has no end");
}

#[rstest]
#[tokio::test]
async fn the_messages_of_a_former_member_count_as_long_as_they_are_visible(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let group = ada.start_conversation(&[&grace, &eve]).await;
    ada.send_message(&group, "Welcome").await;
    let mut last = Value::Null;
    for text in ["1", "2", "3"] {
        last = eve.send_message_id(&group, text).await;
    }
    eve.leave_conversation(&group).await.data();
    assert_eq!(ada.unread_count(&group).await, 3);
    ada.block(&eve).await;
    assert_eq!((ada.message_texts(&group).await, ada.unread_count(&group).await), (vec!["Welcome".to_owned()], 0));
    ada.unblock(&eve).await;
    assert_eq!(ada.unread_count(&group).await, 3);
    ada.mark_read_up_to(&group, &last).await;
    assert_eq!(ada.unread_count(&group).await, 0);
    // Their author is gone before the block ends.
    grace.block(&eve).await;
    assert_eq!(grace.unread_count(&group).await, 1);
    eve.delete_account().await;
    assert_eq!(grace.unread_count(&group).await, 4);
    grace.mark_read_up_to(&group, &last).await;
    assert_eq!(grace.unread_count(&group).await, 0);
}
