//! The pool of SQLite connections that read.
//!
//! Not sqlx's pool, which spawns a task to ping every returned connection: a second round trip to the connection's
//! thread for each statement. A connection to a file cannot be lost like one over a network. Here it is free as soon as
//! its statement ends, and only one whose statement failed or was cancelled is pinged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, Error, Result};

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct ReaderPool(Arc<ReaderPoolInner>);

#[derive(Debug)]
struct ReaderPoolInner {
    options: SqliteConnectOptions,
    max_connections: u32,
    permits: Arc<Semaphore>,
    /// The connection that was used last is reused first: its statements and pages are cached.
    idle: Mutex<Vec<SqliteConnection>>,
}

impl ReaderPool {
    /// Opens one connection, so that an invalid file fails at the start, and up to `max_connections` as they are
    /// needed.
    pub(super) async fn open(options: SqliteConnectOptions, max_connections: u32) -> Result<Self> {
        let first = options.connect().await?;
        let permits = Arc::new(Semaphore::new(usize::try_from(max_connections).unwrap_or(usize::MAX)));
        Ok(Self(Arc::new(ReaderPoolInner { options, max_connections, permits, idle: Mutex::new(vec![first]) })))
    }

    /// Returns a connection as soon as one is free.
    pub(super) async fn acquire(&self) -> Result<Reader> {
        let permit = timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.0.permits).acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        let permit = permit.map_err(|_| Error::Unavailable(sqlx::Error::PoolClosed))?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.options.connect().await?,
        };
        Ok(Reader { pool: self.clone(), permit: Some(permit), connection: Some(connection) })
    }

    /// Waits for running statements and closes all connections.
    pub(super) async fn close(&self) {
        let _all = self.0.permits.acquire_many(self.0.max_connections).await;
        self.0.permits.close();
        let connections = std::mem::take(&mut *self.idle());
        for connection in connections {
            // A read-only connection has nothing to lose when it does not close cleanly.
            let _ = connection.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // No code panics while it holds the lock.
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use.
#[derive(Debug)]
pub(super) struct Reader {
    pool: ReaderPool,
    permit: Option<OwnedSemaphorePermit>,
    /// `None` once it is returned to the pool.
    connection: Option<SqliteConnection>,
}

impl Reader {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(Error::TransactionAborted)
    }

    /// Returns the connection to the pool. Its statement has ended.
    pub(super) fn release(mut self) {
        self.pool.idle().extend(self.connection.take());
    }
}

impl Drop for Reader {
    /// A cancelled statement may still run. The reader keeps its permit until the statement has ended, so that no more
    /// statements run than there are permits.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (pool, permit) = (self.pool.clone(), self.permit.take());
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            if connection.ping().await.is_ok() {
                pool.idle().push(connection);
            }
            drop(permit);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::sqlite::SqliteArguments;

    use super::*;

    async fn pool(max_connections: u32) -> ReaderPool {
        let options = SqliteConnectOptions::new().in_memory(true);
        ReaderPool::open(options, max_connections).await.expect("the pool opens")
    }

    #[tokio::test]
    async fn a_released_connection_is_reused_first() {
        let pool = pool(2).await;
        pool.acquire().await.expect("a connection is free").release();
        assert_eq!(pool.idle().len(), 1);
        let first = pool.acquire().await.expect("a connection is free");
        let second = pool.acquire().await.expect("a second connection is opened");
        assert_eq!(pool.idle().len(), 0);
        second.release();
        first.release();
        assert_eq!(pool.idle().len(), 2);
        pool.close().await;
        assert!(pool.acquire().await.is_err());
    }

    #[tokio::test]
    async fn a_cancelled_statement_keeps_its_permit_until_it_ends() {
        let pool = pool(1).await;
        let mut reader = pool.acquire().await.expect("a connection is free");
        let slow =
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000) select count(*) from n";
        let query = sqlx::query_with(slow, SqliteArguments::default());
        let connection = reader.connection().expect("the connection is in use");
        let cancelled = timeout(Duration::from_millis(1), query.execute(connection)).await;
        assert!(cancelled.is_err(), "the statement takes longer");
        drop(reader);
        assert!(pool.idle().is_empty());
        pool.acquire().await.expect("the connection is returned").release();
        assert_eq!(pool.idle().len(), 1);
    }
}
