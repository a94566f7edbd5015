//! SQLite: few readers, one writer, and commits that several writers share.
//!
//! A durable commit costs a flush to disk, whatever is in it. So a writer that is done hands the open transaction to the
//! next one that waits instead of committing at once; the last of them, or the one that fills the group, commits for
//! all, and only then does each of them return. Every job stands in a savepoint, so that one can fail alone. A lone
//! writer commits at once and loses nothing.

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

use super::finish::to_the_end;
use super::readers::Readers;
use super::{ACQUIRE_TIMEOUT, Error, Result};

/// So many jobs share a commit at most, and none waits longer than this for the others.
const GROUP_SIZE: usize = 64;
const GROUP_TIME: Duration = Duration::from_millis(5);

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    pub(super) readers: Readers,
    writer: Arc<Mutex<Writer>>,
    /// Jobs that wait for the writer. While there is one, a finished job may leave the commit to it.
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Writer {
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    left: CommitOutcome,
    began: Instant,
    /// Jobs of the open transaction that wait for its commit.
    group: Vec<oneshot::Sender<Result<()>>>,
}

/// In what state the last job left the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommitOutcome {
    /// No transaction is open.
    Closed,
    /// A transaction is open and the last job's savepoint is to be kept.
    Keep,
    /// A transaction is open and the last job's savepoint is to be undone.
    Undo,
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
        make_private(options.get_filename())?;
        let mut connection = options.connect().await?;
        assert_pragmas(&mut connection).await?;
        let readers = Readers::open(reader_options(url)?, readers).await?;
        let writer =
            Writer { connection, options, left: CommitOutcome::Closed, began: Instant::now(), group: Vec::new() };
        Ok(Self { readers, writer: Arc::new(Mutex::new(writer)), waiting: Arc::default() })
    }

    /// Returns a job of its own savepoint, as soon as the writer is free.
    pub(super) async fn write(&self) -> Result<Job> {
        let place = WriterTurn::take(self);
        let writer = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.writer).lock_owned()).await;
        let mut writer = writer.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        place.leave();
        let sqlite = self.clone();
        // A caller that goes away halfway would leave the connection in an unknown state. What it does not take is a job
        // that was dropped.
        let begin = async move {
            writer.begin().await?;
            Ok(Job { sqlite, writer: Some(writer) })
        };
        to_the_end(begin).await
    }

    pub(super) async fn migrate(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        let mut writer = self.writer.lock().await;
        writer.settle().await;
        migrator.run_direct(None, &mut writer.connection, false).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let mut writer = self.writer.lock().await;
        writer.settle().await;
        // The log is folded into the file, so that a copy of the file alone is whole.
        if let Err(cause) = run(&mut writer.connection, "pragma wal_checkpoint(truncate)").await {
            error!(%cause, "the last checkpoint failed");
        }
    }

    /// Commits what finished jobs left, once the writer is free.
    fn settle_later(&self) {
        let writer = Arc::clone(&self.writer);
        tokio::spawn(async move { writer.lock_owned().await.settle().await });
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

/// Makes the file for the owner's eyes only; the files beside it take its mode over.
fn make_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    made.map(drop).map_err(|error| sqlx::Error::Io(error).into())
}

/// Both are settings that a file or a build could override, and acknowledged work depends on them.
async fn assert_pragmas(connection: &mut SqliteConnection) -> Result<()> {
    let (journal,): (String,) = sqlx::query_as_with("pragma journal_mode", sqlx::sqlite::SqliteArguments::default())
        .fetch_one(&mut *connection)
        .await?;
    let (synchronous,): (i64,) = sqlx::query_as_with("pragma synchronous", sqlx::sqlite::SqliteArguments::default())
        .fetch_one(&mut *connection)
        .await?;
    if journal == "wal" && synchronous == 2 {
        return Ok(());
    }
    Err(Error::Broken(sqlx::Error::Configuration(
        format!("journal_mode is {journal} and synchronous {synchronous}; wal and 2 (full) are needed").into(),
    )))
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}

