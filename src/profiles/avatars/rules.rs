//! Setting and removing the viewer's avatar.

use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::images::{ImageId, ImageUse, rules as images};

/// Makes an image of the viewer their avatar. `None` stands for a malformed image id.
///
/// # Errors
/// Rejected with `NotFound` at `imageId` if the image does not exist or belongs to another user. The avatar stays
/// unchanged then.
pub async fn set_avatar(app: &App, viewer: Viewer, image: Option<ImageId>) -> Result<()> {
    let mut tx = detach_current(app, viewer).await?;
    images::attach_one(&mut tx, viewer, image, ImageUse::avatar(viewer.account), "imageId").await?;
    Ok(tx.commit().await?)
}

/// Removes the viewer's avatar. Succeeds if there is none.
pub async fn remove_avatar(app: &App, viewer: Viewer) -> Result<()> {
    Ok(detach_current(app, viewer).await?.commit().await?)
}

/// Begins a transaction, locks the account and detaches the current avatar.
async fn detach_current(app: &App, viewer: Viewer) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    images::detach_all(&mut tx, ImageUse::avatar(viewer.account), app).await?;
    Ok(tx)
}
