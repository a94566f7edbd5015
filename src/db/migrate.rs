//! Migrations: pairs of files with the same numbers and names, one directory for each engine.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx_postgres::PgConnection;

use super::sqlite::Connection;
use super::{Db, Engine, Error, Result};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl Db {
    /// Migrates the schema to this program's version. Each migration is one transaction, so a crash leaves a complete
    /// earlier version, from which the next start continues.
    ///
    /// # Errors
    /// [`Error::NewerSchema`] when a newer program migrated the database before.
    pub async fn migrate(&self) -> Result<()> {
        let result = match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.migrate(&SQLITE).await,
            Engine::Postgres(postgres) => postgres.migrate(&POSTGRES).await,
        };
        result.map_err(failed)
    }
}

/// Returns the number of the newest migration of this program.
pub fn schema_version() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(super) fn to_version_in_sqlite(connection: &mut Connection, version: Option<i64>) -> Result<()> {
    connection.migrate_to(&SQLITE, version).map_err(failed)
}

pub(super) async fn to_version_in_postgres(connection: &mut PgConnection, version: Option<i64>) -> Result<()> {
    POSTGRES.run_direct(version, connection, false).await.map_err(failed)
}

fn failed(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(_) => Error::NewerSchema,
        MigrateError::Execute(cause) => cause.into(),
        other => Error::Internal(sqlx::Error::Migrate(Box::new(other))),
    }
}
