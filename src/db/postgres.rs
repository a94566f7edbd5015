//! PostgreSQL: one pool, with a time-out for every wait.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::{Connection, Executor, Row};
use sqlx_postgres::{PgConnection, PgPool, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::info;

use super::postgres_hosts::Hosts;
use super::{ACQUIRE_TIMEOUT, Error, Result};

#[derive(Clone, Debug)]
pub(super) struct Postgres {
    pub(super) pool: PgPool,
    hosts: Hosts,
    /// Reaches the server without a pooler, for what needs a session of its own: notifications and migrations.
    pub(super) direct: Hosts,
}

/// Set after connecting and not as startup parameters, which poolers refuse.
const REQUEST_SETTINGS: &str = "set statement_timeout = '5s'; set idle_in_transaction_session_timeout = '10s';
    set lock_timeout = '3s'";

/// A migration may take hours, but waits only briefly for the lock of a table: all requests queue up behind it.
const MIGRATION_SETTINGS: &str = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
    set lock_timeout = '2s'";

/// How often a migration tries again to lock a table that is in use.
const MAX_LOCK_ATTEMPTS: usize = 60;
const LOCK_RETRY_DELAY: Duration = Duration::from_secs(1);

/// A connection that was idle for longer is checked before it is used: after a failover the demoted server still
/// accepts reads, but rejects writes.
const CHECK_AFTER_IDLE: Duration = Duration::from_secs(1);

/// After a statement that failed because of its connection, every connection is checked for this long.
const CHECK_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// When a statement failed because of its connection. Of all databases of the process: a check too many does no harm.
static CONNECTION_FAILED_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// Records that a statement failed because its connection is read-only or lost. The connections are checked before they
/// are used again, and those that fail the check leave the pool.
pub(super) fn record_connection_failure() {
    *CONNECTION_FAILED_AT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    report_unreachable();
}

/// Wakes what looks for a host that writes, each time a connection has failed or was waited for in vain.
static UNREACHABLE: LazyLock<watch::Sender<()>> = LazyLock::new(|| watch::Sender::new(()));

/// Reports that the server may not be where the pool looks for it.
pub(super) fn report_unreachable() {
    UNREACHABLE.send_replace(());
}

/// Returns what changes with each report.
pub(super) fn unreachable_reports() -> watch::Receiver<()> {
    UNREACHABLE.subscribe()
}

/// Returns true if the server of a connection is a standby, or only reads.
pub(super) async fn is_read_only(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row = connection.fetch_one("select current_setting('transaction_read_only')").await?;
    Ok(row.try_get::<String, _>(0)? != "off")
}

fn has_recent_failure() -> bool {
    let failed_at = *CONNECTION_FAILED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    failed_at.is_some_and(|at| at.elapsed() < CHECK_AFTER_FAILURE)
}

impl Postgres {
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self> {
        let hosts = Hosts::parse(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(REQUEST_SETTINGS).await.map(drop) })
            })
            .before_acquire(|connection, usage| {
                Box::pin(async move {
                    if usage.idle_for < CHECK_AFTER_IDLE && !has_recent_failure() {
                        return Ok(true);
                    }
                    let writes = !is_read_only(connection).await?;
                    if !writes {
                        report_unreachable();
                    }
                    Ok(writes)
                })
            })
            .connect_with(hosts.primary().await?)
            .await;
        let pool = match pool {
            Ok(pool) => pool,
            Err(sqlx::Error::PoolTimedOut) => return Err(connect_error(&hosts).await),
            Err(error) => return Err(error.into()),
        };
        check_pooler(&pool, &hosts).await?;
        hosts.lead(&pool);
        Ok(Self { pool, direct: hosts.clone(), hosts })
    }

    pub(super) fn set_direct_url(&mut self, url: &str) -> Result<()> {
        self.direct = Hosts::parse(url)?;
        Ok(())
    }

    pub(super) async fn write(&self) -> Result<sqlx::Transaction<'static, sqlx_postgres::Postgres>> {
        Ok(self.pool.begin().await?)
    }

    /// Returns why the server cannot be reached. The pool only says that it waited for a connection.
    pub(super) async fn connect_error(&self) -> Error {
        connect_error(&self.hosts).await
    }

    /// Runs migrations on a connection of their own, one node after the other.
    pub(super) async fn migrate(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        let mut connection = self.direct.connect().await?;
        connection.execute(MIGRATION_SETTINGS).await?;
        wait_for_other_nodes(&mut connection).await?;
        let mut attempts = 1;
        loop {
            match migrator.run_direct(None, &mut connection, false).await {
                Err(error) if is_lock_timeout(&error) && attempts < MAX_LOCK_ATTEMPTS => {
                    info!(attempts, "a table that a migration changes is in use; the migration tries again");
                    attempts += 1;
                    sleep(LOCK_RETRY_DELAY).await;
                }
                result => {
                    // Releases the lock.
                    let _ = connection.close().await;
                    return result;
                }
            }
        }
    }
}

