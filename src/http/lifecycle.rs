//! Where the server is in its life. Every long-lived task watches it, and the end waits for the last of them.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    #[default]
    Serving,
    /// No longer ready, still accepting: whoever balances load has not noticed yet.
    Leaving,
    /// Nothing new is accepted; sockets and streams end, requests finish.
    Closing,
}

#[derive(Debug, Default)]
pub(super) struct Lifecycle(watch::Sender<Phase>);

/// A task's view. The server does not end before it is dropped.
#[derive(Clone, Debug)]
pub(super) struct Alive(watch::Receiver<Phase>);

impl Lifecycle {
    pub(super) fn enter(&self, phase: Phase) {
        self.0.send_replace(phase);
    }

    pub(super) fn is_serving(&self) -> bool {
        *self.0.borrow() == Phase::Serving
    }

    pub(super) fn watch(&self) -> Alive {
        Alive(self.0.subscribe())
    }

    /// Waits until every task that watches has ended.
    pub(super) async fn deserted(&self) {
        self.0.closed().await;
    }
}

impl Alive {
    /// Waits until everything is to end.
    pub(super) async fn closing(&mut self) {
        // The sender outlives every task that could wait here.
        let _ = self.0.wait_for(|phase| *phase == Phase::Closing).await;
    }
}
