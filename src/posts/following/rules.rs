//! What events of the feed of posts tell of.

use std::sync::Arc;

use super::Published;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::Event;
use crate::posts::{PostId, store};
use crate::profiles::relations::store as relations;

/// Returns the post of an event, looked up once for all who follow on this node.
///
/// # Errors
/// When the database does not answer.
pub async fn published(app: &App, event: &Event) -> Result<Arc<Published>> {
    let (post, author, number) = (PostId(event.subject), AccountId(event.detail.unwrap_or_default()), event.number);
    let look_up = || {
        let app = app.clone();
        async move {
            let parted = relations::hidden_from(&app.db, author).await?.into_iter().map(|(other,)| other).collect();
            Ok(Published { number, post: store::by_id(&app.db, post).await?, parted })
        }
    };
    app.published.get(post.0, number, look_up).await
}
