//! Uploading, attaching and opening images.

use std::time::Duration;

use bytes::Bytes;

use super::links::ImageLink;
use super::{Image, ImageId, ImageUse, rights, store};
use crate::accounts::{AccountId, Client, Viewer};
use crate::app::App;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::media::{ImageError, MAX_PIXELS, ObjectContents};
use crate::sentences::{Sentence, Value, say};
use crate::text::readable_size;

pub static UPLOADS: RateLimit = RateLimit::per_hour("uploads", 50);
pub static UPLOADS_OF_ADDRESS: RateLimit = RateLimit::per_hour("uploads from an address", 200);

/// How many images one object can show.
pub const MAX_ATTACHED_IMAGES: usize = 4;

/// How long an upload can take. Bytes that belong to no image by then are removed.
const MAX_UPLOAD_DURATION: Duration = Duration::from_hours(1);

const STORAGE_NAME_BYTES: usize = 16;

/// Stores an uploaded file as an image of the viewer; `None` if it is too large to be received. An image without a use is
/// removed after a day.
///
/// # Errors
/// Rejected at `file` with `UnsupportedMedia`, `TooLarge` or `QuotaExceeded`; rate limited; unavailable if too many
/// uploads wait to be processed. Nothing is stored then.
pub async fn upload(app: &App, client: &Client, viewer: Viewer, file: Option<Bytes>) -> Result<Image> {
    take_upload(app, client, viewer).await?;
    let limit = app.config.limits.max_upload_bytes;
    let file = file.filter(|file| file.len() <= limit).ok_or_else(|| {
        let message = say::ImageFileTooLarge { size: Value::text(readable_size(limit)) };
        Problem::member("file", Code::TooLarge, message).with_limit(limit)
    })?;
    store_image(app, viewer.account, file).await
}

/// Counts an upload, of an image or a file.
///
/// # Errors
/// Rate limited.
pub async fn take_upload(app: &App, client: &Client, viewer: Viewer) -> Result<()> {
    app.limiter.take(&UPLOADS, viewer.account.0, 1).await?;
    app.limiter.take(&UPLOADS_OF_ADDRESS, client.address, 1).await
}

