//! What nothing uses is removed, and nothing else is.

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

async fn is_there(person: &Person, image: &Value) -> bool {
    // A day has passed: whoever asks signs in again.
    let answer = person.login().await;
    let query = "query Node($id: ID!) { node(id: $id) { id } }";
    !answer.execute(query, json!({ "id": image["id"] })).await.field("node").is_null()
}

#[rstest]
#[tokio::test]
async fn an_image_that_nothing_shows_is_removed_after_a_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (unused, used) = (ada.upload_image(&png(2, 2)).await, ada.upload_image(&png(3, 3)).await);
    attach(&campus, &ada, &[image_id(&used)], post(1)).await.expect("it attaches");
    attach(&campus, &ada, &[image_id(&used)], post(2)).await.expect("it attaches");

    campus.advance(DAY.saturating_sub(Duration::from_mins(1)));
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    assert_eq!((is_there(&ada, &unused).await, stored_files(&campus)), (true, 6));
    campus.advance(Duration::from_mins(2));
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    assert_eq!((is_there(&ada, &unused).await, stored_files(&campus)), (false, 3));

    // The day begins when the last use ends.
    detach(&campus, post(1)).await;
    campus.advance(2 * DAY);
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    assert!(is_there(&ada, &used).await, "the other post shows it");
    detach(&campus, post(2)).await;
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    assert!(is_there(&ada, &used).await);
    campus.advance(DAY + Duration::from_mins(1));
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    assert_eq!((is_there(&ada, &used).await, stored_files(&campus)), (false, 0));
}

#[rstest]
#[tokio::test]
async fn more_than_one_batch_is_removed_in_one_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    ada.upload_image(&png(2, 2)).await;
    let copies = "insert into images (id, owner_id, media_type, width, height, placeholder, bytes, storage_name,
                      created_at, unused_since)
                  select images.id + value, owner_id, media_type, width, height, placeholder, bytes,
                      storage_name || cast(value as text), created_at, unused_since
                  from images, json_each($1)";
    let numbers = List::new(1_i64..=250);
    campus.app.db.run(copies, &[&numbers]).await.expect("rows are written");
    campus.advance(DAY + Duration::from_mins(1));
    studyhall::node::sweep(&campus.app).await.expect("it sweeps");
    let left = "select (select count(*) from images) + (select count(*) from media_deletions)";
    let (left,): (i64,) = campus.app.db.one(left, &[]).await.expect("it counts");
    assert_eq!((left, stored_files(&campus)), (0, 0));
}

#[rstest]
#[tokio::test]
async fn images_go_with_their_owner_and_nobody_elses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(2, 2)).await;
    ada.upload_image(&png(2, 2)).await;
    attach(&campus, &ada, &[image_id(&image)], post(1)).await.expect("it attaches");
    let kept = grace.upload_image(&png(2, 2)).await;
    let delete = "mutation Delete($p: String!) { deleteAccount(input: { password: $p }) { isDeleted } }";
    ada.execute(delete, json!({ "p": PASSWORD })).await.data();
    // The worker was woken and may be at it; doing it twice does no harm.
    gc::remove_bytes(&campus.app).await.expect("it removes");
    assert_eq!(stored_files(&campus), 3);
    assert!(is_there(&grace, &kept).await);
}

#[rstest]
#[tokio::test]
async fn bytes_of_an_upload_that_died_are_found(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let app = &campus.app;
    // As an upload that was cut off between its bytes and its row leaves it.
    let name = "00112233445566778899aabbccddeeff";
    store::insert_deletion(&app.db, name, app.clock.now().plus(Duration::from_hours(1))).await.expect("a word is left");
    app.media.put(name, [(); 3].map(|()| Bytes::from_static(b"bytes"))).await.expect("they are stored");
    studyhall::node::sweep(app).await.expect("it sweeps");
    assert_eq!(stored_files(&campus), 3, "the upload may still be on its way");
    campus.advance(Duration::from_mins(61));
    studyhall::node::sweep(app).await.expect("it sweeps");
    assert_eq!(stored_files(&campus), 0);
    assert_eq!(store::due_deletions(&app.db, app.clock.now(), 10).await.expect("it reads"), Vec::<String>::new());
}
