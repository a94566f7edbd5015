//! Loads the users of lobby events.

use std::sync::Arc;

use super::LobbySnapshot;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::{Event, SharedLookup};
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
            let blocked = relations::hidden_from(&app.db, user).await?.into_iter().map(|(other,)| other).collect();
            Ok(LobbySnapshot { user: people::by_id_unfiltered(&app.db, user).await?, blocked })
        }
    };
    app.state::<LobbySnapshots>().get(event.number, event.number, lookup).await
}
