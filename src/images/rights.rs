//! Who may see an image: its owner, and every member who may see an object that shows it.

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;

use super::{Image, ImageUse, ImageUseKind, store};
use crate::accounts::{AccountId, Role, store as accounts};
use crate::app::App;
use crate::error::{Error, Result};

/// How many uses of an image or a file are checked. It usually has one or two; uses beyond this limit grant no access.
pub const MAX_CHECKED_USES: i64 = 20;

/// Returns whether everyone, also without a session, may see the avatar of this account.
pub type IsPublic = for<'a> fn(&'a App, AccountId) -> BoxFuture<'a, Result<bool>>;

/// Returns whether a member may see the object of this id.
pub type CanView = for<'a> fn(&'a App, AccountId, i64) -> BoxFuture<'a, Result<bool>>;

/// The checks of later slices, whose objects show images. `node` sets them when the app opens.
#[derive(Clone, Default)]
pub struct ImageRights(Arc<OnceLock<Checks>>);

struct Checks {
    /// For avatars and posts: a member who may see the owner may see the image.
    owner: CanView,
    message: CanView,
    group: CanView,
    booking: CanView,
    public_avatar: IsPublic,
}

impl ImageRights {
    /// Sets the checks for owners, messages, groups and bookings, and for avatars that everyone may see. Only the first call
    /// counts.
    pub fn set(&self, owner: CanView, message: CanView, group: CanView, booking: CanView, public_avatar: IsPublic) {
        self.0.get_or_init(|| Checks { owner, message, group, booking, public_avatar });
    }

    fn checks(&self) -> Result<&Checks> {
        self.0.get().ok_or_else(|| Error::internal("the image rights are not set"))
    }
}

/// Returns whether the viewer of a link may see an image.
pub async fn can_link_viewer_view(app: &App, viewer: Option<AccountId>, image: &Image) -> Result<bool> {
    match viewer {
        Some(viewer) => Ok(is_active_member(app, viewer).await? && can_member_view(app, viewer, image).await?),
        None => can_everyone_view(app, image).await,
    }
}

/// Returns whether everyone may see an image: only the avatar of an account that everyone may see.
async fn can_everyone_view(app: &App, image: &Image) -> Result<bool> {
    let Some(owner) = image.owner_id else { return Ok(false) };
    let uses = store::uses_of(&app.db, image.id, MAX_CHECKED_USES).await?;
    let rights = app.state::<ImageRights>();
    Ok(uses.contains(&ImageUse::avatar(owner)) && (rights.checks()?.public_avatar)(app, owner).await?)
}

/// Returns whether an account is still an unlocked member. Requests with a link have no session that would show it.
pub async fn is_active_member(app: &App, account: AccountId) -> Result<bool> {
    let account = accounts::by_id(&app.db, account).await?;
    Ok(account.is_some_and(|account| !account.lock.is_active(app.clock.now()) && account.role != Role::Guest))
}

/// Returns whether a member may see an image.
pub async fn can_member_view(app: &App, member: AccountId, image: &Image) -> Result<bool> {
    if image.owner_id == Some(member) {
        return Ok(true);
    }
    for image_use in store::uses_of(&app.db, image.id, MAX_CHECKED_USES).await? {
        if can_view_use(app, member, image.owner_id, image_use).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether a member may see an object that shows images of `owner`.
pub async fn can_view_use(
    app: &App,
    member: AccountId,
    owner: Option<AccountId>,
    ImageUse { kind, subject }: ImageUse,
) -> Result<bool> {
    let rights = app.state::<ImageRights>();
    let checks = rights.checks()?;
    match kind {
        ImageUseKind::Avatar | ImageUseKind::Post => match owner {
            Some(owner) => (checks.owner)(app, member, owner.0).await,
            None => Ok(false),
        },
        ImageUseKind::Report => {
            let account = accounts::by_id(&app.db, member).await?;
            Ok(account.is_some_and(|account| matches!(account.role, Role::Moderator | Role::Admin)))
        }
        // Every member may see topics.
        ImageUseKind::Topic => Ok(true),
        ImageUseKind::Message => (checks.message)(app, member, subject).await,
        ImageUseKind::Group => (checks.group)(app, member, subject).await,
        ImageUseKind::Booking => (checks.booking)(app, member, subject).await,
    }
}