/// Opens a connection outside the pool, without the limits of requests.
pub(super) async fn connect_alone(url: &str) -> Result<PgConnection> {
    let hosts = Hosts::parse(url)?;
    match timeout(ACQUIRE_TIMEOUT, hosts.connect()).await {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(connect_error(&hosts).await),
    }
}

/// Returns the number of the newest migration; `None` if there are no tables.
pub(super) async fn schema_version(connection: &mut PgConnection) -> Result<Option<i64>> {
    if integer(connection, "select count(*) from pg_class where oid = to_regclass('_sqlx_migrations')").await? == 0 {
        return Ok(None);
    }
    let row = connection.fetch_one("select max(version) from _sqlx_migrations").await?;
    Ok(row.try_get(0)?)
}

/// Returns the first column of the first row, an integer.
pub(super) async fn integer(connection: &mut PgConnection, sql: &str) -> Result<i64> {
    Ok(connection.fetch_one(dynamic(sql)).await?.try_get(0)?)
}

/// Runs a statement that the program has put together from names of tables.
pub(super) async fn run(connection: &mut PgConnection, sql: &str) -> Result<()> {
    connection.execute(dynamic(sql)).await?;
    Ok(())
}

/// The names of tables are constants or checked.
fn dynamic(sql: &str) -> sqlx::RawSql {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
}

/// Takes the lock that each migrating node has, and waits for it as long as another node's migration takes.
async fn wait_for_other_nodes(connection: &mut PgConnection) -> Result<(), MigrateError> {
    loop {
        match connection.lock().await {
            Err(error) if is_lock_timeout(&error) => info!("another node migrates the database; waiting"),
            result => return result,
        }
    }
}

fn is_lock_timeout(error: &MigrateError) -> bool {
    let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = error else { return false };
    cause.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "55P03")
}

async fn connect_error(hosts: &Hosts) -> Error {
    match timeout(ACQUIRE_TIMEOUT, hosts.connect()).await {
        Ok(Ok(connection)) => {
            let _ = connection.close().await;
            Error::Unavailable(sqlx::Error::PoolTimedOut)
        }
        Ok(Err(error)) => error.into(),
        Err(_) => Error::Unavailable(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no response"))),
    }
}

/// Recognises a pooler in transaction mode: two connections that are open at once have the same process of the server.
/// Sessions and prepared statements do not work with it.
async fn check_pooler(pool: &PgPool, hosts: &Hosts) -> Result<()> {
    // Not a prepared statement, which is what such a pooler mixes up.
    const SQL: &str = "select pg_backend_pid()";
    let mut first = pool.acquire().await?;
    // Without a second connection there is nothing to compare.
    let Ok(mut second) = hosts.connect().await else { return Ok(()) };
    let first_process: i32 = first.fetch_one(sqlx::raw_sql(SQL)).await?.try_get(0)?;
    let second_process: i32 = second.fetch_one(sqlx::raw_sql(SQL)).await?.try_get(0)?;
    let _ = second.close().await;
    if first_process == second_process { Err(Error::TransactionPooling) } else { Ok(()) }
}
