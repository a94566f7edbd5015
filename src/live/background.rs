//! Tasks that work beside the requests, and end together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::warn;

/// The tasks get this long to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Dropped, it ends its tasks where they stand.
#[derive(Debug, Default)]
pub(super) struct Background {
    is_over: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Background {
    /// Starts work that may stop at any await.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let over = self.over();
        self.spawn_to_end(async move {
            tokio::select! {
                () = over => {}
                () = work => {}
            }
        });
    }

    /// Starts work that ends by itself, soon after [`Background::over`] does.
    pub(super) fn spawn_to_end(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(work);
    }

    /// Returns when the work is to end.
    pub(super) fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut is_over = self.is_over.subscribe();
        async move { drop(is_over.wait_for(|is_over| *is_over).await) }
    }

    /// Ends the work, and waits for it.
    pub(super) async fn close(&self) {
        self.is_over.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = timeout(PATIENCE, async { while tasks.join_next().await.is_some() {} });
        if ended.await.is_err() {
            warn!("background work did not end in time and is stopped");
        }
    }
}
