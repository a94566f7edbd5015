//! What sqlx requires of a whole driver, and a driver that only decodes and binds has not.

use std::str::FromStr;
use std::time::Duration;

use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Either, Error, FromRow, IntoArguments, SqlStr, Transaction};

use super::driver::{Arguments, Column, Row, Rusqlite, StorageClass};

/// A connection, a transaction manager and a prepared statement of which there are none, so that no code can mistake
/// this for a driver that runs statements.
#[derive(Clone, Debug)]
pub enum NoExecutor {}

impl sqlx::Connection for NoExecutor {
    type Database = Rusqlite;
    type Options = Self;

    async fn close(self) -> Result<(), Error> {
        match self {}
    }

    async fn close_hard(self) -> Result<(), Error> {
        match self {}
    }

    async fn ping(&mut self) -> Result<(), Error> {
        match *self {}
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Rusqlite>, Error> {
        match *self {}
    }

    fn shrink_buffers(&mut self) {}

    async fn flush(&mut self) -> Result<(), Error> {
        match *self {}
    }

    fn should_flush(&self) -> bool {
        match *self {}
    }
}

impl FromStr for NoExecutor {
    type Err = Error;

    fn from_str(_: &str) -> Result<Self, Error> {
        Err(Error::Configuration("this driver does not connect".into()))
    }
}

impl sqlx::ConnectOptions for NoExecutor {
    type Connection = Self;

    fn from_url(url: &url::Url) -> Result<Self, Error> {
        url.as_str().parse()
    }

    async fn connect(&self) -> Result<Self, Error> {
        match *self {}
    }

    fn log_statements(self, _: log::LevelFilter) -> Self {
        self
    }

    fn log_slow_statements(self, _: log::LevelFilter, _: Duration) -> Self {
        self
    }
}

impl sqlx_core::transaction::TransactionManager for NoExecutor {
    type Database = Rusqlite;

    async fn begin(connection: &mut Self, _: Option<SqlStr>) -> Result<(), Error> {
        match *connection {}
    }

    async fn commit(connection: &mut Self) -> Result<(), Error> {
        match *connection {}
    }

    async fn rollback(connection: &mut Self) -> Result<(), Error> {
        match *connection {}
    }

    fn start_rollback(connection: &mut Self) {
        match *connection {}
    }

    fn get_transaction_depth(connection: &Self) -> usize {
        match *connection {}
    }
}

impl sqlx::Statement for NoExecutor {
    type Database = Rusqlite;

    fn into_sql(self) -> SqlStr {
        match self {}
    }

    fn sql(&self) -> &SqlStr {
        match *self {}
    }

    fn parameters(&self) -> Option<Either<&[StorageClass], usize>> {
        match *self {}
    }

    fn columns(&self) -> &[Column] {
        match *self {}
    }

    fn query(&self) -> Query<'_, Rusqlite, Arguments> {
        match *self {}
    }

    fn query_with<A: IntoArguments<Rusqlite>>(&self, _: A) -> Query<'_, Rusqlite, A> {
        match *self {}
    }

    fn query_as<O: for<'r> FromRow<'r, Row>>(&self) -> QueryAs<'_, Rusqlite, O, Arguments> {
        match *self {}
    }

    fn query_as_with<'s, O, A>(&'s self, _: A) -> QueryAs<'s, Rusqlite, O, A>
    where
        O: for<'r> FromRow<'r, Row>,
        A: IntoArguments<Rusqlite>,
    {
        match *self {}
    }

    fn query_scalar<O>(&self) -> QueryScalar<'_, Rusqlite, O, Arguments>
    where
        (O,): for<'r> FromRow<'r, Row>,
    {
        match *self {}
    }

    fn query_scalar_with<'s, O, A>(&'s self, _: A) -> QueryScalar<'s, Rusqlite, O, A>
    where
        (O,): for<'r> FromRow<'r, Row>,
        A: IntoArguments<Rusqlite>,
    {
        match *self {}
    }
}
