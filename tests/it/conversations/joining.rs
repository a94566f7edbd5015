//! Members who are added to a group and removed from it: what they can read, and what they are sent.

use rstest::rstest;
use serde_json::{Value, json};

use super::groups::{CHANGES, next_change};
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person, Socket};

/// What a member sees of a group, by every path.
const SEEN: &str = "query($id: ID!, $message: ID!, $image: ID!, $reply: ID!) {
    conversation(by: { id: $id }) {
        unreadCount firstUnread { text } lastMessage { text }
        messages { totalCount nodes { text } }
        all: messages(filter: { isUnread: false }) { totalCount }
    }
    message: node(id: $message) { id }
    image: node(id: $image) { id }
    reply: node(id: $reply) { ... on Message { text replyTo { id } } }
}";

async fn texts(person: &Person, group: &Value, arguments: &str) -> Vec<Value> {
    let query = format!(
        "query($id: ID!) {{ conversation(by: {{ id: $id }}) {{ messages{arguments} {{ nodes {{ text }} }} }} }}"
    );
    let seen = person.execute(&query, json!({ "id": group })).await.field("conversation");
    seen["messages"]["nodes"].as_array().expect("nodes").iter().map(|node| node["text"].clone()).collect()
}

#[rstest]
#[tokio::test]
async fn a_member_reads_from_their_joining_on_by_every_path(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.create_group("Knots", &[&grace], false).await;
    let image = ada.upload_image(&png(8, 8)).await["id"].clone();
    let input = json!({ "conversationId": group, "text": "before", "imageIds": [image] });
    let sent = ada.try_send(input).await.field("sendMessage")["messageEdge"].clone();
    let before = sent["node"]["id"].clone();
    ada.add_members(&group, &[&mary]).await.data();
    let see = async |person: &Person, reply: &Value| {
        person.execute(SEEN, json!({ "id": group, "message": before, "image": image, "reply": reply })).await.data()
    };
    let nothing = see(&mary, &before).await;
    let conversation = json!({
        "unreadCount": 0, "firstUnread": null, "lastMessage": null, "messages": { "totalCount": 0, "nodes": [] },
        "all": { "totalCount": 0 },
    });
    assert_eq!(nothing, json!({ "conversation": conversation, "message": null, "image": null, "reply": null }));
    let reply = grace.reply(&group, &before, "after").await;
    let seen = see(&mary, &reply).await;
    assert_eq!(seen["reply"], json!({ "text": "after", "replyTo": null }));
    assert_eq!((&seen["message"], &seen["image"]), (&Value::Null, &Value::Null));
    assert_eq!(seen["conversation"]["messages"], json!({ "totalCount": 1, "nodes": [{ "text": "after" }] }));
    assert_eq!(
        (&seen["conversation"]["unreadCount"], &seen["conversation"]["firstUnread"]["text"]),
        (&json!(1), &json!("after"))
    );
    let of_grace = see(&grace, &reply).await;
    assert!(of_grace["message"]["id"].is_string() && of_grace["reply"]["replyTo"]["id"] == before);
    // A cursor from before continues at the joining; nothing earlier can be marked, replied to or reported.
    let cursor = sent["cursor"].as_str().expect("a cursor");
    assert_eq!(texts(&mary, &group, &format!("(after: \"{cursor}\")")).await, ["after"]);
    assert_eq!(texts(&mary, &group, &format!("(before: \"{cursor}\")")).await, [""; 0]);
    let refused = mary.try_send(json!({ "conversationId": group, "text": "x", "replyToId": before })).await;
    assert_eq!(refused.refusals("sendMessage"), ["NOT_FOUND input.replyToId"]);
    for (mutation, root) in [
        ("markConversationRead(input: { conversationId: $id, messageId: $message })", "markConversationRead"),
        ("markConversationUnread(input: { conversationId: $id, messageId: $message })", "markConversationUnread"),
    ] {
        let mutation = format!("mutation($id: ID!, $message: ID!) {{ {mutation} {{ userErrors {{ code path }} }} }}");
        let refused = mary.execute(&mutation, json!({ "id": group, "message": before })).await;
        assert_eq!(refused.refusals(root), ["NOT_FOUND input.messageId"]);
    }
    let report = "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"x\" }) { userErrors { code path } } }";
    let refused = mary.execute(report, json!({ "id": before })).await;
    assert_eq!(refused.refusals("reportContent"), ["NOT_FOUND input.id"]);
    // An edit of an earlier message is not delivered to the new member.
    let follow = "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
        __typename ... on MessageAdded { messageEdge { node { text replyTo { text } } } }
        ... on MessageChanged { message { text } }
    } }";
    let mut stream = Socket::subscribed(&mary, follow, json!({ "id": group, "after": cursor })).await;
    ada.edit_message(&before, "edited").await.data();
    ada.send_message(&group, "last").await;
    assert_eq!(stream.next().await["conversationChanged"]["__typename"], "GroupChanged");
    let added =
        json!({ "__typename": "MessageAdded", "messageEdge": { "node": { "text": "after", "replyTo": null } } });
    assert_eq!(stream.next().await["conversationChanged"], added);
    assert_eq!(stream.next().await["conversationChanged"]["messageEdge"]["node"]["text"], "last");
}

