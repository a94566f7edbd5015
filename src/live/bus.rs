//! The bus: carries hints about committed events to the other nodes, and signals, which are written nowhere.
//!
//! It may lose, double and reorder them, and nobody waits for it: a follower that hears nothing finds everything in the
//! log, and a signal is over soon. The node's own hubs do not depend on it; what comes back of the own hints is old by
//! then and dropped.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{debug, warn};

use super::background::Background;
use super::broadcaster::Broadcaster;
use super::feeds::Event;
use super::signals::{Signal, Signals};
use super::{LONGEST_WAIT, SHORTEST_WAIT};
use crate::db::{Db, LONGEST_NOTICE};

/// What one node tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum BusMessage {
    Event(Event),
    Signal(Signal),
}

/// So many hints wait to be sent. More are dropped: then the other nodes' next look into the log finds the events.
const QUEUE: usize = 4_096;

/// So many hints are taken out of the queue at once.
const BATCH: usize = 64;

#[derive(Debug)]
pub(super) enum Bus {
    /// There is no other node to tell.
    Memory,
    /// NOTIFY, outside of the transactions that write and for many events at once.
    Postgres(mpsc::Sender<BusMessage>),
}

impl Bus {
    pub(super) fn open(db: &Db, hubs: &Arc<Broadcaster>, signals: &Signals, background: &Background) -> Self {
        if !db.can_notify() {
            return Self::Memory;
        }
        let (sender, queue) = mpsc::channel(QUEUE);
        background.spawn(send(db.clone(), queue));
        background.spawn(listen(db.clone(), Arc::clone(hubs), signals.clone()));
        Self::Postgres(sender)
    }

    /// Tells the other nodes, some time soon, perhaps.
    pub(super) fn publish(&self, hints: impl IntoIterator<Item = BusMessage>) {
        match self {
            Self::Memory => {}
            Self::Postgres(queue) => {
                if hints.into_iter().any(|hint| queue.try_send(hint).is_err()) {
                    debug!("hints are dropped: too many wait to be sent");
                }
            }
        }
    }
}

async fn send(db: Db, mut queue: mpsc::Receiver<BusMessage>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        for notice in notices(&batch) {
            if let Err(cause) = db.notify(&notice).await {
                debug!(%cause, "hints are lost: the database took no notice");
            }
        }
        batch.clear();
    }
}

/// Returns the hints as JSON arrays that are short enough for a notice.
fn notices(hints: &[BusMessage]) -> Vec<String> {
    match serde_json::to_string(hints) {
        Ok(notice) if notice.len() <= LONGEST_NOTICE => vec![notice],
        Ok(_) if hints.len() > 1 => {
            let (first, second) = hints.split_at(hints.len() / 2);
            [notices(first), notices(second)].concat()
        }
        // Neither happens: one hint is a few numbers.
        _ => Vec::new(),
    }
}

async fn listen(db: Db, hubs: Arc<Broadcaster>, signals: Signals) {
    let mut wait = SHORTEST_WAIT;
    loop {
        match db.listen().await {
            Ok(Some(mut listener)) => {
                wait = SHORTEST_WAIT;
                // What was said before is missed.
                hubs.resync();
                while let Ok(notice) = listener.next().await {
                    receive(&hubs, &signals, &notice);
                }
                warn!("other nodes are not heard: the connection is lost");
            }
            Ok(None) => return,
            Err(cause) => warn!(%cause, "other nodes are not heard"),
        }
        sleep(wait).await;
        wait = LONGEST_WAIT.min(wait * 2);
    }
}

fn receive(hubs: &Broadcaster, signals: &Signals, notice: &str) {
    match serde_json::from_str::<Vec<BusMessage>>(notice) {
        Ok(hints) => hints.into_iter().for_each(|hint| match hint {
            BusMessage::Event(event) => hubs.offer(event),
            BusMessage::Signal(signal) => signals.raise(signal),
        }),
        // Of a newer version, perhaps. The log says what it meant.
        Err(_) => hubs.resync(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::live::{EventKind, Feed};

    #[test]
    fn the_longest_batch_is_split_into_notices_that_the_server_takes() {
        let longest = Event {
            feed: Feed(i64::MIN),
            number: i64::MIN,
            kind: EventKind::SecurityNotice,
            subject: i64::MIN,
            detail: Some(i64::MIN),
            happened_at: Timestamp(i64::MIN),
        };
        let signal = Signal { topic: Feed(i64::MIN), subject: i64::MIN, stamp: i64::MIN, is_on: false };
        let mut hints = [BusMessage::Event(longest); BATCH];
        hints[1] = BusMessage::Signal(signal);
        let notices = notices(&hints);
        assert!(notices.iter().all(|notice| notice.len() <= LONGEST_NOTICE));
        let heard: Vec<BusMessage> = notices
            .iter()
            .flat_map(|notice| serde_json::from_str::<Vec<BusMessage>>(notice).unwrap_or_default())
            .collect();
        assert_eq!(heard, hints);
    }
}
