//! Files that nothing uses are removed, and those of deleted accounts.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::images::gc;
use studyhall::node;

use super::stored_objects;
use crate::support::{Campus, Engine};

const DAY: Duration = Duration::from_hours(24);

#[rstest]
#[tokio::test]
async fn an_unused_file_is_removed_after_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (unused, used) = (ada.file_id("unused").await, ada.file_id("used").await);
    let post = ada.post_with(json!({ "text": "Notes", "fileIds": [used] })).await.field("createPost");
    campus.advance(DAY.saturating_sub(Duration::from_mins(1)));
    node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert_eq!(stored_objects(&campus), 2);
    campus.advance(Duration::from_mins(2));
    node::sweep(&campus.app).await.expect("the sweep succeeds");
    let ada = ada.login().await;
    assert_eq!((ada.file_url(&unused).await, stored_objects(&campus)), (Value::Null, 1));

    // The day starts when the last use ends.
    ada.delete_post(&post["postEdge"]["node"]["id"]).await.data();
    node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert_eq!(stored_objects(&campus), 1);
    campus.advance(DAY + Duration::from_mins(1));
    node::sweep(&campus.app).await.expect("the sweep succeeds");
    let ada = ada.login().await;
    assert_eq!((ada.file_url(&used).await, stored_objects(&campus)), (Value::Null, 0));
}

#[rstest]
#[tokio::test]
async fn files_are_removed_with_the_account_of_their_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let (file, kept) = (ada.file_id("hers").await, grace.file_id("kept").await);
    let sent = ada.send_with(json!({ "conversationId": conversation, "text": "a text", "fileIds": [file] })).await;
    let message = sent.field("sendMessage")["messageEdge"]["node"]["id"].clone();
    grace.send_with(json!({ "conversationId": conversation, "fileIds": [kept] })).await.data();
    let url = grace.file_url(&file).await;
    ada.delete_account().await;
    // The garbage collection may run at the same time: repeating it is harmless.
    gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(grace.download_status(&url).await, 404);
    assert_eq!(stored_objects(&campus), 1);
    let query = "query($id: ID!) { node(id: $id) { ... on Message { text files { id } } } }";
    let left = grace.execute(query, json!({ "id": message })).await.field("node");
    assert_eq!(left, json!({ "text": "a text", "files": [] }));
}
