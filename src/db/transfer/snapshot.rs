//! Reads all tables as they are at one moment, while others write.

use futures_util::TryStreamExt;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Connection as _, Executor};
use sqlx_postgres::{PgArguments, PgConnection};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::rows::{Batch, Column, ColumnKind, TableShape};
use super::{MAX_BATCH_BYTES, table_names};
use crate::db::sqlite::{ConnectOptions, Connection, path_of};
use crate::db::{Error, Result, postgres};

/// A transaction that reads. On SQLite the writer does not wait for it; on PostgreSQL it is repeatable and read-only.
#[derive(Debug)]
pub struct Snapshot {
    source: Source,
    /// The number of the newest migration.
    pub schema_version: i64,
    /// The tables that exist, in the order of [`TABLES`](super::TABLES).
    pub tables: Vec<TableShape>,
}

#[derive(Debug)]
enum Source {
    /// Absent while another thread reads.
    Sqlite(Option<Box<Connection>>),
    Postgres(PgConnection),
}

/// Without limits of time, and with bytes as hexadecimal digits.
const POSTGRES_SETTINGS: &str = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
    set lock_timeout = '10s'; set bytea_output = 'hex';
    begin transaction isolation level repeatable read, read only";

const SHAPE: &str = "select cast(c.column_name as text), cast(c.data_type as text),
        coalesce((select cast(array_position(i.indkey::int2[], a.attnum) as bigint)
                  from pg_index i join pg_attribute a on a.attrelid = i.indrelid
                  where i.indisprimary and i.indrelid = to_regclass(quote_ident($1))
                  and a.attname = c.column_name), -1)
    from information_schema.columns c
    where c.table_schema = current_schema() and c.table_name = $1
    order by c.ordinal_position";

impl Snapshot {
    /// Begins the transaction.
    ///
    /// # Errors
    /// When the database does not answer or has no tables of this program.
    pub async fn open(url: &SecretString) -> Result<Self> {
        let url = url.expose_secret();
        let mut source = if url.starts_with("sqlite:") {
            let path = path_of(url)?;
            if !path.is_file() {
                let missing = format!("{} does not exist", path.display());
                return Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, missing)).into());
            }
            let mut connection = Box::new(ConnectOptions { path, cache_mib: super::CACHE_MIB }.read_only()?);
            connection.script("begin")?;
            Source::Sqlite(Some(connection))
        } else {
            let mut connection = postgres::connect_alone(url).await?;
            connection.execute(POSTGRES_SETTINGS).await?;
            Source::Postgres(connection)
        };
        let schema_version = source.schema_version().await?.ok_or(Error::NoSchema)?;
        let mut tables = Vec::new();
        for name in table_names() {
            if let Some(shape) = source.shape(name).await? {
                tables.push(shape);
            }
        }
        Ok(Self { source, schema_version, tables })
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.source, Source::Sqlite(_))
    }

    /// Passes the rows of a table to `consume`, in the order of the primary key.
    ///
    /// # Errors
    /// Those of the database, and those of `consume`.
    pub async fn read<E: From<Error>>(
        &mut self,
        table: &TableShape,
        consume: impl AsyncFnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        self.read_where(table, "true", consume).await
    }

    /// Like [`Snapshot::read`], for the rows that have `id` in one of these columns.
    ///
    /// # Errors
    /// Those of the database, and those of `consume`.
    pub async fn read_of_person<E: From<Error>>(
        &mut self,
        table: &TableShape,
        columns: &[&'static str],
        id: i64,
        consume: impl AsyncFnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let conditions: Vec<String> = columns.iter().map(|column| format!("\"{column}\" = {id}")).collect();
        self.read_where(table, &conditions.join(" or "), consume).await
    }

    /// Reads the rows of a table that refer, by a column, to a row of the parent table that names the person in one of the
    /// columns.
    ///
    /// # Errors
    /// Those of the database, and those of `consume`.
    pub async fn read_of_parents<E: From<Error>>(
        &mut self,
        table: &TableShape,
        (column, parent): (&'static str, &'static str),
        columns: &[&'static str],
        id: i64,
        consume: impl AsyncFnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let conditions: Vec<String> = columns.iter().map(|column| format!("\"{column}\" = {id}")).collect();
        let parents = format!("select id from \"{parent}\" where {}", conditions.join(" or "));
        self.read_where(table, &format!("\"{column}\" in ({parents})"), consume).await
    }

    async fn read_where<E: From<Error>>(
        &mut self,
        table: &TableShape,
        condition: &str,
        mut consume: impl AsyncFnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let (sender, receiver) = mpsc::channel(2);
        let consumed = async {
            // Dropped at the end, also after an error: the other side stops then.
            let mut receiver = receiver;
            while let Some(batch) = receiver.recv().await {
                consume(batch).await?;
            }
            Ok::<(), E>(())
        };
        let (produced, consumed) = tokio::join!(self.source.produce(table, condition, sender), consumed);
        consumed?;
        Ok(produced?)
    }

    /// Returns how many rows a table has.
    pub async fn count(&mut self, table: &TableShape) -> Result<u64> {
        self.source.integer(&format!("select count(*) from \"{}\"", table.name)).await.map(i64::unsigned_abs)
    }

    /// Returns how many nodes use the database now.
    pub async fn running_nodes(&mut self) -> Result<u64> {
        let sql = match self.source {
            Source::Sqlite(_) => {
                "select count(*) from nodes where renewed_until > cast(unixepoch('now', 'subsec') * 1000000 as integer)"
            }
            Source::Postgres(_) => {
                "select count(*) from nodes
                 where renewed_until > cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)"
            }
        };
        self.source.integer(sql).await.map(i64::unsigned_abs)
    }

    /// Ends the transaction.
    pub async fn close(self) {
        if let Source::Postgres(connection) = self.source {
            let _ = connection.close().await;
        }
    }
}

