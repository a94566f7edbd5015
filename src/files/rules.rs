//! Uploading, attaching and downloading files.

use bytes::Bytes;

use super::links::DownloadLink;
use super::{Attachments, File, FileId, FileUse, names, rights, store};
use crate::accounts::{AccountId, Client, Viewer};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::gc::{BATCH_SIZE, MAX_BATCHES, UNUSED_RETENTION};
use crate::images::{rules as images, store as image_store};
use crate::media::{FileError, MediaPart, ObjectContents};
use crate::sentences::{Sentence, Value, say};
use crate::text::readable_size;

/// How many files can be attached to one object.
pub const MAX_ATTACHED_FILES: usize = 4;

/// Stores an uploaded file of the viewer, as it is; `None` if it is too large to be received. A file without a use is
/// removed after a day.
///
/// # Errors
/// Rejected at `file` with `UnsupportedMedia`, `TooLarge` or `QuotaExceeded`; rate limited, together with images;
/// unavailable if too many uploads wait to be checked. Nothing is stored then.
pub async fn upload(
    app: &App,
    client: &Client,
    viewer: Viewer,
    (name, file): (Option<&str>, Option<Bytes>),
) -> Result<File> {
    images::take_upload(app, client, viewer).await?;
    let limit = app.config.limits.max_file_bytes;
    let file = file.filter(|file| file.len() <= limit).ok_or_else(|| {
        let message = say::FileTooLarge { size: Value::text(readable_size(limit)) };
        Problem::member("file", Code::TooLarge, message).with_limit(limit)
    })?;
    store_file(app, viewer.account, name, file).await
}

