//! The connection that writes, and group commit.
//!
//! A durable commit costs a flush to disk, whatever it contains. So a transaction that is done hands the open SQLite
//! transaction over to the next waiting one instead of committing. The last of them, or the one that fills the group,
//! commits for all, and only then does each commit return. Every transaction is a savepoint, so that one can roll back
//! alone. Without waiting writers a transaction commits at once.
//!
//! The statements of a transaction run on the thread of its caller, which has the writer. What waits for the disk or for
//! another process runs on the writer's own thread: commits, migrations, checkpoints.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::task::coop;
use tracing::error;

use super::connection::{ConnectOptions, Connection};
use super::driver::Arguments;
use super::error::is_interrupted_or_busy;
use super::interrupt::CancelOnDrop;
use super::migrate::migrate;
use super::pace::{INLINE_LIMIT, Pace};
use super::{BUSY_TIMEOUT, STATEMENT_LIMIT};
use crate::db::{ACQUIRE_TIMEOUT, Error, Record, Result};
use crate::figures::{COMMITS, DATABASE_WAITS, TRANSACTIONS};

/// A group commits when it has this many transactions, or is this old.
const MAX_GROUP_SIZE: usize = 64;
const MAX_GROUP_AGE: Duration = Duration::from_millis(5);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct WriteQueue {
    writer: Arc<Mutex<Writer>>,
    /// Transactions that wait for the writer. While there is one, a finished transaction may leave the commit to it.
    waiting: Arc<AtomicUsize>,
    thread: WriterThread,
    pace: Arc<Pace>,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    options: ConnectOptions,
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

impl WriteQueue {
    pub(super) fn open(options: ConnectOptions, pace: Arc<Pace>) -> Result<Self> {
        let mut connection = options.read_write()?;
        check_pragmas(&mut connection)?;
        connection.set_busy_timeout(Duration::ZERO)?;
        let writer = Writer {
            connection,
            options,
            state: WriterState::Idle,
            group_started_at: Instant::now(),
            group: Vec::new(),
        };
        let thread = WriterThread::start()?;
        Ok(Self { writer: Arc::new(Mutex::new(writer)), waiting: Arc::default(), thread, pace })
    }

    /// Begins a transaction, which is a savepoint, as soon as the writer is free.
    pub(super) async fn begin(&self) -> Result<SqliteTx> {
        // A task whose statements all run on its own thread would otherwise never let another one run.
        coop::consume_budget().await;
        let waiting = WaitingWriter::new(self);
        let free = tokio::time::timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.writer).lock_owned());
        let writer = DATABASE_WAITS.track(free).await;
        let mut writer = writer.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        waiting.finish();
        match writer.begin() {
            Ok(()) => Ok(SqliteTx { queue: self.clone(), writer: Some(writer) }),
            // Another process writes, for example a command of the operator.
            Err(cause) if is_interrupted_or_busy(&cause) => self.begin_on_thread(writer).await,
            Err(cause) => Err(cause.into()),
        }
    }

    /// Waits for the lock of another process. A transaction that its caller no longer waits for is dropped, which rolls
    /// it back.
    async fn begin_on_thread(&self, mut writer: OwnedMutexGuard<Writer>) -> Result<SqliteTx> {
        let queue = self.clone();
        let begin = move || {
            writer.connection.set_busy_timeout(BUSY_TIMEOUT)?;
            let begun = writer.begin();
            writer.connection.set_busy_timeout(Duration::ZERO)?;
            begun?;
            Ok(SqliteTx { queue, writer: Some(writer) })
        };
        self.thread.call(begin).await?
    }

    pub(super) async fn migrate(&self, migrator: &'static Migrator) -> Result<(), MigrateError> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        let migrated = self.thread.call(move || {
            writer.commit_group();
            writer.connection.set_busy_timeout(BUSY_TIMEOUT)?;
            let migrated = migrate(&mut writer.connection, migrator);
            writer.connection.set_busy_timeout(Duration::ZERO)?;
            migrated
        });
        migrated.await.unwrap_or(Err(MigrateError::Execute(sqlx::Error::WorkerCrashed)))
    }

    /// Commits the open group, and moves the write-ahead log into the file, so that a copy of the file alone is
    /// complete.
    pub(super) async fn close(&self) {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        let closed = self.thread.call(move || {
            writer.commit_group();
            writer.connection.set_busy_timeout(BUSY_TIMEOUT)?;
            writer.connection.control(&["pragma wal_checkpoint(truncate)"])
        });
        if let Ok(Err(cause)) = closed.await {
            error!(%cause, "the checkpoint at the end failed");
        }
    }

    /// Commits the open group on the writer's thread.
    fn commit_group(&self, mut writer: OwnedMutexGuard<Writer>) {
        self.thread.run(move || writer.commit_group());
    }

    /// Commits the open group once the writer is free.
    fn commit_group_when_free(&self) {
        let queue = self.clone();
        // Without a runtime the program is ending, and the database rolls back everything that is open.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let writer = Arc::clone(&queue.writer).lock_owned().await;
                queue.commit_group(writer);
            });
        }
    }
}

