//! The phases of a server. Every long-lived task holds a [`LifecycleGuard`], and the shutdown waits for the last of them.

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    #[default]
    Serving,
    /// Not ready, but still accepting connections until load balancers have noticed.
    Draining,
    /// No new connections; sockets and streams end, requests finish.
    Closing,
}

#[derive(Debug, Default)]
pub(super) struct Lifecycle(watch::Sender<Phase>);

/// A task's view of the lifecycle. The server does not stop before it is dropped.
#[derive(Clone, Debug)]
pub(super) struct LifecycleGuard(watch::Receiver<Phase>);

impl Lifecycle {
    pub(super) fn enter(&self, phase: Phase) {
        self.0.send_replace(phase);
    }

    pub(super) fn is_serving(&self) -> bool {
        *self.0.borrow() == Phase::Serving
    }

    pub(super) fn watch(&self) -> LifecycleGuard {
        LifecycleGuard(self.0.subscribe())
    }

    /// Waits until every guard is dropped.
    pub(super) async fn wait_for_guards(&self) {
        self.0.closed().await;
    }
}

impl LifecycleGuard {
    /// Waits for [`Phase::Closing`].
    pub(super) async fn closing(&mut self) {
        // The sender outlives every task that can wait here.
        let _ = self.0.wait_for(|phase| *phase == Phase::Closing).await;
    }
}
