//! File descriptors: the limit of the process, and one that is kept back for the moment when they run out.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tracing::warn;

/// Descriptors for files, the database and mail, besides those of connections.
const RESERVED: u64 = 512;

/// How often it is logged that descriptors have run out.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Raises the soft limit of file descriptors to what `connections` need, as far as the hard limit allows. Logs a warning
/// where that is less.
pub fn raise_limit(connections: usize) {
    let wanted = RESERVED.saturating_add(connections as u64);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let possible = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(possible), maximum: limit.maximum });
    if raised.is_err() || possible < wanted {
        warn!(
            limit = possible,
            wanted,
            "the limit of open files is below what STUDYHALL_MAX_CONNECTIONS needs; raise it (LimitNOFILE, ulimit -n)"
        );
    }
}

/// A descriptor that is released to accept a connection when there is no other.
#[derive(Debug)]
pub(super) struct SpareDescriptor {
    file: Option<File>,
    logged_at: Option<Instant>,
}

impl SpareDescriptor {
    pub(super) fn reserve() -> Self {
        Self { file: open(), logged_at: None }
    }

    /// Handles an error of `accept`. Without free descriptors a waiting connection is accepted with the spare one and
    /// closed: its client learns at once that it has to go elsewhere. Returns false if it was another error.
    pub(super) async fn handle(&mut self, cause: &io::Error, listener: &TcpListener) -> bool {
        const PER_PROCESS: i32 = 24;
        const PER_SYSTEM: i32 = 23;
        if !matches!(cause.raw_os_error(), Some(PER_PROCESS | PER_SYSTEM)) {
            return false;
        }
        if self.logged_at.is_none_or(|at| at.elapsed() >= LOG_INTERVAL) {
            self.logged_at = Some(Instant::now());
            warn!(%cause, "no file descriptor is free: new connections are closed");
        }
        if self.file.take().is_some() {
            drop(listener.accept().await);
        }
        self.file = open();
        self.file.is_some()
    }
}

fn open() -> Option<File> {
    File::open("/dev/null").ok()
}
