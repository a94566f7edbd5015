//! Removes images that nothing uses, and the bytes of deleted images and files.
//!
//! The row is deleted first, and a trigger inserts a row into `media_deletions`. Then the bytes are
//! removed, and that row last. If a node stops in between, the remaining work is still recorded; repeating a step is
//! harmless.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tracing::warn;

use super::store;
use crate::app::App;
use crate::error::Result;

/// How long an unused image or file is kept.
pub const UNUSED_RETENTION: Duration = Duration::from_hours(24);

/// How many rows one statement handles, and how many statements one run executes. The next run handles the rest.
pub const BATCH_SIZE: i64 = 100;
pub const MAX_BATCHES: usize = 100;

/// When to retry after bytes could not be removed.
const RETRY_AFTER: Duration = Duration::from_mins(1);
const MAX_CONCURRENT_REMOVALS: usize = 4;

/// How often the task runs without being woken: another node may have left work.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Removes images that have been unused for a day, and their bytes.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().minus(UNUSED_RETENTION);
    for _ in 0..MAX_BATCHES {
        let deleted = store::delete_unused(&app.db, before, BATCH_SIZE).await?;
        if deleted < BATCH_SIZE.unsigned_abs() {
            break;
        }
    }
    remove_bytes(app).await
}

/// Removes the bytes of deleted images and files, and of failed uploads. While a backup is made they stay, because the rows that it
/// contains may refer to them.
pub async fn remove_bytes(app: &App) -> Result<()> {
    let now = app.clock.now();
    if store::is_held(&app.db, now).await? {
        return Ok(());
    }
    for _ in 0..MAX_BATCHES {
        let names = store::due_deletions(&app.db, now, BATCH_SIZE).await?;
        let is_last = names.len() < usize::try_from(BATCH_SIZE).unwrap_or(usize::MAX);
        stream::iter(names).map(Ok).try_for_each_concurrent(MAX_CONCURRENT_REMOVALS, |name| remove(app, name)).await?;
        if is_last {
            break;
        }
    }
    Ok(())
}

async fn remove(app: &App, name: String) -> Result<()> {
    match app.media.remove(&name).await {
        Ok(()) => store::delete_deletion(&app.db, &name).await?,
        Err(cause) => {
            warn!(?cause, "could not remove the bytes of an image or a file, will retry");
            store::postpone_deletion(&app.db, &name, app.clock.now().plus(RETRY_AFTER)).await?
        }
    };
    Ok(())
}

/// Runs [`remove_bytes`] whenever it is woken, and every 30 seconds.
pub async fn run_image_gc(app: App) {
    loop {
        if let Err(cause) = remove_bytes(&app).await {
            warn!(?cause, "could not remove the bytes of deleted images and files, will retry");
        }
        // A timeout leads to the same work as a wake-up.
        let _ = tokio::time::timeout(POLL_INTERVAL, app.media.woken()).await;
    }
}
