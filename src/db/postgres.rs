//! PostgreSQL: one pool, with a time-out for every wait.

use std::str::FromStr;
use std::time::Duration;

use sqlx::{ConnectOptions, Executor};
use sqlx_postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::{ACQUIRE_TIMEOUT, Result};

#[derive(Clone, Debug)]
pub(super) struct Postgres {
    pub(super) pool: PgPool,
}

/// A connection that was idle for longer is checked before it is used: after a failover the demoted server still
/// accepts reads, but rejects writes.
const CHECK_AFTER_IDLE: Duration = Duration::from_secs(1);

impl Postgres {
    pub(super) async fn open(url: &str, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("studyhall")
            .options([
                ("statement_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "10s"),
                ("lock_timeout", "3s"),
            ])
            .log_slow_statements(log::LevelFilter::Warn, Duration::from_millis(500));
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, usage| {
                Box::pin(async move {
                    if usage.idle_for < CHECK_AFTER_IDLE {
                        return Ok(true);
                    }
                    let row = connection.fetch_one("select current_setting('transaction_read_only')").await?;
                    Ok(sqlx::Row::try_get::<String, _>(&row, 0)? == "off")
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    pub(super) async fn write(&self) -> Result<sqlx::Transaction<'static, sqlx_postgres::Postgres>> {
        Ok(self.pool.begin().await?)
    }
}
