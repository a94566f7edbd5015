//! The bus: carries hints about committed events to the other nodes.
//!
//! It may lose, double and reorder them, and nobody waits for it: a follower that hears nothing finds everything in the
//! log. The node's own hubs do not depend on it; what comes back of the own hints is old by then and dropped.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{debug, warn};

use super::background::Background;
use super::feeds::Event;
use super::hubs::Hubs;
use super::{LONGEST_WAIT, SHORTEST_WAIT};
use crate::db::{Db, LONGEST_NOTICE};

/// So many hints wait to be sent. More are dropped: then the other nodes' next look into the log finds the events.
const QUEUE: usize = 4_096;

/// So many hints are taken out of the queue at once.
const BATCH: usize = 64;

#[derive(Debug)]
pub(super) enum Bus {
    /// There is no other node to tell.
    Memory,
    /// NOTIFY, outside of the transactions that write and for many events at once.
    Postgres(mpsc::Sender<Event>),
}

impl Bus {
    pub(super) fn open(db: &Db, hubs: &Arc<Hubs>, background: &Background) -> Self {
        if !db.can_notify() {
            return Self::Memory;
        }
        let (sender, queue) = mpsc::channel(QUEUE);
        background.spawn(send(db.clone(), queue));
        background.spawn(listen(db.clone(), Arc::clone(hubs)));
        Self::Postgres(sender)
    }

    /// Tells the other nodes, some time soon, perhaps.
    pub(super) fn tell(&self, events: &[Event]) {
        match self {
            Self::Memory => {}
            Self::Postgres(queue) => {
                if events.iter().any(|event| queue.try_send(*event).is_err()) {
                    debug!("hints are dropped: too many wait to be sent");
                }
            }
        }
    }
}

async fn send(db: Db, mut queue: mpsc::Receiver<Event>) {
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

/// Returns the events as JSON arrays that are short enough for a notice.
fn notices(events: &[Event]) -> Vec<String> {
    match serde_json::to_string(events) {
        Ok(notice) if notice.len() <= LONGEST_NOTICE => vec![notice],
        Ok(_) if events.len() > 1 => {
            let (first, second) = events.split_at(events.len() / 2);
            [notices(first), notices(second)].concat()
        }
        // Neither happens: one event is a few numbers.
        _ => Vec::new(),
    }
}

async fn listen(db: Db, hubs: Arc<Hubs>) {
    let mut wait = SHORTEST_WAIT;
    loop {
        match db.listen().await {
            Ok(Some(mut listener)) => {
                wait = SHORTEST_WAIT;
                // What was said before is missed.
                hubs.doubt();
                while let Ok(notice) = listener.next().await {
                    hear(&hubs, &notice);
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

fn hear(hubs: &Hubs, notice: &str) {
    match serde_json::from_str::<Vec<Event>>(notice) {
        Ok(events) => events.into_iter().for_each(|event| hubs.offer(event)),
        // Of a newer version, perhaps. The log says what it meant.
        Err(_) => hubs.doubt(),
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
        let events = [longest; BATCH];
        let notices = notices(&events);
        assert!(notices.iter().all(|notice| notice.len() <= LONGEST_NOTICE));
        let heard: Vec<Event> =
            notices.iter().flat_map(|notice| serde_json::from_str::<Vec<Event>>(notice).unwrap_or_default()).collect();
        assert_eq!(heard, events);
    }
}
