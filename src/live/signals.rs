//! Signals: states that hold for seconds and are never stored, such as that a member is typing.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::Feed;

/// The number of signals that wait for a slow subscriber. It misses the oldest beyond that.
const QUEUE_CAPACITY: usize = 1_024;

/// The start or the end of a short-lived state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The feed that the signal belongs to.
    pub topic: Feed,
    /// The account that the signal is about.
    pub subject: i64,
    /// Grows from one signal about the same subject to the next, so that late and duplicate ones are recognised.
    pub stamp: i64,
    pub is_on: bool,
}

/// Distributes signals on this node. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Signals(broadcast::Sender<Signal>);

impl Default for Signals {
    fn default() -> Self {
        Self(broadcast::Sender::new(QUEUE_CAPACITY))
    }
}

impl Signals {
    pub(super) fn send(&self, signal: Signal) {
        // An error means that there is no subscriber.
        let _ = self.0.send(signal);
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}
