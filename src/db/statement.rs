//! The text of a statement, the values bound to it, and its rows.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::error::BoxDynError;
use sqlx::{Encode, FromRow, Type};
use sqlx_postgres::{PgArguments, PgRow, Postgres};

use super::sqlite::{self, Rusqlite};
use super::{Error, Result};

/// A statement for both engines. It is created from a `&'static str` where both run the same text.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// Marks a statement whose cost can grow with a table: a count, a sweep, a search. On SQLite it never runs on a thread of
/// the runtime, not even the first time.
#[derive(Clone, Copy, Debug)]
pub struct Scan<T>(pub T);

/// What the verbs of [`Query`](super::Query) run.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    pub(super) sql: Sql,
    pub(super) scans: bool,
}

impl Statement {
    /// Returns a statement that is marked like [`Scan`] if `scans` is true.
    pub fn scan_if(scans: bool, sql: impl Into<Sql>) -> Self {
        Self { sql: sql.into(), scans }
    }
}

impl From<Sql> for Statement {
    fn from(sql: Sql) -> Self {
        Self { sql, scans: false }
    }
}

impl From<&'static str> for Statement {
    fn from(text: &'static str) -> Self {
        Sql::from(text).into()
    }
}

impl<T: Into<Sql>> From<Scan<T>> for Statement {
    fn from(scan: Scan<T>) -> Self {
        Self { sql: scan.0.into(), scans: true }
    }
}

/// A row that both engines can return: `#[derive(sqlx::FromRow)]` or a tuple.
pub trait Record: for<'r> FromRow<'r, sqlite::Row> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

impl<T> Record for T where T: for<'r> FromRow<'r, sqlite::Row> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

/// A value that both engines can bind: types that derive `sqlx::Type`, [`List`] and [`Texts`].
pub trait Bind: Send + Sync {
    #[doc(hidden)]
    fn sqlite(&self, arguments: &mut sqlite::Arguments) -> Result<(), BoxDynError>;
    #[doc(hidden)]
    fn postgres(&self, arguments: &mut PgArguments) -> Result<(), BoxDynError>;
}

impl<T> Bind for T
where
    T: Send + Sync,
    for<'q> &'q T: Encode<'q, Rusqlite> + Type<Rusqlite> + Encode<'q, Postgres> + Type<Postgres>,
{
    fn sqlite(&self, arguments: &mut sqlite::Arguments) -> Result<(), BoxDynError> {
        sqlx::Arguments::add(arguments, self)
    }

    fn postgres(&self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        sqlx::Arguments::add(arguments, self)
    }
}

/// Ids bound as one value: `bigint[]` on PostgreSQL, JSON text on SQLite.
#[derive(Clone, Debug)]
pub struct List(Vec<i64>);

impl List {
    pub fn new(ids: impl IntoIterator<Item = impl Into<i64>>) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }
}

impl Type<Postgres> for List {
    fn type_info() -> sqlx_postgres::PgTypeInfo {
        <Vec<i64> as Type<Postgres>>::type_info()
    }
}

impl<'q> Encode<'q, Postgres> for List {
    fn encode_by_ref(&self, buffer: &mut sqlx_postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
        <Vec<i64> as Encode<'q, Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

impl Type<Rusqlite> for List {
    fn type_info() -> sqlite::StorageClass {
        <String as Type<Rusqlite>>::type_info()
    }
}

impl Encode<'_, Rusqlite> for List {
    fn encode_by_ref(&self, buffer: &mut Vec<sqlite::Value>) -> Result<sqlx::encode::IsNull, BoxDynError> {
        let items: Vec<String> = self.0.iter().map(i64::to_string).collect();
        Encode::<Rusqlite>::encode(format!("[{}]", items.join(",")), buffer)
    }
}

/// Texts bound as one value: `text[]` on PostgreSQL, JSON text on SQLite. Statements read it like a [`List`].
#[derive(Clone, Debug)]
pub struct Texts(Vec<String>);

impl Texts {
    pub fn new(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Type<Postgres> for Texts {
    fn type_info() -> sqlx_postgres::PgTypeInfo {
        <Vec<String> as Type<Postgres>>::type_info()
    }
}

impl<'q> Encode<'q, Postgres> for Texts {
    fn encode_by_ref(&self, buffer: &mut sqlx_postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
        <Vec<String> as Encode<'q, Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

impl Type<Rusqlite> for Texts {
    fn type_info() -> sqlite::StorageClass {
        <String as Type<Rusqlite>>::type_info()
    }
}

impl Encode<'_, Rusqlite> for Texts {
    fn encode_by_ref(&self, buffer: &mut Vec<sqlite::Value>) -> Result<sqlx::encode::IsNull, BoxDynError> {
        Encode::<Rusqlite>::encode(serde_json::to_string(&self.0)?, buffer)
    }
}

tokio::task_local! {
    static STATEMENT_COUNT: Cell<u64>;
}

/// Runs a future and returns its output with the number of statements that it executed, for tests that limit it.
///
/// Counted by task, so that statements of other tasks, also those that the future spawns, do not count. Within the
/// future of another count it starts at 0 again.
pub async fn count_statements<T>(future: impl Future<Output = T>) -> (T, u64) {
    let counted = async {
        let output = future.await;
        (output, STATEMENT_COUNT.with(Cell::get))
    };
    STATEMENT_COUNT.scope(Cell::new(0), counted).await
}

static EXECUTED: AtomicU64 = AtomicU64::new(0);

/// Returns how many statements this process has executed.
pub fn executed_statements() -> u64 {
    EXECUTED.load(Ordering::Relaxed)
}

/// Counts one statement. Each binds its values once, even if it has none.
fn count_one() {
    EXECUTED.fetch_add(1, Ordering::Relaxed);
    // An error means that nothing counts.
    let _ = STATEMENT_COUNT.try_with(|count| count.set(count.get() + 1));
}

pub(super) fn bind_sqlite(binds: &[&dyn Bind]) -> Result<sqlite::Arguments> {
    count_one();
    let mut arguments = sqlite::Arguments::default();
    for bind in binds {
        bind.sqlite(&mut arguments).map_err(Error::encoding)?;
    }
    Ok(arguments)
}

pub(super) fn bind_postgres(binds: &[&dyn Bind]) -> Result<PgArguments> {
    count_one();
    let mut arguments = PgArguments::default();
    for bind in binds {
        bind.postgres(&mut arguments).map_err(Error::encoding)?;
    }
    Ok(arguments)
}
