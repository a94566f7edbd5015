//! Who sees whom.

use super::{ContactDetails, User, store};
use crate::accounts::{AccountId, Viewer, names};
use crate::app::App;
use crate::error::Result;

/// Who is asked for: by id or by name.
#[derive(Debug)]
pub enum By<'a> {
    Id(AccountId),
    Username(&'a str),
}

/// Returns a person.
///
/// # Errors
/// When the database does not answer.
pub async fn user(app: &App, by: By<'_>) -> Result<Option<User>> {
    Ok(match by {
        By::Id(id) => store::by_id(&app.db, id).await?,
        By::Username(name) => store::by_username(&app.db, &names::fold_username(name)).await?,
    })
}

/// Returns the viewer's own contact card.
///
/// # Errors
/// When the database does not answer.
pub async fn own_contact(app: &App, viewer: Viewer) -> Result<ContactDetails> {
    Ok(store::contact_of(&app.db, viewer.account).await?.unwrap_or_default())
}
