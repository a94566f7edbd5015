//! What other slices do with images: attach, detach and load them.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::graphql::loader::Loaded;
use studyhall::images::graphql::ImagesOf;
use studyhall::images::{ImageId, ImageUse, rules};

use super::{attach, detach, image_id, post, refusals, viewer};
use crate::support::pictures::png;
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn images_are_shown_in_the_order_in_which_they_were_attached(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let mut ids = Vec::new();
    for side in 1..=4 {
        ids.push(image_id(&ada.upload_image(&png(side, 1)).await));
    }
    ids.reverse();
    attach(&campus, &ada, &ids, post(1)).await.expect("the images are attached");
    attach(&campus, &ada, &ids[1..2], post(2)).await.expect("an image can have two uses");
    attach(&campus, &ada, &[], post(3)).await.expect("an empty list is valid");

    let shown = ImagesOf::load(&campus.app, &[post(2), post(1), post(3)]).await.expect("the database answers");
    let ids_of = |image_use: &ImageUse| -> Vec<Option<ImageId>> {
        shown.get(image_use).into_iter().flatten().map(|image| Some(image.id)).collect()
    };
    assert_eq!((ids_of(&post(1)), ids_of(&post(2)), ids_of(&post(3))), (ids.clone(), ids[1..2].to_vec(), vec![]));

    detach(&campus, post(1)).await;
    let shown = ImagesOf::load(&campus.app, &[post(2), post(1)]).await.expect("the database answers");
    assert_eq!((shown.contains_key(&post(1)), shown[&post(2)].len()), (false, 1));
}

#[rstest]
#[tokio::test]
async fn an_image_of_another_user_is_not_found(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let own = ada.upload_image(&png(2, 2)).await;
    let foreign = image_id(&grace.upload_image(&png(2, 2)).await);
    let own = image_id(&own);
    let missing = Some(ImageId(7));

    let rejected = attach(&campus, &ada, &[own, foreign, missing, None], post(1)).await;
    assert_eq!(refusals(rejected), ["NotFound imageIds.1", "NotFound imageIds.2", "NotFound imageIds.3"]);
    assert_eq!(refusals(attach(&campus, &ada, &[own, own], post(1)).await), ["Invalid imageIds.1"]);
    assert_eq!(refusals(attach(&campus, &ada, &[own; 5], post(1)).await), ["TooLong imageIds"]);
    let shown = ImagesOf::load(&campus.app, &[post(1)]).await.expect("the database answers");
    assert!(shown.is_empty(), "nothing was attached");

    let viewer = viewer(&ada).await;
    let avatar = ImageUse::avatar(viewer.account);
    for image in [foreign, missing, None] {
        let mut tx = campus.app.db.write().await.expect("a transaction");
        let rejected = rules::attach_one(&mut tx, viewer, image, avatar, "imageId").await;
        assert_eq!(refusals(rejected), ["NotFound imageId"]);
    }
    let mut tx = campus.app.db.write().await.expect("a transaction");
    rules::attach_one(&mut tx, viewer, own, avatar, "imageId").await.expect("the image is hers");
    tx.commit().await.expect("the commit succeeds");
}

#[rstest]
#[tokio::test]
async fn only_members_upload_and_only_in_multipart_requests(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let anonymous = campus.anonymous();
    assert_eq!(anonymous.upload(&png(2, 2)).await.codes(), ["UNAUTHENTICATED"]);
    let mut guest = campus.anonymous();
    let entered = guest
        .execute(
            "mutation { enterLobby(input: { pseudonym: \"owl\" }) { session { accessToken refreshToken } userErrors { code } } }",
            json!({}),
        )
        .await;
    guest.use_session(&entered.field("enterLobby"));
    assert_eq!(guest.upload(&png(2, 2)).await.codes(), ["FORBIDDEN"]);
    let ada = campus.member("ada").await;
    for file in [Value::Null, json!("0"), json!({ "index": 0 }), json!([0])] {
        let query = "mutation Upload($file: Upload!) { uploadImage(input: { file: $file }) { image { id } } }";
        let answer = ada.execute(query, json!({ "file": file })).await;
        assert!(answer.status == 400 || !answer.codes().is_empty(), "{file}: {answer:?}");
    }
}

#[rstest]
#[tokio::test]
async fn each_user_has_a_storage_quota(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--max-images-per-user=2"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    for _ in 0..2 {
        ada.upload_image(&png(2, 2)).await;
    }
    assert_eq!(ada.upload(&png(2, 2)).await.refusals("uploadImage"), ["QUOTA_EXCEEDED input.file"]);
    grace.upload_image(&png(2, 2)).await;

    let campus = Campus::start_with(engine, &["--max-image-bytes-per-user=2500"]).await;
    let ada = campus.member("ada").await;
    ada.upload_image(&png(2, 2)).await;
    let files = super::stored_files(&campus);
    assert_eq!(ada.upload(&png(2, 2)).await.refusals("uploadImage"), ["QUOTA_EXCEEDED input.file"]);
    assert_eq!(super::stored_files(&campus), files, "the upload is rejected before anything is stored");
}

#[rstest]
#[tokio::test]
async fn uploads_are_limited_per_user_and_per_address(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    for name in ["ada", "grace", "barbara", "mary"] {
        let person = campus.member(name).await;
        for _ in 0..50 {
            assert_eq!(person.upload(b"").await.codes(), Vec::<String>::new());
        }
        if name == "ada" {
            assert_eq!(person.upload(b"").await.codes(), ["RATE_LIMITED"]);
        }
    }
    let edith = campus.member("edith").await;
    assert_eq!(edith.upload(&png(2, 2)).await.codes(), ["RATE_LIMITED"], "the limit of the address is reached");
}