impl Source {
    async fn schema_version(&mut self) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(connection) => Ok(open(connection)?.schema_version()?),
            Self::Postgres(connection) => postgres::schema_version(connection).await,
        }
    }

    async fn shape(&mut self, name: &'static str) -> Result<Option<TableShape>> {
        match self {
            Self::Sqlite(connection) => Ok(open(connection)?.table_shape(name)?),
            Self::Postgres(connection) => shape_in_postgres(connection, name).await,
        }
    }

    async fn integer(&mut self, sql: &str) -> Result<i64> {
        match self {
            Self::Sqlite(connection) => Ok(open(connection)?.integer(sql)?),
            Self::Postgres(connection) => postgres::integer(connection, sql).await,
        }
    }

    async fn produce(&mut self, table: &TableShape, condition: &str, sender: mpsc::Sender<Batch>) -> Result<()> {
        match self {
            Self::Sqlite(slot) => {
                let mut connection = slot.take().ok_or(Error::TransactionAborted)?;
                let sql = format!(
                    "select {} from \"{}\" where {condition} order by {}",
                    table.column_list(),
                    table.name,
                    table.order()
                );
                let reading = spawn_blocking(move || {
                    let result = connection.read_batches(&sql, |batch| sender.blocking_send(batch).is_ok());
                    (connection, result)
                });
                let (connection, result) = reading.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
                *slot = Some(connection);
                Ok(result?)
            }
            Self::Postgres(connection) => {
                let columns = table.columns.iter().map(|Column { name, kind }| match kind {
                    ColumnKind::Boolean => format!("cast(\"{name}\" as integer)"),
                    ColumnKind::Integer | ColumnKind::Text | ColumnKind::Blob => format!("\"{name}\""),
                });
                let columns = columns.collect::<Vec<_>>().join(", ");
                let sql = format!(
                    "copy (select {columns} from \"{}\" where {condition} order by {}) to stdout",
                    table.name,
                    table.order()
                );
                let mut rows = connection.copy_out_raw(&sql).await?;
                let mut batch = Batch::default();
                while let Some(chunk) = rows.try_next().await? {
                    batch.rows += chunk.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
                    batch.lines.extend_from_slice(&chunk);
                    if batch.lines.len() >= MAX_BATCH_BYTES && sender.send(std::mem::take(&mut batch)).await.is_err() {
                        return Ok(());
                    }
                }
                if batch.rows > 0 {
                    let _ = sender.send(batch).await;
                }
                Ok(())
            }
        }
    }
}

fn open(slot: &mut Option<Box<Connection>>) -> Result<&mut Connection> {
    slot.as_deref_mut().ok_or(Error::TransactionAborted)
}

pub(super) async fn shape_in_postgres(connection: &mut PgConnection, name: &'static str) -> Result<Option<TableShape>> {
    let mut binds = PgArguments::default();
    sqlx::Arguments::add(&mut binds, name).map_err(Error::encoding)?;
    let rows: Vec<(String, String, i64)> = sqlx::query_as_with(SHAPE, binds).fetch_all(connection).await?;
    let mut key: Vec<(i64, String)> =
        rows.iter().filter(|(_, _, position)| *position >= 0).map(|(name, _, at)| (*at, name.clone())).collect();
    key.sort_unstable();
    let columns = rows.into_iter().map(|(name, kind, _)| {
        let kind = match kind.as_str() {
            "bigint" => ColumnKind::Integer,
            "boolean" => ColumnKind::Boolean,
            "text" => ColumnKind::Text,
            "bytea" => ColumnKind::Blob,
            other => {
                let reason = format!("columns of the type {other} cannot be transferred");
                return Err(sqlx::Error::Decode(reason.into()).into());
            }
        };
        Ok(Column { name, kind })
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let key = key.into_iter().map(|(_, name)| name).collect();
    Ok((!columns.is_empty()).then(|| TableShape { name: name.to_owned(), columns, key }))
}
