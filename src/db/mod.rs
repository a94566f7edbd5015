//! One SQL text for SQLite and PostgreSQL.
//!
//! The engine is chosen once, from the URL. Statements run through the four methods of [`Query`], the same on `&Db` and
//! on `&mut Tx`. A statement is a constant; the rare one that differs between the engines is a [`Sql`] pair, and one that
//! can look at many rows to return few is marked with [`Scan`].
//!
//! ```ignore
//! let name: Option<(String,)> = db.opt("select username from users where id = $1", &[&id]).await?;
//!
//! let mut tx = db.write().await?;
//! tx.run("update users set username = $2 where id = $1", &[&id, &name]).await?;
//! tx.commit().await?;
//! ```
//!
//! The common dialect: `$1` placeholders, `returning`, `on conflict .. do`, `cast(x as text)`, every integer a
//! `bigint`, ids and times generated in Rust, keyset paging with row values, no row locks. A failed statement aborts the
//! transaction: [`Tx::commit`] returns an error then.
//!
//! A list binds as [`List`] or [`Texts`] and is read with `in (select value from json_each($1))`; the PostgreSQL migrations
//! define `json_each` for `bigint[]` and `text[]`. The statements of the loaders, which run with every request and whose
//! lists repeat no value, read it with `from json_each($1) as wanted cross join users where users.id = wanted.value`:
//! SQLite copies a list behind `in` into a table with a Bloom filter of 10 KB. Measured, one user takes 4.6 instead of
//! 6.6 µs, and 30 take 18 instead of 23 µs. There, columns have the names of their tables: SQLite's `json_each` has an `id`
//! too.
//!
//! A sweep that deletes a batch found by a subquery repeats the condition outside of it: PostgreSQL checks only what is
//! outside again when another transaction has just changed the row.
//!
//! Not `sqlx::Any`, which has no booleans and no custom types, and not code generic over the driver, whose bounds
//! spread everywhere.

mod error;
mod installation;
mod migrate;
mod notify;
mod postgres;
mod postgres_hosts;
mod query;
mod sqlite;
mod statement;
mod text_enum;
pub mod transfer;
mod write_health;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use secrecy::{ExposeSecret, SecretString};
use tracing::warn;

use crate::clock::Timestamp;
use crate::config::DEFAULT_DATABASE_CACHE_MIB;
use crate::figures::{COMMITS, DATABASE_WAITS, TRANSACTIONS};

pub use error::{Error, Result};
pub use migrate::schema_version;
pub use notify::{Listener, MAX_NOTIFY_PAYLOAD};
pub use query::Query;
pub use sqlite::unmarked_scans;
pub use statement::{Bind, List, Record, Scan, Sql, Statement, Texts, count_statements, executed_statements};
pub use write_health::WriteHealth;

/// Makes a statement that selects rows count them. It stops one row after `page::MAX_TOTAL_COUNT`, but looks at all rows
/// that the condition leaves out before.
macro_rules! count_rows {
    ($select:expr) => {
        $crate::db::Scan($crate::db::count_subquery!($select))
    };
}

/// The text of [`count_rows!`], for a statement that counts several lists.
macro_rules! count_subquery {
    ($select:expr) => {
        concat!("select count(*) from (", $select, " limit 1001) as counted")
    };
}

pub(crate) use text_enum::text_enum;
pub(crate) use {count_rows, count_subquery};

/// What the path in a URL cannot contain as it is.
const PATH_CHARACTERS: &AsciiSet = &CONTROLS.add(b'?').add(b'%').add(b' ').add(b'#');

/// How many rows a sweep reads or deletes at once. Its transactions are short, so that other writers do not wait for them.
pub const SWEEP_BATCH_SIZE: i64 = 500;

/// A caller that waits longer for a connection gets [`Error::Unavailable`].
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// A transaction that takes longer is logged: on SQLite all other writers wait for it.
const LONG_TRANSACTION: Duration = Duration::from_millis(100);

/// Returns the file of a SQLite database; `None` for PostgreSQL.
///
/// # Errors
/// When the URL does not name a file.
pub fn sqlite_file(url: &SecretString) -> Result<Option<PathBuf>> {
    let url = url.expose_secret();
    url.starts_with("sqlite:").then(|| sqlite::path_of(url)).transpose()
}

