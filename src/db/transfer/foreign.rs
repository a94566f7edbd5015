//! Reads SQLite files of other programs.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::db::{Error, Result};

/// A value of another program's database. Numbers are texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ForeignValue {
    #[default]
    Null,
    Text(String),
    Bytes(Vec<u8>),
}

/// A table of another program's database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignTable {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<ForeignValue>>,
}

/// Returns all tables of a SQLite file, which is only read.
///
/// # Errors
/// When the file is not a SQLite database, or is damaged.
pub fn read_sqlite(path: &Path) -> Result<Vec<ForeignTable>> {
    let failed = |error: rusqlite::Error| Error::from(crate::db::sqlite::failed(error));
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let names = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
    let names: Vec<String> = names.map_err(failed)?;
    let read = |name: String| {
        let sql = format!("select * from \"{}\"", name.replace('"', "\"\""));
        let mut statement = connection.prepare(&sql)?;
        let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
        let rows = statement.query_map([], |row| (0..columns.len()).map(|at| row.get_ref(at).map(value_of)).collect());
        Ok(ForeignTable { name, rows: rows.and_then(Iterator::collect)?, columns: columns.clone() })
    };
    names.into_iter().map(read).collect::<rusqlite::Result<_>>().map_err(failed)
}

fn value_of(value: ValueRef<'_>) -> ForeignValue {
    match value {
        ValueRef::Null => ForeignValue::Null,
        ValueRef::Integer(number) => ForeignValue::Text(number.to_string()),
        ValueRef::Real(number) => ForeignValue::Text(number.to_string()),
        ValueRef::Text(text) => ForeignValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => ForeignValue::Bytes(bytes.to_vec()),
    }
}
