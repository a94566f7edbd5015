//! The four methods that run statements, on the database and in a transaction.

use futures_util::future::BoxFuture;
use tracing::{Instrument, trace_span};

use super::statement::{Bind, Record, Statement, bind_postgres, bind_sqlite};
use super::{Db, Engine, Error, Result, Tx, TxInner};
use crate::figures::{DATABASE_WAITS, ROWS};

/// Something that runs one statement: `&Db`, or `&mut Tx` inside a transaction.
///
/// A store function that may run in both takes `impl Query`. The methods bind their values before they create the
/// future, and box it: otherwise the compiler cannot prove the future `Send` where a borrowed value is bound.
pub trait Query: Send + Sized {
    /// Returns the first row; `None` without rows.
    fn opt<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a;

    /// Returns all rows. The statement limits their number.
    fn all<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a;

    /// Executes a statement and returns the number of affected rows.
    fn run<'a>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a;

    /// Returns the first row; an error without rows.
    fn one<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<T>>
    where
        Self: 'a,
    {
        let row = self.opt(sql, binds);
        Box::pin(async move { row.await?.ok_or_else(|| sqlx::Error::RowNotFound.into()) })
    }
}

/// A statement with its span. The text contains no values: they are bound.
fn traced<'a, T>(sql: &'static str, statement: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(statement.instrument(trace_span!("statement", otel.kind = "client", db.query.text = sql)))
}

/// Counts the rows that a statement returned.
fn counted<R: Rows>(rows: R) -> R {
    ROWS.add(rows.count());
    rows
}

trait Rows {
    fn count(&self) -> usize;
}

impl<T> Rows for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl<T> Rows for Option<T> {
    fn count(&self) -> usize {
        usize::from(self.is_some())
    }
}

/// Binds the values now; the returned future fetches, on SQLite with a connection of its thread, on PostgreSQL with a
/// free one of the pool.
macro_rules! fetch_from_pool {
    ($db:expr, $sql:expr, $binds:expr, $fetch:ident) => {{
        let Statement { sql, scans } = $sql.into();
        match &$db.0 {
            Engine::Sqlite(sqlite) => {
                let arguments = bind_sqlite($binds);
                traced(sql.sqlite, async move { Ok(counted(sqlite.$fetch(sql.sqlite, arguments?, scans).await?)) })
            }
            Engine::Postgres(postgres) => {
                let arguments = bind_postgres($binds);
                traced(sql.postgres, async move {
                    let mut connection = DATABASE_WAITS.track(postgres.pool.acquire()).await?;
                    Ok(counted(sqlx::query_as_with(sql.postgres, arguments?).$fetch(&mut *connection).await?))
                })
            }
        }
    }};
}

/// Fetches in a transaction. A failed statement aborts it: PostgreSQL executes no further statement, and SQLite may
/// have rolled back, so that a further one would be a transaction of its own.
macro_rules! fetch_in_transaction {
    ($tx:expr, $sql:expr, $binds:expr, $fetch:ident) => {{
        let Statement { sql, scans } = $sql.into();
        let Tx { inner, has_failed, .. } = $tx;
        match inner {
            TxInner::Sqlite(tx) => {
                let arguments = bind_sqlite($binds);
                traced(sql.sqlite, async move {
                    if *has_failed {
                        return Err(Error::TransactionAborted);
                    }
                    let result = tx.$fetch(sql.sqlite, arguments?, scans).await;
                    *has_failed |= result.is_err();
                    result.map(counted)
                })
            }
            TxInner::Postgres(tx) => {
                let arguments = bind_postgres($binds);
                traced(sql.postgres, async move {
                    let result = sqlx::query_as_with(sql.postgres, arguments?).$fetch(&mut **tx).await;
                    *has_failed |= result.is_err();
                    Ok(counted(result?))
                })
            }
        }
    }};
}

impl Query for &Db {
    fn opt<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        fetch_from_pool!(self, sql, binds, fetch_optional)
    }

    fn all<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        fetch_from_pool!(self, sql, binds, fetch_all)
    }

    /// On SQLite in a transaction of its own, because the connections that read are read-only.
    fn run<'a>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        let Statement { sql, scans } = sql.into();
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let arguments = bind_sqlite(binds);
                traced(sql.sqlite, async move { sqlite.execute(sql.sqlite, arguments?, scans).await })
            }
            Engine::Postgres(postgres) => {
                let arguments = bind_postgres(binds);
                traced(sql.postgres, async move {
                    let mut connection = DATABASE_WAITS.track(postgres.pool.acquire()).await?;
                    let result = sqlx::query_with(sql.postgres, arguments?).execute(&mut *connection).await?;
                    Ok(result.rows_affected())
                })
            }
        }
    }
}

impl Query for &mut Tx {
    fn opt<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        fetch_in_transaction!(self, sql, binds, fetch_optional)
    }

    fn all<'a, T: Record>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        fetch_in_transaction!(self, sql, binds, fetch_all)
    }

    fn run<'a>(self, sql: impl Into<Statement>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        let Statement { sql, scans } = sql.into();
        let Tx { inner, has_failed, .. } = self;
        match inner {
            TxInner::Sqlite(tx) => {
                let arguments = bind_sqlite(binds);
                traced(sql.sqlite, async move {
                    if *has_failed {
                        return Err(Error::TransactionAborted);
                    }
                    let result = tx.execute(sql.sqlite, arguments?, scans).await;
                    *has_failed |= result.is_err();
                    result
                })
            }
            TxInner::Postgres(tx) => {
                let arguments = bind_postgres(binds);
                traced(sql.postgres, async move {
                    let result = sqlx::query_with(sql.postgres, arguments?).execute(&mut **tx).await;
                    *has_failed |= result.is_err();
                    Ok(result?.rows_affected())
                })
            }
        }
    }
}
