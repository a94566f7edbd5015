//! Checks unread counts, and corrects wrong ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tracing::warn;

use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::{ConversationId, store};
use crate::db::List;
use crate::error::Result;

/// The number of conversations that are checked at a time.
const BATCH_SIZE: i64 = 200;

/// The last conversation that this node has checked.
#[derive(Clone, Debug, Default)]
struct LastChecked(Arc<AtomicI64>);

/// Checks the next conversations, and corrects wrong counts. After the last conversation it starts again.
pub async fn check_next(app: &App) -> Result<()> {
    let LastChecked(position) = app.state::<LastChecked>();
    let (last, _) = correct_batch(app, ConversationId(position.load(Ordering::Relaxed))).await?;
    position.store(last.map_or(0, |last| last.0), Ordering::Relaxed);
    Ok(())
}

/// Checks all conversations. Returns the number of corrected counts.
pub async fn correct_all(app: &App) -> Result<usize> {
    let (mut next, mut corrected) = (Some(ConversationId(0)), 0);
    while let Some(after) = next {
        let (last, count) = correct_batch(app, after).await?;
        (next, corrected) = (last, corrected + count);
    }
    Ok(corrected)
}

/// Corrects the wrong counts in a batch of conversations after this one. Returns the last conversation of the batch,
/// `None` at the end, and the number of corrected counts.
async fn correct_batch(app: &App, after: ConversationId) -> Result<(Option<ConversationId>, usize)> {
    let batch = store::ids_after(&app.db, after, BATCH_SIZE).await?;
    let last = batch.last().map(|(id,)| *id);
    let mut corrected = 0;
    for (id,) in store::with_wrong_counts(&app.db, &List::new(batch.into_iter().map(|(id,)| id))).await? {
        let mut tx = app.db.write().await?;
        store::lock(&mut tx, id, AccountId(0)).await?;
        // Counted again under the lock: a message may have been sent since.
        let changed = store::recount_unread(&mut tx, &List::new([id]), &[]).await?;
        tx.commit().await?;
        if !changed.is_empty() {
            warn!(conversation = id.0, members = changed.len(), "wrong unread counts were corrected");
        }
        corrected += changed.len();
    }
    Ok((last, corrected))
}
