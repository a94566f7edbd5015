//! Deleting images that nothing uses.

use rstest::rstest;
use serde_json::{Value, json};

use super::{attach, detach, image_id, post, stored_files};
use crate::support::people::Response;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person};

async fn delete(person: &Person, image: &Value) -> Response {
    let mutation = "mutation D($id: ID!) {
        deleteImage(input: { imageId: $id }) { deletedImageId userErrors { code message path } }
    }";
    person.execute(mutation, json!({ "id": image })).await
}

#[rstest]
#[tokio::test]
async fn a_member_deletes_an_own_image_that_nothing_uses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--max-images-per-user=1"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(4, 4)).await;
    let id = &image["id"];
    assert_eq!(ada.upload(&png(5, 5)).await.refusals("uploadImage"), ["QUOTA_EXCEEDED input.file"]);
    let foreign = delete(&grace, id).await;
    assert_eq!(foreign.refusals("deleteImage"), ["NOT_FOUND input.imageId"]);
    for missing in ["img_0000000000007", "rubbish"] {
        assert_eq!(delete(&grace, &json!(missing)).await.body, foreign.body);
    }
    attach(&campus, &ada, &[image_id(&image)], post(1)).await.expect("the image is attached");
    assert_eq!(delete(&ada, id).await.refusals("deleteImage"), ["WRONG_STATE input.imageId"]);
    assert_eq!(ada.fetch(&image["full"]).await.status(), 200);
    detach(&campus, post(1)).await;
    assert_eq!(delete(&ada, id).await.field("deleteImage"), json!({ "deletedImageId": id, "userErrors": [] }));
    assert_eq!(delete(&ada, id).await.refusals("deleteImage"), ["NOT_FOUND input.imageId"]);
    assert_eq!(ada.fetch(&image["full"]).await.status(), 404);
    // Its space is free at once.
    ada.upload_image(&png(5, 5)).await;
    studyhall::images::gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(stored_files(&campus), 3);
}
