//! Who may see an image: its owner, and whoever may see something that shows it.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;

use super::{Image, ImageUse, ImageUseKind, store};
use crate::accounts::{AccountId, Role, store as accounts};
use crate::app::App;
use crate::error::{Error, Result};

/// So many uses are looked at. An image has one or two; whoever is let in by none of the first twenty has to do without.
const MOST_USES: i64 = 20;

/// Tells whether this member may see the thing of this id.
pub type MaySee = for<'a> fn(&'a App, AccountId, i64) -> BoxFuture<'a, Result<bool>>;

/// Who may see the things of later slices that show images. `node` sets it when the app opens.
#[derive(Clone, Default)]
pub struct ImageRights(Arc<OnceLock<Checks>>);

struct Checks {
    /// Decides about avatars and the images of posts: a user who sees the owner sees them.
    owner: MaySee,
    message: MaySee,
    booking: MaySee,
}

impl ImageRights {
    /// Sets the checks for owners, messages and bookings. Only the first call counts.
    pub fn set(&self, owner: MaySee, message: MaySee, booking: MaySee) {
        self.0.get_or_init(|| Checks { owner, message, booking });
    }

    fn checks(&self) -> Result<&Checks> {
        self.0.get().ok_or_else(|| Error::internal("the image rights are not set"))
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

async fn shows(app: &App, member: AccountId, image: &Image, ImageUse { kind, subject }: ImageUse) -> Result<bool> {
    let rights = app.state::<ImageRights>();
    let checks = rights.checks()?;
    match kind {
        ImageUseKind::Avatar | ImageUseKind::Post => (checks.owner)(app, member, image.owner_id.0).await,
        // Public among members.
        ImageUseKind::Topic => Ok(true),
        ImageUseKind::Message => (checks.message)(app, member, subject).await,
        ImageUseKind::Booking => (checks.booking)(app, member, subject).await,
    }
}
