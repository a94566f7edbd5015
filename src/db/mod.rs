//! One SQL text for SQLite and PostgreSQL.
//!
//! The engine is chosen once, from the URL. Behind it stand four verbs, those of [`Query`], the same on `&Db` and on
//! `&mut Tx`. A statement is a constant; the rare one that differs between the engines is a [`Sql`] pair.
//!
//! ```ignore
//! let name: Option<(String,)> = db.opt("select username from users where id = $1", &[&id]).await?;
//!
//! let mut tx = db.write().await?;
//! tx.run("update users set username = $2 where id = $1", &[&id, &name]).await?;
//! tx.commit().await?;
//! ```
//!
//! The house dialect that runs on both: `$1` placeholders, `returning`, `on conflict .. do`, `cast(x as text)`, every
//! integer a `bigint`, ids and times made in Rust, keyset paging with row values, no row locks. A list binds as
//! [`List`] or [`Texts`] and is read by `in (select value from json_each($1))`; the PostgreSQL migrations define
//! `json_each` for `bigint[]` and `text[]`. After a failed statement the transaction is over: [`Tx::commit`] refuses.
//!
//! Not `sqlx::Any` (no booleans, no own types) and not code generic over the driver, whose bounds spread everywhere.

mod count;
mod error;
mod finish;
mod migrate;
mod notify;
mod postgres;
mod query;
mod readers;
mod sqlite;
mod statement;

use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tracing::warn;

use crate::clock::Timestamp;

pub use count::counted;
pub use error::{Error, Result};
pub use notify::{LONGEST_NOTICE, Listener};
pub use query::Query;
pub use statement::{Bind, List, Record, Sql, Texts};

/// A wait for a connection is over after this long; the caller gets [`Error::Unavailable`].
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A transaction that lives longer is logged: on SQLite it keeps every other writer waiting.
const LONG_TRANSACTION: Duration = Duration::from_millis(100);

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Engine);

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database behind `url` and sets it up. `connections` of 0 takes the engine's default.
    ///
    /// # Errors
    /// When the database cannot be reached, or is not what its URL says.
    pub async fn open(url: &SecretString, connections: u32) -> Result<Self> {
        let url = url.expose_secret();
        let engine = if url.starts_with("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(url, if connections == 0 { 4 } else { connections }).await?)
        } else {
            Engine::Postgres(postgres::Postgres::open(url, if connections == 0 { 16 } else { connections }).await?)
        };
        Ok(Self(engine))
    }

    /// Begins a transaction that writes. On SQLite there is one at a time; the others wait their turn.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no turn comes in time.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match &self.0 {
            Engine::Sqlite(sqlite) => TxInner::Sqlite(sqlite.write().await?),
            Engine::Postgres(postgres) => TxInner::Postgres(postgres.write().await?),
        };
        Ok(Tx { inner, began: Instant::now(), has_failed: false })
    }

    /// Returns the database server's time, to compare this machine's clock with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn server_time(&self) -> Result<Timestamp> {
        let (micros,): (i64,) = self
            .one(
                Sql {
                    sqlite: "select cast(unixepoch('now', 'subsec') * 1000000 as integer)",
                    postgres: "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
                },
                &[],
            )
            .await?;
        Ok(Timestamp(micros))
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.pool.close().await,
        }
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it changes nothing.
///
/// Nothing slow belongs inside: no network, no password hash, no file.
#[derive(Debug)]
pub struct Tx {
    inner: TxInner,
    began: Instant,
    has_failed: bool,
}

#[derive(Debug)]
enum TxInner {
    Sqlite(sqlite::Job),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    /// Returns once everything done in this transaction is durable.
    ///
    /// # Errors
    /// When the engine could not write it down, or a statement of this transaction failed before; nothing is changed.
    pub async fn commit(self) -> Result<()> {
        if self.has_failed {
            return Err(Error::Abandoned);
        }
        let took = self.began.elapsed();
        if took > LONG_TRANSACTION {
            warn!(millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "a transaction took long");
        }
        match self.inner {
            TxInner::Sqlite(job) => job.commit().await,
            TxInner::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}
