//! SQLite on the caller's thread: connections that read, and one that writes.

mod connection;
mod driver;
mod error;
mod interrupt;
mod log_size;
mod migrate;
mod no_executor;
mod pace;
mod readers;
mod scans;
mod transfer;
mod values;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use sqlx::migrate::{MigrateError, Migrator};

use super::{Error, Record, Result};
pub(super) use connection::{ConnectOptions, Connection};
use pace::Pace;
use readers::Readers;
use writer::WriteQueue;

pub(super) use driver::{Arguments, Row, Rusqlite, StorageClass, Value};
pub(super) use error::failed;
pub use scans::unmarked_scans;
pub(super) use writer::SqliteTx;

/// A statement that takes longer is interrupted: the limit that PostgreSQL has, too. A statement whose caller is gone is
/// interrupted at once.
const STATEMENT_LIMIT: Duration = Duration::from_secs(5);

/// How long a thread of our own waits for a lock of another process. A thread of the runtime does not wait.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    readers: Arc<Readers>,
    writer: WriteQueue,
    pace: Arc<Pace>,
    options: ConnectOptions,
}

impl Sqlite {
    /// Opens the file at the URL. `connections` of 0 means one for each core, like the threads of the runtime.
    pub(super) fn open(url: &str, connections: u32, cache_mib: u32) -> Result<Self> {
        let path = path_of(url)?;
        create_private_file(&path)?;
        let options = ConnectOptions { path, cache_mib };
        let connections = match usize::try_from(connections).unwrap_or(usize::MAX) {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            connections => connections,
        };
        let pace = Arc::<Pace>::default();
        // The writer first: it creates the write-ahead log, which those that only read cannot.
        let writer = WriteQueue::open(options.clone(), Arc::clone(&pace))?;
        let readers = Arc::new(Readers::open(options.clone(), connections, Arc::clone(&pace))?);
        Ok(Self { readers, writer, pace, options })
    }

    pub(super) async fn fetch_all<T: Record>(
        &self,
        sql: &'static str,
        arguments: Arguments,
        scans: bool,
    ) -> Result<Vec<T>> {
        self.readers.fetch(sql, arguments, usize::MAX, scans).await
    }

    pub(super) async fn fetch_optional<T: Record>(
        &self,
        sql: &'static str,
        arguments: Arguments,
        scans: bool,
    ) -> Result<Option<T>> {
        Ok(self.readers.fetch(sql, arguments, 1, scans).await?.pop())
    }

    /// Executes a statement in a transaction of its own.
    pub(super) async fn execute(&self, sql: &'static str, arguments: Arguments, scans: bool) -> Result<u64> {
        let mut tx = self.write().await?;
        let changed = tx.execute(sql, arguments, scans).await?;
        tx.commit().await?;
        Ok(changed)
    }

    pub(super) async fn write(&self) -> Result<SqliteTx> {
        self.writer.begin().await
    }

    pub(super) async fn migrate(&self, migrator: &'static Migrator) -> Result<(), MigrateError> {
        self.writer.migrate(migrator).await
    }

    pub(super) fn slow_statements(&self) -> u64 {
        self.pace.slow_count()
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Returns the path in `sqlite://PATH`.
pub(super) fn path_of(url: &str) -> Result<PathBuf> {
    let invalid = |reason: &str| Error::Internal(sqlx::Error::Configuration(reason.into()));
    let path = url.strip_prefix("sqlite:").ok_or_else(|| invalid("the URL must begin with sqlite://"))?;
    let path = path.strip_prefix("//").unwrap_or(path);
    // The mode that URLs for other programs state, and the only one here.
    let path = path.strip_suffix("?mode=rwc").unwrap_or(path);
    if path.is_empty() || path.contains('?') || path.contains(":memory:") {
        return Err(invalid("the URL must be sqlite:// and the path of a file"));
    }
    let path = percent_decode_str(path).decode_utf8().map_err(|_| invalid("the path must be UTF-8"))?;
    Ok(PathBuf::from(&*path))
}

/// Creates the file, readable by its owner only. SQLite gives the files beside it the same mode.
pub(super) fn create_private_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let created = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let named = |error: std::io::Error| std::io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    created.map(drop).map_err(|error| sqlx::Error::Io(named(error)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_database_contains_the_path_of_its_file() {
        for (url, path) in [
            ("sqlite:///var/lib/studyhall.sqlite", "/var/lib/studyhall.sqlite"),
            ("sqlite://./data/studyhall.sqlite", "./data/studyhall.sqlite"),
            ("sqlite:data.sqlite", "data.sqlite"),
            ("sqlite:///a.sqlite?mode=rwc", "/a.sqlite"),
            ("sqlite:///with%20space%3F.sqlite", "/with space?.sqlite"),
        ] {
            assert_eq!(path_of(url).expect("a path"), Path::new(path));
        }
        for url in ["sqlite://", "sqlite::memory:", "sqlite:///a.sqlite?mode=ro", "sqlite:///%FF"] {
            assert!(path_of(url).is_err(), "{url}");
        }
    }
}
