//! The progress of long work, on standard error.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::with_commas;

/// How often a line is written: on a terminal in place, else a new one.
const TERMINAL_INTERVAL: Duration = Duration::from_millis(200);
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Shows how much of the work is done. Short work shows nothing.
#[derive(Debug)]
pub struct Progress {
    is_terminal: bool,
    is_shown: bool,
    noun: &'static str,
    done: u64,
    total: u64,
    next: Instant,
}

impl Progress {
    /// Begins a part of the work: `total` things of the kind `noun`.
    #[must_use]
    pub fn new(noun: &'static str, total: u64) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let next = Instant::now() + if is_terminal { TERMINAL_INTERVAL } else { LOG_INTERVAL };
        Self { is_terminal, is_shown: false, noun, done: 0, total, next }
    }

    /// Adds to what is done.
    pub fn add(&mut self, count: u64) {
        self.done += count;
        let now = Instant::now();
        if now < self.next {
            return;
        }
        self.next = now + if self.is_terminal { TERMINAL_INTERVAL } else { LOG_INTERVAL };
        self.is_shown = true;
        let (done, total) = (with_commas(self.done), with_commas(self.total));
        let percent = self.done.saturating_mul(100).checked_div(self.total).unwrap_or(100).min(100);
        // Without a reader of standard error the work goes on.
        let mut out = std::io::stderr().lock();
        let _ = if self.is_terminal {
            write!(out, "\r\x1b[K{percent:>3} %  {done} of {total} {}", self.noun).and_then(|()| out.flush())
        } else {
            writeln!(out, "{percent} %: {done} of {total} {}", self.noun)
        };
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_terminal && self.is_shown {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}
