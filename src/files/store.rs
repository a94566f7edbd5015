//! SQL for files and their uses.

use std::collections::BTreeSet;

use super::{File, FileId, FileUse};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Tx};

macro_rules! select_file {
    ($rest:literal) => {
        concat!("select files.id, owner_id, media_type, name, bytes, storage_name", $rest)
    };
}

pub async fn by_ids(db: impl Query, ids: &[FileId]) -> Result<Vec<File>> {
    db.all(select_file!(" from json_each($1) as wanted cross join files where files.id = wanted.value"), &[&list(ids)])
        .await
}

pub async fn insert_file(tx: &mut Tx, file: &File, now: Timestamp) -> Result<u64> {
    let File { id, owner_id, media_type, name, bytes, storage_name } = file;
    tx.run(
        "insert into files (id, owner_id, media_type, name, bytes, storage_name, created_at, unused_since)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        &[id, owner_id, media_type, name, bytes, storage_name, &now],
    )
    .await
}

/// Marks those of the files that belong to `owner` as used, and returns their ids.
pub async fn mark_used(tx: &mut Tx, owner: AccountId, ids: &[FileId]) -> Result<Vec<FileId>> {
    let marked: Vec<(FileId,)> = tx
        .all(
            "update files set unused_since = null
             where owner_id = $1 and id in (select value from json_each($2)) returning id",
            &[&owner, &list(ids)],
        )
        .await?;
    Ok(marked.into_iter().map(|(id,)| id).collect())
}

/// Marks files without a use as unused since `now`.
///
/// The first statement locks the rows, so that the second sees the uses that concurrent transactions have inserted.
pub async fn mark_unused(tx: &mut Tx, ids: &[FileId], now: Timestamp) -> Result<()> {
    let ids = list(ids);
    tx.run("update files set unused_since = $2 where id in (select value from json_each($1))", &[&ids, &now]).await?;
    tx.run(
        "update files set unused_since = null where id in (select value from json_each($1))
             and exists (select 1 from file_uses where file_id = files.id)",
        &[&ids],
    )
    .await?;
    Ok(())
}

pub async fn insert_use(tx: &mut Tx, to: FileUse, position: i64, file: FileId) -> Result<u64> {
    tx.run(
        "insert into file_uses (subject_id, kind, position, file_id) values ($1, $2, $3, $4)",
        &[&to.subject, &to.kind, &position, &file],
    )
    .await
}

/// Copies the uses of files of one object to another one, in their order.
pub async fn copy_uses(tx: &mut Tx, from: FileUse, to: FileUse) -> Result<u64> {
    tx.run(
        "insert into file_uses (subject_id, kind, position, file_id)
         select $3, $4, position, file_id from file_uses where subject_id = $1 and kind = $2",
        &[&from.subject, &from.kind, &to.subject, &to.kind],
    )
    .await
}

/// Deletes all other uses of the files of an account that reports show.
pub async fn delete_uses_beside_reports(tx: &mut Tx, owner: AccountId) -> Result<u64> {
    tx.run(
        "delete from file_uses where kind <> 'report' and file_id in (
             select files.id from files join file_uses as reported
                 on reported.file_id = files.id and reported.kind = 'report'
             where files.owner_id = $1)",
        &[&owner],
    )
    .await
}

/// Removes the owner from the files that reports show, because the account is about to be deleted.
pub async fn leave_to_reports(tx: &mut Tx, owner: AccountId) -> Result<u64> {
    tx.run(
        "update files set owner_id = null where owner_id = $1
           and exists (select 1 from file_uses where file_id = files.id and kind = 'report')",
        &[&owner],
    )
    .await
}

pub async fn delete_uses(tx: &mut Tx, of: FileUse) -> Result<Vec<FileId>> {
    let deleted: Vec<(FileId,)> = tx
        .all("delete from file_uses where subject_id = $1 and kind = $2 returning file_id", &[&of.subject, &of.kind])
        .await?;
    Ok(deleted.into_iter().map(|(id,)| id).collect())
}

pub async fn has_files(db: impl Query, of: FileUse) -> Result<bool> {
    let (has_files,): (bool,) = db
        .one("select exists (select 1 from file_uses where subject_id = $1 and kind = $2)", &[&of.subject, &of.kind])
        .await?;
    Ok(has_files)
}

/// A file and one of its uses.
#[derive(Debug, sqlx::FromRow)]
pub struct UsedFile {
    #[sqlx(flatten)]
    pub used_by: FileUse,
    #[sqlx(flatten)]
    pub file: File,
}

/// Returns the files of several subjects, each in the order in which they were attached.
pub async fn files_of(db: impl Query, subjects: impl IntoIterator<Item = i64>) -> Result<Vec<UsedFile>> {
    db.all(
        select_file!(
            ", kind, subject_id from json_each($1) as wanted
             cross join file_uses join files on files.id = file_id
             where subject_id = wanted.value order by subject_id, kind, position"
        ),
        &[&List::new(subjects.into_iter().collect::<BTreeSet<i64>>())],
    )
    .await
}

/// Returns at most `limit` uses of a file.
pub async fn uses_of(db: impl Query, file: FileId, limit: i64) -> Result<Vec<FileUse>> {
    db.all("select kind, subject_id from file_uses where file_id = $1 limit $2", &[&file, &limit]).await
}

/// Deletes at most `limit` files that became unused before `before`. A trigger records the deletion of their bytes.
pub async fn delete_unused(db: impl Query, before: Timestamp, limit: i64) -> Result<u64> {
    // The condition is repeated so that a file attached after the inner select stays.
    db.run(
        Scan(
            "delete from files where unused_since < $1
             and id in (select id from files where unused_since < $1 order by unused_since limit $2)",
        ),
        &[&before, &limit],
    )
    .await
}

fn list(ids: &[FileId]) -> List {
    List::new(ids.iter().map(|id| id.0))
}
