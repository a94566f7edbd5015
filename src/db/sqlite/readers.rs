//! The connections that read.
//!
//! A statement runs on the thread that asks: handing it to another thread and its rows back costs several times what a
//! point read does. A thread prefers the connection that it used last, whose pages and prepared statements lie in the
//! caches of its core. What may take long runs on a blocking thread with a connection of its own: a statement that is
//! marked with [`Scan`](crate::db::Scan), unless it was brief last time; one that was slow last time; and one that is
//! interrupted on the caller's thread.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::{coop, spawn_blocking};
use tokio::time::timeout;

use super::connection::{ConnectOptions, Connection};
use super::driver::Arguments;
use super::error::is_interrupted_or_busy;
use super::interrupt::CancelOnDrop;
use super::pace::Pace;
use super::{BUSY_TIMEOUT, STATEMENT_LIMIT};
use crate::db::{ACQUIRE_TIMEOUT, Error, Record, Result};

/// How many statements of a lane run at the same time. The others wait.
const LANE_WIDTH: usize = 4;

#[derive(Debug)]
pub(super) struct Readers {
    options: ConnectOptions,
    inline: Box<[Slot]>,
    scans: Lane,
    /// Of its own: on a busy machine a point read can be slow, and must not wait for the scans that make it busy.
    others: Lane,
    pace: Arc<Pace>,
}

/// Connections for statements on blocking threads.
#[derive(Debug)]
struct Lane {
    slots: Box<[Slot]>,
    permits: Arc<Semaphore>,
}

impl Lane {
    fn new(width: usize) -> Self {
        Self { slots: unopened(width), permits: Arc::new(Semaphore::new(width)) }
    }

    /// Waits for running statements and admits no other.
    async fn close(&self) {
        let _all = self.permits.acquire_many(u32::try_from(self.slots.len()).unwrap_or(u32::MAX)).await;
        self.permits.close();
    }
}

fn unopened(count: usize) -> Box<[Slot]> {
    (0..count).map(|_| Mutex::new(Reader::Unopened)).collect()
}

type Slot = Mutex<Reader>;

#[derive(Debug)]
enum Reader {
    Unopened,
    Open(Box<Connection>),
    Closed,
}

impl Readers {
    /// Opens one connection, so that an invalid file fails at the start, and up to `connections` as threads need them.
    pub(super) fn open(options: ConnectOptions, connections: usize, pace: Arc<Pace>) -> Result<Self> {
        // Scans compute. More of them than there are cores would only take time from the rest.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let readers = Self {
            options,
            inline: unopened(connections.max(1)),
            scans: Lane::new(cores.min(LANE_WIDTH)),
            others: Lane::new(LANE_WIDTH),
            pace,
        };
        readers.with_connection(&readers.inline, Duration::ZERO, |_| ())?;
        Ok(readers)
    }

    /// Returns the first rows of a statement.
    pub(super) async fn fetch<T: Record>(
        self: &Arc<Self>,
        sql: &'static str,
        arguments: Arguments,
        max_rows: usize,
        scans: bool,
    ) -> Result<Vec<T>> {
        // A task whose statements all run on its own thread would otherwise never let another one run.
        coop::consume_budget().await;
        if let Some(limit) = self.pace.limit(sql, scans) {
            let found = self.with_connection(&self.inline, Duration::ZERO, |connection| {
                if !scans {
                    connection.check_inline(sql);
                }
                let started_at = Instant::now();
                let found = connection.fetch(sql, &arguments, max_rows, limit);
                self.pace.record(sql, scans, started_at.elapsed());
                found
            })?;
            match found {
                Err(error) if is_interrupted_or_busy(&error) => {}
                found => return Ok(found?),
            }
        }
        self.fetch_on_blocking_thread(sql, arguments, max_rows, scans).await
    }

    async fn fetch_on_blocking_thread<T: Record>(
        self: &Arc<Self>,
        sql: &'static str,
        arguments: Arguments,
        max_rows: usize,
        scans: bool,
    ) -> Result<Vec<T>> {
        let permit = timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.lane(scans).permits).acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        let permit = permit.map_err(|_| Error::Unavailable(sqlx::Error::PoolClosed))?;
        let readers = Arc::clone(self);
        let caller = CancelOnDrop::default();
        let flag = caller.flag();
        let fetch = move || {
            // A caller that is cancelled leaves the statement behind, with its permit, until it is interrupted.
            let _permit = permit;
            readers.with_connection(&readers.lane(scans).slots, BUSY_TIMEOUT, |connection| {
                let started_at = Instant::now();
                let fetch = |connection: &mut Connection| connection.fetch(sql, &arguments, max_rows, STATEMENT_LIMIT);
                let found = connection.cancellable(&flag, false, fetch);
                readers.pace.record_blocking(sql, scans, started_at.elapsed());
                found
            })
        };
        let found = spawn_blocking(fetch).await.map_err(|_| Error::Unavailable(sqlx::Error::WorkerCrashed))?;
        Ok(found??)
    }

    fn lane(&self, scans: bool) -> &Lane {
        if scans { &self.scans } else { &self.others }
    }

    /// Runs `use_connection` with the connection of this thread, or with another one that is free.
    fn with_connection<R>(
        &self,
        slots: &[Slot],
        busy_timeout: Duration,
        use_connection: impl FnOnce(&mut Connection) -> R,
    ) -> Result<R> {
        let mut reader = lock(slots);
        if matches!(*reader, Reader::Unopened) {
            let mut connection = self.options.read_only()?;
            connection.set_busy_timeout(busy_timeout)?;
            *reader = Reader::Open(Box::new(connection));
        }
        match &mut *reader {
            Reader::Open(connection) => Ok(use_connection(connection)),
            Reader::Unopened | Reader::Closed => Err(Error::Unavailable(sqlx::Error::PoolClosed)),
        }
    }

    /// Waits for running statements and closes all connections.
    pub(super) async fn close(&self) {
        self.scans.close().await;
        self.others.close().await;
        for slot in self.inline.iter().chain(&self.scans.slots).chain(&self.others.slots) {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Reader::Closed;
        }
    }
}

/// Locks the slot of this thread, or the next one that is free. If none is, there are more threads than connections,
/// and this one waits for the end of a statement.
fn lock(slots: &[Slot]) -> MutexGuard<'_, Reader> {
    let own = thread_number() % slots.len();
    let (before, after) = slots.split_at(own);
    let free = after.iter().chain(before).find_map(|slot| match slot.try_lock() {
        Ok(reader) => Some(reader),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    });
    free.unwrap_or_else(|| slots[own].lock().unwrap_or_else(PoisonError::into_inner))
}

/// Returns the number of this thread among those that read.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    NUMBER.with(|number| {
        number.get().unwrap_or_else(|| {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            number.set(Some(next));
            next
        })
    })
}
