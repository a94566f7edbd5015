//! Who may see a file: its owner, and every member who may see an object that it is attached to.

use super::{File, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::images::rights::{MAX_CHECKED_USES, can_view_use, is_active_member};

/// Returns whether the viewer of a link may download a file.
pub async fn can_link_viewer_view(app: &App, viewer: AccountId, file: &File) -> Result<bool> {
    Ok(is_active_member(app, viewer).await? && can_member_view(app, viewer, file).await?)
}

/// Returns whether a member may see a file.
pub async fn can_member_view(app: &App, member: AccountId, file: &File) -> Result<bool> {
    if file.owner_id == Some(member) {
        return Ok(true);
    }
    for file_use in store::uses_of(&app.db, file.id, MAX_CHECKED_USES).await? {
        if can_view_use(app, member, file.owner_id, file_use.into()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
