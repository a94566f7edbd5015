//! The hosts of a database: a primary server and its standbys, one of which may become the primary.
//!
//! `postgres://user@one,two/database` names several, as in `libpq`. A connection is to the first one that writes.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection};
use sqlx_postgres::{PgConnectOptions, PgConnection, PgPool};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::postgres::{is_read_only, unreachable_reports};
use super::{Error, Result};

/// The number of hosts that a URL may name.
const MAX_HOSTS: usize = 8;

/// A host that does not accept a connection in this time is passed over.
const HOST_TIMEOUT: Duration = Duration::from_secs(1);

/// The delay between two rounds through all hosts, none of which writes.
const ROUND_DELAY: Duration = Duration::from_secs(1);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    all: Arc<Vec<PgConnectOptions>>,
    /// The host that wrote last.
    current: Arc<Mutex<usize>>,
}

impl Hosts {
    pub(super) fn parse(url: &str) -> Result<Self> {
        let urls = split(url);
        if urls.len() > MAX_HOSTS {
            let reason = format!("the URL names {} hosts; {MAX_HOSTS} are supported", urls.len());
            return Err(Error::Internal(sqlx::Error::Configuration(reason.into())));
        }
        let all = urls.iter().map(|url| options(url)).collect::<Result<Vec<_>>>()?;
        Ok(Self { all: Arc::new(all), current: Arc::default() })
    }

    fn index(&self) -> usize {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how to reach the host that wrote last.
    pub(super) fn current(&self) -> PgConnectOptions {
        self.all.get(self.index()).or(self.all.first()).cloned().unwrap_or_default()
    }

    fn are_several(&self) -> bool {
        self.all.len() > 1
    }

    /// Connects to the first host that writes, from the one that wrote last on. With one host, to that one.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        if !self.are_several() {
            return self.current().connect().await;
        }
        let first = self.index();
        let mut failure = sqlx::Error::PoolTimedOut;
        for offset in 0..self.all.len() {
            let index = (first + offset) % self.all.len();
            let Some(options) = self.all.get(index) else { continue };
            match timeout(HOST_TIMEOUT, connect_to_primary(options)).await {
                Ok(Ok(connection)) => {
                    *self.current.lock().unwrap_or_else(PoisonError::into_inner) = index;
                    return Ok(connection);
                }
                Ok(Err(error)) => failure = error,
                Err(_) => failure = sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
            }
        }
        Err(failure)
    }

    /// Returns how to reach the host that writes. With one host, that one.
    pub(super) async fn primary(&self) -> Result<PgConnectOptions> {
        if self.are_several() {
            self.connect().await?.close().await?;
        }
        Ok(self.current())
    }

    /// Leads a pool to the host that writes, whenever a connection has failed. Without effect with one host. Ends with
    /// the pool.
    pub(super) fn lead(&self, pool: &PgPool) {
        if !self.are_several() {
            return;
        }
        let (hosts, pool) = (self.clone(), pool.clone());
        tokio::spawn(async move {
            let mut closed = pool.close_event();
            let mut reports = unreachable_reports();
            let lead = async {
                while reports.changed().await.is_ok() {
                    hosts.find_again(&pool).await;
                }
            };
            let _ = closed.do_until(lead).await;
        });
    }

    async fn find_again(&self, pool: &PgPool) {
        loop {
            match self.connect().await {
                Ok(connection) => {
                    let _ = connection.close().await;
                    let (host, before) = (self.current(), pool.connect_options());
                    if (host.get_host(), host.get_port()) != (before.get_host(), before.get_port()) {
                        info!(host = host.get_host(), port = host.get_port(), "another host of PostgreSQL writes now");
                        pool.set_connect_options(host);
                    }
                    return;
                }
                Err(error) => {
                    warn!(error = %Error::from(error), "no host of PostgreSQL writes; they are tried again");
                    sleep(ROUND_DELAY).await;
                }
            }
        }
    }
}

async fn connect_to_primary(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    if is_read_only(&mut connection).await? {
        let _ = connection.close().await;
        let reason = format!("{}:{} only reads", options.get_host(), options.get_port());
        return Err(sqlx::Error::Io(std::io::Error::other(reason)));
    }
    Ok(connection)
}

fn options(url: &str) -> Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?
        .application_name("studyhall")
        // Poolers refuse it, and no column is a fraction.
        .extra_float_digits(None)
        // Asking whether a statement is logged, without logging it, confuses the filters of the next span: the trace of a
        // request would lose its beginning.
        .log_statements(log::LevelFilter::Off)
        .log_slow_statements(log::LevelFilter::Warn, Duration::from_millis(500)))
}

/// Returns a URL for each host in `postgres://user:password@one:5432,two:5433/database?options`.
fn split(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    hosts.split(',').map(|host| format!("{scheme}://{user}{host}{tail}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_one_or_several_hosts() {
        for (url, hosts) in [
            ("postgres://db/studyhall", vec!["postgres://db/studyhall"]),
            (
                "postgresql://ada:a%40b@one:6432,two,[::1]:5433/studyhall?sslmode=require",
                vec![
                    "postgresql://ada:a%40b@one:6432/studyhall?sslmode=require",
                    "postgresql://ada:a%40b@two/studyhall?sslmode=require",
                    "postgresql://ada:a%40b@[::1]:5433/studyhall?sslmode=require",
                ],
            ),
            ("postgres://one,two?host=/run", vec!["postgres://one?host=/run", "postgres://two?host=/run"]),
        ] {
            assert_eq!(split(url), hosts);
        }
        assert!(Hosts::parse("postgres://a,b,c,d,e,f,g,h/x").is_ok());
        assert!(Hosts::parse("postgres://a,b,c,d,e,f,g,h,i/x").is_err());
    }
}