#[rstest]
#[tokio::test]
async fn members_who_join_a_shared_history_read_everything_and_have_read_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let group = ada.create_group("Knots", &[&grace], false).await;
    let first = ada.send_message_id(&group, "1").await;
    ada.add_members(&group, &[&eve]).await.data();
    ada.update_group(json!({ "conversationId": group, "isHistoryShared": true })).await.data();
    ada.add_members(&group, &[&mary]).await.data();
    assert_eq!(texts(&mary, &group, "").await, ["1"]);
    assert_eq!(texts(&eve, &group, "").await, [""; 0], "the moment of joining counts");
    assert_eq!(mary.unread_count(&group).await, 0);
    let markers = "query($id: ID!) { conversation(by: { id: $id }) { readMarkers { user { username } } } }";
    for person in [&mary, &ada] {
        let seen = person.execute(markers, json!({ "id": group })).await.field("conversation");
        assert_eq!(seen["readMarkers"], json!([]), "nothing was read");
    }
    mary.mark_unread(&group, &first).await;
    assert_eq!(mary.unread_count(&group).await, 1);
    let seen = ada.execute(markers, json!({ "id": group })).await.field("conversation");
    assert_eq!(seen["readMarkers"], json!([]));
    // The setting ends for those who join from now on.
    ada.update_group(json!({ "conversationId": group, "isHistoryShared": false })).await.data();
    assert_eq!(texts(&mary, &group, "").await, ["1"]);
}

#[rstest]
#[tokio::test]
async fn a_removed_member_loses_the_group_its_streams_and_what_was_sent_meanwhile(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.create_group("Knots", &[&grace, &mary], false).await;
    let own = mary.send_message(&group, "own").await;
    let typing = "subscription($id: ID!) { typingChanged(conversationId: $id) { typingUsers { username } } }";
    let mut stream = mary.follow(&group, CHANGES).await;
    let mut typing = Socket::subscribed(&mary, typing, json!({ "id": group })).await;
    assert_eq!(typing.next().await["typingChanged"]["typingUsers"], json!([]));
    ada.send_message(&group, "the stream has begun").await;
    assert_eq!(stream.next().await["conversationChanged"]["__typename"], "MessageAdded");
    let mut inbox = mary.follow_inbox(CHANGES).await;
    let mut other = grace.follow(&group, CHANGES).await;
    ada.remove_member(&group, &mary).await.data();
    let removed = ("MEMBER_REMOVED".to_owned(), json!("ada"), json!("mary"));
    assert_eq!(next_change(&mut other, "conversationChanged").await, removed);
    assert_eq!(stream.error_code().await, "FORBIDDEN");
    assert_eq!(typing.error_code().await, "FORBIDDEN");
    let event = inbox.next().await["inboxChanged"].clone();
    assert_eq!((&event["groupChange"], &event["conversation"]), (&json!("MEMBER_REMOVED"), &Value::Null));
    let see = "query($id: ID!, $message: ID!) { conversation(by: { id: $id }) { id } node(id: $message) { id } }";
    let seen = mary.execute(see, json!({ "id": group, "message": own["node"]["id"] })).await.data();
    assert_eq!(seen, json!({ "conversation": null, "node": null }));

    ada.send_message(&group, "in between").await;
    // Own messages can still be deleted.
    let second = mary.delete_message(&own["node"]["id"]).await;
    assert_eq!(second.refusals("deleteMessage"), [""; 0]);
    ada.add_members(&group, &[&mary]).await.data();
    assert_eq!(texts(&mary, &group, "").await, [""; 0]);
    ada.send_message(&group, "back").await;
    assert_eq!(texts(&mary, &group, "").await, ["back"]);
    // The stream of before continues at the joining, not at the removal.
    let follow = format!(
        "subscription($id: ID!, $after: String) {{
            conversationChanged(conversationId: $id, after: $after) {{ {CHANGES} }}
        }}"
    );
    let mut stream = Socket::subscribed(&mary, &follow, json!({ "id": group, "after": own["cursor"] })).await;
    let added = ("MEMBER_ADDED".to_owned(), json!("ada"), json!("mary"));
    assert_eq!(next_change(&mut stream, "conversationChanged").await, added);
}

#[rstest]
#[tokio::test]
async fn a_block_hides_the_changes_of_a_member_and_the_name_of_an_actor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let group = ada.create_group("Knots", &[&grace], false).await;
    grace.block(&mary).await;
    let mut stream = grace.follow(&group, CHANGES).await;
    let mut own = ada.follow(&group, CHANGES).await;
    // A block among other members does not matter to the owner.
    ada.add_members(&group, &[&mary]).await.data();
    ada.transfer_group(&group, &mary).await.data();
    mary.update_group(json!({ "conversationId": group, "title": "Ropes" })).await.data();
    for change in ["MEMBER_ADDED", "OWNER_CHANGED"] {
        let expected = (change.to_owned(), json!("ada"), json!("mary"));
        assert_eq!(next_change(&mut own, "conversationChanged").await, expected);
    }
    let expected = ("TITLE_CHANGED".to_owned(), Value::Null, Value::Null);
    assert_eq!(next_change(&mut stream, "conversationChanged").await, expected);
}
