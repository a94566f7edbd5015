//! SQL for images, their uses, and recorded deletions of bytes.

use std::collections::BTreeSet;

use super::{Image, ImageId, ImageUse};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Tx};

macro_rules! select_image {
    ($rest:literal) => {
        concat!("select images.id, owner_id, media_type, width, height, placeholder, storage_name", $rest)
    };
}

pub async fn by_ids(db: impl Query, ids: &[ImageId]) -> Result<Vec<Image>> {
    db.all(
        select_image!(" from json_each($1) as wanted cross join images where images.id = wanted.value"),
        &[&list(ids)],
    )
    .await
}

/// Returns whether a backup is being made that needs the files of deleted images.
pub async fn is_held(db: impl Query, now: Timestamp) -> Result<bool> {
    // A row for each backup that is being made.
    let sql = Scan("select exists (select 1 from media_holds where until > $1)");
    let (is_held,): (bool,) = db.one(sql, &[&now]).await?;
    Ok(is_held)
}

pub async fn insert_image(tx: &mut Tx, image: &Image, bytes: i64, now: Timestamp) -> Result<u64> {
    let Image { id, owner_id, media_type, width, height, placeholder, storage_name } = image;
    tx.run(
        "insert into images (id, owner_id, media_type, width, height, placeholder, bytes, storage_name, created_at,
                             unused_since)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        &[id, owner_id, media_type, width, height, placeholder, &bytes, storage_name, &now],
    )
    .await
}

/// Returns the number of images and files of an account, and their total bytes.
pub async fn storage_of(db: impl Query, owner: AccountId) -> Result<(i64, i64)> {
    db.one(
        Scan(
            "select count(*), cast(coalesce(sum(bytes), 0) as bigint)
             from (select bytes from images where owner_id = $1 union all select bytes from files where owner_id = $1) t",
        ),
        &[&owner],
    )
    .await
}

/// Marks those of the images that belong to `owner` as used, and returns their ids.
pub async fn mark_used(tx: &mut Tx, owner: AccountId, ids: &[ImageId]) -> Result<Vec<ImageId>> {
    let marked: Vec<(ImageId,)> = tx
        .all(
            "update images set unused_since = null
             where owner_id = $1 and id in (select value from json_each($2)) returning id",
            &[&owner, &list(ids)],
        )
        .await?;
    Ok(marked.into_iter().map(|(id,)| id).collect())
}

/// Marks images without a use as unused since `now`.
///
/// The first statement locks the rows, so that the second sees the uses that concurrent transactions have inserted.
pub async fn mark_unused(tx: &mut Tx, ids: &[ImageId], now: Timestamp) -> Result<()> {
    let ids = list(ids);
    tx.run("update images set unused_since = $2 where id in (select value from json_each($1))", &[&ids, &now]).await?;
    tx.run(
        "update images set unused_since = null where id in (select value from json_each($1))
             and exists (select 1 from image_uses where image_id = images.id)",
        &[&ids],
    )
    .await?;
    Ok(())
}

pub async fn insert_use(tx: &mut Tx, to: ImageUse, position: i64, image: ImageId) -> Result<u64> {
    tx.run(
        "insert into image_uses (subject_id, kind, position, image_id) values ($1, $2, $3, $4)",
        &[&to.subject, &to.kind, &position, &image],
    )
    .await
}

pub async fn delete_uses(tx: &mut Tx, of: ImageUse) -> Result<Vec<ImageId>> {
    let deleted: Vec<(ImageId,)> = tx
        .all("delete from image_uses where subject_id = $1 and kind = $2 returning image_id", &[&of.subject, &of.kind])
        .await?;
    Ok(deleted.into_iter().map(|(id,)| id).collect())
}

pub async fn copy_uses(tx: &mut Tx, from: ImageUse, to: ImageUse) -> Result<u64> {
    tx.run(
        "insert into image_uses (subject_id, kind, position, image_id)
         select $3, $4, position, image_id from image_uses where subject_id = $1 and kind = $2",
        &[&from.subject, &from.kind, &to.subject, &to.kind],
    )
    .await
}

