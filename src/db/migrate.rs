//! Migrations: pairs of files, same numbers and names, one directory per engine.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Db, Engine, Error, Result};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl Db {
    /// Brings the database to this program's version. Each migration is one transaction, so a crash in between leaves a
    /// whole earlier version, and the next start goes on from there.
    ///
    /// # Errors
    /// When a statement fails, or the database was made by a newer program.
    pub async fn migrate(&self) -> Result<()> {
        let result = match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.migrate(&SQLITE).await,
            Engine::Postgres(postgres) => POSTGRES.run(&postgres.pool).await,
        };
        result.map_err(|error| match error {
            MigrateError::VersionMissing(_) => Error::Newer,
            other => Error::Broken(sqlx::Error::Migrate(Box::new(other))),
        })
    }
}
