//! A connection that runs its statements on the caller's thread, each within a limit of time.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, OpenFlags};
use rustc_hash::FxBuildHasher;
use sqlx::error::BoxDynError;

use super::driver::{Arguments, Column, Row};
use super::error::failed;
use super::interrupt::{CancelFlag, Interrupt};
use super::{BUSY_TIMEOUT, STATEMENT_LIMIT, scans};
use crate::db::Record;

/// SQLite asks after this many steps of its virtual machine, some 50 µs, whether the statement is to be interrupted.
const STEPS_BETWEEN_CHECKS: i32 = 2_000;

/// Prepared statements of a connection. More than the program has.
const STATEMENT_CACHE_CAPACITY: usize = 1_024;

/// What connections to one file have in common.
#[derive(Clone, Debug)]
pub(in crate::db) struct ConnectOptions {
    pub(in crate::db) path: PathBuf,
    pub(in crate::db) cache_mib: u32,
}

impl ConnectOptions {
    pub(in crate::db) fn read_only(&self) -> Result<Connection, sqlx::Error> {
        self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY, "")
    }

    /// Creates the file if it is missing.
    pub(in crate::db) fn read_write(&self) -> Result<Connection, sqlx::Error> {
        self.connect(
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on;
             pragma journal_size_limit = 67108864;",
        )
    }

    fn connect(&self, access: OpenFlags, pragmas: &str) -> Result<Connection, sqlx::Error> {
        // Without SQLite's mutex: only one thread at a time has a `Connection`.
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let inner = rusqlite::Connection::open_with_flags(&self.path, flags).map_err(failed)?;
        let interrupt = Arc::new(Interrupt::new());
        let handler = Arc::clone(&interrupt);
        let configure = || {
            inner.busy_timeout(BUSY_TIMEOUT)?;
            // Otherwise a statement is parsed again whenever the value of its `limit` changes, because the planner
            // looks at the values.
            inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            inner.set_prepared_statement_cache_capacity(STATEMENT_CACHE_CAPACITY);
            inner.execute_batch(pragmas)?;
            let cache_kib = u64::from(self.cache_mib) * 1024;
            inner.execute_batch(&format!("pragma temp_store = memory; pragma cache_size = -{cache_kib};"))?;
            inner.progress_handler(STEPS_BETWEEN_CHECKS, Some(move || handler.is_due()))
        };
        configure().map_err(failed)?;
        Ok(Connection { inner, shapes: Shapes::default(), interrupt, spares_writes: false })
    }
}

/// A connection. One thread at a time has it.
pub(in crate::db) struct Connection {
    inner: rusqlite::Connection,
    /// What is known of each statement that has run. The key is the address of its text, which is a constant.
    shapes: Shapes,
    interrupt: Arc<Interrupt>,
    /// True while the caller of a statement that writes cannot interrupt it.
    spares_writes: bool,
}

type Shapes = HashMap<(usize, usize), Shape, FxBuildHasher>;

impl Connection {
    /// Runs a statement and returns its first rows. Of a text with several statements, those of the last.
    ///
    /// # Errors
    /// Also when the statement takes longer than `limit`: it is interrupted. One that writes has the limit of all
    /// statements instead, because SQLite rolls back the whole open transaction when it interrupts it.
    pub(super) fn fetch<T: Record>(
        &mut self,
        sql: &'static str,
        arguments: &Arguments,
        max_rows: usize,
        limit: Duration,
    ) -> Result<Vec<T>, sqlx::Error> {
        let sql = self.execute_all_but_last(sql, arguments)?;
        let mut statement = self.inner.prepare_cached(sql).map_err(failed)?;
        let shape = shape_of(&mut self.shapes, sql, &statement);
        shape.bind(&mut statement, arguments)?;
        let is_read_only = statement.readonly();
        self.interrupt.set_limit(if is_read_only { limit } else { STATEMENT_LIMIT });
        if !is_read_only && self.spares_writes {
            self.interrupt.set_flag(None);
        }
        let mut row = Row::new(Arc::clone(&shape.columns));
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(current) = rows.next().map_err(failed)? {
            if found.len() < max_rows {
                row.fill(current)?;
                found.push(T::from_row(&row)?);
            }
            // A statement that writes runs to its end.
            if is_read_only && found.len() >= max_rows {
                break;
            }
        }
        Ok(found)
    }

