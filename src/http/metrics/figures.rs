//! The figures of [`crate::figures`], and those that the database knows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::timeout;

use crate::figures::{self, CountByName, Durations};
use crate::http::HttpState;
use crate::live::Live;
use crate::mail::Mail;

/// How long the page waits for the database. What it does not say in this time is absent.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// What only the database knows.
#[derive(Debug, Default)]
pub(super) struct Measured {
    database_bytes: Option<u64>,
    /// How long the oldest mail has waited; zero if none waits.
    outbox_age: Option<Duration>,
    nodes: Option<u64>,
}

impl Measured {
    pub(super) async fn of(state: &HttpState) -> Self {
        let (db, clock) = (&state.app.db, &state.app.clock);
        let mut measured = Self::default();
        let measure = async {
            measured.nodes = Live::leased_nodes(db, clock).await.ok();
            measured.outbox_age =
                Mail::oldest(db).await.ok().map(|oldest| oldest.map_or(Duration::ZERO, |at| clock.now().since(at)));
            measured.database_bytes = db.size().await.ok();
        };
        // A database that does not answer must not keep the other figures from those who look for the cause.
        let _ = timeout(DATABASE_TIMEOUT, measure).await;
        measured
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
    database: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}

pub(super) fn register(registry: &mut Registry, state: &HttpState, measured: &Measured) {
    let app = &state.app;
    let build = Family::<BuildLabels, Gauge>::default();
    let database = if app.db.is_shared() { "postgresql" } else { "sqlite" };
    build.get_or_create(&BuildLabels { version: env!("CARGO_PKG_VERSION"), database }).set(1);
    registry.register("build_info", "1; the version of the program", build);

    counter(registry, "statement_rows", "Rows that statements returned", figures::ROWS.get());
    counter(registry, "transactions", "Committed transactions", figures::TRANSACTIONS.get());
    let help = "Commits that waited for the disk; on SQLite transactions share them";
    counter(registry, "commits", help, figures::COMMITS.get());
    let help = "Waits for the writer of SQLite, or a connection to PostgreSQL";
    durations(registry, "database_waits", help, &figures::DATABASE_WAITS.ended);
    let help = "Callers that wait for the writer of SQLite, or a connection to PostgreSQL";
    gauge(registry, "database_waiting", help, figures::DATABASE_WAITS.now());
    let connections = Family::<StateLabel, Gauge>::default();
    let (used, idle) = app.db.connections();
    for (state, count) in [("used", used), ("idle", idle)] {
        connections.get_or_create(&StateLabel { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    registry.register("database_connections", "Connections to PostgreSQL; 0 on SQLite", connections);
    if let Some(bytes) = measured.database_bytes {
        gauge(registry, "database_bytes", "Size of the database", bytes);
    }

    let is_connected = u64::from(figures::LISTENS_TO_NODES.load(Ordering::Relaxed));
    gauge(registry, "bus_connected", "1 while this node listens to the others", is_connected);
    let lost = figures::BUS_MESSAGES_LOST.get();
    counter(registry, "bus_messages_lost", "Messages to other nodes that were not sent", lost);
    durations(registry, "bus_events", "Events that arrived over the bus, since they happened", &figures::BUS_DELAYS);
    let help = "Events that were found in the log, not by a message";
    counter(registry, "feed_events_from_log", help, figures::EVENTS_FROM_LOG.get());
    let help = "Followers that had to load everything again";
    counter(registry, "feed_resets", help, figures::FEED_RESETS.get());
    let (feeds, followers) = app.live.followed();
    gauge(registry, "feeds_followed", "Feeds with followers on this node", number(feeds));
    gauge(registry, "feed_followers", "Followers of feeds on this node", number(followers));
    if let Some(nodes) = measured.nodes {
        gauge(registry, "nodes", "Nodes with a lease", nodes);
    }

    let help = "Sockets that ended, by close code";
    by_name(registry, "sockets_closed", help, &figures::SOCKETS_CLOSED, |code| CodeLabel { code });
    let help = "What rate limits refused";
    by_name(registry, "rate_limited", help, &figures::RATE_LIMITED, |limit| LimitLabel { limit });
    gauge(registry, "passwords_waiting", "Passwords that wait for a thread", number(app.passwords.waiting()));
    let help = "Passwords that were not checked because the queue was full";
    counter(registry, "passwords_rejected", help, figures::PASSWORDS_REJECTED.get());
    if let Some(age) = measured.outbox_age {
        let oldest = Gauge::<f64, AtomicU64>::default();
        oldest.set(age.as_secs_f64());
        registry.register_with_unit("outbox_age", "How long the oldest mail has waited", Unit::Seconds, oldest);
    }
}

fn number(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    registry.register(name, help, gauge);
}

fn counter(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let counter: Counter<u64, AtomicU64> = Counter::default();
    counter.inc_by(value);
    registry.register(name, help, counter);
}

/// Registers how often something happened, and how long it took in total.
fn durations(registry: &mut Registry, name: &str, help: &str, durations: &Durations) {
    counter(registry, name, help, durations.count());
    let total: Counter<f64, AtomicU64> = Counter::default();
    total.inc_by(durations.total().as_secs_f64());
    registry.register_with_unit(format!("{name}_duration"), help, Unit::Seconds, total);
}

fn by_name<L>(registry: &mut Registry, name: &str, help: &str, counts: &CountByName, label: fn(&'static str) -> L)
where
    L: Clone + std::hash::Hash + Eq + std::fmt::Debug + EncodeLabelSet + Send + Sync + 'static,
{
    let family = Family::<L, Counter<u64, AtomicU64>>::default();
    for (name, count) in counts.get() {
        family.get_or_create(&label(name)).inc_by(count);
    }
    registry.register(name, help, family);
}
