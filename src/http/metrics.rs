//! `/metrics` in the `OpenMetrics` format, on a separate address because the metrics of a node are not public.

mod figures;
mod process;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;
use tracing::info;

use super::HttpState;
use crate::cache;
use crate::config::Config;
use crate::db::{self, executed_statements};
use crate::time_zones;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// In seconds, from a small query to the timeout of an upload.
const DURATION_BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The metrics that are recorded as requests end. All others are read when the page is requested.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Family<RequestLabels, Counter<u64, AtomicU64>>,
    durations: Family<PathLabels, Histogram>,
}

/// The number of label values is bounded: see [`path_label`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    path: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabels {
    cache: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VersionLabel {
    version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PathLabels {
    path: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS)),
        }
    }
}

impl Metrics {
    /// Records a request. For a socket or an event stream, `duration` ends when the response begins.
    pub(super) fn record_request(&self, path: &str, status: StatusCode, duration: Duration) {
        let path = path_label(path);
        self.requests.get_or_create(&RequestLabels { path, status: status.as_u16() }).inc();
        self.durations.get_or_create(&PathLabels { path }).observe(duration.as_secs_f64());
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "HTTP requests", self.requests.clone());
        let help = "Time until the response begins";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.durations.clone());
    }
}

/// Returns the first segment of a known path, and `other` for all paths that clients invent.
pub(super) fn path_label(path: &str) -> &'static str {
    let labels = [
        "/graphql",
        "/graphiql",
        "/media",
        "/files",
        "/exports",
        "/assets",
        "/calendar",
        "/oidc",
        "/unsubscribe",
        "/healthz",
        "/readyz",
    ];
    let first = path.get(1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    labels.into_iter().find(|label| &label[1..] == first).unwrap_or("other")
}

/// Serves `/metrics` until the program ends, if the settings name an address for it.
///
/// # Errors
/// When the address is already in use.
pub(super) async fn serve(state: &HttpState) -> io::Result<()> {
    let Some(address) = state.app.config.metrics_listen else { return Ok(()) };
    let listener = TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("STUDYHALL_METRICS_LISTEN: cannot listen on {address}: {error}"))
    })?;
    info!(address = %listener.local_addr()?, "serving metrics");
    let state = state.clone();
    let router = Router::new().route("/metrics", get(async move || page(&state).await));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

async fn page(state: &HttpState) -> Response {
    let measured = figures::Measured::of(state).await;
    let mut registry = Registry::with_prefix("studyhall");
    state.metrics.register(&mut registry);
    let operations = state.executor.metrics();
    registry.register("operations", "Operations by kind and code", operations.outcomes.clone());
    let help = "Time of queries and mutations";
    registry.register_with_unit("operation_duration", help, Unit::Seconds, operations.durations.clone());
    let help = "Queries and mutations by their first root field";
    registry.register("operation_fields", help, operations.fields.clone());
    let help = "Time of queries and mutations by their first root field";
    registry.register_with_unit("operation_fields_duration", help, Unit::Seconds, operations.field_durations.clone());
    let mut register_gauge = |name: &str, help: &str, value: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    register_gauge("sockets", "Open sockets and event streams", state.connection_limiter.open_connections());
    register_gauge("operations_running", "Running queries and mutations", state.executor.running_operations());
    let accepts_writes = usize::from(state.app.live.write_health().accepts_writes());
    register_gauge("database_writable", "1 while the database accepts writes", accepts_writes);
    let disk = DiskUsage::of(&state.app.config);
    register_gauge("database_log_bytes", "Size of the write-ahead log of SQLite", disk.database_log);
    register_gauge("disk_free_bytes", "Free space on the disk of the data directory", disk.free);
    let drift: Gauge<f64, AtomicU64> = Gauge::default();
    let microseconds = state.app.clock.drift();
    let seconds = Duration::from_micros(microseconds.unsigned_abs()).as_secs_f64();
    drift.set(if microseconds < 0 { -seconds } else { seconds });
    let help = "How far this machine's clock is ahead of the database server's";
    registry.register_with_unit("clock_drift", help, Unit::Seconds, drift);
    let tally = *state.app.mail.tally().borrow();
    for (name, help, value) in [
        ("mails_delivered", "Mails sent by this node", tally.delivered),
        ("mail_failures", "Failed attempts to send a mail", tally.failed),
        ("statements", "Statements of the database", executed_statements()),
        ("slow_statements", "SQLite statements that held up a thread for over 5 ms", state.app.db.slow_statements()),
    ] {
        let counter: Counter<u64, AtomicU64> = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    let zones: Family<VersionLabel, Gauge> = Family::default();
    zones.get_or_create(&VersionLabel { version: time_zones::version() }).set(1);
    registry.register("time_zones", "The version of the rules of time zones", zones);
    register_caches(&mut registry);
    figures::register(&mut registry, state, &measured);
    // The names that every program has, without our prefix.
    let mut process = Registry::default();
    process::register(&mut process);
    let mut body = String::new();
    let encoded = text::encode_registry(&mut body, &registry)
        .and_then(|()| text::encode_registry(&mut body, &process))
        .and_then(|()| text::encode_eof(&mut body));
    match encoded {
        Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response(),
        // Writing to a `String` does not fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Sizes in bytes; 0 where they are not known.
#[derive(Debug, Default)]
struct DiskUsage {
    database_log: usize,
    free: usize,
}

impl DiskUsage {
    fn of(config: &Config) -> Self {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let file = db::sqlite_file(&config.database_url()).ok().flatten();
        let log = file.map(|file| {
            let mut name = file.into_os_string();
            name.push("-wal");
            PathBuf::from(name)
        });
        let disk = rustix::fs::statvfs(&config.data_dir).ok();
        Self {
            database_log: log.map_or(0, |log| bytes(size(&log))),
            free: disk.map_or(0, |disk| bytes(disk.f_bavail.saturating_mul(disk.f_frsize))),
        }
    }
}

/// Adds hits, misses and weight of each cache.
fn register_caches(registry: &mut Registry) {
    let (hits, misses) = (Family::<CacheLabels, Counter<u64, AtomicU64>>::default(), Family::default());
    let weight = Family::<CacheLabels, Gauge>::default();
    for figures in cache::FIGURES {
        let labels = CacheLabels { cache: figures.name };
        hits.get_or_create(&labels).inc_by(figures.hits());
        Family::<CacheLabels, Counter<u64, AtomicU64>>::get_or_create(&misses, &labels).inc_by(figures.misses());
        weight.get_or_create(&labels).set(i64::try_from(figures.weight()).unwrap_or(i64::MAX));
    }
    registry.register("cache_hits", "Lookups that a cache answered", hits);
    registry.register("cache_misses", "Lookups that a cache could not answer", misses);
    registry.register("cache_weight_bytes", "Estimated size of the entries of a cache", weight);
}

#[cfg(test)]
mod tests {
    use super::path_label;

    #[test]
    fn unknown_paths_share_one_label() {
        for (path, label) in [
            ("/graphql", "/graphql"),
            ("/media/img_1/small", "/media"),
            ("/files/fil_1", "/files"),
            ("/", "other"),
            ("", "other"),
            ("/graphql2", "other"),
            ("/é", "other"),
        ] {
            assert_eq!(path_label(path), label);
        }
    }
}
