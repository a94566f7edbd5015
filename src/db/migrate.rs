//! Migrations: pairs of files with the same numbers and names, one directory for each engine.

use sqlx::migrate::{MigrateError, Migrator};

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
        result.map_err(|error| match error {
            MigrateError::VersionMissing(_) => Error::NewerSchema,
            MigrateError::Execute(cause) => cause.into(),
            other => Error::Internal(sqlx::Error::Migrate(Box::new(other))),
        })
    }
}
