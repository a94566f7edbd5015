//! Event streams that resume after `Last-Event-ID`, whatever the document passes and selects.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, EventStream, Person};

/// Receives one event, disconnects while two more happen, resumes after the first, and receives exactly those two.
async fn assert_resumes(follower: &Person, document: &str, variables: Value, cause: impl AsyncFn(&str)) {
    let mut events = EventStream::open(follower, document, variables.clone()).await;
    cause("first").await;
    let first = events.receive().await.expect("an event");
    assert!(first.to_string().contains("first"), "{first}");
    let id = events.last_id.take();
    assert!(id.is_some(), "every event of a log has an id");
    drop(events);
    cause("second").await;
    cause("third").await;
    let mut events = EventStream::resume(follower, document, variables, id).await;
    for text in ["second", "third"] {
        let event = events.receive().await.expect("an event");
        assert!(event.to_string().contains(text), "{event}");
    }
    // A cursor of another feed is rejected.
    let mut rejected = EventStream::resume(follower, document, json!({}), Some("WzksOV0".to_owned())).await;
    assert!(rejected.receive().await.expect("an error").to_string().contains("errors"));
    assert_eq!(rejected.last_id, None);
}

#[rstest]
#[tokio::test]
async fn event_streams_resume_after_the_last_event_id(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    ada.send_message(&id, "before").await;

    let cursors = "query($id: ID!) { viewer { inboxCursor } postsCursor lobby { eventsCursor }
        conversation(by: { id: $id }) { eventsCursor } }";
    let cursors = grace.execute(cursors, json!({ "id": id })).await.data();
    let posts = "subscription($after: String) { postPublished(after: $after) {
        ... on PostAdded { postEdge { node { text } } } } }";
    assert_resumes(&grace, posts, json!({ "after": cursors["postsCursor"] }), async |text| {
        ada.publish(text).await;
    })
    .await;
    let conversation =
        "subscription($id: ID!, $after: String) { conversationChanged(conversationId: $id, after: $after) {
        ... on MessageAdded { messageEdge { node { text } } } } }";
    let variables = json!({ "id": id, "after": cursors["conversation"]["eventsCursor"] });
    assert_resumes(&grace, conversation, variables, async |text| {
        ada.send_message_id(&id, text).await;
    })
    .await;
    let inbox = "subscription($after: String) { inboxChanged(after: $after) {
        ... on MessageAdded { messageEdge { node { text } } conversation { unreadCount } } } }";
    let after = grace.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    assert_resumes(&grace, inbox, json!({ "after": after }), async |text| {
        ada.send_message_id(&id, text).await;
    })
    .await;
    let enter = "mutation { enterLobby(input: {}) { userErrors { code } } }";
    ada.execute(enter, json!({})).await.data();
    let send = "mutation($text: String!) { sendLobbyMessage(input: { text: $text }) { userErrors { code } } }";
    let lobby = "subscription($after: String) { lobbyChanged(after: $after) {
        ... on MessageAdded { messageEdge { node { text } } } } }";
    let after = grace.query("{ lobby { eventsCursor } }").await["lobby"]["eventsCursor"].clone();
    assert_resumes(&grace, lobby, json!({ "after": after }), async |text| {
        ada.execute(send, json!({ "text": text })).await.data();
    })
    .await;
}
