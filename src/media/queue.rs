//! Limits how much image processing runs concurrently, with a short queue. Each job takes a core and much memory: what all of
//! them take together is bounded, whatever the number of cores.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{AcquireError, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How many jobs can wait, each with its file in memory.
const MAX_WAITING: usize = 16;

/// How long a job can wait: well below the timeout of a request.
const MAX_WAIT: Duration = Duration::from_secs(45);

/// The memory of all running jobs, in MiB. A job that takes more runs alone.
const MAX_MEMORY_MIB: u32 = 640;

/// When the client can retry after a rejected job.
const RETRY_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct ProcessingQueue {
    running: Arc<Semaphore>,
    /// In MiB.
    memory: Arc<Semaphore>,
    /// Counts the jobs that wait and those that run.
    admitted: Arc<Semaphore>,
}

impl ProcessingQueue {
    pub(super) fn new(max_running: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(max_running)),
            memory: Arc::new(Semaphore::new(usize::try_from(MAX_MEMORY_MIB).unwrap_or(Semaphore::MAX_PERMITS))),
            admitted: Arc::new(Semaphore::new(max_running + MAX_WAITING)),
        }
    }

    /// Runs a job that takes up to this many bytes of memory on a blocking thread. Returns `None` if it panics.
    ///
    /// A job that has started cannot be stopped, so its permits are held until it ends, even if the caller is gone.
    ///
    /// # Errors
    /// Unavailable if the queue is full, or if the job has waited for 45 seconds.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        memory: u64,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let busy = || Error::Unavailable(RETRY_AFTER);
        let admission = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy())?;
        let mebibytes = u32::try_from(memory.div_ceil(1024 * 1024)).unwrap_or(u32::MAX).min(MAX_MEMORY_MIB);
        let permits = timeout(MAX_WAIT, async {
            let running = Arc::clone(&self.running).acquire_owned().await?;
            Ok((running, Arc::clone(&self.memory).acquire_many_owned(mebibytes).await?))
        });
        let permits: Result<_, AcquireError> = permits.await.map_err(|_| busy())?;
        let permits = permits.map_err(Error::internal)?;
        let task = spawn_blocking(move || {
            let output = job();
            drop((permits, admission));
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
        tasks.push(tokio::spawn(async move { first.run(0, move || released.recv().is_err()).await.is_ok() }));
        for _ in 0..MAX_WAITING {
            let queue = Arc::clone(&queue);
            tasks.push(tokio::spawn(async move { queue.run(0, || ()).await.is_ok() }));
        }
        while queue.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(queue.run(0, || ()).await, Err(Error::Unavailable(_))));
        drop(release);
        for task in tasks {
            assert!(task.await.expect("the task ends"));
        }
        let panicked: Result<Option<()>> = queue.run(0, || panic!("a decoder panics")).await;
        assert!(matches!(panicked, Ok(None)));
        assert!(matches!(queue.run(0, || 7).await, Ok(Some(7))));
    }

    #[tokio::test]
    async fn jobs_wait_for_memory_and_a_job_that_takes_more_than_there_is_runs_alone() {
        const MIB: u64 = 1024 * 1024;
        let queue = Arc::new(ProcessingQueue::new(4));
        let (release, released) = mpsc::channel::<()>();
        let large = Arc::clone(&queue);
        let large = tokio::spawn(async move { large.run(100_000 * MIB, move || released.recv().is_err()).await });
        while queue.memory.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let small = Arc::clone(&queue);
        let small = tokio::spawn(async move { small.run(MIB, || 7).await });
        while queue.running.available_permits() > 2 {
            tokio::task::yield_now().await;
        }
        assert!(!small.is_finished());
        drop(release);
        assert!(matches!(large.await.expect("the task ends"), Ok(Some(true))));
        assert!(matches!(small.await.expect("the task ends"), Ok(Some(7))));
    }
}
