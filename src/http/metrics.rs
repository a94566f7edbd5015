//! `/metrics` in the format of `OpenMetrics`, on an address of its own: figures of how a node fares are not for the public.

use std::io;
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

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds. From a small query to the deadline of an upload.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

/// What is counted as it happens; whatever stands still is read when somebody asks.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Family<RequestLabels, Counter<u64, AtomicU64>>,
    durations: Family<PathLabels, Histogram>,
}

/// Both have few values: whatever else a client makes up is one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    path: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PathLabels {
    path: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::default(), durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)) }
    }
}

impl Metrics {
    /// Counts an answer. Of a socket or event stream it is the beginning of the answer that took so long.
    pub(super) fn answered(&self, path: &str, status: StatusCode, took: Duration) {
        let path = known(path);
        self.requests.get_or_create(&RequestLabels { path, status: status.as_u16() }).inc();
        self.durations.get_or_create(&PathLabels { path }).observe(took.as_secs_f64());
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests answered", self.requests.clone());
        let help = "How long requests took to be answered";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.durations.clone());
    }
}

/// The first part of a path of ours.
fn known(path: &str) -> &'static str {
    let known = ["/graphql", "/graphiql", "/media", "/assets", "/calendar", "/healthz", "/readyz"];
    let first = path.get(1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    known.into_iter().find(|known| &known[1..] == first).unwrap_or("other")
}

/// Serves until the program ends, where the settings name an address.
///
/// # Errors
/// When the address is not free.
pub(super) async fn serve(state: &HttpState) -> io::Result<()> {
    let Some(address) = state.app.config.metrics_listen else { return Ok(()) };
    let listener = TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("STUDYHALL_METRICS_LISTEN: {address} is not free: {error}"))
    })?;
    info!(address = %listener.local_addr()?, "metrics");
    let state = state.clone();
    let router = Router::new().route("/metrics", get(async move || page(&state)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

fn page(state: &HttpState) -> Response {
    let mut registry = Registry::with_prefix("studyhall");
    state.metrics.register(&mut registry);
    let mut now = |name: &str, help: &str, value: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    now("sockets", "Sockets and event streams that are open", state.connections_limit.taken());
    now("operations_running", "Queries and mutations that run", state.executor.running());
    let tally = *state.app.mail.tally().borrow();
    for (name, help, value) in [
        ("mails_delivered", "Letters that this node has sent", tally.delivered),
        ("mail_failures", "Attempts to send a letter that failed", tally.failed),
    ] {
        let counter: Counter<u64, AtomicU64> = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    }
    let mut answer = String::new();
    match text::encode(&mut answer, &registry) {
        Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], answer).into_response(),
        // Writing into a text does not fail.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::known;

    #[test]
    fn paths_that_clients_make_up_are_one() {
        for (path, label) in [
            ("/graphql", "/graphql"),
            ("/media/img_1/small", "/media"),
            ("/", "other"),
            ("", "other"),
            ("/graphql2", "other"),
            ("/é", "other"),
        ] {
            assert_eq!(known(path), label);
        }
    }
}