/// Stores a file of `owner`, as it is.
///
/// # Errors
/// Like [`upload`], without the rate limits and the maximum size.
pub async fn store_file(app: &App, owner: AccountId, name: Option<&str>, file: Bytes) -> Result<File> {
    let bytes = i64::try_from(file.len()).map_err(Error::internal)?;
    images::check_quota(app, owner, bytes).await?;
    let media_type = app.media.detect_file_type(file.clone()).await?.map_err(rejection)?;
    let stored = File {
        id: FileId(app.clock.new_id()),
        owner_id: Some(owner),
        media_type,
        name: names::clean(name, media_type),
        bytes,
        storage_name: images::reserve_storage(app).await?,
    };
    app.media.put_part(&stored.storage_name, MediaPart::Whole, file).await?;
    let mut tx = app.db.write().await?;
    images::claim_storage(&mut tx, &stored.storage_name).await?;
    match store::insert_file(&mut tx, &stored, app.clock.now()).await {
        // The account was deleted in between.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    tx.commit().await?;
    Ok(stored)
}

fn rejection(error: FileError) -> Error {
    let message: Sentence = match error {
        FileError::Unsupported => say::FileTypeUnsupported.into(),
        FileError::Image => say::FileIsImage.into(),
        FileError::Empty => say::FileEmpty.into(),
        FileError::Damaged => say::FileDamaged.into(),
        FileError::Encrypted => say::FileEncrypted.into(),
        FileError::Macros => say::FileHasMacros.into(),
        FileError::TooManyEntries => say::FileHasTooManyEntries.into(),
    };
    Error::member("file", Code::UnsupportedMedia, message)
}

/// Attaches images and files of the viewer to an object, in their order. Call it in the transaction that creates the
/// object.
///
/// # Errors
/// Rejected at each element of `imageIds` and `fileIds` that is at fault: `NotFound` where it does not exist or belongs to
/// another user, `Invalid` where it is repeated; `TooLong` at the list for more than four.
pub async fn attach(tx: &mut Tx, viewer: Viewer, attachments: &Attachments, to: FileUse) -> Result<()> {
    let mut problems = Problems::default();
    problems.collect(images::attach(tx, viewer, &attachments.images, to.into(), "imageIds").await)?;
    problems.collect(attach_files(tx, viewer, &attachments.files, to).await)?;
    problems.finish()
}

async fn attach_files(tx: &mut Tx, viewer: Viewer, files: &[Option<FileId>], to: FileUse) -> Result<()> {
    const FIELD: &str = "fileIds";
    if files.len() > MAX_ATTACHED_FILES {
        let message = say::TooManyFiles { max: Value::number(MAX_ATTACHED_FILES) };
        return Err(Problem::member(FIELD, Code::TooLong, message).with_limit(MAX_ATTACHED_FILES).into());
    }
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<FileId> = files.iter().copied().flatten().collect();
    let own = store::mark_used(tx, viewer.account, &ids).await?;
    let mut problems = Problems::default();
    for (index, file) in files.iter().enumerate() {
        if !file.is_some_and(|file| own.contains(&file)) {
            let message = say::NoSuchFile;
            problems.extend([Problem::member(FIELD, Code::NotFound, message).at(index)]);
        } else if files[..index].contains(file) {
            let message = say::FileRepeated;
            problems.extend([Problem::member(FIELD, Code::Invalid, message).at(index)]);
        }
    }
    problems.finish()?;
    for (position, file) in (0..).zip(&ids) {
        store::insert_use(tx, to, position, *file).await?;
    }
    Ok(())
}

/// Returns whether images or files are attached to an object.
pub async fn has_attachments(tx: &mut Tx, of: FileUse) -> Result<bool> {
    Ok(image_store::has_images(&mut *tx, of.into()).await? || store::has_files(tx, of).await?)
}

/// Detaches all images and files from an object. Those without another use are removed after a day.
pub async fn detach_all(tx: &mut Tx, of: FileUse, app: &App) -> Result<()> {
    images::detach_all(tx, of.into(), app).await?;
    let files = store::delete_uses(tx, of).await?;
    if !files.is_empty() {
        store::mark_unused(tx, &files, app.clock.now()).await?;
    }
    Ok(())
}

/// Copies the images and files of one object to another one, in their order: they stay as long as one of the two shows
/// them.
pub async fn copy_uses(tx: &mut Tx, from: FileUse, to: FileUse) -> Result<()> {
    images::copy_uses(tx, from.into(), to.into()).await?;
    store::copy_uses(tx, from, to).await?;
    Ok(())
}

/// Leaves the images and files that reports show to the reports alone, before the account of their owner is deleted.
pub async fn on_account_deleted(tx: &mut Tx, account: AccountId) -> Result<()> {
    images::on_account_deleted(tx, account).await?;
    store::delete_uses_beside_reports(tx, account).await?;
    store::leave_to_reports(tx, account).await?;
    Ok(())
}

/// Returns the file of a link.
///
/// Returns `None` for a wrong signature, an expired link, a deleted file and a viewer who may not see it: the caller
/// cannot distinguish these cases.
pub async fn resolve_link(app: &App, link: DownloadLink, signature: &str) -> Result<Option<File>> {
    if !link.is_valid(app, signature) {
        return Ok(None);
    }
    let Some(file) = store::by_ids(&app.db, &[FileId(link.object)]).await?.pop() else { return Ok(None) };
    Ok(rights::can_link_viewer_view(app, link.viewer, &file).await?.then_some(file))
}

/// Opens the bytes of a file, or returns `None` if they are missing.
///
/// # Errors
/// Unavailable if the media store does not answer.
pub async fn open_contents(app: &App, file: &File) -> Result<Option<ObjectContents>> {
    app.media.read(&file.storage_name, MediaPart::Whole).await
}

/// Deletes files that have been unused for a day. Their bytes are removed with those of images.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().minus(UNUSED_RETENTION);
    for _ in 0..MAX_BATCHES {
        if store::delete_unused(&app.db, before, BATCH_SIZE).await? < BATCH_SIZE.unsigned_abs() {
            break;
        }
    }
    Ok(())
}
