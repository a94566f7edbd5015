//! Short words from one node to the others, by PostgreSQL's NOTIFY. Hints: who does not listen never hears them.
//!
//! The channel is that of the current schema, so that several houses in one database do not hear each other.

use std::fmt;
use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, Db, Engine, Error, Query, Result};

/// PostgreSQL refuses longer ones.
pub const LONGEST_NOTICE: usize = 7_999;

/// A listener that heard nothing for this long asks whether its connection still lives: a lost one is just as silent.
const TRUSTED_SILENCE: Duration = Duration::from_secs(15);

impl Db {
    /// Says whether other nodes can be told anything. SQLite has no other nodes.
    #[must_use]
    pub fn can_notify(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }

    /// Tells everybody who listens, this node too.
    ///
    /// Not for use inside a transaction that writes: the server lets only one transaction with a notice commit at a time.
    ///
    /// # Errors
    /// When the server does not answer, or the notice is longer than [`LONGEST_NOTICE`].
    pub async fn notify(&self, notice: &str) -> Result<()> {
        if self.can_notify() {
            let sql = "select cast(pg_notify('studyhall_' || cast(oid as text), $1) as text) \
                 from pg_namespace where nspname = current_schema()";
            let _: (String,) = self.one(sql, &[&notice]).await?;
        }
        Ok(())
    }

    /// Begins to listen; `None` on SQLite.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        let Engine::Postgres(postgres) = &self.0 else { return Ok(None) };
        let sql = "select 'studyhall_' || cast(oid as text) from pg_namespace where nspname = current_schema()";
        let (channel,): (String,) = self.one(sql, &[]).await?;
        // A pool of its own: a connection that listens is kept, and must not be missing where statements run.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(postgres.pool.connect_options().as_ref().clone());
        let mut inner = PgListener::connect_with(&pool).await?;
        inner.eager_reconnect(false);
        inner.listen(&channel).await?;
        Ok(Some(Listener(inner)))
    }
}

/// A connection that listens.
pub struct Listener(PgListener);

impl Listener {
    /// Returns the next notice. After an error this listener hears nothing more, and notices may have been missed.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn next(&mut self) -> Result<String> {
        loop {
            match timeout(TRUSTED_SILENCE, self.0.try_recv()).await {
                Ok(Ok(Some(notice))) => return Ok(notice.payload().to_owned()),
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
