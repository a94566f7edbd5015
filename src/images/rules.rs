//! Uploading, attaching and opening images.

use std::time::Duration;

use bytes::Bytes;

use super::links::Link;
use super::{Image, ImageId, ImageUse, rights, store};
use crate::accounts::{AccountId, Client, Viewer};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::media::{Contents, ImageError};

static UPLOADS: RateLimit = RateLimit::per_hour("uploads", 50);
static UPLOADS_OF_ADDRESS: RateLimit = RateLimit::per_hour("uploads from an address", 200);

/// Images that one thing shows at most.
pub const MOST_ATTACHED: usize = 4;

/// An upload is on its way for so long at most. Bytes that belong to no image by then are removed.
const LONGEST_UPLOAD: Duration = Duration::from_hours(1);

const STORAGE_NAME_BYTES: usize = 16;

/// Takes in a file as a picture of the viewer's. It is kept for a day, and longer once something shows it.
///
/// # Errors
/// Refused at `file` with `UnsupportedMedia`, `TooLarge` or `QuotaExceeded`; rate limited; unavailable when too many
/// pictures wait to be read. Nothing is stored then.
pub async fn upload(app: &App, client: &Client, viewer: Viewer, file: Bytes) -> Result<Image> {
    app.limiter.take(&UPLOADS, viewer.account.0, 1)?;
    app.limiter.take(&UPLOADS_OF_ADDRESS, client.address, 1)?;
    keep(app, viewer.account, file).await
}

/// Makes an image of a file and keeps it as this person's.
///
/// # Errors
/// As of [`upload`].
pub async fn keep(app: &App, owner: AccountId, file: Bytes) -> Result<Image> {
    // Once before the work, once when it is known what is to be stored.
    check_quota(app, owner, 1).await?;
    let picture = app.media.process(file).await?.map_err(refused)?;
    let bytes = i64::try_from(picture.bytes()).map_err(Error::internal)?;
    check_quota(app, owner, bytes).await?;

    let image = Image {
        id: ImageId(app.clock.new_id()),
        owner_id: owner,
        media_type: picture.media_type,
        width: picture.width.into(),
        height: picture.height.into(),
        placeholder: picture.placeholder,
        storage_name: storage_name()?,
    };
    let name = &image.storage_name;
    // First the word that there may be bytes, then the bytes, then the image in the place of the word: whenever this
    // stops, nothing lies around that nobody knows of.
    store::insert_deletion(&app.db, name, app.clock.now().plus(LONGEST_UPLOAD)).await?;
    app.media.put(name, picture.sizes).await?;
    let mut tx = app.db.write().await?;
    if store::delete_deletion(&mut tx, name).await? == 0 {
        return Err(Error::internal("an upload took so long that its bytes were removed"));
    }
    match store::insert_image(&mut tx, &image, bytes, app.clock.now()).await {
        // The account was deleted meanwhile.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    tx.commit().await?;
    Ok(image)
}

/// Uploads that run at once do not see each other, so one person may get over the bounds by as many as a server receives
/// at a time. The bounds protect the disk, and that is near enough.
async fn check_quota(app: &App, owner: AccountId, more: i64) -> Result<()> {
    let limits = &app.config.limits;
    let (count, bytes) = store::usage_of(&app.db, owner).await?;
    if count >= limits.max_images_per_user || bytes.saturating_add(more) > limits.max_image_bytes_per_user {
        let message = "Your share of the storage is used up. Delete pictures that you no longer need.";
        return Err(Error::member("file", Code::QuotaExceeded, message));
    }
    Ok(())
}

fn refused(flaw: ImageError) -> Error {
    let (code, message) = match flaw {
        ImageError::NotAPicture => {
            (Code::UnsupportedMedia, "This is not a JPEG, PNG, WebP or GIF picture, or a damaged one.")
        }
        ImageError::TooLarge => (Code::TooLarge, "At most 25 megapixels, 8,192 pixels a side and 100 frames."),
    };
    Error::member("file", code, message)
}

fn storage_name() -> Result<String> {
    let mut random = [0; STORAGE_NAME_BYTES];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Lets a thing show images of the viewer's, in this order. Call it in the transaction that makes the thing, or after
/// [`detach_all`].
///
/// `member` is the member of the input that the ids came from; `None` stands for what is no id of an image.
///
/// # Errors
/// Refused at the places of the ids: `NotFound`, alike for missing and for somebody else's; `Invalid` where one is given
/// twice; `TooLong` for more than four.
pub async fn attach(
    tx: &mut Tx,
    viewer: Viewer,
    images: &[Option<ImageId>],
    to: ImageUse,
    member: &'static str,
) -> Result<Vec<ImageId>> {
    if images.len() > MOST_ATTACHED {
        return Err(Error::member(member, Code::TooLong, format!("At most {MOST_ATTACHED} images.")));
    }
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ImageId> = images.iter().copied().flatten().collect();
    let own = store::mark_used(tx, viewer.account, &ids).await?;
    let mut problems = Problems::default();
    for (place, image) in images.iter().enumerate() {
        if !image.is_some_and(|image| own.contains(&image)) {
            problems.extend([not_found(member).at(place)]);
        } else if images[..place].contains(image) {
            problems.extend([Problem::member(member, Code::Invalid, "This image is there already.").at(place)]);
        }
    }
    problems.finish()?;
    for (position, image) in (0..).zip(&ids) {
        store::insert_use(tx, to, position, *image).await?;
    }
    Ok(ids)
}

/// The same for a thing that shows a single image.
///
/// # Errors
/// Refused with `NotFound` at the member, alike for a missing image and for somebody else's.
pub async fn attach_one(
    tx: &mut Tx,
    viewer: Viewer,
    image: Option<ImageId>,
    to: ImageUse,
    member: &'static str,
) -> Result<ImageId> {
    let image = image.ok_or_else(|| Error::Refused(vec![not_found(member)]))?;
    if store::mark_used(tx, viewer.account, &[image]).await?.is_empty() {
        return Err(Error::Refused(vec![not_found(member)]));
    }
    store::insert_use(tx, to, 0, image).await?;
    Ok(image)
}

fn not_found(member: &'static str) -> Problem {
    Problem::member(member, Code::NotFound, "You have no such image.")
}

/// Takes all images away from a thing. Those that nothing else shows are removed after a day.
///
/// # Errors
/// When the database does not answer.
pub async fn detach_all(tx: &mut Tx, of: ImageUse, app: &App) -> Result<()> {
    let images = store::delete_uses(tx, of).await?;
    if !images.is_empty() {
        store::mark_unused(tx, &images, app.clock.now()).await?;
    }
    Ok(())
}

/// Returns the image that a link leads to, and how long the link is still good. Nothing tells a wrong signature, a late
/// link, a deleted image and a lost right apart.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(app: &App, link: Link, signature: &str) -> Result<Option<(Image, Duration)>> {
    let rest = link.rest(app.clock.now()).filter(|_| link.is_signed(&app.keys, signature));
    let Some(rest) = rest else { return Ok(None) };
    let Some(image) = store::by_ids(&app.db, &[link.image]).await?.pop() else { return Ok(None) };
    Ok(rights::may_see(app, link.viewer, &image).await?.then_some((image, rest)))
}

/// Opens the bytes of an image; `None` when they are gone.
///
/// # Errors
/// When the store does not answer.
pub async fn open(app: &App, image: &Image, link: Link) -> Result<Option<Contents>> {
    app.media.read(&image.storage_name, link.size).await
}
