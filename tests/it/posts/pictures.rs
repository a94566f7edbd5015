//! Posts with images.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

/// Uploads images and returns their ids.
async fn uploaded(person: &Person, count: u32) -> Vec<Value> {
    let mut ids = Vec::new();
    for width in 1..=count {
        ids.push(person.upload_image(&png(8 + width, 8)).await["id"].clone());
    }
    ids
}

/// The ids of the images of a post.
async fn image_ids(person: &Person, post: &Value) -> Value {
    let query = "query($id: ID!) { post(id: $id) { images { id } } }";
    let images = person.execute(query, json!({ "id": post })).await.field("post")["images"].clone();
    images.as_array().expect("a list").iter().map(|image| image["id"].clone()).collect()
}

#[rstest]
#[tokio::test]
async fn images_are_shown_to_members_in_the_authors_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut images = uploaded(&ada, 4).await;
    images.rotate_left(1);
    let draft = json!({ "text": "Four", "imageIds": images, "clientKey": "k1" });
    let first = ada.try_post(draft.clone()).await.field("createPost");
    let id = &first["postEdge"]["node"]["id"];
    assert_eq!(image_ids(&grace, id).await, json!(images));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(grace.execute(node, json!({ "id": images[0] })).await.field("node"), json!({ "id": images[0] }));

    // The images belong to the content of the key.
    assert_eq!(ada.try_post(draft).await.field("createPost"), first);
    images.swap(0, 1);
    let other = ada.try_post(json!({ "text": "Four", "imageIds": images, "clientKey": "k1" })).await;
    assert_eq!(other.refusals("createPost"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);

    ada.edit_post(id, "Still four").await.data();
    assert_eq!(image_ids(&grace, id).await.as_array().map(Vec::len), Some(4));
    ada.delete_post(id).await.data();
    assert_eq!(grace.execute(node, json!({ "id": images[0] })).await.field("node"), Value::Null);
    // The author can use them again.
    let reused = ada.try_post(json!({ "text": "Again", "imageIds": [images[0]] })).await.field("createPost");
    assert_eq!(image_ids(&grace, &reused["postEdge"]["node"]["id"]).await, json!([images[0]]));
}

#[rstest]
#[tokio::test]
async fn invalid_images_are_rejected_and_nothing_is_posted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let own = uploaded(&ada, 1).await.remove(0);
    let foreign = uploaded(&grace, 1).await.remove(0);
    for (ids, refusals) in [
        (json!([own, foreign]), vec!["NOT_FOUND input.imageIds.1"]),
        (json!([own, "img_0000000000000"]), vec!["NOT_FOUND input.imageIds.1"]),
        (json!(["rubbish", own, ""]), vec!["NOT_FOUND input.imageIds.0", "NOT_FOUND input.imageIds.2"]),
        (json!([own, own]), vec!["INVALID input.imageIds.1"]),
        (json!([own, own, own, own, own]), vec!["TOO_LONG input.imageIds"]),
    ] {
        let answer = ada.try_post(json!({ "text": "Nothing", "imageIds": ids, "clientKey": "k1" })).await;
        assert_eq!(answer.refusals("createPost"), refusals);
    }
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 0);
    // The rejected requests have not used the key.
    let payload =
        ada.try_post(json!({ "text": "Now", "imageIds": [own], "clientKey": "k1" })).await.field("createPost");
    assert_eq!(image_ids(&grace, &payload["postEdge"]["node"]["id"]).await, json!([own]));
}
