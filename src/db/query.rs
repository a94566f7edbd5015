//! The four verbs, on the database and on a transaction.

use std::future::Future;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, SqliteConnection};

use super::statement::{Bind, Record, Sql, bind_postgres, bind_sqlite};
use super::{Db, Engine, Result, Tx, TxInner};

/// Something that runs one statement: `&Db`, or `&mut Tx` inside a transaction.
///
/// A store function takes `impl Query` where it may run in both. Each verb fails when the statement does.
pub trait Query: Send + Sized {
    /// Returns the one row there must be.
    fn one<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind])
    -> impl Future<Output = Result<T>> + Send;

    /// Returns the row, if there is one.
    fn opt<T: Record>(
        self,
        sql: impl Into<Sql> + Send,
        binds: &[&dyn Bind],
    ) -> impl Future<Output = Result<Option<T>>> + Send;

    /// Returns all rows. The statement bounds them.
    fn all<T: Record>(
        self,
        sql: impl Into<Sql> + Send,
        binds: &[&dyn Bind],
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// Changes rows and returns how many.
    fn run(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> impl Future<Output = Result<u64>> + Send;
}

impl Query for &Db {
    async fn one<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<T> {
        self.reader().await?.borrow().one(sql.into(), binds).await
    }

    async fn opt<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<Option<T>> {
        self.reader().await?.borrow().opt(sql.into(), binds).await
    }

    async fn all<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<Vec<T>> {
        self.reader().await?.borrow().all(sql.into(), binds).await
    }

    /// A transaction of its own: readers cannot write on SQLite.
    async fn run(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<u64> {
        let mut tx = self.write().await?;
        let rows = tx.run(sql, binds).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

impl Query for &mut Tx {
    async fn one<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<T> {
        let result = self.conn().one(sql.into(), binds).await;
        self.note(result)
    }

    async fn opt<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<Option<T>> {
        let result = self.conn().opt(sql.into(), binds).await;
        self.note(result)
    }

    async fn all<T: Record>(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<Vec<T>> {
        let result = self.conn().all(sql.into(), binds).await;
        self.note(result)
    }

    async fn run(self, sql: impl Into<Sql> + Send, binds: &[&dyn Bind]) -> Result<u64> {
        let result = self.conn().run(sql.into(), binds).await;
        self.note(result)
    }
}

impl Tx {
    fn conn(&mut self) -> Conn<'_> {
        match &mut self.inner {
            TxInner::Sqlite(job) => Conn::Sqlite(job.connection()),
            TxInner::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// PostgreSQL runs nothing more after a failed statement, and SQLite may have rolled back by itself.
    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        self.has_failed |= result.is_err();
        result
    }
}

impl Db {
    async fn reader(&self) -> Result<Reader> {
        Ok(match &self.0 {
            Engine::Sqlite(sqlite) => Reader::Sqlite(sqlite.readers.acquire().await?),
            Engine::Postgres(postgres) => Reader::Postgres(postgres.pool.acquire().await?),
        })
    }
}

enum Reader {
    Sqlite(PoolConnection<sqlx::Sqlite>),
    Postgres(PoolConnection<sqlx::Postgres>),
}

impl Reader {
    fn borrow(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(connection) => Conn::Sqlite(connection),
            Self::Postgres(connection) => Conn::Postgres(connection),
        }
    }
}

/// The one place where a statement meets an engine.
enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn<'_> {
    async fn one<T: Record>(self, sql: Sql, binds: &[&dyn Bind]) -> Result<T> {
        self.opt(sql, binds).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    #[expect(clippy::disallowed_methods, reason = "statements meet their engine here")]
    async fn opt<T: Record>(self, sql: Sql, binds: &[&dyn Bind]) -> Result<Option<T>> {
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlx::query_as_with(sql.sqlite, bind_sqlite(binds)?).fetch_optional(connection).await?
            }
            Self::Postgres(connection) => {
                sqlx::query_as_with(sql.postgres, bind_postgres(binds)?).fetch_optional(connection).await?
            }
        })
    }

    async fn all<T: Record>(self, sql: Sql, binds: &[&dyn Bind]) -> Result<Vec<T>> {
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlx::query_as_with(sql.sqlite, bind_sqlite(binds)?).fetch_all(connection).await?
            }
            Self::Postgres(connection) => {
                sqlx::query_as_with(sql.postgres, bind_postgres(binds)?).fetch_all(connection).await?
            }
        })
    }

    async fn run(self, sql: Sql, binds: &[&dyn Bind]) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlx::query_with(sql.sqlite, bind_sqlite(binds)?).execute(connection).await?.rows_affected()
            }
            Self::Postgres(connection) => {
                sqlx::query_with(sql.postgres, bind_postgres(binds)?).execute(connection).await?.rows_affected()
            }
        })
    }
}