/// A place among those who wait. Given up before its turn, it sees to the commit that was left to it.
struct WriterTurn<'a> {
    sqlite: &'a Sqlite,
    is_served: bool,
}

impl<'a> WriterTurn<'a> {
    fn take(sqlite: &'a Sqlite) -> Self {
        sqlite.waiting.fetch_add(1, Ordering::SeqCst);
        Self { sqlite, is_served: false }
    }

    fn leave(mut self) {
        self.is_served = true;
    }
}

impl Drop for WriterTurn<'_> {
    fn drop(&mut self) {
        self.sqlite.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.is_served {
            self.sqlite.settle_later();
        }
    }
}

impl Writer {
    /// Opens the next job's savepoint, in one round trip with the end of the last one's.
    async fn begin(&mut self) -> Result<()> {
        let sql = match self.left {
            CommitOutcome::Closed => "begin immediate; savepoint job",
            CommitOutcome::Keep => "release job; savepoint job",
            CommitOutcome::Undo => "rollback to job; release job; savepoint job",
        };
        if self.left == CommitOutcome::Closed {
            self.began = Instant::now();
        }
        let mut result = run(&mut self.connection, sql).await;
        if result.is_err() && self.left != CommitOutcome::Closed {
            // SQLite rolls everything back by itself when the disk is full: the group is lost, this job is not.
            self.give_up().await;
            self.began = Instant::now();
            result = run(&mut self.connection, "begin immediate; savepoint job").await;
        }
        if result.is_err() {
            self.give_up().await;
        } else {
            self.left = CommitOutcome::Undo;
        }
        result
    }

    /// Commits whatever is open and tells the group.
    async fn settle(&mut self) {
        let sql = match (self.left, self.group.is_empty()) {
            (CommitOutcome::Closed, _) => return,
            (CommitOutcome::Undo, true) => "rollback",
            (CommitOutcome::Undo, false) => "rollback to job; release job; commit",
            (CommitOutcome::Keep, _) => "release job; commit",
        };
        match run(&mut self.connection, sql).await {
            Ok(()) => {
                self.left = CommitOutcome::Closed;
                self.group.drain(..).for_each(|waiter| drop(waiter.send(Ok(()))));
            }
            Err(cause) => {
                error!(%cause, "a commit failed");
                self.give_up().await;
            }
        }
    }

    /// Rolls everything back, tells the group, and makes the connection usable again.
    async fn give_up(&mut self) {
        self.group.drain(..).for_each(|waiter| drop(waiter.send(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))));
        self.left = CommitOutcome::Closed;
        // SQLite may have rolled back by itself already; then there is nothing to roll back, which is as good.
        let _ = run(&mut self.connection, "rollback").await;
        if self.connection.ping().await.is_err()
            && let Ok(connection) = self.options.connect().await
        {
            self.connection = connection;
        }
    }
}

/// The turn of one writer.
#[derive(Debug)]
pub(super) struct Job {
    sqlite: Sqlite,
    /// `None` once the turn is over.
    writer: Option<OwnedMutexGuard<Writer>>,
}

impl Job {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        Ok(&mut self.writer.as_mut().ok_or(Error::Abandoned)?.connection)
    }

    /// Returns when the commit is on disk, whoever makes it.
    pub(super) async fn commit(mut self) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Err(Error::Abandoned) };
        let (done, committed) = oneshot::channel();
        writer.left = CommitOutcome::Keep;
        writer.group.push(done);
        let has_room = writer.group.len() < GROUP_SIZE && writer.began.elapsed() < GROUP_TIME;
        if has_room && self.sqlite.waiting.load(Ordering::SeqCst) > 0 {
            drop(writer);
        } else {
            // A caller that goes away must not stop the commit of the others halfway.
            to_the_end(async move { writer.settle().await }).await;
        }
        committed.await.unwrap_or(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.writer.take().is_some() && self.sqlite.waiting.load(Ordering::SeqCst) == 0 {
            self.sqlite.settle_later();
        }
    }
}
