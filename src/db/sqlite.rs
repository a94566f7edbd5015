//! SQLite: a few readers, one writer, and group commit.
//!
//! A durable commit costs a flush to disk, whatever it contains. So a transaction that is done hands the open SQLite
//! transaction over to the next waiting one instead of committing. The last of them, or the one that fills the group,
//! commits for all, and only then does each commit return. Every transaction is a savepoint, so that one can roll back
//! alone. Without waiting writers a transaction commits at once.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tracing::error;

use super::readers::ReaderPool;
use super::run_to_completion::run_to_completion;
use super::{ACQUIRE_TIMEOUT, Error, Result};

/// A group commits when it has this many transactions, or is this old.
const MAX_GROUP_SIZE: usize = 64;
const MAX_GROUP_AGE: Duration = Duration::from_millis(5);

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    pub(super) readers: ReaderPool,
    writer: Arc<Mutex<Writer>>,
    /// Transactions that wait for the writer. While there is one, a finished transaction may leave the commit to it.
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Writer {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    state: WriterState,
    group_started_at: Instant,
    /// Finished transactions of the group, which wait for its commit.
    group: Vec<oneshot::Sender<Result<()>>>,
}

/// The state in which the last transaction left the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriterState {
    /// No group is open.
    Idle,
    /// A group is open, and the last savepoint is to be released.
    Release,
    /// A group is open, and the last savepoint is to be rolled back.
    Rollback,
}

impl Sqlite {
    pub(super) async fn open(url: &str, readers: u32) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .pragma("secure_delete", "on")
            .pragma("temp_store", "memory")
            .statement_cache_capacity(256)
            .log_slow_statements(log::LevelFilter::Warn, Duration::from_millis(500));
        create_private_file(options.get_filename())?;
        let mut connection = options.connect().await?;
        check_pragmas(&mut connection).await?;
        let readers = ReaderPool::open(reader_options(url)?, readers).await?;
        let writer = Writer {
            connection,
            options,
            state: WriterState::Idle,
            group_started_at: Instant::now(),
            group: Vec::new(),
        };
        Ok(Self { readers, writer: Arc::new(Mutex::new(writer)), waiting: Arc::default() })
    }

    /// Begins a transaction, which is a savepoint, as soon as the writer is free.
    pub(super) async fn write(&self) -> Result<SqliteTx> {
        let waiting = WaitingWriter::new(self);
        let writer = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.writer).lock_owned()).await;
        let mut writer = writer.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        waiting.finish();
        let sqlite = self.clone();
        // A caller that is cancelled halfway would leave the connection in an unknown state. A transaction that the
        // caller does not take is dropped, which rolls it back.
        let begin = async move {
            writer.begin().await?;
            Ok(SqliteTx { sqlite, writer: Some(writer) })
        };
        run_to_completion(begin).await
    }

    pub(super) async fn migrate(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        let mut writer = self.writer.lock().await;
        writer.commit_group().await;
        migrator.run_direct(None, &mut writer.connection, false).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let mut writer = self.writer.lock().await;
        writer.commit_group().await;
        // Moves the write-ahead log into the file, so that a copy of the file alone is complete.
        if let Err(cause) = run(&mut writer.connection, "pragma wal_checkpoint(truncate)").await {
            error!(%cause, "the checkpoint at the end failed");
        }
    }

    /// Commits the open group once the writer is free.
    fn spawn_commit_group(&self) {
        let writer = Arc::clone(&self.writer);
        tokio::spawn(async move { writer.lock_owned().await.commit_group().await });
    }
}

fn reader_options(url: &str) -> Result<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str(url)?
        .read_only(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .statement_cache_capacity(256)
        .log_slow_statements(log::LevelFilter::Warn, Duration::from_millis(500)))
}

/// Creates the file, readable by its owner only. SQLite gives the files beside it the same mode.
fn create_private_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let created = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    created.map(drop).map_err(|error| sqlx::Error::Io(error).into())
}

/// Checks two settings that a file or a build of SQLite can override. Durability depends on them.
async fn check_pragmas(connection: &mut SqliteConnection) -> Result<()> {
    let (journal,): (String,) = sqlx::query_as_with("pragma journal_mode", sqlx::sqlite::SqliteArguments::default())
        .fetch_one(&mut *connection)
        .await?;
    let (synchronous,): (i64,) = sqlx::query_as_with("pragma synchronous", sqlx::sqlite::SqliteArguments::default())
        .fetch_one(&mut *connection)
        .await?;
    if journal == "wal" && synchronous == 2 {
        return Ok(());
    }
    Err(Error::Internal(sqlx::Error::Configuration(
        format!("journal_mode is {journal} and synchronous {synchronous}; wal and 2 (full) are required").into(),
    )))
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}

