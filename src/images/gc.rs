//! Removing images that nothing uses, and the bytes of those that are gone.
//!
//! Rows go first, and a trigger leaves a word for each about its bytes; the bytes go next and the word last. So whenever
//! a node dies in between, the work that is left is known, and doing it twice does no harm.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tracing::warn;

use super::store;
use crate::app::App;
use crate::error::Result;

/// An image that nothing shows is kept for so long.
const GRACE: Duration = Duration::from_hours(24);

/// Rows of one statement, and statements of one round. What is left then waits for the next round.
const BATCH: i64 = 100;
const MOST_BATCHES: usize = 100;

/// Bytes that could not be removed are left alone for so long.
const RETRY_AFTER: Duration = Duration::from_mins(1);
const AT_ONCE: usize = 4;

/// The remover looks around this often even when nobody wakes it: another node may have left something.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Removes what has been unused for a day.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().minus(GRACE);
    for _ in 0..MOST_BATCHES {
        let deleted = store::delete_unused(&app.db, before, BATCH).await?;
        if deleted < BATCH.unsigned_abs() {
            break;
        }
    }
    remove_bytes(app).await
}

/// Removes bytes that belong to no image.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_bytes(app: &App) -> Result<()> {
    let now = app.clock.now();
    for _ in 0..MOST_BATCHES {
        let names = store::due_deletions(&app.db, now, BATCH).await?;
        let is_last = names.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        stream::iter(names).map(Ok).try_for_each_concurrent(AT_ONCE, |name| remove(app, name)).await?;
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
            warn!(?cause, "the bytes of an image could not be removed; it is tried again");
            store::postpone_deletion(&app.db, &name, app.clock.now().plus(RETRY_AFTER)).await?
        }
    };
    Ok(())
}

/// Removes bytes whenever it is woken, for as long as the program runs.
pub async fn run_image_gc(app: App) {
    loop {
        if let Err(cause) = remove_bytes(&app).await {
            warn!(?cause, "bytes of images could not be removed; it is tried again");
        }
        // Woken, or after a while: both lead to the same work.
        let _ = tokio::time::timeout(POLL_INTERVAL, app.media.woken()).await;
    }
}
