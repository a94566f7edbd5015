//! Who may see an image: its owner, and whoever may see something that shows it.

use std::fmt;

use futures_util::future::BoxFuture;

use super::{Image, Kind, Use, store};
use crate::accounts::{AccountId, Role, store as accounts};
use crate::app::App;
use crate::error::Result;

/// So many uses are looked at. An image has one or two; whoever is let in by none of the first twenty has to do without.
const MOST_USES: i64 = 20;

/// Tells whether this member may see the thing of this id.
pub type MaySee = for<'a> fn(&'a App, AccountId, i64) -> BoxFuture<'a, Result<bool>>;

/// What later slices say about their things.
#[derive(Clone, Copy)]
pub struct Rights {
    /// Whoever sees the owner sees their avatar and the pictures of their posts.
    pub owner: MaySee,
    pub message: MaySee,
    pub booking: MaySee,
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rights")
    }
}

/// Tells whether somebody who is not here may see an image now: they must be a member still.
///
/// # Errors
/// When the database does not answer.
pub async fn may_see(app: &App, viewer: AccountId, image: &Image) -> Result<bool> {
    let account = accounts::by_id(&app.db, viewer).await?;
    let is_member = account.is_some_and(|account| account.locked_at.is_none() && account.role != Role::Guest);
    Ok(is_member && is_shown_to(app, viewer, image).await?)
}

/// Tells whether a member may see an image.
///
/// # Errors
/// When the database does not answer.
pub async fn is_shown_to(app: &App, member: AccountId, image: &Image) -> Result<bool> {
    if image.owner_id == member {
        return Ok(true);
    }
    for shown in store::uses_of(&app.db, image.id, MOST_USES).await? {
        if shows(app, member, image, shown).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn shows(app: &App, member: AccountId, image: &Image, Use { kind, subject }: Use) -> Result<bool> {
    match kind {
        Kind::Avatar | Kind::Post => (app.image_rights.owner)(app, member, image.owner_id.0).await,
        // Public among members.
        Kind::Topic => Ok(true),
        Kind::Message => (app.image_rights.message)(app, member, subject).await,
        Kind::Booking => (app.image_rights.booking)(app, member, subject).await,
    }
}
