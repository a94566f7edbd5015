//! Which mentors everyone can see.

use super::{PublicMentor, PublicOffer};
use crate::accounts::{AccountId, names};
use crate::app::App;
use crate::error::Result;
use crate::profiles::store as profiles;
use crate::topics::appointments::store as appointments;

/// An id that no account has: callers without a session are separated from no mentor by a block.
const NO_ACCOUNT: AccountId = AccountId(0);

/// Returns a mentor with a public page. Returns `None` for names that do not exist, for mentors who have not chosen so, who
/// are locked or cannot be booked, and across a block with the viewer: the caller cannot distinguish these cases.
pub async fn public_mentor(app: &App, viewer: Option<AccountId>, username: &str) -> Result<Option<PublicMentor>> {
    let Some(fold) = names::lookup_key(username) else { return Ok(None) };
    let viewer = viewer.unwrap_or(NO_ACCOUNT);
    let found = profiles::public_mentor_by_username(&app.db, viewer, &fold, app.clock.now()).await?;
    let Some(user) = found else { return Ok(None) };
    let offers = appointments::bookable_of_mentor(&app.db, user.id).await?;
    let offers: Vec<PublicOffer> = offers.into_iter().map(PublicOffer).collect();
    Ok((!offers.is_empty()).then_some(PublicMentor { user, offers }))
}

/// Returns true if everyone can see this mentor.
pub async fn is_public(app: &App, mentor: AccountId) -> Result<bool> {
    Ok(profiles::is_public_mentor(&app.db, mentor, app.clock.now()).await?
        && !appointments::bookable_of_mentor(&app.db, mentor).await?.is_empty())
}
