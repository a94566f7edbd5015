//! The background tasks of `live`, which end together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::warn;

/// [`BackgroundTasks::close`] waits this long for the tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Aborts its tasks when it is dropped.
#[derive(Debug, Default)]
pub(super) struct BackgroundTasks {
    is_closing: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl BackgroundTasks {
    /// Spawns a task that may be stopped at any await.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing();
        self.spawn_graceful(async move {
            tokio::select! {
                () = closing => {}
                () = task => {}
            }
        });
    }

    /// Spawns a task that ends by itself soon after [`BackgroundTasks::closing`] resolves.
    pub(super) fn spawn_graceful(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(task);
    }

    /// Resolves when [`BackgroundTasks::close`] is called.
    pub(super) fn closing(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut is_closing = self.is_closing.subscribe();
        async move { drop(is_closing.wait_for(|is_closing| *is_closing).await) }
    }

    /// Stops the tasks and waits until they have ended.
    pub(super) async fn close(&self) {
        self.is_closing.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = timeout(SHUTDOWN_TIMEOUT, async { while tasks.join_next().await.is_some() {} });
        if ended.await.is_err() {
            warn!("background tasks did not end within 5 seconds and are aborted");
        }
    }
}
