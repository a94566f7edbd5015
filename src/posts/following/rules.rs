//! Loads the posts of events.

use std::sync::Arc;

use super::PostSnapshot;
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::live::{Event, SharedLookup};
use crate::posts::{PostId, store};
use crate::profiles::relations::store as relations;

/// The snapshots that this node has loaded in the last second.
type PostSnapshots = SharedLookup<i64, PostSnapshot>;

/// Returns the post that an event is about, loaded once for all followers on this node.
pub async fn post_snapshot(app: &App, event: &Event) -> Result<Arc<PostSnapshot>> {
    let (post, author, number) = (PostId(event.subject), AccountId(event.detail.unwrap_or_default()), event.number);
    let lookup = || {
        let app = app.clone();
        async move {
            let blocked = relations::hidden_from(&app.db, author).await?.into_iter().map(|(other,)| other).collect();
            Ok(PostSnapshot { number, post: store::by_id(&app.db, post).await?, blocked })
        }
    };
    app.state::<PostSnapshots>().get(post.0, number, lookup).await
}
