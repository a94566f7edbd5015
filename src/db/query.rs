//! The four verbs, on the database and on a transaction.

use futures_util::future::BoxFuture;

use super::statement::{Bind, Record, Sql, bind_postgres, bind_sqlite};
use super::{Db, Engine, Result, Tx, TxInner};

/// Something that runs one statement: `&Db`, or `&mut Tx` inside a transaction.
///
/// A store function takes `impl Query` where it may run in both. Each verb fails when the statement does. Values are
/// bound before the future is made and the future is boxed: otherwise the compiler could not tell that it may be sent
/// to another thread, wherever a verb is called with a borrowed value.
pub trait Query: Send + Sized {
    /// Returns the row, if there is one.
    fn opt<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a;

    /// Returns all rows. The statement bounds them.
    fn all<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a;

    /// Changes rows and returns how many.
    fn run<'a>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a;

    /// Returns the one row there must be.
    fn one<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<T>>
    where
        Self: 'a,
    {
        let row = self.opt(sql, binds);
        Box::pin(async move { row.await?.ok_or_else(|| sqlx::Error::RowNotFound.into()) })
    }
}

/// Where a statement meets an engine: binds the values now, and fetches on any free connection later.
macro_rules! fetch_from_pool {
    ($db:expr, $sql:expr, $binds:expr, $fetch:ident) => {{
        let sql: Sql = $sql.into();
        match &$db.0 {
            Engine::Sqlite(sqlite) => {
                let arguments = bind_sqlite($binds);
                Box::pin(async move {
                    let mut reader = sqlite.readers.acquire().await?;
                    let found = sqlx::query_as_with(sql.sqlite, arguments?).$fetch(reader.connection()?).await?;
                    reader.release();
                    Ok(found)
                })
            }
            Engine::Postgres(postgres) => {
                let arguments = bind_postgres($binds);
                Box::pin(async move {
                    let mut connection = postgres.pool.acquire().await?;
                    Ok(sqlx::query_as_with(sql.postgres, arguments?).$fetch(&mut *connection).await?)
                })
            }
        }
    }};
}

/// The same inside a transaction. A failed statement ends it: PostgreSQL runs nothing more, and SQLite may have rolled
/// back by itself.
macro_rules! in_transaction {
    ($tx:expr, $sql:expr, $binds:expr, $fetch:ident) => {{
        let sql: Sql = $sql.into();
        let Tx { inner, has_failed, .. } = $tx;
        match inner {
            TxInner::Sqlite(job) => {
                let arguments = bind_sqlite($binds);
                Box::pin(async move {
                    let result = sqlx::query_as_with(sql.sqlite, arguments?).$fetch(job.connection()?).await;
                    *has_failed |= result.is_err();
                    Ok(result?)
                })
            }
            TxInner::Postgres(tx) => {
                let arguments = bind_postgres($binds);
                Box::pin(async move {
                    let result = sqlx::query_as_with(sql.postgres, arguments?).$fetch(&mut **tx).await;
                    *has_failed |= result.is_err();
                    Ok(result?)
                })
            }
        }
    }};
}

impl Query for &Db {
    fn opt<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        fetch_from_pool!(self, sql, binds, fetch_optional)
    }

    fn all<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        fetch_from_pool!(self, sql, binds, fetch_all)
    }

    /// A transaction of its own: the connections of the pool only read on SQLite.
    fn run<'a>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        let sql = sql.into();
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let arguments = bind_sqlite(binds);
                Box::pin(async move {
                    let mut job = sqlite.write().await?;
                    let done = sqlx::query_with(sql.sqlite, arguments?).execute(job.connection()?).await?;
                    job.commit().await?;
                    Ok(done.rows_affected())
                })
            }
            Engine::Postgres(postgres) => {
                let arguments = bind_postgres(binds);
                Box::pin(async move {
                    let done = sqlx::query_with(sql.postgres, arguments?).execute(&postgres.pool).await?;
                    Ok(done.rows_affected())
                })
            }
        }
    }
}

impl Query for &mut Tx {
    fn opt<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        in_transaction!(self, sql, binds, fetch_optional)
    }

    fn all<'a, T: Record>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        in_transaction!(self, sql, binds, fetch_all)
    }

    fn run<'a>(self, sql: impl Into<Sql>, binds: &[&dyn Bind]) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        match &mut self.inner {
            TxInner::Sqlite(job) => {
                let arguments = bind_sqlite(binds);
                let (sql, has_failed) = (sql.into(), &mut self.has_failed);
                Box::pin(async move {
                    let result = sqlx::query_with(sql.sqlite, arguments?).execute(job.connection()?).await;
                    *has_failed |= result.is_err();
                    Ok(result?.rows_affected())
                })
            }
            TxInner::Postgres(tx) => {
                let arguments = bind_postgres(binds);
                let (sql, has_failed) = (sql.into(), &mut self.has_failed);
                Box::pin(async move {
                    let result = sqlx::query_with(sql.postgres, arguments?).execute(&mut **tx).await;
                    *has_failed |= result.is_err();
                    Ok(result?.rows_affected())
                })
            }
        }
    }
}
