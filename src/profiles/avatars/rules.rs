//! Showing a picture beside one's name, and no longer doing so.

use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::images::{ImageId, ImageUse, rules as images};

/// Shows this image of the viewer's from now on; `None` stands for what is no id of an image.
///
/// # Errors
/// Refused with `NotFound` at `imageId`, alike for a missing image and for somebody else's; nothing is changed then.
pub async fn set(app: &App, viewer: Viewer, image: Option<ImageId>) -> Result<()> {
    let mut tx = cleared(app, viewer).await?;
    images::attach_one(&mut tx, viewer, image, ImageUse::avatar(viewer.account), "imageId").await?;
    Ok(tx.commit().await?)
}

/// Shows none any more. That there was none is as good.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(app: &App, viewer: Viewer) -> Result<()> {
    Ok(cleared(app, viewer).await?.commit().await?)
}

/// A transaction in which the viewer is there and shows nothing.
async fn cleared(app: &App, viewer: Viewer) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, viewer.account).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    images::detach_all(&mut tx, ImageUse::avatar(viewer.account), app).await?;
    Ok(tx)
}