/// Deletes all other uses of the images of an account that reports show.
pub async fn delete_uses_beside_reports(tx: &mut Tx, owner: AccountId) -> Result<u64> {
    tx.run(
        "delete from image_uses where kind <> 'report' and image_id in (
             select images.id from images join image_uses as reported
                 on reported.image_id = images.id and reported.kind = 'report'
             where images.owner_id = $1)",
        &[&owner],
    )
    .await
}

/// Removes the owner from images that only reports show; from all images in reports if no image is given, because the
/// account is about to be deleted.
pub async fn leave_to_reports(tx: &mut Tx, owner: AccountId, image: Option<ImageId>) -> Result<u64> {
    tx.run(
        "update images set owner_id = null
         where owner_id = $1 and ($2 is null or images.id = $2)
           and exists (select 1 from image_uses where image_id = images.id and kind = 'report')
           and ($2 is null or not exists (select 1 from image_uses where image_id = images.id and kind <> 'report'))",
        &[&owner, &image],
    )
    .await
}

pub async fn has_images(db: impl Query, of: ImageUse) -> Result<bool> {
    let (has_images,): (bool,) = db
        .one("select exists (select 1 from image_uses where subject_id = $1 and kind = $2)", &[&of.subject, &of.kind])
        .await?;
    Ok(has_images)
}

/// An image and one of its uses.
#[derive(Debug, sqlx::FromRow)]
pub struct UsedImage {
    #[sqlx(flatten)]
    pub used_by: ImageUse,
    #[sqlx(flatten)]
    pub image: Image,
}

/// Returns the images of several subjects, each in the order in which they were attached.
pub async fn images_of(db: impl Query, subjects: impl IntoIterator<Item = i64>) -> Result<Vec<UsedImage>> {
    db.all(
        select_image!(
            ", kind, subject_id from json_each($1) as wanted
             cross join image_uses join images on images.id = image_id
             where subject_id = wanted.value order by subject_id, kind, position"
        ),
        &[&List::new(subjects.into_iter().collect::<BTreeSet<i64>>())],
    )
    .await
}

/// Returns at most `limit` uses of an image.
pub async fn uses_of(db: impl Query, image: ImageId, limit: i64) -> Result<Vec<ImageUse>> {
    db.all("select kind, subject_id from image_uses where image_id = $1 limit $2", &[&image, &limit]).await
}

/// Deletes an image of an account that has no use. Returns 0 if it has one: attaching an image updates its row first.
pub async fn delete_if_unused(tx: &mut Tx, owner: AccountId, image: ImageId) -> Result<u64> {
    tx.run("delete from images where id = $1 and owner_id = $2 and unused_since is not null", &[&image, &owner]).await
}

/// Deletes at most `limit` images that became unused before `before`. A trigger records the deletion of their bytes.
pub async fn delete_unused(db: impl Query, before: Timestamp, limit: i64) -> Result<u64> {
    // The condition is repeated so that an image attached after the inner select stays.
    db.run(
        Scan(
            "delete from images where unused_since < $1
             and id in (select id from images where unused_since < $1 order by unused_since limit $2)",
        ),
        &[&before, &limit],
    )
    .await
}

/// Records that bytes of this name have to be removed from `due_at` on, if they exist.
pub async fn insert_deletion(db: impl Query, name: &str, due_at: Timestamp) -> Result<u64> {
    db.run("insert into media_deletions (name, due_at) values ($1, $2)", &[&name, &due_at]).await
}

pub async fn delete_deletion(db: impl Query, name: &str) -> Result<u64> {
    db.run("delete from media_deletions where name = $1", &[&name]).await
}

pub async fn due_deletions(db: impl Query, now: Timestamp, limit: i64) -> Result<Vec<String>> {
    let due: Vec<(String,)> =
        db.all("select name from media_deletions where due_at <= $1 order by due_at limit $2", &[&now, &limit]).await?;
    Ok(due.into_iter().map(|(name,)| name).collect())
}

pub async fn postpone_deletion(db: impl Query, name: &str, due_at: Timestamp) -> Result<u64> {
    db.run("update media_deletions set due_at = $2 where name = $1", &[&name, &due_at]).await
}

fn list(ids: &[ImageId]) -> List {
    List::new(ids.iter().map(|id| id.0))
}
