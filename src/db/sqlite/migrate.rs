//! The steps of sqlx's migrations, in the same table as sqlx's own driver writes.
//!
//! The futures are ready at once: migrations run on the writer's thread.

use std::future::ready;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration, Migrator};

use super::STATEMENT_LIMIT;
use super::connection::Connection;
use super::driver::{Arguments, Value};

const CREATE_TABLE: &str = "create table if not exists _sqlx_migrations (
    version bigint primary key,
    description text not null,
    installed_on timestamp not null default current_timestamp,
    success boolean not null,
    checksum blob not null,
    execution_time bigint not null
)";
const INSERT: &str = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
    values ($1, $2, true, $3, -1)";
const SET_EXECUTION_TIME: &str = "update _sqlx_migrations set execution_time = $1 where version = $2";

/// Applies the migrations that the database has not yet.
///
/// # Errors
/// Those of sqlx: a migration of a newer program, or a changed one.
pub(super) fn migrate(connection: &mut Connection, migrator: &Migrator) -> Result<(), MigrateError> {
    connection.migrate_to(migrator, None)
}

impl Connection {
    /// Applies the migrations up to a version; all of them without one.
    pub(in crate::db) fn migrate_to(&mut self, migrator: &Migrator, version: Option<i64>) -> Result<(), MigrateError> {
        let migrated = migrator.run_direct(version, self, false).now_or_never();
        migrated.unwrap_or_else(|| Err(MigrateError::Execute(sqlx::Error::WorkerCrashed)))
    }

    fn apply_migration(&mut self, migration: &Migration) -> Result<Duration, MigrateError> {
        let started_at = Instant::now();
        // One transaction for the script and its row, so that it never runs twice.
        self.control(&["begin immediate"])?;
        let inserted = self.script(migration.sql.as_str()).and_then(|()| {
            let arguments = vec![
                Value::Integer(migration.version),
                Value::Text(migration.description.clone().into_owned()),
                Value::Blob(migration.checksum.clone().into_owned()),
            ];
            self.execute(INSERT, &Arguments(arguments))?;
            self.control(&["commit"])
        });
        if let Err(cause) = inserted {
            // Fails if SQLite has already rolled back.
            let _ = self.control(&["rollback"]);
            return Err(MigrateError::ExecuteMigration(cause, migration.version));
        }
        let elapsed = started_at.elapsed();
        let nanos = i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX);
        let arguments = Arguments(vec![Value::Integer(nanos), Value::Integer(migration.version)]);
        self.execute(SET_EXECUTION_TIME, &arguments)?;
        Ok(elapsed)
    }

    fn applied_migrations(&mut self) -> Result<Vec<AppliedMigration>, MigrateError> {
        let sql = "select version, checksum from _sqlx_migrations order by version";
        let rows: Vec<(i64, Vec<u8>)> = self.fetch(sql, &Arguments::default(), usize::MAX, STATEMENT_LIMIT)?;
        Ok(rows
            .into_iter()
            .map(|(version, checksum)| AppliedMigration { version, checksum: checksum.into() })
            .collect())
    }

    fn dirty_version(&mut self) -> Result<Option<i64>, MigrateError> {
        let sql = "select version from _sqlx_migrations where success = false order by version limit 1";
        let rows: Vec<(i64,)> = self.fetch(sql, &Arguments::default(), 1, STATEMENT_LIMIT)?;
        Ok(rows.first().map(|(version,)| *version))
    }
}

impl Migrate for Connection {
    fn create_schema_if_not_exists<'e>(&'e mut self, name: &'e str) -> BoxFuture<'e, Result<(), MigrateError>> {
        Box::pin(ready(Err(MigrateError::CreateSchemasNotSupported(name.to_owned()))))
    }

    fn ensure_migrations_table<'e>(&'e mut self, _: &'e str) -> BoxFuture<'e, Result<(), MigrateError>> {
        Box::pin(ready(self.script(CREATE_TABLE).map_err(Into::into)))
    }

    fn dirty_version<'e>(&'e mut self, _: &'e str) -> BoxFuture<'e, Result<Option<i64>, MigrateError>> {
        Box::pin(ready(self.dirty_version()))
    }

    fn list_applied_migrations<'e>(
        &'e mut self,
        _: &'e str,
    ) -> BoxFuture<'e, Result<Vec<AppliedMigration>, MigrateError>> {
        Box::pin(ready(self.applied_migrations()))
    }

    fn lock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        Box::pin(ready(Ok(())))
    }

    fn unlock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        Box::pin(ready(Ok(())))
    }

    fn apply<'e>(&'e mut self, _: &'e str, migration: &'e Migration) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        Box::pin(ready(self.apply_migration(migration)))
    }

    fn revert<'e>(&'e mut self, _: &'e str, _: &'e Migration) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        // There are no migrations that lead back.
        Box::pin(ready(Err(MigrateError::SkipNotSupported())))
    }
}
