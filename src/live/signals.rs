//! Signals: what holds for seconds and is written nowhere, such as that somebody is typing.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::Feed;

/// So many signals wait for a listener that does not keep up.
const QUEUE: usize = 1_024;

/// Something that holds for a moment, or does so no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Where it belongs.
    pub topic: Feed,
    /// About whom.
    pub subject: i64,
    /// Grows from one signal about the same to the next, so that one that comes late or twice is recognised.
    pub stamp: i64,
    pub is_on: bool,
}

/// Those on this node who listen. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Signals(broadcast::Sender<Signal>);

impl Default for Signals {
    fn default() -> Self {
        Self(broadcast::Sender::new(QUEUE))
    }
}

impl Signals {
    pub(super) fn raise(&self, signal: Signal) {
        // Nobody listens: then nobody misses it.
        let _ = self.0.send(signal);
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}
