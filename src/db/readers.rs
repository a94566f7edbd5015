//! The connections to SQLite that read.
//!
//! Not sqlx's pool: whenever a connection comes back, it starts a task that asks the connection whether it still lives,
//! which is a second round trip to its thread for every statement. Behind a file there is no network that could have
//! gone away meanwhile. Here a connection whose statement came to its end is free at once, and only one whose statement
//! failed or was given up is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, Error, Result};

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Readers(Arc<ReadersInner>);

#[derive(Debug)]
struct ReadersInner {
    options: SqliteConnectOptions,
    most: u32,
    places: Arc<Semaphore>,
    /// Those at work are not in here. The last one used comes first: its statements and pages are still warm.
    free: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// Opens one connection, so that a wrong file is told at the start, and up to `most` as they are needed.
    pub(super) async fn open(options: SqliteConnectOptions, most: u32) -> Result<Self> {
        let first = options.connect().await?;
        let places = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(usize::MAX)));
        Ok(Self(Arc::new(ReadersInner { options, most, places, free: Mutex::new(vec![first]) })))
    }

    /// Returns a connection of one's own, as soon as one is free.
    pub(super) async fn acquire(&self) -> Result<Reader> {
        let place = timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.0.places).acquire_owned()).await;
        let place = place.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        let place = place.map_err(|_| Error::Unavailable(sqlx::Error::PoolClosed))?;
        let free = self.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => self.0.options.connect().await?,
        };
        Ok(Reader { readers: self.clone(), place: Some(place), connection: Some(connection) })
    }

    /// Waits for those at work and closes every connection.
    pub(super) async fn close(&self) {
        let _all = self.0.places.acquire_many(self.0.most).await;
        self.0.places.close();
        let connections = std::mem::take(&mut *self.free());
        for connection in connections {
            // Nothing of it is needed any more, however its end goes.
            let _ = connection.close().await;
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // Nothing panics while it is held.
        self.0.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection at work.
#[derive(Debug)]
pub(super) struct Reader {
    readers: Readers,
    place: Option<OwnedSemaphorePermit>,
    /// `None` once it is free again.
    connection: Option<SqliteConnection>,
}

impl Reader {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.connection.as_mut().ok_or(Error::Abandoned)
    }

    /// Frees the connection. Its statement has come to its end.
    pub(super) fn release(mut self) {
        self.readers.free().extend(self.connection.take());
    }
}

impl Drop for Reader {
    /// A statement that was given up may still run. Its place stays taken until it has ended, so that no more of them
    /// run at once than there are places.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        let (readers, place) = (self.readers.clone(), self.place.take());
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            if connection.ping().await.is_ok() {
                readers.free().push(connection);
            }
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::sqlite::SqliteArguments;

    use super::*;

    async fn readers(most: u32) -> Readers {
        Readers::open(SqliteConnectOptions::new().in_memory(true), most).await.expect("it opens")
    }

    #[tokio::test]
    async fn a_released_connection_is_the_next_one() {
        let readers = readers(2).await;
        readers.acquire().await.expect("one is free").release();
        assert_eq!(readers.free().len(), 1);
        let first = readers.acquire().await.expect("one is free");
        let second = readers.acquire().await.expect("another is opened");
        assert_eq!(readers.free().len(), 0);
        second.release();
        first.release();
        assert_eq!(readers.free().len(), 2);
        readers.close().await;
        assert!(readers.acquire().await.is_err());
    }

    #[tokio::test]
    async fn a_statement_that_was_given_up_keeps_its_place_until_it_ends() {
        let readers = readers(1).await;
        let mut reader = readers.acquire().await.expect("one is free");
        let long =
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000) select count(*) from n";
        let query = sqlx::query_with(long, SqliteArguments::default());
        let given_up =
            timeout(Duration::from_millis(1), query.execute(reader.connection().expect("it is at work"))).await;
        assert!(given_up.is_err(), "it takes longer");
        drop(reader);
        assert!(readers.free().is_empty());
        readers.acquire().await.expect("it comes back").release();
        assert_eq!(readers.free().len(), 1);
    }
}
