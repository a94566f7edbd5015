//! Who may follow the queues, and for how long.

use futures_util::{Stream, StreamExt, stream};

use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::error::{Error, Result};
use crate::live::{self, Event, EventKind, Feed, FeedItem, FeedPosition};

/// Follows the queues. Fails with `Forbidden` once the viewer is no longer a moderator.
pub async fn follow_queues(
    app: &App,
    viewer: Viewer,
    after: Option<FeedPosition>,
) -> Result<impl Stream<Item = Result<FeedItem>> + Send + use<>> {
    // Read before the role: a change in between is then reported instead of being missed.
    let head = live::newest(&app.db, Feed::SESSIONS).await?;
    check_role(app, viewer.account).await?;
    let events = app.live.follow(Feed::MODERATION, after);
    let account = viewer.account;
    let is_own = move |event: &Event| event.kind == EventKind::RoleChanged && event.subject == account.0;
    let app = app.clone();
    let ends = app.live.follow(Feed::SESSIONS, Some(head)).filter_map(move |item| {
        let app = app.clone();
        async move {
            let is_concerned = match item {
                Ok(FeedItem::Event(event)) => is_own(&event),
                Ok(FeedItem::Reset { .. }) => true,
                Err(error) => return Some(Err(error)),
            };
            if is_concerned { check_role(&app, account).await.err().map(Err) } else { None }
        }
    });
    Ok(stream::select(ends, events))
}

/// Checks that an account is one of a moderator now.
///
/// # Errors
/// Forbidden.
pub async fn check_role(app: &App, account: AccountId) -> Result<()> {
    let current = accounts::by_id(&app.db, account).await?;
    let is_staff = current.is_some_and(|current| matches!(current.role, Role::Moderator | Role::Admin));
    if is_staff { Ok(()) } else { Err(Error::Forbidden("You are no longer a moderator.")) }
}