/// Checks two settings that a file or a build of SQLite can override. Durability depends on them.
fn check_pragmas(connection: &mut Connection) -> Result<()> {
    let none = Arguments::default();
    let journal: Vec<(String,)> = connection.fetch("pragma journal_mode", &none, 1, STATEMENT_LIMIT)?;
    let synchronous: Vec<(i64,)> = connection.fetch("pragma synchronous", &none, 1, STATEMENT_LIMIT)?;
    match (journal.first(), synchronous.first()) {
        (Some((journal,)), Some((2,))) if journal == "wal" => Ok(()),
        found => Err(Error::Internal(sqlx::Error::Configuration(
            format!("journal_mode and synchronous are {found:?}; wal and 2 (full) are required").into(),
        ))),
    }
}

/// Counts as waiting until it is dropped. A caller that is cancelled while it waits still commits the group that was
/// left to it.
struct WaitingWriter<'a> {
    queue: &'a WriteQueue,
    has_writer: bool,
}

impl<'a> WaitingWriter<'a> {
    fn new(queue: &'a WriteQueue) -> Self {
        queue.waiting.fetch_add(1, Ordering::SeqCst);
        Self { queue, has_writer: false }
    }

    fn finish(mut self) {
        self.has_writer = true;
    }
}

impl Drop for WaitingWriter<'_> {
    fn drop(&mut self) {
        self.queue.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.has_writer {
            self.queue.commit_group_when_free();
        }
    }
}

impl Writer {
    /// Opens the next savepoint, after the end of the last one.
    fn begin(&mut self) -> Result<(), sqlx::Error> {
        let statements: &[_] = match self.state {
            WriterState::Idle => {
                self.group_started_at = Instant::now();
                &["begin immediate", "savepoint tx"]
            }
            WriterState::Release => &["release tx", "savepoint tx"],
            WriterState::Rollback => &["rollback to tx", "release tx", "savepoint tx"],
        };
        let mut result = self.connection.control(statements);
        if result.is_err() && self.state != WriterState::Idle {
            // SQLite rolls the whole group back when the disk is full. This transaction can still begin a new one.
            self.abort_group();
            self.group_started_at = Instant::now();
            result = self.connection.control(&["begin immediate", "savepoint tx"]);
        }
        if result.is_err() {
            self.abort_group();
        } else {
            self.state = WriterState::Rollback;
        }
        result
    }

    /// Commits the open group and notifies its transactions.
    fn commit_group(&mut self) {
        if self.state != WriterState::Idle && !self.connection.is_in_transaction() {
            // SQLite has rolled it back, with the statement that it interrupted.
            return self.abort_group();
        }
        let statements: &[_] = match (self.state, self.group.is_empty()) {
            (WriterState::Idle, _) => return,
            (WriterState::Rollback, true) => &["rollback"],
            (WriterState::Rollback, false) => &["rollback to tx", "release tx", "commit"],
            (WriterState::Release, _) => &["release tx", "commit"],
        };
        match self.connection.control(statements) {
            Ok(()) => {
                self.state = WriterState::Idle;
                TRANSACTIONS.add(self.group.len());
                COMMITS.add(1);
                self.group.drain(..).for_each(|waiter| drop(waiter.send(Ok(()))));
            }
            Err(cause) => {
                error!(%cause, "a commit failed");
                self.abort_group();
            }
        }
    }

    /// Rolls the group back, notifies its transactions, and makes the connection usable again.
    fn abort_group(&mut self) {
        self.group.drain(..).for_each(|waiter| drop(waiter.send(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))));
        self.state = WriterState::Idle;
        if self.connection.is_in_transaction()
            && let Err(cause) = self.connection.control(&["rollback"])
        {
            error!(%cause, "a rollback failed; the connection is opened again");
            if let Ok(connection) = self.options.read_write() {
                self.connection = connection;
            }
        }
    }
}

/// A transaction: a savepoint in the open group. It has the writer until it commits or is dropped.
#[derive(Debug)]
pub(in crate::db) struct SqliteTx {
    queue: WriteQueue,
    /// `None` once the transaction has ended.
    writer: Option<OwnedMutexGuard<Writer>>,
}

