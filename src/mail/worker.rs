//! The worker: sends the letters that are due, deletes those that were sent, and retries the others later.
//!
//! Each node runs one worker. It claims a letter before sending it and deletes the letter afterwards. After a crash in
//! between the letter is sent again. An attempt to send ends before the claim does, so two nodes never send the same letter
//! at the same time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tracing::{error, warn};

use super::letters::{StoredLetter, Writer};
use super::outbox::{self, OutboxRow};
use super::subscriptions::Subscription;
use super::transport::{MailTransport, SEND_TIMEOUT};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db};
use crate::locale::Locale;

/// How many letters are sent concurrently.
const BATCH_SIZE: i64 = 8;

/// How often the worker polls the outbox if it is not woken: other nodes can enqueue or release letters.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// How long a claim lasts: longer than the attempt to send and the statements around it, and less than the minute after
/// which another node continues.
const LEASE: Duration = SEND_TIMEOUT.saturating_add(Duration::from_secs(20));
const _: () = assert!(LEASE.as_secs() + POLL_INTERVAL.as_secs() < 60);

/// The delay after the first failure. It doubles with each further one.
const INITIAL_RETRY_DELAY: Duration = Duration::from_secs(5);
const MAX_RETRY_DELAY: Duration = Duration::from_hours(1);

/// How long the worker retries before it gives a letter up. It retries after permanent SMTP errors as well, because
/// most of them are caused by a wrong setting that the operator will correct.
const GIVE_UP_AFTER: Duration = Duration::from_hours(72);

/// The counts of a node's worker since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub delivered: u64,
    /// Failed attempts; the letters are retried.
    pub failed: u64,
}

pub(super) struct Worker {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) writer: Writer,
    pub(super) transport: MailTransport,
    pub(super) wake_up: Arc<Notify>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) count: watch::Sender<Tally>,
}

impl Worker {
    /// Runs until it is stopped, or the last handle is dropped.
    pub(super) async fn run(self) {
        let mut stopped = self.stopped.clone();
        while !*stopped.borrow_and_update() {
            let wait = self.send_due().await.unwrap_or_else(|cause| {
                warn!(%cause, "the mail worker cannot read the outbox; it retries in some seconds");
                POLL_INTERVAL
            });
            tokio::select! {
                () = self.wake_up.notified() => {}
                () = tokio::time::sleep(wait) => {}
                changed = stopped.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Sends a batch of letters that are due, and returns how long to wait until the next call.
    async fn send_due(&self) -> db::Result<Duration> {
        let (now, deadline) = (self.clock.now(), Instant::now() + SEND_TIMEOUT);
        let rows = outbox::next_due(&self.db, BATCH_SIZE).await?;
        let Some(next) = rows.first() else { return Ok(POLL_INTERVAL) };
        if next.due_at > now {
            return Ok(next.due_at.since(now).min(POLL_INTERVAL));
        }
        let due = rows.iter().filter(|row| row.due_at <= now);
        let results = join_all(due.map(|row| self.deliver(row, now.plus(LEASE), deadline))).await;
        results.into_iter().collect::<db::Result<()>>()?;
        Ok(Duration::ZERO)
    }

    async fn deliver(&self, row: &OutboxRow, lease: Timestamp, deadline: Instant) -> db::Result<()> {
        if !outbox::claim(&self.db, row, lease).await? {
            return Ok(());
        }
        match self.send(row, deadline).await {
            Ok(()) => {
                outbox::delete(&self.db, row.id).await?;
                self.count.send_modify(|tally| tally.delivered += 1);
            }
            Err(reason) => {
                self.retry_later(row, lease, &reason).await?;
                self.count.send_modify(|tally| tally.failed += 1);
            }
        }
        Ok(())
    }

    async fn send(&self, row: &OutboxRow, deadline: Instant) -> Result<(), String> {
        // A kind of letter that a newer version added is retried until a node of that version sends it.
        let stored: StoredLetter = serde_json::from_str(&row.letter)
            .map_err(|_| "this version does not know this kind of letter".to_owned())?;
        let letter = (&stored.letter, stored.locale.unwrap_or(Locale::En));
        let subscription = row.subscription.as_deref().and_then(Subscription::from_text);
        let message = self.writer.write(row.id, row.created_at, &row.recipient, letter, subscription)?;
        self.transport.send(row.id, message, deadline).await
    }

    async fn retry_later(&self, row: &OutboxRow, lease: Timestamp, reason: &str) -> db::Result<()> {
        let now = self.clock.now();
        if now.since(row.created_at) >= GIVE_UP_AFTER {
            error!(id = row.id, %reason, "a mail could not be sent for three days; it was deleted");
            return outbox::delete(&self.db, row.id).await;
        }
        let delay = retry_delay(row.attempts);
        warn!(id = row.id, %reason, seconds = delay.as_secs(), "a mail could not be sent; it will be retried");
        outbox::postpone(&self.db, row.id, lease, now.plus(delay)).await
    }
}

/// Returns the delay after a failed attempt, given the number of earlier ones.
fn retry_delay(earlier: i64) -> Duration {
    let doublings = u32::try_from(earlier).unwrap_or(u32::MAX).min(16);
    INITIAL_RETRY_DELAY.saturating_mul(1 << doublings).min(MAX_RETRY_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delays_double_from_five_seconds_to_an_hour() {
        let delays = [0, 1, 2, 9, 10, 1_000, i64::MAX].map(|earlier| retry_delay(earlier).as_secs());
        assert_eq!(delays, [5, 10, 20, 2_560, 3_600, 3_600, 3_600]);
    }
}
