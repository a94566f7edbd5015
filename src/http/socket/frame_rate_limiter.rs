//! How fast a client may talk.

use std::time::Duration;

use tokio::time::Instant;

/// On top of a minute's allowance: what a page sends when it opens.
const BURST: u32 = 20;
const MINUTE: Duration = Duration::from_mins(1);

/// A minute's allowance of frames that refills evenly.
#[derive(Debug)]
pub(super) struct FrameRateLimiter {
    per_minute: u32,
    left: f64,
    refilled_at: Instant,
}

impl FrameRateLimiter {
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute, left: f64::from(per_minute.saturating_add(BURST)), refilled_at: Instant::now() }
    }

    /// Counts one frame and tells whether it is within the allowance.
    pub(super) fn try_acquire(&mut self) -> bool {
        let now = Instant::now();
        let refilled =
            now.duration_since(self.refilled_at).as_secs_f64() / MINUTE.as_secs_f64() * f64::from(self.per_minute);
        self.refilled_at = now;
        self.left = (self.left + refilled).min(f64::from(self.per_minute.saturating_add(BURST))) - 1.0;
        self.left >= 0.0
    }
}
