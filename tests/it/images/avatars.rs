//! Avatars.

use rstest::rstest;
use serde_json::{Value, json};

use super::image_id;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

async fn set_avatar(person: &Person, image: &Value) -> Value {
    let operation = "mutation Set($image: ID!) {
        setAvatar(input: { imageId: $image }) { user { avatar { id } } userErrors { code path } }
    }";
    person.execute(operation, json!({ "image": image })).await.field("setAvatar")
}

/// Returns a user's avatar as the viewer sees it.
async fn avatar(viewer: &Person, username: &str) -> Value {
    let query = "query Avatar($name: String!) {
        user(by: { username: $name }) { avatar { id width placeholder url(size: SMALL) } }
    }";
    viewer.execute(query, json!({ "name": username })).await.field("user")["avatar"].clone()
}

#[rstest]
#[tokio::test]
async fn an_avatar_is_visible_until_it_is_removed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    assert_eq!(avatar(&grace, "ada").await, Value::Null);
    let (first, second) = (ada.upload_image(&png(3, 3)).await, ada.upload_image(&png(4, 4)).await);
    for image in [&first, &second, &second] {
        let answer = set_avatar(&ada, &image["id"]).await;
        assert_eq!(answer, json!({ "user": { "avatar": { "id": image["id"] } }, "userErrors": [] }));
    }
    let seen = avatar(&grace, "ada").await;
    assert_eq!((&seen["id"], &seen["width"]), (&second["id"], &json!(4)));
    grace.download(&seen["url"]).await;

    let removed = ada.query("mutation { removeAvatar { user { avatar { id } } userErrors { code } } }").await;
    assert_eq!(removed["removeAvatar"], json!({ "user": { "avatar": null }, "userErrors": [] }));
    assert_eq!(avatar(&grace, "ada").await, Value::Null);
    assert_eq!(grace.fetch(&seen["url"]).await.status(), 404, "the link is no longer valid");
    assert_eq!(ada.fetch(&second["full"]).await.status(), 200, "the owner sees an unused image for a day");
}

#[rstest]
#[tokio::test]
async fn only_images_of_the_viewer_become_avatars(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let own = ada.upload_image(&png(3, 3)).await;
    set_avatar(&ada, &own["id"]).await;
    let foreign = grace.upload_image(&png(3, 3)).await;
    assert!(image_id(&foreign).is_some());
    for id in [foreign["id"].clone(), json!("img_0000000000001"), json!("usr_1"), json!("")] {
        let answer = set_avatar(&ada, &id).await;
        assert_eq!(
            answer,
            json!({ "user": null, "userErrors": [{ "code": "NOT_FOUND", "path": ["input", "imageId"] }] }),
            "{id}"
        );
    }
    assert_eq!(avatar(&grace, "ada").await["id"], own["id"], "a rejected change changes nothing");
}

#[rstest]
#[tokio::test]
async fn a_block_hides_images_as_well(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(3, 3)).await;
    set_avatar(&ada, &image["id"]).await;
    let seen = avatar(&grace, "ada").await;
    let by_id = "query ByID($id: ID!) { node(id: $id) { id } }";
    assert_eq!(grace.execute(by_id, json!({ "id": image["id"] })).await.field("node")["id"], image["id"]);

    let user = ada.query("{ user(by: { username: \"grace\" }) { id } }").await["user"]["id"].clone();
    let block = "mutation Block($user: ID!) { blockUser(input: { userId: $user }) { userErrors { code } } }";
    assert_eq!(ada.execute(block, json!({ "user": user })).await.field("blockUser"), json!({ "userErrors": [] }));
    assert_eq!(grace.fetch(&seen["url"]).await.status(), 404);
    assert_eq!(grace.execute(by_id, json!({ "id": image["id"] })).await.field("node"), Value::Null);
    assert_eq!(ada.fetch(&image["full"]).await.status(), 200);
}
