//! Who sees whom.

use super::{User, ViewerAndUser, store};
use crate::accounts::{AccountId, names};
use crate::app::App;
use crate::error::Result;

/// Who is asked for: by id or by name.
#[derive(Debug)]
pub enum By<'a> {
    Id(AccountId),
    Username(&'a str),
}

/// Returns a person, if the viewer sees them.
///
/// # Errors
/// When the database does not answer.
pub async fn user(app: &App, viewer: AccountId, by: By<'_>) -> Result<Option<User>> {
    Ok(match by {
        By::Id(user) => store::by_id(&app.db, ViewerAndUser { viewer, user }).await?,
        By::Username(name) => store::by_username(&app.db, viewer, &names::fold_username(name)).await?,
    })
}

/// Tells whether one sees the other.
///
/// # Errors
/// When the database does not answer.
pub async fn sees(app: &App, viewer: AccountId, user: AccountId) -> Result<bool> {
    Ok(store::by_id(&app.db, ViewerAndUser { viewer, user }).await?.is_some())
}
