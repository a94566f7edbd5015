//! Notifications from one node to the others, by PostgreSQL's NOTIFY. A node that does not listen misses them.
//!
//! The channel is named after the current schema, so that several installations in one database are separate.

use std::fmt;
use std::time::Duration;

use sqlx::Executor;
use sqlx_postgres::{PgListener, PgPoolOptions};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, Db, Engine, Error, Query, Result};

/// The maximum length of a NOTIFY payload in bytes.
pub const MAX_NOTIFY_PAYLOAD: usize = 7_999;

/// After this long without a notification a listener checks its connection: a lost one is just as silent.
const LIVENESS_CHECK_INTERVAL: Duration = Duration::from_secs(15);

impl Db {
    /// Returns true if the database can notify other nodes. On SQLite there are none.
    #[must_use]
    pub fn can_notify(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }

    /// Sends a payload to all listening nodes, this one included.
    ///
    /// Do not call it while a transaction is open: PostgreSQL commits only one transaction with a NOTIFY at a time.
    ///
    /// # Errors
    /// Also when the payload is longer than [`MAX_NOTIFY_PAYLOAD`].
    pub async fn notify(&self, payload: &str) -> Result<()> {
        if self.can_notify() {
            let sql = "select cast(pg_notify('studyhall_' || cast(oid as text), $1) as text) \
                 from pg_namespace where nspname = current_schema()";
            let _: (String,) = self.one(sql, &[&payload]).await?;
        }
        Ok(())
    }

    /// Listens on the channel of this installation; `None` on SQLite.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        let Engine::Postgres(postgres) = &self.0 else { return Ok(None) };
        let sql = "select 'studyhall_' || cast(oid as text) from pg_namespace where nspname = current_schema()";
        let (channel,): (String,) = self.one(sql, &[]).await?;
        // A pool of its own: the listener keeps its connection, which the pool of the statements would lack.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(postgres.direct.primary().await?);
        let mut inner = PgListener::connect_with(&pool).await?;
        inner.eager_reconnect(false);
        inner.listen(&channel).await?;
        Ok(Some(Listener(inner)))
    }
}

/// A connection that listens for notifications.
pub struct Listener(PgListener);

impl Listener {
    /// Returns the payload of the next notification.
    ///
    /// # Errors
    /// When the connection is lost. The listener is of no further use then, and notifications may have been missed.
    pub async fn next(&mut self) -> Result<String> {
        loop {
            match timeout(LIVENESS_CHECK_INTERVAL, self.0.try_recv()).await {
                Ok(Ok(Some(notification))) => return Ok(notification.payload().to_owned()),
                Ok(Ok(None)) => return Err(Error::Unavailable(sqlx::Error::WorkerCrashed)),
                Ok(Err(cause)) => return Err(cause.into()),
                Err(_) => match timeout(ACQUIRE_TIMEOUT, self.0.execute("select 1")).await {
                    Ok(answer) => _ = answer?,
                    Err(_) => return Err(Error::Unavailable(sqlx::Error::PoolTimedOut)),
                },
            }
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
