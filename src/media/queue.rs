//! Limits how much image processing runs concurrently, with a short queue. Each job takes a core and much memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How many jobs can wait, each with its file in memory.
const MAX_WAITING: usize = 16;

/// How long a job can wait: well below the timeout of a request.
const MAX_WAIT: Duration = Duration::from_secs(45);

/// When the client can retry after a rejected job.
const RETRY_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct ProcessingQueue {
    running: Arc<Semaphore>,
    /// Counts the jobs that wait and those that run.
    admitted: Arc<Semaphore>,
}

impl ProcessingQueue {
    pub(super) fn new(max_running: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(max_running)),
            admitted: Arc::new(Semaphore::new(max_running + MAX_WAITING)),
        }
    }

    /// Runs a job on a blocking thread. Returns `None` if it panics.
    ///
    /// A job that has started cannot be stopped, so its permits are held until it ends, even if the caller is gone.
    ///
    /// # Errors
    /// Unavailable if the queue is full, or if the job has waited for 45 seconds.
    pub(super) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>> {
        let busy = || Error::Unavailable(RETRY_AFTER);
        let admission = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy())?;
        let permit = timeout(MAX_WAIT, Arc::clone(&self.running).acquire_owned()).await;
        let permit = permit.map_err(|_| busy())?.map_err(Error::internal)?;
        let task = spawn_blocking(move || {
            let output = job();
            drop((permit, admission));
            output
        });
        match task.await {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.is_panic() => Ok(None),
            // The runtime is shutting down.
            Err(_) => Err(busy()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_full_queue_rejects_jobs_and_a_panic_releases_its_permit() {
        let queue = Arc::new(ProcessingQueue::new(1));
        let (release, released) = mpsc::channel::<()>();
        let mut tasks = Vec::new();
        let first = Arc::clone(&queue);
        tasks.push(tokio::spawn(async move { first.run(move || released.recv().is_err()).await.is_ok() }));
        for _ in 0..MAX_WAITING {
            let queue = Arc::clone(&queue);
            tasks.push(tokio::spawn(async move { queue.run(|| ()).await.is_ok() }));
        }
        while queue.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(queue.run(|| ()).await, Err(Error::Unavailable(_))));
        drop(release);
        for task in tasks {
            assert!(task.await.expect("the task ends"));
        }
        let panicked: Result<Option<()>> = queue.run(|| panic!("a decoder panics")).await;
        assert!(matches!(panicked, Ok(None)));
        assert!(matches!(queue.run(|| 7).await, Ok(Some(7))));
    }
}
