//! A new database for every test: a file, or a database in the PostgreSQL that `make test` starts.
//!
//! Migrating a schema takes longer than many a test. So the first test migrates a template, named by the checksums of
//! the migrations, and every test gets a copy of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor};
use sqlx_postgres::PgConnection;
use studyhall::db::Db;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The database engine. Every test runs on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Creates a database with the current schema and returns its URL.
    pub async fn create_database(self, dir: &Path) -> String {
        match self {
            Self::Sqlite => {
                let path = sqlite_path(dir);
                std::fs::copy(sqlite_template().await, &path).expect("the template is copied");
                sqlite_url(&path)
            }
            Self::Postgres => {
                let mut server = PostgresServer::connect().await;
                let template = server.template().await;
                server.create(Some(&template)).await
            }
        }
    }

    /// Creates a database without tables and returns its URL.
    pub async fn create_empty_database(self, dir: &Path) -> String {
        match self {
            Self::Sqlite => sqlite_url(&sqlite_path(dir)),
            Self::Postgres => PostgresServer::connect().await.create(None).await,
        }
    }
}

fn sqlite_path(dir: &Path) -> PathBuf {
    dir.join("studyhall.sqlite")
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// Returns the file of the migrated template. Tests that need it at the same time each make it; the last one stays.
async fn sqlite_template() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = dir.join(format!("template-{}.sqlite", checksum(&SQLITE)));
    if !template.exists() {
        let unfinished = dir.join(format!("template-{:016x}.sqlite", random_u64()));
        let db = Db::open(&sqlite_url(&unfinished).into(), 1).await.expect("a file is made");
        db.migrate().await.expect("the template migrates");
        db.close().await;
        std::fs::rename(unfinished, &template).expect("the template gets its name");
    }
    template
}

/// A connection to the server, in which databases are created.
struct PostgresServer {
    url: String,
    connection: PgConnection,
}

impl PostgresServer {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings of their own")]
    async fn connect() -> Self {
        let url = std::env::var("TEST_POSTGRES_URL").expect("make test sets TEST_POSTGRES_URL");
        let connection = PgConnection::connect(&url).await.expect("PostgreSQL answers");
        Self { url, connection }
    }

    /// Returns the name of the migrated template. One test makes it while the others wait.
    #[expect(clippy::disallowed_methods, reason = "these statements are the test's own, on a connection of its own")]
    async fn template(&mut self) -> String {
        const LOCK: i64 = 7_201;
        let name = format!("template_{}", checksum(&POSTGRES));
        sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut self.connection).await.expect("a lock");
        let exists = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
        if exists.fetch_optional(&mut self.connection).await.expect("the catalog is read").is_none() {
            let (unfinished, url) = self.create_named(None).await;
            let mut connection = PgConnection::connect(&url).await.expect("the new database answers");
            POSTGRES.run_direct(None, &mut connection, false).await.expect("the template migrates");
            connection.close().await.expect("the connection closes");
            self.run(format!("alter database {unfinished} rename to {name}")).await;
        }
        sqlx::query("select pg_advisory_unlock($1)").bind(LOCK).execute(&mut self.connection).await.expect("unlocked");
        name
    }

    async fn create(mut self, template: Option<&str>) -> String {
        let (_, url) = self.create_named(template).await;
        self.connection.close().await.expect("the connection closes");
        url
    }

    async fn create_named(&mut self, template: Option<&str>) -> (String, String) {
        let name = format!("t{:016x}", random_u64());
        self.run(format!("create database {name} template {}", template.unwrap_or("template0"))).await;
        let (server, _) = self.url.rsplit_once('/').expect("a URL with the name of a database");
        let url = format!("{server}/{name}");
        (name, url)
    }

    async fn run(&mut self, statement: String) {
        let statement = sqlx::raw_sql(sqlx::AssertSqlSafe(statement));
        self.connection.execute(statement).await.expect("the statement succeeds");
    }
}

fn checksum(migrator: &Migrator) -> String {
    let mut hasher = DefaultHasher::new();
    migrator.iter().for_each(|migration| migration.checksum.hash(&mut hasher));
    format!("{:016x}", hasher.finish())
}

/// Returns a random number, unique among all tests.
pub fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    u64::from_be_bytes(bytes)
}
