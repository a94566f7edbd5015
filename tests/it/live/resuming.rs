//! Event streams that go on by `Last-Event-ID`, whatever the document says and selects.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Events, Person};

/// Hears one event, goes away while two more happen, comes back with the id of the first, and hears just those two.
async fn goes_on(listener: &Person, document: &str, variables: Value, happen: impl AsyncFn(&str)) {
    let mut events = Events::of(listener, document, variables.clone()).await;
    happen("first").await;
    let first = events.hear().await.expect("an event");
    assert!(first.to_string().contains("first"), "{first}");
    let id = events.last_id.take();
    assert!(id.is_some(), "every event of a log has an id");
    drop(events);
    happen("second").await;
    happen("third").await;
    let mut events = Events::resumed(listener, document, variables, id).await;
    for text in ["second", "third"] {
        let event = events.hear().await.expect("an event");
        assert!(event.to_string().contains(text), "{event}");
    }
    // The cursor of another feed is none of this one.
    let mut lost = Events::resumed(listener, document, json!({}), Some("WzksOV0".to_owned())).await;
    assert!(lost.hear().await.expect("a refusal").to_string().contains("errors"));
    assert_eq!(lost.last_id, None);
}

#[rstest]
#[tokio::test]
async fn streams_of_events_go_on_by_the_last_id(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "before").await;

    let cursors = "query($id: ID!) { viewer { inboxCursor } postsCursor lobby { eventsCursor }
        conversation(by: { id: $id }) { eventsCursor } }";
    let cursors = grace.ask(cursors, json!({ "id": id })).await.data();
    let posts = "subscription($after: String) { postPublished(after: $after) {
        ... on PostAdded { postEdge { node { text } } } } }";
    goes_on(&grace, posts, json!({ "after": cursors["postsCursor"] }), async |text| {
        ada.publish(text).await;
    })
    .await;
    let conversation =
        "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
        ... on MessageAdded { messageEdge { node { text } } } } }";
    let variables = json!({ "id": id, "after": cursors["conversation"]["eventsCursor"] });
    goes_on(&grace, conversation, variables, async |text| {
        ada.send_message(&id, text).await;
    })
    .await;
    let inbox = "subscription($after: String) { inboxChanged(after: $after) {
        ... on MessageAdded { messageEdge { node { text } } conversation { unreadCount } } } }";
    let after = grace.see("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    goes_on(&grace, inbox, json!({ "after": after }), async |text| {
        ada.send_message(&id, text).await;
    })
    .await;
    let enter = "mutation { enterLobby(input: {}) { userErrors { code } } }";
    ada.ask(enter, json!({})).await.data();
    let send = "mutation($text: String!) { sendLobbyMessage(input: { text: $text }) { userErrors { code } } }";
    let lobby = "subscription($after: String) { lobbyChanged(after: $after) {
        ... on MessageAdded { messageEdge { node { text } } } } }";
    let after = grace.see("{ lobby { eventsCursor } }").await["lobby"]["eventsCursor"].clone();
    goes_on(&grace, lobby, json!({ "after": after }), async |text| {
        ada.ask(send, json!({ "text": text })).await.data();
    })
    .await;
}
