//! Which users a viewer may see.

use super::{User, ViewerAndUser, store};
use crate::accounts::{AccountId, names};
use crate::app::App;
use crate::error::Result;

/// What selects a user.
#[derive(Debug)]
pub enum UserKey<'a> {
    Id(AccountId),
    Username(&'a str),
}

/// Returns a user, or `None` if the viewer may not see them.
pub async fn find_user(app: &App, viewer: AccountId, key: UserKey<'_>) -> Result<Option<User>> {
    Ok(match key {
        UserKey::Id(user) => store::by_id(&app.db, ViewerAndUser { viewer, user }).await?,
        UserKey::Username(name) => match names::lookup_key(name) {
            Some(fold) => store::by_username(&app.db, viewer, &fold).await?,
            None => None,
        },
    })
}

/// Returns whether the viewer may see a user.
pub async fn can_view(app: &App, viewer: AccountId, user: AccountId) -> Result<bool> {
    Ok(store::by_id(&app.db, ViewerAndUser { viewer, user }).await?.is_some())
}