/// Processes a file and stores it as an image of `owner`.
///
/// # Errors
/// Like [`upload`], without the rate limits.
pub async fn store_image(app: &App, owner: AccountId, file: Bytes) -> Result<Image> {
    // Checked before the work, and again once the size is known.
    check_quota(app, owner, 1).await?;
    let processed = app.media.process(file).await?.map_err(rejection)?;
    let bytes = i64::try_from(processed.total_bytes()).map_err(Error::internal)?;
    check_quota(app, owner, bytes).await?;

    let image = Image {
        id: ImageId(app.clock.new_id()),
        owner_id: Some(owner),
        media_type: processed.media_type,
        width: processed.width.into(),
        height: processed.height.into(),
        placeholder: processed.placeholder,
        storage_name: reserve_storage(app).await?,
    };
    let name = &image.storage_name;
    app.media.put(name, processed.sizes).await?;
    let mut tx = app.db.write().await?;
    claim_storage(&mut tx, name).await?;
    match store::insert_image(&mut tx, &image, bytes, app.clock.now()).await {
        // The account was deleted in between.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    tx.commit().await?;
    Ok(image)
}

/// Returns a new name in the media store, and records that its bytes have to be removed unless a row claims them in time.
/// So the garbage collection finds the bytes of an upload that stops at any point.
pub async fn reserve_storage(app: &App) -> Result<String> {
    let name = storage_name()?;
    store::insert_deletion(&app.db, &name, app.clock.now().plus(MAX_UPLOAD_DURATION)).await?;
    Ok(name)
}

/// Keeps the bytes of a reserved name, for a row that the same transaction inserts.
pub async fn claim_storage(tx: &mut Tx, name: &str) -> Result<()> {
    if store::delete_deletion(tx, name).await? == 0 {
        return Err(Error::internal("the upload took too long: its bytes were removed before the row was inserted"));
    }
    Ok(())
}

/// Checks the quota of an account, for images and files together. Concurrent uploads do not see each other, so an account can exceed its quota by the
/// number of concurrent uploads. That is accurate enough to protect the disk.
pub async fn check_quota(app: &App, owner: AccountId, more: i64) -> Result<()> {
    let limits = &app.config.limits;
    let (count, bytes) = store::storage_of(&app.db, owner).await?;
    let limit = if count >= limits.max_images_per_user {
        limits.max_images_per_user
    } else if bytes.saturating_add(more) > limits.max_image_bytes_per_user {
        limits.max_image_bytes_per_user
    } else {
        return Ok(());
    };
    let message = say::QuotaExceeded;
    Err(Problem::member("file", Code::QuotaExceeded, message).with_limit(limit).into())
}

fn rejection(error: ImageError) -> Error {
    let message: Sentence = match error {
        ImageError::Heic => say::ImageHeic.into(),
        ImageError::Avif => say::ImageAvif.into(),
        ImageError::Unsupported => say::ImageInvalid.into(),
        ImageError::TooLarge => {
            return Problem::member("file", Code::TooLarge, say::ImageTooLarge).with_limit(MAX_PIXELS).into();
        }
    };
    Error::member("file", Code::UnsupportedMedia, message)
}

fn storage_name() -> Result<String> {
    let mut random = [0; STORAGE_NAME_BYTES];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Attaches images of the viewer to an object, in this order. Call it in the transaction that creates the object, or
/// after [`detach_all`].
///
/// `field` is the input field of the ids. `None` stands for a malformed id.
///
/// # Errors
/// Rejected with `NotFound` at each id that does not exist or belongs to another user, with `Invalid` at each repeated
/// id, and with `TooLong` for more than four.
pub async fn attach(
    tx: &mut Tx,
    viewer: Viewer,
    images: &[Option<ImageId>],
    to: ImageUse,
    field: &'static str,
) -> Result<Vec<ImageId>> {
    if images.len() > MAX_ATTACHED_IMAGES {
        let message = say::TooManyImages { max: Value::number(MAX_ATTACHED_IMAGES) };
        return Err(Problem::member(field, Code::TooLong, message).with_limit(MAX_ATTACHED_IMAGES).into());
    }
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ImageId> = images.iter().copied().flatten().collect();
    let own = store::mark_used(tx, viewer.account, &ids).await?;
    let mut problems = Problems::default();
    for (index, image) in images.iter().enumerate() {
        if !image.is_some_and(|image| own.contains(&image)) {
            problems.extend([not_found(field).at(index)]);
        } else if images[..index].contains(image) {
            problems.extend([Problem::member(field, Code::Invalid, say::ImageRepeated).at(index)]);
        }
    }
    problems.finish()?;
    for (position, image) in (0..).zip(&ids) {
        store::insert_use(tx, to, position, *image).await?;
    }
    Ok(ids)
}

/// Attaches an image of the viewer to an object that shows a single one.
///
/// # Errors
/// Rejected with `NotFound` at the field if the image does not exist or belongs to another user.
pub async fn attach_one(
    tx: &mut Tx,
    viewer: Viewer,
    image: Option<ImageId>,
    to: ImageUse,
    field: &'static str,
) -> Result<ImageId> {
    let image = image.ok_or_else(|| Error::Refused(vec![not_found(field)]))?;
    if store::mark_used(tx, viewer.account, &[image]).await?.is_empty() {
        return Err(Error::Refused(vec![not_found(field)]));
    }
    store::insert_use(tx, to, 0, image).await?;
    Ok(image)
}

fn not_found(field: &'static str) -> Problem {
    Problem::member(field, Code::NotFound, say::NoSuchImage)
}

/// Deletes an image of the viewer that nothing uses.
///
/// # Errors
/// At `imageId`: `NotFound` if it does not exist or belongs to another user, `WrongState` if it is in use.
pub async fn delete_image(app: &App, viewer: Viewer, image: Option<ImageId>) -> Result<ImageId> {
    let missing = || Error::Refused(vec![not_found("imageId")]);
    let id = image.ok_or_else(missing)?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // An image that only a report shows is deleted for its owner, who does not learn of the report.
    if store::delete_if_unused(&mut tx, viewer.account, id).await? == 0
        && store::leave_to_reports(&mut tx, viewer.account, Some(id)).await? == 0
    {
        let found = store::by_ids(&mut tx, &[id]).await?;
        if !found.iter().any(|image| image.owner_id == Some(viewer.account)) {
            return Err(missing());
        }
        let message = say::ImageInUse;
        return Err(Error::member("imageId", Code::WrongState, message));
    }
    effects.images_deleted();
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Detaches all images from an object. Images without another use are removed after a day.
pub async fn detach_all(tx: &mut Tx, of: ImageUse, app: &App) -> Result<()> {
    let images = store::delete_uses(tx, of).await?;
    if !images.is_empty() {
        store::mark_unused(tx, &images, app.clock.now()).await?;
    }
    Ok(())
}

/// Copies the images of one object to another one, in their order: they stay as long as one of the two shows them.
pub async fn copy_uses(tx: &mut Tx, from: ImageUse, to: ImageUse) -> Result<()> {
    store::copy_uses(tx, from, to).await?;
    Ok(())
}

/// Leaves the images that reports show to the reports alone, before the account of their owner is deleted.
pub async fn on_account_deleted(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::delete_uses_beside_reports(tx, account).await?;
    store::leave_to_reports(tx, account, None).await?;
    Ok(())
}

/// Returns the image of a link, and how long the link remains valid.
///
/// Returns `None` for a wrong signature, an expired link, a deleted image and a viewer who may not see it: the caller
/// cannot distinguish these cases.
pub async fn resolve_link(app: &App, link: ImageLink, signature: &str) -> Result<Option<(Image, Duration)>> {
    let remaining = link.remaining(app.clock.now()).filter(|_| link.is_signature_valid(&app.keys, signature));
    let Some(remaining) = remaining else { return Ok(None) };
    let Some(image) = store::by_ids(&app.db, &[link.image]).await?.pop() else { return Ok(None) };
    Ok(rights::can_link_viewer_view(app, link.viewer, &image).await?.then_some((image, remaining)))
}

/// Opens the bytes of an image, or returns `None` if they are missing.
///
/// # Errors
/// Unavailable if the media store does not answer.
pub async fn open_contents(app: &App, image: &Image, link: ImageLink) -> Result<Option<ObjectContents>> {
    app.media.read(&image.storage_name, link.size).await
}
