//! Loads rows into a database that no server uses.

use std::fs::File;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection as _, Executor};
use sqlx_postgres::PgConnection;
use tokio::task::block_in_place;

use super::rows::{Batch, TableShape};
use super::{CACHE_MIB, table_names};
use crate::db::sqlite::{ConnectOptions, Connection, create_private_file, path_of};
use crate::db::{Error, Result, migrate, postgres};

/// A connection that writes. Without [`Loader::commit`] nothing that was loaded since [`Loader::begin`] stays.
///
/// It needs tokio's multi-threaded runtime.
#[derive(Debug)]
pub struct Loader {
    target: Target,
    /// Locked while a file is filled. The last field: closing the file earlier would release the locks of SQLite, too.
    _lock: Option<File>,
}

#[derive(Debug)]
enum Target {
    Sqlite(Box<Connection>),
    Postgres(PgConnection),
}

const POSTGRES_SETTINGS: &str = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
    set lock_timeout = '10s'";

/// Locks the schema for one loader, until its session ends.
const POSTGRES_LOCK: &str =
    "select cast(case when pg_try_advisory_lock(7201984, cast(cast(oid as bigint) % 2147483647 as integer))
    then 1 else 0 end as bigint) from pg_namespace where nspname = current_schema()";

/// How often, and at which interval, it is tried. PostgreSQL notices some time later that a program was killed.
const LOCK_TRIES: u32 = 50;
const LOCK_INTERVAL: Duration = Duration::from_millis(100);

