//! A new database for every test: a file, or a schema in the PostgreSQL that `make test` starts.

use std::path::Path;

use sqlx::{Connection, Executor, PgConnection};

/// The database engine. Every test runs on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Creates an empty database and returns its URL.
    #[expect(clippy::disallowed_methods, reason = "tests have no settings of their own")]
    pub async fn create_database(self, dir: &Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", dir.join("studyhall.sqlite").display()),
            Self::Postgres => {
                let server = std::env::var("TEST_POSTGRES_URL").expect("make test sets TEST_POSTGRES_URL");
                let schema = format!("t{:016x}", random_u64());
                let mut connection = PgConnection::connect(&server).await.expect("PostgreSQL answers");
                let statement = sqlx::AssertSqlSafe(format!("create schema {schema}"));
                connection.execute(sqlx::raw_sql(statement)).await.expect("a schema is made");
                connection.close().await.expect("the connection closes");
                format!("{server}?options=-c%20search_path%3D{schema}")
            }
        }
    }
}

/// Returns a random number, unique among all tests.
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    u64::from_be_bytes(bytes)
}
