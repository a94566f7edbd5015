//! The traits of sqlx by which rows are decoded and values bound, for SQLite on the caller's thread.
//!
//! `derive(sqlx::FromRow)` and the types of our columns are generic over a database. [`Rusqlite`] is one that decodes
//! and binds, and nothing else: `connection` runs the statements. A whole driver, whose connection is an `Executor`,
//! would wrap calls that never wait into futures and streams of rows.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::types::{ToSql, ToSqlOutput};
use sqlx::error::BoxDynError;
use sqlx::{Encode, Error, Type};

use super::no_executor::NoExecutor;

/// SQLite, as a database of sqlx.
#[derive(Debug)]
pub enum Rusqlite {}

impl sqlx::Database for Rusqlite {
    type Connection = NoExecutor;
    type TransactionManager = NoExecutor;
    type Row = Row;
    type QueryResult = ();
    type Column = Column;
    type TypeInfo = StorageClass;
    type Value = Value;
    type ValueRef<'r> = ValueRef<'r>;
    type Arguments = Arguments;
    type ArgumentBuffer = Vec<Value>;
    type Statement = NoExecutor;

    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite"];
}

/// The values of a statement, in the order of their numbers.
#[derive(Debug, Default)]
pub struct Arguments(pub(super) Vec<Value>);

impl sqlx::Arguments for Arguments {
    type Database = Rusqlite;

    fn reserve(&mut self, additional: usize, _: usize) {
        self.0.reserve(additional);
    }

    fn add<'t, T: Encode<'t, Rusqlite> + Type<Rusqlite>>(&mut self, value: T) -> Result<(), BoxDynError> {
        if value.encode(&mut self.0)?.is_null() {
            self.0.push(Value::Null);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A value that SQLite stores.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::ValueRef;
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

impl sqlx::Value for Value {
    type Database = Rusqlite;

    fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value),
            Self::Blob(value) => ValueRef::Blob(value),
        }
    }

    fn type_info(&self) -> Cow<'_, StorageClass> {
        Cow::Owned(self.as_ref().storage_class())
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A value of a row.
#[derive(Clone, Copy, Debug)]
pub enum ValueRef<'r> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'r str),
    Blob(&'r [u8]),
}

impl ValueRef<'_> {
    fn storage_class(self) -> StorageClass {
        match self {
            Self::Null => StorageClass::Null,
            Self::Integer(_) => StorageClass::Integer,
            Self::Real(_) => StorageClass::Real,
            Self::Text(_) => StorageClass::Text,
            Self::Blob(_) => StorageClass::Blob,
        }
    }
}

impl<'r> sqlx::ValueRef<'r> for ValueRef<'r> {
    type Database = Rusqlite;

    fn to_owned(&self) -> Value {
        match *self {
            Self::Null => Value::Null,
            Self::Integer(value) => Value::Integer(value),
            Self::Real(value) => Value::Real(value),
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Blob(value) => Value::Blob(value.to_owned()),
        }
    }

    fn type_info(&self) -> Cow<'_, StorageClass> {
        Cow::Owned(self.storage_class())
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// What SQLite calls the type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageClass {
    Null,
    Integer,
    Real,
    Text,
    Blob,
}

impl fmt::Display for StorageClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(sqlx::TypeInfo::name(self))
    }
}

impl sqlx::TypeInfo for StorageClass {
    fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
        }
    }
}

/// A column of a result. The values have types, not the columns.
#[derive(Debug)]
pub struct Column {
    ordinal: usize,
    name: Box<str>,
}

impl Column {
    pub(super) fn all(names: &[&str]) -> Arc<[Self]> {
        names.iter().enumerate().map(|(ordinal, name)| Self { ordinal, name: Box::from(*name) }).collect()
    }
}

impl sqlx::Column for Column {
    type Database = Rusqlite;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn type_info(&self) -> &StorageClass {
        &StorageClass::Null
    }
}

/// The row that a statement returned last. A statement fills one row again and again: its texts lie one after the other
/// in one buffer, its blobs in another.
#[derive(Debug)]
pub struct Row {
    columns: Arc<[Column]>,
    values: Vec<Stored>,
    texts: String,
    blobs: Vec<u8>,
    /// Where the search for a name begins: columns are mostly read in their order.
    next: AtomicUsize,
}

#[derive(Debug)]
enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

impl Row {
    pub(super) fn new(columns: Arc<[Column]>) -> Self {
        let values = Vec::with_capacity(columns.len());
        Self { columns, values, texts: String::new(), blobs: Vec::new(), next: AtomicUsize::new(0) }
    }

    /// Copies the values of SQLite's current row.
    ///
    /// # Errors
    /// When a text is not UTF-8.
    pub(super) fn fill(&mut self, row: &rusqlite::Row<'_>) -> Result<(), Error> {
        use rusqlite::types::ValueRef;
        self.values.clear();
        self.texts.clear();
        self.blobs.clear();
        for index in 0..self.columns.len() {
            let value = row.get_ref(index).map_err(|cause| Error::Decode(cause.into()))?;
            self.values.push(match value {
                ValueRef::Null => Stored::Null,
                ValueRef::Integer(value) => Stored::Integer(value),
                ValueRef::Real(value) => Stored::Real(value),
                ValueRef::Text(bytes) => {
                    let start = self.texts.len();
                    self.texts.push_str(std::str::from_utf8(bytes).map_err(|cause| Error::Decode(cause.into()))?);
                    Stored::Text(start..self.texts.len())
                }
                ValueRef::Blob(bytes) => {
                    let start = self.blobs.len();
                    self.blobs.extend_from_slice(bytes);
                    Stored::Blob(start..self.blobs.len())
                }
            });
        }
        Ok(())
    }
}

impl sqlx::Row for Row {
    type Database = Rusqlite;

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn try_get_raw<I: sqlx::ColumnIndex<Self>>(&self, index: I) -> Result<ValueRef<'_>, Error> {
        let index = index.index(self)?;
        let out_of_bounds = || Error::ColumnIndexOutOfBounds { index, len: self.values.len() };
        Ok(match self.values.get(index).ok_or_else(out_of_bounds)? {
            Stored::Null => ValueRef::Null,
            Stored::Integer(value) => ValueRef::Integer(*value),
            Stored::Real(value) => ValueRef::Real(*value),
            Stored::Text(range) => ValueRef::Text(&self.texts[range.clone()]),
            Stored::Blob(range) => ValueRef::Blob(&self.blobs[range.clone()]),
        })
    }
}

impl sqlx::ColumnIndex<Row> for usize {
    fn index(&self, _: &Row) -> Result<usize, Error> {
        Ok(*self)
    }
}

impl sqlx::ColumnIndex<Row> for str {
    fn index(&self, row: &Row) -> Result<usize, Error> {
        let next = row.next.load(Ordering::Relaxed).min(row.columns.len());
        let (before, after) = row.columns.split_at(next);
        let found = after.iter().chain(before).find(|column| *column.name == *self);
        let found = found.ok_or_else(|| Error::ColumnNotFound(self.to_owned()))?.ordinal;
        row.next.store(found + 1, Ordering::Relaxed);
        Ok(found)
    }
}