/// Counts as waiting until it is dropped. A caller that is cancelled while it waits still commits the group that was
/// left to it.
struct WaitingWriter<'a> {
    sqlite: &'a Sqlite,
    has_writer: bool,
}

impl<'a> WaitingWriter<'a> {
    fn new(sqlite: &'a Sqlite) -> Self {
        sqlite.waiting.fetch_add(1, Ordering::SeqCst);
        Self { sqlite, has_writer: false }
    }

    fn finish(mut self) {
        self.has_writer = true;
    }
}

impl Drop for WaitingWriter<'_> {
    fn drop(&mut self) {
        self.sqlite.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.has_writer {
            self.sqlite.spawn_commit_group();
        }
    }
}

impl Writer {
    /// Opens the next savepoint, in one round trip with the end of the last one.
    async fn begin(&mut self) -> Result<()> {
        let sql = match self.state {
            WriterState::Idle => "begin immediate; savepoint tx",
            WriterState::Release => "release tx; savepoint tx",
            WriterState::Rollback => "rollback to tx; release tx; savepoint tx",
        };
        if self.state == WriterState::Idle {
            self.group_started_at = Instant::now();
        }
        let mut result = run(&mut self.connection, sql).await;
        if result.is_err() && self.state != WriterState::Idle {
            // SQLite rolls the whole group back when the disk is full. This transaction can still begin a new one.
            self.abort_group().await;
            self.group_started_at = Instant::now();
            result = run(&mut self.connection, "begin immediate; savepoint tx").await;
        }
        if result.is_err() {
            self.abort_group().await;
        } else {
            self.state = WriterState::Rollback;
        }
        result
    }

    /// Commits the open group and notifies its transactions.
    async fn commit_group(&mut self) {
        let sql = match (self.state, self.group.is_empty()) {
            (WriterState::Idle, _) => return,
            (WriterState::Rollback, true) => "rollback",
            (WriterState::Rollback, false) => "rollback to tx; release tx; commit",
            (WriterState::Release, _) => "release tx; commit",
        };
        match run(&mut self.connection, sql).await {
            Ok(()) => {
                self.state = WriterState::Idle;
                self.group.drain(..).for_each(|waiter| drop(waiter.send(Ok(()))));
            }
            Err(cause) => {
                error!(%cause, "a commit failed");
                self.abort_group().await;
            }
        }
    }

    /// Rolls the group back, notifies its transactions, and makes the connection usable again.
    async fn abort_group(&mut self) {
        self.group.drain(..).for_each(|waiter| drop(waiter.send(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))));
        self.state = WriterState::Idle;
        // Fails if SQLite has already rolled back, which is just as well.
        let _ = run(&mut self.connection, "rollback").await;
        if self.connection.ping().await.is_err()
            && let Ok(connection) = self.options.connect().await
        {
            self.connection = connection;
        }
    }
}

/// A transaction: a savepoint in the open group. It has the writer until it commits or is dropped.
#[derive(Debug)]
pub(super) struct SqliteTx {
    sqlite: Sqlite,
    /// `None` once the transaction has ended.
    writer: Option<OwnedMutexGuard<Writer>>,
}

impl SqliteTx {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        Ok(&mut self.writer.as_mut().ok_or(Error::TransactionAborted)?.connection)
    }

    /// Returns once the group is committed and on disk, by this transaction or another one of the group.
    pub(super) async fn commit(mut self) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Err(Error::TransactionAborted) };
        let (sender, committed) = oneshot::channel();
        writer.state = WriterState::Release;
        writer.group.push(sender);
        let can_grow = writer.group.len() < MAX_GROUP_SIZE && writer.group_started_at.elapsed() < MAX_GROUP_AGE;
        if can_grow && self.sqlite.waiting.load(Ordering::SeqCst) > 0 {
            drop(writer);
        } else {
            // A caller that is cancelled halfway must not stop the commit of the others.
            run_to_completion(async move { writer.commit_group().await }).await;
        }
        committed.await.unwrap_or(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.writer.take().is_some() && self.sqlite.waiting.load(Ordering::SeqCst) == 0 {
            self.sqlite.spawn_commit_group();
        }
    }
}