    /// Runs a statement and returns the number of rows that it changed.
    pub(super) fn execute(&mut self, sql: &'static str, arguments: &Arguments) -> Result<u64, sqlx::Error> {
        let sql = self.execute_all_but_last(sql, arguments)?;
        self.execute_one(sql, arguments)
    }

    fn execute_all_but_last(&mut self, sql: &'static str, arguments: &Arguments) -> Result<&'static str, sqlx::Error> {
        if !sql.contains(';') {
            return Ok(sql);
        }
        let mut statements = statements(sql);
        let mut last = statements.next().unwrap_or(sql);
        for next in statements {
            self.execute_one(last, arguments)?;
            last = next;
        }
        Ok(last)
    }

    fn execute_one(&mut self, sql: &'static str, arguments: &Arguments) -> Result<u64, sqlx::Error> {
        let mut statement = self.inner.prepare_cached(sql).map_err(failed)?;
        shape_of(&mut self.shapes, sql, &statement).bind(&mut statement, arguments)?;
        self.interrupt.set_limit(STATEMENT_LIMIT);
        if self.spares_writes {
            self.interrupt.set_flag(None);
        }
        let mut rows = statement.raw_query();
        while rows.next().map_err(failed)?.is_some() {}
        drop(rows);
        Ok(if statement.readonly() { 0 } else { self.inner.changes() })
    }

    /// Runs a statement, and interrupts it once the flag is set. With `spares_writes` only if it does not write: SQLite
    /// rolls back the whole open transaction when it interrupts one that does.
    pub(super) fn cancellable<R>(
        &mut self,
        flag: &CancelFlag,
        spares_writes: bool,
        statement: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.interrupt.set_flag(Some(flag.clone()));
        self.spares_writes = spares_writes;
        let output = statement(self);
        self.interrupt.set_flag(None);
        output
    }

    /// Records the statement if it can scan a table: it is about to run on a thread of the runtime. In debug builds only.
    pub(super) fn check_inline(&self, sql: &'static str) {
        if cfg!(debug_assertions) {
            scans::check(&self.inner, sql);
        }
    }

    /// Runs statements that bind nothing one after the other, prepared once and without a limit: `begin`, `commit`.
    pub(super) fn control(&mut self, statements: &[&'static str]) -> Result<(), sqlx::Error> {
        self.interrupt.clear_limit();
        for sql in statements {
            let mut statement = self.inner.prepare_cached(sql).map_err(failed)?;
            let mut rows = statement.raw_query();
            while rows.next().map_err(failed)?.is_some() {}
        }
        Ok(())
    }

    /// Runs a script, such as a migration.
    pub(in crate::db) fn script(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.interrupt.clear_limit();
        self.inner.execute_batch(sql).map_err(failed)
    }

    /// How long statements wait for a lock of another process. Only a thread of our own may wait.
    pub(super) fn set_busy_timeout(&mut self, timeout: Duration) -> Result<(), sqlx::Error> {
        self.inner.busy_timeout(timeout).map_err(failed)
    }

    pub(super) fn inner(&self) -> &rusqlite::Connection {
        &self.inner
    }

    /// Removes the limit of time of the next statements.
    pub(super) fn clear_limit(&self) {
        self.interrupt.clear_limit();
    }

    pub(super) fn is_in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// Splits a text at its semicolons, except those in quotes.
fn statements(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut is_quoted = false;
    let statements = text.split(move |character| {
        is_quoted ^= character == '\'';
        character == ';' && !is_quoted
    });
    statements.filter(|statement| !statement.trim().is_empty())
}

fn shape_of<'a>(shapes: &'a mut Shapes, sql: &'static str, statement: &CachedStatement<'_>) -> &'a Shape {
    shapes.entry((sql.as_ptr().addr(), sql.len())).or_insert_with(|| Shape::of(statement))
}

/// The columns and parameters of a statement.
#[derive(Debug)]
struct Shape {
    columns: Arc<[Column]>,
    /// The number of each parameter. SQLite numbers `$2, $1` as they appear, and PostgreSQL as they are named.
    parameters: Box<[Option<usize>]>,
}

impl Shape {
    fn of(statement: &CachedStatement<'_>) -> Self {
        let number = |index| statement.parameter_name(index)?.get(1..)?.parse().ok();
        Self {
            columns: Column::all(&statement.column_names()),
            parameters: (1..=statement.parameter_count()).map(number).collect(),
        }
    }

