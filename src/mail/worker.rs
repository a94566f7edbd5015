//! The worker: takes letters that are due, sends them, deletes them; tries again later what did not leave.
//!
//! Each node runs one. A letter is claimed before it is sent and deleted after it was, so a crash in between sends it
//! twice and never not at all. A claim outlasts every send, so two nodes never send one letter at once.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Notify, watch};
use tracing::{error, warn};

use super::letters::{Letter, Writer};
use super::outbox::{self, Waiting};
use super::transport::{MailTransport, SEND_TIMEOUT};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db};

/// So many letters are sent at once.
const BATCH: i64 = 8;

/// The outbox is looked at this often even when nobody wakes the worker: other nodes may have left something.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

const LEASE: Duration = SEND_TIMEOUT.saturating_mul(4);

/// The wait after the first failure. It doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// A letter that could not be sent for so long is given up. Refusals that call themselves permanent are tried again
/// too: most of them are a wrong setting here, which somebody will correct.
const GIVE_UP_AFTER: Duration = Duration::from_hours(72);

/// What one node's worker has done since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub delivered: u64,
    /// Attempts that failed; the letters are tried again.
    pub failed: u64,
}

pub(super) struct Worker {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) writer: Writer,
    pub(super) transport: MailTransport,
    pub(super) awake: Arc<Notify>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) count: watch::Sender<Tally>,
}

impl Worker {
    /// Works until it is stopped, or the last handle is gone.
    pub(super) async fn run(self) {
        let mut stopped = self.stopped.clone();
        while !*stopped.borrow_and_update() {
            let wait = self.round().await.unwrap_or_else(|cause| {
                warn!(%cause, "the outbox cannot be read; it is tried again");
                POLL_INTERVAL
            });
            tokio::select! {
                () = self.awake.notified() => {}
                () = tokio::time::sleep(wait) => {}
                changed = stopped.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Sends what is due, and returns how long to rest.
    async fn round(&self) -> db::Result<Duration> {
        let now = self.clock.now();
        let first = outbox::first_due(&self.db, BATCH).await?;
        let Some(next) = first.first() else { return Ok(POLL_INTERVAL) };
        if next.due_at > now {
            return Ok(next.due_at.since(now).min(POLL_INTERVAL));
        }
        let due = first.iter().filter(|waiting| waiting.due_at <= now);
        let results = join_all(due.map(|waiting| self.deliver(waiting, now.plus(LEASE)))).await;
        results.into_iter().collect::<db::Result<()>>()?;
        Ok(Duration::ZERO)
    }

    async fn deliver(&self, waiting: &Waiting, lease: Timestamp) -> db::Result<()> {
        if !outbox::claim(&self.db, waiting, lease).await? {
            return Ok(());
        }
        match self.send(waiting).await {
            Ok(()) => {
                outbox::delete(&self.db, waiting.id).await?;
                self.count.send_modify(|tally| tally.delivered += 1);
            }
            Err(reason) => {
                self.retry_later(waiting, lease, &reason).await?;
                self.count.send_modify(|tally| tally.failed += 1);
            }
        }
        Ok(())
    }

    async fn send(&self, waiting: &Waiting) -> Result<(), String> {
        // A letter of a newer version's making waits for a node of that version.
        let letter: Letter =
            serde_json::from_str(&waiting.letter).map_err(|_| "an unknown kind of letter".to_owned())?;
        let message = self.writer.write(waiting.id, waiting.created_at, &waiting.recipient, &letter)?;
        self.transport.send(waiting.id, message).await
    }

    async fn retry_later(&self, waiting: &Waiting, lease: Timestamp, reason: &str) -> db::Result<()> {
        let now = self.clock.now();
        if now.since(waiting.created_at) >= GIVE_UP_AFTER {
            error!(id = waiting.id, %reason, "a letter could not be sent for three days and is given up");
            return outbox::delete(&self.db, waiting.id).await;
        }
        let wait = wait_after(waiting.attempts);
        warn!(id = waiting.id, %reason, seconds = wait.as_secs(), "a letter could not be sent; it is tried again");
        outbox::postpone(&self.db, waiting.id, lease, now.plus(wait)).await
    }
}

/// How long to wait when so many attempts had failed before this one.
fn wait_after(earlier: i64) -> Duration {
    let doublings = u32::try_from(earlier).unwrap_or(u32::MAX).min(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_five_seconds_to_an_hour() {
        let waits = [0, 1, 2, 9, 10, 1_000, i64::MAX].map(|earlier| wait_after(earlier).as_secs());
        assert_eq!(waits, [5, 10, 20, 2_560, 3_600, 3_600, 3_600]);
    }
}
