//! Few places for work that takes a core and much memory, and a short queue before them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// So many wait at most, each with its file in memory.
const QUEUE: usize = 16;

/// Whoever waited longer gives up, well before the request does.
const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// What the client is told when there is no room.
const TRY_AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Slots {
    slots: Arc<Semaphore>,
    /// Of those that wait and those that work.
    places: Arc<Semaphore>,
}

impl Slots {
    pub(super) fn new(slots: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(slots)), places: Arc::new(Semaphore::new(slots + QUEUE)) }
    }

    /// Does the work away from the threads that serve requests; `None` when it panicked.
    ///
    /// The slot is held until the work ends, also when nobody waits for it any more: work that has begun cannot be stopped.
    ///
    /// # Errors
    /// Unavailable when the queue is full, or the wait was too long.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>> {
        let busy = || Error::Unavailable(TRY_AGAIN);
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let slot = timeout(LONGEST_WAIT, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = slot.map_err(|_| busy())?.map_err(Error::internal)?;
        let work = spawn_blocking(move || {
            let done = work();
            drop((slot, place));
            done
        });
        match work.await {
            Ok(done) => Ok(Some(done)),
            Err(failed) if failed.is_panic() => Ok(None),
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
    async fn a_full_queue_refuses_at_once_and_a_panic_gives_its_slot_back() {
        let slots = Arc::new(Slots::new(1));
        let (release, held) = mpsc::channel::<()>();
        let mut waiting = Vec::new();
        let first = Arc::clone(&slots);
        waiting.push(tokio::spawn(async move { first.run(move || held.recv().is_err()).await.is_ok() }));
        for _ in 0..QUEUE {
            let slots = Arc::clone(&slots);
            waiting.push(tokio::spawn(async move { slots.run(|| ()).await.is_ok() }));
        }
        while slots.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(slots.run(|| ()).await, Err(Error::Unavailable(_))));
        drop(release);
        for waiter in waiting {
            assert!(waiter.await.expect("it ends"));
        }
        let panicked: Result<Option<()>> = slots.run(|| panic!("as a decoder might")).await;
        assert!(matches!(panicked, Ok(None)));
        assert!(matches!(slots.run(|| 7).await, Ok(Some(7))));
    }
}
