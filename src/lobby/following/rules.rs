//! Who came and left.

use std::sync::Arc;

use super::Entrance;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::Event;
use crate::profiles::relations::store as relations;
use crate::profiles::store as people;

/// Returns who came or left by an event, looked up once for all who follow the lobby on this node.
///
/// # Errors
/// When the database does not answer.
pub async fn entrance(app: &App, event: &Event) -> Result<Arc<Entrance>> {
    let user = AccountId(event.subject);
    let look_up = || {
        let app = app.clone();
        async move {
            let parted = relations::hidden_from(&app.db, user).await?.into_iter().map(|(other,)| other).collect();
            Ok(Entrance { user: people::by_id_unseen(&app.db, user).await?, parted })
        }
    };
    app.entrances.get(event.number, event.number, look_up).await
}