impl Loader {
    /// Connects to the database, which no other loader may fill at the same time. A SQLite file is created if it is
    /// missing.
    ///
    /// # Errors
    /// [`Error::Loading`] while another one fills the database.
    pub async fn open(url: &SecretString) -> Result<Self> {
        let url = url.expose_secret();
        if url.starts_with("sqlite:") {
            let path = path_of(url)?;
            create_private_file(&path)?;
            let lock = File::open(&path).map_err(sqlx::Error::Io)?;
            flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|_| Error::Loading)?;
            let connection = ConnectOptions { path, cache_mib: CACHE_MIB }.read_write()?;
            return Ok(Self { target: Target::Sqlite(Box::new(connection)), _lock: Some(lock) });
        }
        let mut connection = postgres::connect_alone(url).await?;
        let mut tries = 0;
        while postgres::integer(&mut connection, POSTGRES_LOCK).await? == 0 {
            tries += 1;
            if tries == LOCK_TRIES {
                return Err(Error::Loading);
            }
            tokio::time::sleep(LOCK_INTERVAL).await;
        }
        connection.execute(POSTGRES_SETTINGS).await?;
        Ok(Self { target: Target::Postgres(connection), _lock: None })
    }

    /// Opens a SQLite database that disappears when it is closed.
    pub fn temporary() -> Result<Self> {
        let connection = ConnectOptions { path: std::path::PathBuf::new(), cache_mib: CACHE_MIB }.read_write()?;
        Ok(Self { target: Target::Sqlite(Box::new(connection)), _lock: None })
    }

    /// Stops flushing to disk, for a SQLite file that is thrown away if it is not completed.
    pub fn without_flushing(&mut self) -> Result<()> {
        match &mut self.target {
            Target::Sqlite(connection) => Ok(connection.script("pragma synchronous = off")?),
            Target::Postgres(_) => Ok(()),
        }
    }

    /// Returns the number of the newest migration; `None` if there are no tables.
    pub async fn schema_version(&mut self) -> Result<Option<i64>> {
        match &mut self.target {
            Target::Sqlite(connection) => Ok(connection.schema_version()?),
            Target::Postgres(connection) => postgres::schema_version(connection).await,
        }
    }

    /// Migrates the schema to `version`; to this program's version without one.
    pub async fn migrate(&mut self, version: Option<i64>) -> Result<()> {
        let migrated = match &mut self.target {
            Target::Sqlite(connection) => block_in_place(|| migrate::to_version_in_sqlite(connection, version)),
            Target::Postgres(connection) => migrate::to_version_in_postgres(connection, version).await,
        };
        if let Target::Postgres(connection) = &mut self.target {
            connection.execute(POSTGRES_SETTINGS).await?;
        }
        migrated
    }

    /// Returns the shape of a table; `None` if it does not exist.
    pub async fn shape(&mut self, name: &'static str) -> Result<Option<TableShape>> {
        match &mut self.target {
            Target::Sqlite(connection) => Ok(connection.table_shape(name)?),
            Target::Postgres(connection) => super::snapshot::shape_in_postgres(connection, name).await,
        }
    }

    /// Begins a transaction.
    pub async fn begin(&mut self) -> Result<()> {
        self.run("begin").await
    }

    /// Commits the transaction.
    pub async fn commit(&mut self) -> Result<()> {
        self.run("commit").await
    }

    /// Deletes all rows: those that the migrations have inserted.
    pub async fn clear(&mut self) -> Result<()> {
        for name in table_names().rev() {
            if self.shape(name).await?.is_some() {
                self.run(&format!("delete from \"{name}\"")).await?;
            }
        }
        Ok(())
    }

    /// Inserts rows, inside the transaction.
    pub async fn load(&mut self, table: &TableShape, batch: Batch) -> Result<()> {
        match &mut self.target {
            Target::Sqlite(connection) => {
                let values: Vec<String> = (1..=table.columns.len()).map(|number| format!("?{number}")).collect();
                let sql =
                    format!("insert into \"{}\" ({}) values ({})", table.name, table.column_list(), values.join(", "));
                Ok(block_in_place(|| connection.load_batch(&sql, &table.columns, &batch))?)
            }
            Target::Postgres(connection) => {
                let sql = format!("copy \"{}\" ({}) from stdin", table.name, table.column_list());
                let mut copy = connection.copy_in_raw(&sql).await?;
                copy.send(batch.lines).await?;
                copy.finish().await?;
                Ok(())
            }
        }
    }

    /// Returns how many rows a table has.
    pub async fn count(&mut self, table: &str) -> Result<u64> {
        self.integer(&format!("select count(*) from \"{table}\"")).await.map(i64::unsigned_abs)
    }

    /// Returns how many of the rows of a copy are there: see `copied_tables`.
    pub async fn copied_rows(&mut self, table: &'static str) -> Result<u64> {
        let sql = format!("select coalesce(max(row_count), 0) from copied_tables where name = '{table}'");
        self.integer(&sql).await.map(i64::unsigned_abs)
    }

    /// Records how many rows of a table are copied.
    pub async fn set_copied_rows(&mut self, table: &'static str, rows: u64, is_complete: bool) -> Result<()> {
        self.run(&format!(
            "insert into copied_tables (name, row_count, is_complete)
             values ('{table}', {rows}, {is_complete})
             on conflict (name) do update set row_count = excluded.row_count, is_complete = excluded.is_complete"
        ))
        .await
    }

    /// Returns how many tables of an unfinished copy there are.
    pub async fn copied_tables(&mut self) -> Result<u64> {
        self.count("copied_tables").await
    }

    /// Ends a copy: servers may use the database.
    pub async fn delete_copied_tables(&mut self) -> Result<()> {
        self.run("delete from copied_tables").await
    }

    /// Checks what the engine only checks on request.
    ///
    /// # Errors
    /// [`Error::Constraint`] when a row refers to one that does not exist.
    pub fn check_integrity(&mut self) -> Result<()> {
        let Target::Sqlite(connection) = &mut self.target else { return Ok(()) };
        let violations = block_in_place(|| connection.integer("select count(*) from pragma_foreign_key_check"))?;
        if violations == 0 {
            return Ok(());
        }
        Err(Error::Constraint(sqlx::Error::Decode(format!("{violations} rows refer to rows that do not exist").into())))
    }

    /// Writes everything to the file of SQLite, or updates the statistics of PostgreSQL, and closes the connection.
    pub async fn finish(self) -> Result<()> {
        match self.target {
            Target::Sqlite(mut connection) => Ok(connection.script("pragma wal_checkpoint(truncate)")?),
            Target::Postgres(mut connection) => {
                postgres::run(&mut connection, "analyze").await?;
                Ok(connection.close().await?)
            }
        }
    }

    async fn integer(&mut self, sql: &str) -> Result<i64> {
        match &mut self.target {
            Target::Sqlite(connection) => Ok(connection.integer(sql)?),
            Target::Postgres(connection) => postgres::integer(connection, sql).await,
        }
    }

    async fn run(&mut self, sql: &str) -> Result<()> {
        match &mut self.target {
            Target::Sqlite(connection) => Ok(block_in_place(|| connection.script(sql))?),
            Target::Postgres(connection) => postgres::run(connection, sql).await,
        }
    }
}
