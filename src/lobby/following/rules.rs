//! Loads the users of lobby events, and decides who receives them.

use std::sync::Arc;

use super::LobbySnapshot;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::{Event, EventKind, SharedLookup};
use crate::profiles::relations::store as relations;
use crate::profiles::store as people;

/// The snapshots that this node has loaded in the last second.
type LobbySnapshots = SharedLookup<i64, LobbySnapshot>;

/// Returns the user of an event, loaded once for all followers of the lobby on this node.
pub async fn lobby_snapshot(app: &App, event: &Event) -> Result<Arc<LobbySnapshot>> {
    let user = AccountId(event.subject);
    let lookup = || {
        let app = app.clone();
        async move {
            let blocked = relations::hidden_since(&app.db, user).await?;
            Ok(LobbySnapshot { user: people::by_id_unfiltered(&app.db, user).await?, blocked })
        }
    };
    app.state::<LobbySnapshots>().get(event.number, event.number, lookup).await
}

/// Who receives what of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All followers that no block separates from the user receive the same.
    Everyone,
    /// The viewer receives it with the user.
    Viewer,
    /// The viewer receives only that the user has left.
    WithoutUser,
    None,
}

/// Returns what the viewer receives of an event about a user who entered or left.
///
/// A follower who keeps a list by the events receives every departure of a user who could be in it: also one that
/// happened before the block that now hides the user, and the departures that stand for the begin of a block.
pub fn audience(event: &Event, snapshot: &LobbySnapshot, viewer: AccountId) -> Audience {
    let is_departure = event.kind == EventKind::LobbyLeft;
    let is_targeted = event.detail.is_some();
    match snapshot.hidden_since(viewer) {
        _ if event.detail.is_some_and(|target| target != viewer.0) => Audience::None,
        _ if is_targeted && is_departure => Audience::WithoutUser,
        None if is_targeted => Audience::Viewer,
        None => Audience::Everyone,
        Some(since) if is_departure && event.happened_at < since => Audience::WithoutUser,
        Some(_) => Audience::None,
    }
}
