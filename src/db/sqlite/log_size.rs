//! Keeps the write-ahead log short.
//!
//! SQLite moves the log into the file while it writes, but not past what a long reader still sees: beside a backup the log
//! can grow to gigabytes, and it keeps that size until the next checkpoint finds no reader. This one runs on a connection
//! and a thread of its own, so that no transaction waits while it copies.

use std::path::PathBuf;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tracing::{info, warn};

use super::{ConnectOptions, Sqlite};

/// A larger log is shortened. It is the limit to which SQLite itself shortens it, see `ConnectOptions::read_write`.
const MAX_LOG_BYTES: u64 = 64 * 1024 * 1024;

impl Sqlite {
    /// Moves a log of more than 64 MiB into the file and empties it, as far as no reader needs it.
    pub(in crate::db) async fn shorten_log(&self) {
        let options = self.options.clone();
        match spawn_blocking(move || shorten(&options)).await {
            Ok(Ok(Some((before, after)))) => info!(before, after, "the write-ahead log was shortened"),
            Ok(Err(cause)) => warn!(%cause, "the write-ahead log could not be shortened; it is retried"),
            // The second when the runtime is shutting down.
            Ok(Ok(None)) | Err(_) => {}
        }
    }
}

/// Returns the size before and after; `None` if the log is short, or a reader needs all of it.
fn shorten(options: &ConnectOptions) -> Result<Option<(u64, u64)>, sqlx::Error> {
    let mut log = options.path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let size = || std::fs::metadata(&log).map_or(0, |metadata| metadata.len());
    let before = size();
    if before <= MAX_LOG_BYTES {
        return Ok(None);
    }
    let mut connection = options.read_write()?;
    connection.set_busy_timeout(Duration::ZERO)?;
    // The first copies beside readers and writers. The second finds little to copy, and does nothing if it would have to
    // wait.
    connection.control(&["pragma wal_checkpoint(passive)", "pragma wal_checkpoint(truncate)"])?;
    let after = size();
    Ok((after < before).then_some((before, after)))
}
