//! The bus: carries published events and signals to the other nodes.
//!
//! It may lose, duplicate and reorder them, and no publisher waits for it: a hub finds lost events in the log, and a
//! signal only holds for seconds. A node delivers to its own hubs directly; its own messages that come back are
//! duplicates by then.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{debug, warn};

use super::background::BackgroundTasks;
use super::broadcaster::Broadcaster;
use super::feeds::Event;
use super::signals::{Signal, Signals};
use super::{MAX_RETRY_DELAY, MIN_RETRY_DELAY};
use crate::clock::Clock;
use crate::db::{Db, MAX_NOTIFY_PAYLOAD};
use crate::figures::{BUS_DELAYS, BUS_MESSAGES_LOST, LISTENS_TO_NODES};

/// A message from one node to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum BusMessage {
    Event(Event),
    Signal(Signal),
}

/// The number of messages that wait to be sent. Further ones are dropped: the other nodes find the events in the log.
const QUEUE_CAPACITY: usize = 4_096;

/// The number of messages that are taken from the queue at once.
const BATCH_SIZE: usize = 64;

#[derive(Debug)]
pub(super) enum Bus {
    /// SQLite: there are no other nodes.
    SingleNode,
    /// NOTIFY, outside of the transactions that write and with many messages in one payload.
    Postgres(mpsc::Sender<BusMessage>),
}

impl Bus {
    pub(super) fn open(
        db: &Db,
        clock: &Clock,
        broadcaster: &Arc<Broadcaster>,
        signals: &Signals,
        tasks: &BackgroundTasks,
    ) -> Self {
        if !db.can_notify() {
            return Self::SingleNode;
        }
        let (sender, queue) = mpsc::channel(QUEUE_CAPACITY);
        tasks.spawn(run_sender(db.clone(), queue));
        LISTENS_TO_NODES.store(false, Ordering::Relaxed);
        let receiver =
            Receiver { clock: clock.clone(), broadcaster: Arc::clone(broadcaster), signals: signals.clone() };
        tasks.spawn(run_listener(db.clone(), receiver));
        Self::Postgres(sender)
    }

    /// Queues messages to the other nodes. They may be lost.
    pub(super) fn publish(&self, messages: impl IntoIterator<Item = BusMessage>) {
        match self {
            Self::SingleNode => {}
            Self::Postgres(queue) => {
                let dropped = messages.into_iter().filter(|message| queue.try_send(*message).is_err()).count();
                if dropped > 0 {
                    BUS_MESSAGES_LOST.add(dropped);
                    debug!(dropped, "messages to other nodes are dropped: the queue is full");
                }
            }
        }
    }
}

async fn run_sender(db: Db, mut queue: mpsc::Receiver<BusMessage>) {
    let mut batch = Vec::with_capacity(BATCH_SIZE);
    while queue.recv_many(&mut batch, BATCH_SIZE).await > 0 {
        for payload in encode_payloads(&batch) {
            if let Err(cause) = db.notify(&payload).await {
                BUS_MESSAGES_LOST.add(1);
                debug!(%cause, "messages to other nodes are lost: NOTIFY failed");
            }
        }
        batch.clear();
    }
}

/// Returns the messages as JSON arrays, each short enough for one NOTIFY.
fn encode_payloads(messages: &[BusMessage]) -> Vec<String> {
    match serde_json::to_string(messages) {
        Ok(payload) if payload.len() <= MAX_NOTIFY_PAYLOAD => vec![payload],
        Ok(_) if messages.len() > 1 => {
            let (first, second) = messages.split_at(messages.len() / 2);
            [encode_payloads(first), encode_payloads(second)].concat()
        }
        // Neither happens: one message is a few numbers.
        _ => Vec::new(),
    }
}

async fn run_listener(db: Db, receiver: Receiver) {
    let mut delay = MIN_RETRY_DELAY;
    loop {
        match db.listen().await {
            Ok(Some(mut listener)) => {
                delay = MIN_RETRY_DELAY;
                // Messages that were sent before LISTEN are missed.
                receiver.broadcaster.resync();
                LISTENS_TO_NODES.store(true, Ordering::Relaxed);
                while let Ok(payload) = listener.next().await {
                    receiver.receive(&payload);
                }
                LISTENS_TO_NODES.store(false, Ordering::Relaxed);
                warn!("the connection that listens to other nodes is lost; it is opened again");
            }
            Ok(None) => return,
            Err(cause) => warn!(%cause, "the connection that listens to other nodes cannot be opened; it is retried"),
        }
        sleep(delay).await;
        delay = MAX_RETRY_DELAY.min(delay * 2);
    }
}

/// Passes on what other nodes send.
struct Receiver {
    clock: Clock,
    broadcaster: Arc<Broadcaster>,
    signals: Signals,
}

impl Receiver {
    fn receive(&self, payload: &str) {
        match serde_json::from_str::<Vec<BusMessage>>(payload) {
            Ok(messages) => messages.into_iter().for_each(|message| match message {
                BusMessage::Event(event) => {
                    BUS_DELAYS.record(self.clock.now().since(event.happened_at));
                    self.broadcaster.deliver(event);
                }
                BusMessage::Signal(signal) => self.signals.send(signal),
            }),
            // A newer version may have sent it. The log has its events.
            Err(_) => self.broadcaster.resync(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::live::{EventKind, Feed};

    #[test]
    fn the_longest_batch_is_split_into_payloads_that_the_server_accepts() {
        let longest = Event {
            feed: Feed(i64::MIN),
            number: i64::MIN,
            kind: EventKind::SecurityNotice,
            subject: i64::MIN,
            detail: Some(i64::MIN),
            happened_at: Timestamp(i64::MIN),
        };
        let signal = Signal { topic: Feed(i64::MIN), subject: i64::MIN, stamp: i64::MIN, is_on: false };
        let mut messages = [BusMessage::Event(longest); BATCH_SIZE];
        messages[1] = BusMessage::Signal(signal);
        let payloads = encode_payloads(&messages);
        assert!(payloads.iter().all(|payload| payload.len() <= MAX_NOTIFY_PAYLOAD));
        let received: Vec<BusMessage> = payloads
            .iter()
            .flat_map(|payload| serde_json::from_str::<Vec<BusMessage>>(payload).unwrap_or_default())
            .collect();
        assert_eq!(received, messages);
    }
}