    /// # Errors
    /// When a parameter has no argument.
    fn bind(&self, statement: &mut CachedStatement<'_>, arguments: &Arguments) -> Result<(), sqlx::Error> {
        for (index, number) in self.parameters.iter().enumerate() {
            let argument = number.and_then(|number| arguments.0.get(number.checked_sub(1)?));
            let missing = || sqlx::Error::Encode(BoxDynError::from("a parameter is not bound"));
            statement.raw_bind_parameter(index + 1, argument.ok_or_else(missing)?).map_err(failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::super::driver::Value;
    use super::*;
    use crate::db::Error;

    fn open(dir: &tempfile::TempDir) -> Connection {
        let options = ConnectOptions { path: dir.path().join("test.sqlite"), cache_mib: 1 };
        options.read_write().expect("the file opens")
    }

    fn integers(values: &[i64]) -> Arguments {
        Arguments(values.iter().map(|value| Value::Integer(*value)).collect())
    }

    #[test]
    fn parameters_are_bound_by_their_numbers() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut connection = open(&dir);
        let rows: Vec<(i64, i64, i64)> =
            connection.fetch("select $2, $1, $2", &integers(&[7, 8]), 1, STATEMENT_LIMIT).expect("the statement runs");
        assert_eq!(rows, [(8, 7, 8)]);
        let missing = connection.fetch::<(i64,)>("select $2", &integers(&[7]), 1, STATEMENT_LIMIT);
        assert!(matches!(missing, Err(sqlx::Error::Encode(_))), "{missing:?}");
    }

    #[test]
    fn a_text_of_several_statements_returns_the_rows_of_the_last() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut connection = open(&dir);
        connection.script("create table t (id integer primary key, name text) strict").expect("a table");
        let sql = "insert into t values ($1, 'a;b'); insert into t values ($2, 'it''s') returning id, name;";
        let rows: Vec<(i64, String)> =
            connection.fetch(sql, &integers(&[1, 2]), 1, STATEMENT_LIMIT).expect("the statements run");
        assert_eq!(rows, [(2, "it's".to_owned())]);
        let sql = "select cast(count(*) as bigint) from t";
        let count: Vec<(i64,)> =
            connection.fetch(sql, &Arguments::default(), 1, STATEMENT_LIMIT).expect("the statement runs");
        assert_eq!(count, [(2,)]);
    }

    #[test]
    fn a_statement_is_parsed_once_whatever_its_limit() {
        const SQL: &str = "select value from json_each('[1, 2, 3]') where value >= $1 order by value limit $2";
        let dir = tempfile::tempdir().expect("a directory");
        let mut connection = open(&dir);
        for limit in [1, 2, 3, 2] {
            let rows: Vec<(i64,)> =
                connection.fetch(SQL, &integers(&[1, limit]), usize::MAX, STATEMENT_LIMIT).expect("the statement runs");
            assert_eq!(i64::try_from(rows.len()), Ok(limit));
        }
        let statement = connection.inner.prepare_cached(SQL).expect("the statement is cached");
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        assert_eq!(statement.get_status(StatementStatus::Run), 4);
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        #[derive(Debug, PartialEq, sqlx::FromRow)]
        struct Found {
            last: Option<String>,
            first: i64,
            blob: Vec<u8>,
        }
        let dir = tempfile::tempdir().expect("a directory");
        let sql = "select 1 as first, x'0102' as blob, 'z' as last union all select 2, x'03', null";
        let rows: Vec<Found> =
            open(&dir).fetch(sql, &Arguments::default(), usize::MAX, STATEMENT_LIMIT).expect("the statement runs");
        assert_eq!(rows[0], Found { last: Some("z".to_owned()), first: 1, blob: vec![1, 2] });
        assert_eq!(rows[1], Found { last: None, first: 2, blob: vec![3] });
    }

    #[test]
    fn a_violated_constraint_is_distinguished_from_other_errors() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut connection = open(&dir);
        connection.script("create table t (id integer primary key) strict; insert into t values (1)").expect("a table");
        let twice = connection.execute("insert into t values ($1)", &integers(&[1])).expect_err("it exists");
        assert!(Error::from(twice).is_constraint());
        let unknown = connection.execute("insert into nothing values (1)", &integers(&[])).expect_err("no table");
        assert!(matches!(Error::from(unknown), Error::Internal(_)));
    }
}
