//! Unused images are removed, and no others.

use std::time::Duration;

use bytes::Bytes;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{List, Query};
use studyhall::images::{gc, store};

use super::{attach, detach, image_id, post, stored_files};
use crate::support::pictures::png;
use crate::support::{Campus, Engine, PASSWORD, Person};

const DAY: Duration = Duration::from_hours(24);

async fn exists(person: &Person, image: &Value) -> bool {
    // The session may have expired: a day has passed.
    let person = person.login().await;
    let query = "query Node($id: ID!) { node(id: $id) { id } }";
    !person.execute(query, json!({ "id": image["id"] })).await.field("node").is_null()
}

#[rstest]
#[tokio::test]
async fn an_unused_image_is_removed_after_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (unused, used) = (ada.upload_image(&png(2, 2)).await, ada.upload_image(&png(3, 3)).await);
    attach(&campus, &ada, &[image_id(&used)], post(1)).await.expect("the images are attached");
    attach(&campus, &ada, &[image_id(&used)], post(2)).await.expect("the images are attached");

    campus.advance(DAY.saturating_sub(Duration::from_mins(1)));
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert_eq!((exists(&ada, &unused).await, stored_files(&campus)), (true, 6));
    campus.advance(Duration::from_mins(2));
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert_eq!((exists(&ada, &unused).await, stored_files(&campus)), (false, 3));

    // The day starts when the last use is removed.
    detach(&campus, post(1)).await;
    campus.advance(2 * DAY);
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert!(exists(&ada, &used).await, "another post uses it");
    detach(&campus, post(2)).await;
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert!(exists(&ada, &used).await);
    campus.advance(DAY + Duration::from_mins(1));
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    assert_eq!((exists(&ada, &used).await, stored_files(&campus)), (false, 0));
}

#[rstest]
#[tokio::test]
async fn one_sweep_removes_more_than_one_batch(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.upload_image(&png(2, 2)).await;
    let copies = "insert into images (id, owner_id, media_type, width, height, placeholder, bytes, storage_name,
                      created_at, unused_since)
                  select images.id + value, owner_id, media_type, width, height, placeholder, bytes,
                      storage_name || cast(value as text), created_at, unused_since
                  from images, json_each($1)";
    let numbers = List::new(1_i64..=250);
    campus.app.db.run(copies, &[&numbers]).await.expect("the rows are inserted");
    campus.advance(DAY + Duration::from_mins(1));
    studyhall::node::sweep(&campus.app).await.expect("the sweep succeeds");
    let left = "select (select count(*) from images) + (select count(*) from media_deletions)";
    let (left,): (i64,) = campus.app.db.one(left, &[]).await.expect("the database answers");
    assert_eq!((left, stored_files(&campus)), (0, 0));
}

#[rstest]
#[tokio::test]
async fn images_are_removed_with_the_account_of_their_owner_and_no_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(2, 2)).await;
    ada.upload_image(&png(2, 2)).await;
    attach(&campus, &ada, &[image_id(&image)], post(1)).await.expect("the images are attached");
    let kept = grace.upload_image(&png(2, 2)).await;
    let delete = "mutation Delete($p: String!) { deleteAccount(input: { password: $p }) { isDeleted } }";
    ada.execute(delete, json!({ "p": PASSWORD })).await.data();
    // The garbage collection may run at the same time: repeating it is harmless.
    gc::remove_bytes(&campus.app).await.expect("the bytes are removed");
    assert_eq!(stored_files(&campus), 3);
    assert!(exists(&grace, &kept).await);
}

#[rstest]
#[tokio::test]
async fn the_bytes_of_an_interrupted_upload_are_removed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let app = &campus.app;
    // The state after an upload that stopped between storing the bytes and inserting the row.
    let name = "00112233445566778899aabbccddeeff";
    store::insert_deletion(&app.db, name, app.clock.now().plus(Duration::from_hours(1)))
        .await
        .expect("the deletion is recorded");
    app.media.put(name, [(); 3].map(|()| Bytes::from_static(b"bytes"))).await.expect("the bytes are stored");
    studyhall::node::sweep(app).await.expect("the sweep succeeds");
    assert_eq!(stored_files(&campus), 3, "the upload may still be running");
    campus.advance(Duration::from_mins(61));
    studyhall::node::sweep(app).await.expect("the sweep succeeds");
    assert_eq!(stored_files(&campus), 0);
    assert_eq!(
        store::due_deletions(&app.db, app.clock.now(), 10).await.expect("the database answers"),
        Vec::<String>::new()
    );
}