impl SqliteTx {
    pub(in crate::db) async fn fetch_all<T: Record>(
        &mut self,
        sql: &'static str,
        values: Arguments,
        scans: bool,
    ) -> Result<Vec<T>> {
        self.on_connection(sql, scans, move |connection, limit| connection.fetch(sql, &values, usize::MAX, limit)).await
    }

    pub(in crate::db) async fn fetch_optional<T: Record>(
        &mut self,
        sql: &'static str,
        values: Arguments,
        scans: bool,
    ) -> Result<Option<T>> {
        let fetch = move |connection: &mut Connection, limit| connection.fetch(sql, &values, 1, limit);
        Ok(self.on_connection(sql, scans, fetch).await?.pop())
    }

    pub(in crate::db) async fn execute(&mut self, sql: &'static str, values: Arguments, scans: bool) -> Result<u64> {
        self.on_connection(sql, scans, move |connection, _| connection.execute(sql, &values)).await
    }

    /// Runs a statement on this thread, or on the writer's if it may take long.
    async fn on_connection<R: Send + 'static>(
        &mut self,
        sql: &'static str,
        scans: bool,
        run: impl Fn(&mut Connection, Duration) -> Result<R, sqlx::Error> + Send + 'static,
    ) -> Result<R> {
        coop::consume_budget().await;
        let pace = Arc::clone(&self.queue.pace);
        if !scans && !pace.is_slow(sql) {
            let writer = self.writer.as_mut().ok_or(Error::TransactionAborted)?;
            writer.connection.check_inline(sql);
            let started_at = Instant::now();
            let result = run(&mut writer.connection, INLINE_LIMIT);
            pace.record(sql, scans, started_at.elapsed());
            match result {
                // One that only reads: see `Connection::fetch`. The transaction is as before.
                Err(error) if is_interrupted_or_busy(&error) && writer.connection.is_in_transaction() => {}
                result => return Ok(result?),
            }
        }
        let caller = CancelOnDrop::default();
        let flag = caller.flag();
        // A caller that is cancelled leaves the transaction behind, which ends like any that is dropped.
        let mut tx = Self { queue: self.queue.clone(), writer: self.writer.take() };
        let run = move || {
            let Some(writer) = tx.writer.as_mut() else { return (tx, Err(Error::TransactionAborted)) };
            let started_at = Instant::now();
            // The finished transactions of the group would be rolled back, too.
            let spares_writes = !writer.group.is_empty();
            let result =
                writer.connection.cancellable(&flag, spares_writes, |connection| run(connection, STATEMENT_LIMIT));
            pace.record_blocking(sql, scans, started_at.elapsed());
            (tx, result.map_err(Error::from))
        };
        let (mut tx, result) = self.queue.thread.call(run).await?;
        self.writer = tx.writer.take();
        result
    }

    /// Returns once the group is committed and on disk, by this transaction or another one of the group.
    pub(in crate::db) async fn commit(mut self) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Err(Error::TransactionAborted) };
        let (sender, committed) = oneshot::channel();
        writer.state = WriterState::Release;
        writer.group.push(sender);
        let can_grow = writer.group.len() < MAX_GROUP_SIZE && writer.group_started_at.elapsed() < MAX_GROUP_AGE;
        if can_grow && self.queue.waiting.load(Ordering::SeqCst) > 0 {
            drop(writer);
        } else {
            self.queue.commit_group(writer);
        }
        committed.await.unwrap_or(Err(Error::Unavailable(sqlx::Error::WorkerCrashed)))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take()
            && self.queue.waiting.load(Ordering::SeqCst) == 0
        {
            self.queue.commit_group(writer);
        }
    }
}

/// The thread that waits for the disk. It ends with the last of its handles.
#[derive(Clone, Debug)]
struct WriterThread(mpsc::Sender<Job>);

type Job = Box<dyn FnOnce() + Send>;

impl WriterThread {
    fn start() -> Result<Self> {
        let (sender, jobs) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned());
        thread.spawn(move || jobs.into_iter().for_each(|job| job())).map_err(sqlx::Error::Io)?;
        Ok(Self(sender))
    }

    /// Runs a job even if its caller no longer waits.
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        // Without the thread, which only a panic ends, the caller runs it.
        if let Err(mpsc::SendError(job)) = self.0.send(Box::new(job)) {
            job();
        }
    }

    /// Runs a job and returns its output.
    async fn call<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (sender, output) = oneshot::channel();
        self.run(move || drop(sender.send(job())));
        output.await.map_err(|_| Error::Unavailable(sqlx::Error::WorkerCrashed))
    }
}
