//! Reads and loads whole tables, for backups and copies.

use rusqlite::OptionalExtension;
use sqlx::error::BoxDynError;

use super::connection::Connection;
use super::error::failed;
use crate::db::transfer::{Batch, Column, ColumnKind, MAX_BATCH_BYTES, TableShape, read_values, write_value};

impl Connection {
    /// Returns the number of the newest migration; `None` if there are no tables.
    pub(in crate::db) fn schema_version(&mut self) -> Result<Option<i64>, sqlx::Error> {
        let sql = "select 1 from sqlite_schema where name = '_sqlx_migrations'";
        let has_table = self.inner().query_row(sql, [], |_| Ok(())).optional().map_err(failed)?.is_some();
        if !has_table {
            return Ok(None);
        }
        let sql = "select max(version) from _sqlx_migrations";
        self.inner().query_row(sql, [], |row| row.get(0)).map_err(failed)
    }

    /// Returns the columns of a table; `None` if it does not exist.
    pub(in crate::db) fn table_shape(&mut self, name: &str) -> Result<Option<TableShape>, sqlx::Error> {
        let sql = "select name, type, pk from pragma_table_info($1) order by cid";
        let mut statement = self.inner().prepare(sql).map_err(failed)?;
        let rows =
            statement.query_map([name], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)));
        let rows: Vec<(String, String, i64)> = rows.and_then(Iterator::collect).map_err(failed)?;
        let mut key: Vec<(i64, String)> =
            rows.iter().filter(|(_, _, position)| *position > 0).map(|(name, _, at)| (*at, name.clone())).collect();
        key.sort_unstable();
        let columns = rows.into_iter().map(|(name, kind, _)| {
            let kind = match kind.as_str() {
                "INTEGER" | "integer" => ColumnKind::Integer,
                "TEXT" | "text" => ColumnKind::Text,
                "BLOB" | "blob" => ColumnKind::Blob,
                other => return Err(invalid(format!("columns of the type {other} cannot be transferred"))),
            };
            Ok(Column { name, kind })
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let key = key.into_iter().map(|(_, name)| name).collect();
        Ok((!columns.is_empty()).then(|| TableShape { name: name.to_owned(), columns, key }))
    }

    /// Passes the rows of a query on, until `consume` returns false.
    pub(in crate::db) fn read_batches(
        &mut self,
        sql: &str,
        mut consume: impl FnMut(Batch) -> bool,
    ) -> Result<(), sqlx::Error> {
        self.clear_limit();
        let mut statement = self.inner().prepare(sql).map_err(failed)?;
        let count = statement.column_count();
        let mut rows = statement.query([]).map_err(failed)?;
        let mut batch = Batch::default();
        while let Some(row) = rows.next().map_err(failed)? {
            for index in 0..count {
                if index > 0 {
                    batch.lines.push(b'\t');
                }
                let value = row.get_ref(index).map_err(failed)?;
                write_value(&mut batch.lines, value).map_err(invalid)?;
            }
            batch.lines.push(b'\n');
            batch.rows += 1;
            if batch.lines.len() >= MAX_BATCH_BYTES && !consume(std::mem::take(&mut batch)) {
                return Ok(());
            }
        }
        if batch.rows > 0 {
            consume(batch);
        }
        Ok(())
    }

    /// Runs an insert for each line.
    pub(in crate::db) fn load_batch(
        &mut self,
        sql: &str,
        columns: &[Column],
        batch: &Batch,
    ) -> Result<(), sqlx::Error> {
        self.clear_limit();
        let mut statement = self.inner().prepare_cached(sql).map_err(failed)?;
        for line in batch.lines() {
            let values = read_values(line, columns).map_err(invalid)?;
            for (index, value) in values.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value).map_err(failed)?;
            }
            statement.raw_execute().map_err(failed)?;
        }
        Ok(())
    }

    /// Returns the first column of the first row, an integer.
    pub(in crate::db) fn integer(&mut self, sql: &str) -> Result<i64, sqlx::Error> {
        self.clear_limit();
        self.inner().query_row(sql, [], |row| row.get(0)).map_err(failed)
    }
}

fn invalid(reason: String) -> sqlx::Error {
    sqlx::Error::Decode(BoxDynError::from(reason))
}