/// Returns the path as it stands in the URL of a SQLite database.
#[must_use]
pub fn encode_path(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), PATH_CHARACTERS).to_string()
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Engine);

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Connects to the database at `url`, which chooses the engine. `connections` of 0 means the engine's default.
    pub async fn open(url: &SecretString, connections: u32) -> Result<Self> {
        Self::open_with_cache(url, connections, DEFAULT_DATABASE_CACHE_MIB).await
    }

    /// Like [`Db::open`], with the size of SQLite's page cache for each connection. PostgreSQL has its own setting.
    pub async fn open_with_cache(url: &SecretString, connections: u32, cache_mib: u32) -> Result<Self> {
        let url = url.expose_secret();
        let engine = if url.starts_with("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(url, connections, cache_mib)?)
        } else {
            Engine::Postgres(postgres::Postgres::open(url, if connections == 0 { 16 } else { connections }).await?)
        };
        Ok(Self(engine))
    }

    /// Reaches PostgreSQL at `url` for notifications and migrations, past a pooler. Without effect on SQLite.
    ///
    /// # Errors
    /// When the URL is not valid.
    pub fn with_direct_url(mut self, url: &SecretString) -> Result<Self> {
        if let Engine::Postgres(postgres) = &mut self.0 {
            postgres.set_direct_url(url.expose_secret())?;
        }
        Ok(self)
    }

    /// Returns the cause of `error`. Where a caller only waited in vain for a connection, it is what a connection to
    /// the server says: refused, too many clients.
    pub async fn cause(&self, error: Error) -> Error {
        match (&self.0, error) {
            (Engine::Postgres(postgres), Error::Unavailable(sqlx::Error::PoolTimedOut)) => {
                postgres.connect_error().await
            }
            (_, error) => error,
        }
    }

    /// Returns true if several nodes can use this database at the same time.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }

    /// Begins a transaction that writes. On SQLite there is one at a time; the others wait.
    ///
    /// # Errors
    /// [`Error::Unavailable`] after 3 seconds without a free connection or writer.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match &self.0 {
            Engine::Sqlite(sqlite) => TxInner::Sqlite(sqlite.write().await?),
            // Boxed: every future that writes would be 8 KB larger, on SQLite too, and is moved with each request.
            Engine::Postgres(postgres) => TxInner::Postgres(DATABASE_WAITS.track(Box::pin(postgres.write())).await?),
        };
        Ok(Tx { inner, started_at: Instant::now(), has_failed: false })
    }

    /// Returns the database server's time, to compare this machine's clock with.
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

    /// Returns how many times a statement held up a thread of the runtime for too long; 0 on PostgreSQL.
    #[must_use]
    pub fn slow_statements(&self) -> u64 {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.slow_statements(),
            Engine::Postgres(_) => 0,
        }
    }

    /// Returns how many connections to the database are in use and how many are idle; 0 on SQLite, which has none.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        match &self.0 {
            Engine::Sqlite(_) => (0, 0),
            Engine::Postgres(postgres) => {
                let idle = postgres.pool.num_idle();
                (usize::try_from(postgres.pool.size()).unwrap_or(usize::MAX).saturating_sub(idle), idle)
            }
        }
    }

    /// Returns the size of the database in bytes.
    pub async fn size(&self) -> Result<u64> {
        let (bytes,): (i64,) = self
            .one(
                Sql {
                    sqlite: "select page_count * page_size from pragma_page_count(), pragma_page_size()",
                    postgres: "select pg_database_size(current_database())",
                },
                &[],
            )
            .await?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Shortens the write-ahead log of SQLite, if it has grown. Does nothing on PostgreSQL.
    pub async fn shorten_log(&self) {
        if let Engine::Sqlite(sqlite) = &self.0 {
            sqlite.shorten_log().await;
        }
    }

    /// Returns true if a copy from another database into this one is not finished.
    pub async fn has_unfinished_copy(&self) -> Result<bool> {
        let (unfinished,): (bool,) = self.one(Scan("select exists (select 1 from copied_tables)"), &[]).await?;
        Ok(unfinished)
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.pool.close().await,
        }
    }
}

/// A transaction that writes. It rolls back when it is dropped without [`Tx::commit`].
///
/// Nothing slow belongs inside: no network, no password hash, no file.
#[derive(Debug)]
pub struct Tx {
    inner: TxInner,
    started_at: Instant,
    has_failed: bool,
}

#[derive(Debug)]
enum TxInner {
    Sqlite(sqlite::SqliteTx),
    Postgres(sqlx::Transaction<'static, sqlx_postgres::Postgres>),
}

impl Tx {
    /// Commits the transaction and returns once it is durable.
    ///
    /// # Errors
    /// When the engine cannot commit, or a statement of this transaction failed before. Nothing is changed.
    pub async fn commit(self) -> Result<()> {
        if self.has_failed {
            return Err(Error::TransactionAborted);
        }
        let elapsed = self.started_at.elapsed();
        if elapsed > LONG_TRANSACTION {
            warn!(millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX), "a transaction took too long");
        }
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => {
                tx.commit().await?;
                TRANSACTIONS.add(1);
                COMMITS.add(1);
                Ok(())
            }
        }
    }
}
