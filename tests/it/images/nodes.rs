//! Uploads where several nodes share the database and the media store.

use std::path::Path;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::Query;
use tempfile::TempDir;

use crate::support::nodes::Node;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

/// The media store that all nodes use.
fn media_store() -> (TempDir, String) {
    let store = tempfile::tempdir().expect("a directory");
    let flag = format!("--media-url=file://{}", store.path().display());
    (store, flag)
}

fn count_files(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { count_files(&path) } else { 1 }).sum()
}

/// Posts with an image and a file, and returns the addresses under which the author sees them.
async fn post_with(person: &Person, image: &Value, file: &Value) -> (Value, Value, Value) {
    let post = "mutation($input: CreatePostInput!) { createPost(input: $input) {
        postEdge { node { id images { url(size: MEDIUM) } files { url } } } userErrors { code path }
    } }";
    let input = json!({ "text": "Attached", "imageIds": [image], "fileIds": [file] });
    let payload = person.execute(post, json!({ "input": input })).await.field("createPost");
    assert_eq!(payload["userErrors"], json!([]));
    let node = &payload["postEdge"]["node"];
    (node["id"].clone(), node["images"][0]["url"].clone(), node["files"][0]["url"].clone())
}

#[rstest]
#[tokio::test]
async fn what_is_uploaded_on_one_node_is_attached_and_read_on_another(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (_store, media) = media_store();
    let campus = Campus::start_with(engine, &[&media]).await;
    let other = campus.another_node(&[&media]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let elsewhere = other.client_for(&ada);
    let image = ada.upload_image(&png(4, 4)).await["id"].clone();
    let file = elsewhere.file_id("from the other node").await;
    let (post, image_url, file_url) = post_with(&elsewhere, &image, &file).await;
    assert!(!elsewhere.download(&image_url).await.is_empty());
    assert_eq!(elsewhere.download(&file_url).await, b"from the other node");
    let view = "query($id: ID!) { post(id: $id) { images { url(size: SMALL) } files { url } } }";
    let readers = [grace.clone(), other.client_for(&grace)];
    let mut urls = Vec::new();
    for reader in &readers {
        let seen = reader.execute(view, json!({ "id": post })).await.field("post");
        assert!(!reader.download(&seen["images"][0]["url"]).await.is_empty());
        assert_eq!(reader.download(&seen["files"][0]["url"]).await, b"from the other node");
        urls.push(seen["files"][0]["url"].clone());
    }
    // What is deleted on one node is not served by the other one either.
    ada.delete_post(&post).await.data();
    for (reader, url) in readers.iter().zip(&urls) {
        assert_eq!(reader.download_status(url).await, 404);
    }
    other.stop().await;
}

#[rstest]
#[tokio::test]
async fn the_limits_of_an_account_hold_over_all_nodes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (store, media) = media_store();
    let flags = [media.as_str(), "--max-images-per-user=2"];
    let campus = Campus::start_with(engine, &flags).await;
    let other = campus.another_node(&flags).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    ada.upload_image(&png(2, 2)).await;
    other.client_for(&ada).upload_image(&png(2, 2)).await;
    let stored = count_files(store.path());
    for person in [ada.clone(), other.client_for(&ada)] {
        assert_eq!(person.upload(&png(2, 2)).await.refusals("uploadImage"), ["QUOTA_EXCEEDED input.file"]);
        let refused = person.try_upload_file(b"more", "a.txt").await;
        assert_eq!(refused.refusals("uploadFile"), ["QUOTA_EXCEEDED input.file"]);
    }
    assert_eq!(count_files(store.path()), stored, "nothing is stored");
    if engine == Engine::Sqlite {
        // A node with a file for a database has no others beside it, and counts uploads in memory.
        return other.stop().await;
    }
    // Each node allows a tenth of the limit by itself.
    let nodes = [grace.clone(), other.client_for(&grace)];
    let mut accepted = 0;
    while nodes[accepted % 2].upload(b"").await.codes().is_empty() {
        accepted += 1;
        assert!(accepted <= 60, "50 in an hour, and a tenth more for each node");
    }
    assert!(accepted >= 50, "{accepted}");
    other.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_crashes_in_an_upload_leaves_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (store, media) = media_store();
    let flags = [media.as_str(), "--rate-limits=off"];
    let mut node = Node::first(engine, &flags).await;
    let ada = node.campus.member("ada").await;
    let mut crashed = Vec::new();
    for turns in [0, 100, 1_000, 5_000, 20_000, 50_000] {
        let person = node.campus.client_for(&ada);
        // The client sees a broken connection, or an answer if it was faster.
        let uploading = tokio::spawn(async move { person.upload_image(&png(64, 64)).await });
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        let now = node.campus.app.clock.now();
        node.crash().await;
        drop(uploading.await);
        crashed.push(node);
        node = Node::another(crashed.last().expect("a node"), &flags, now).await;
    }
    let app = node.campus.app.clone();
    app.clock.set(app.clock.now().plus(Duration::from_mins(61)));
    studyhall::node::sweep(&app).await.expect("the sweep succeeds");
    let (images,): (i64,) = app.db.one("select count(*) from images", &[]).await.expect("a count");
    assert_eq!(count_files(store.path()), 3 * usize::try_from(images).expect("a small number"));
    let ada = node.campus.client_for(&ada).refreshed().await;
    ada.upload_image(&png(2, 2)).await;
}
