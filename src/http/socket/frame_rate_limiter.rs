//! Limits how many frames per minute a client may send: a token bucket.

use std::time::Duration;

use tokio::time::Instant;

/// Frames on top of the allowance of a minute, for a page that opens.
const BURST: u32 = 20;
const MINUTE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct FrameRateLimiter {
    per_minute: u32,
    tokens: f64,
    refilled_at: Instant,
}

impl FrameRateLimiter {
    pub(super) fn new(per_minute: u32) -> Self {
        Self { per_minute, tokens: f64::from(per_minute.saturating_add(BURST)), refilled_at: Instant::now() }
    }

    /// Counts one frame. Returns false if the client exceeded its allowance.
    pub(super) fn try_acquire(&mut self) -> bool {
        let now = Instant::now();
        let refilled =
            now.duration_since(self.refilled_at).as_secs_f64() / MINUTE.as_secs_f64() * f64::from(self.per_minute);
        self.refilled_at = now;
        self.tokens = (self.tokens + refilled).min(f64::from(self.per_minute.saturating_add(BURST))) - 1.0;
        self.tokens >= 0.0
    }
}
