//! The metrics endpoint.

use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine, Person, Socket};

/// Returns an address that no other test process uses: all of 127.0.0.0/8 is the loopback interface.
fn unique_address() -> String {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    format!("127.{}.{middle}.{low}:9464", high | 0x80)
}

#[tokio::test]
async fn metrics_are_served_only_on_their_own_address() {
    let address = unique_address();
    let campus = Campus::start_with(Engine::Sqlite, &[&format!("--metrics-listen={address}")]).await;
    let ada = campus.member("ada").await;
    ada.execute("{ viewer { email } }", json!({})).await;
    ada.execute("{", json!({})).await;
    let edit = "mutation { updateProfile(input: {}) { userErrors { code } } }";
    campus.anonymous().execute(edit, json!({})).await;
    Person::send(ada.request(reqwest::Method::GET, "/nothing/here")).await;

    let monitor = Person::new(address.parse().expect("an address"));
    let page = Person::send(monitor.request(reqwest::Method::GET, "/metrics")).await;
    assert_eq!(page.status, 200);
    assert!(page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("application/openmetrics-text")));
    let text = page.body.as_str().expect("text");
    for line in [
        "studyhall_http_requests_total{path=\"/graphql\",status=\"200\"} 4",
        "studyhall_http_requests_total{path=\"other\",status=\"404\"} 1",
        "studyhall_http_request_duration_seconds_count{path=\"/graphql\"} 4",
        "studyhall_operations_total{kind=\"query\",code=\"OK\"} 1",
        "studyhall_operations_total{kind=\"mutation\",code=\"OK\"} 1",
        "studyhall_operations_total{kind=\"unknown\",code=\"GRAPHQL_PARSE_FAILED\"} 1",
        "studyhall_operations_total{kind=\"mutation\",code=\"UNAUTHENTICATED\"} 1",
        "studyhall_operations_total{kind=\"mutation\",code=\"UNAVAILABLE\"} 0",
        "studyhall_operation_duration_seconds_count{kind=\"mutation\"} 2",
        "studyhall_database_writable 1",
        "studyhall_sockets 0",
        "studyhall_operations_running 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    // The rules of time zones in use. Older ones are wrong about Cuba.
    let zones = text.lines().find_map(|line| line.strip_prefix("studyhall_time_zones{version=\""));
    assert!(zones.is_some_and(|version| version.ends_with("\"} 1") && *version >= *"2026f"), "{zones:?}");
    for name in ["database_bytes", "database_log_bytes", "disk_free_bytes"] {
        let value = text.lines().find_map(|line| line.strip_prefix(&format!("studyhall_{name} ")));
        assert!(value.is_some_and(|value| value.parse::<u64>().is_ok_and(|bytes| bytes > 0)), "{name}: {value:?}");
    }
    for name in ["statements", "slow_statements"] {
        assert!(text.contains(&format!("\nstudyhall_{name}_total ")), "{text}");
    }
    // Metrics by close code and by limit begin with their first value.
    let mut socket = Socket::open(campus.address).await;
    socket.send_text("no JSON".to_owned()).await;
    assert_eq!(socket.close_code().await, 4400);
    while ada.execute("mutation { createCalendarFeed { url } }", json!({})).await.codes().is_empty() {}
    let page = Person::send(monitor.request(reqwest::Method::GET, "/metrics")).await;
    let text = page.body.as_str().expect("text");
    for file in ["alerts.yml", "dashboard.json"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("monitoring").join(file);
        let queries = std::fs::read_to_string(path).expect("the file is read");
        let is_part = |character: char| character.is_ascii_lowercase() || character == '_';
        let names = queries.split(|character| !is_part(character)).filter(|name| name.starts_with("studyhall_"));
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            let metric = ["_total", "_bucket"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(text.contains(&format!("# TYPE {metric} ")), "monitoring/{file}: there is no metric {name}");
        }
    }
    let public = Person::send(campus.anonymous().request(reqwest::Method::GET, "/metrics")).await;
    assert_eq!(public.status, 404);
}

#[tokio::test]
async fn a_clock_that_differs_from_the_databases_is_reported() {
    let address = unique_address();
    let campus = Campus::start_with(Engine::Sqlite, &[&format!("--metrics-listen={address}")]).await;
    let (client, monitor) = (campus.anonymous(), Person::new(address.parse().expect("an address")));
    let ready = async || Person::send(client.request(reqwest::Method::GET, "/readyz")).await;
    assert_eq!(ready().await.status, 200);
    campus.app.clock.set_drift(1_900_000);
    assert_eq!(ready().await.status, 200, "nodes may differ by two seconds");
    campus.app.clock.set_drift(-61_500_000);
    let response = ready().await;
    assert_eq!(response.status, 503);
    let text = response.body.to_string();
    assert!(text.contains("The clock of this node is 61.5 seconds behind the database server's."), "{text}");
    let page = Person::send(monitor.request(reqwest::Method::GET, "/metrics")).await;
    let line = "studyhall_clock_drift_seconds -61.5";
    assert!(page.body.as_str().expect("text").lines().any(|found| found == line), "{}", page.body);
}

/// Returns the value of a metric with its labels, as the page has it.
fn value(page: &str, metric: &str) -> f64 {
    let line = page.lines().find_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{metric} is missing in\n{page}")).parse().expect("a number")
}

#[rstest]
#[tokio::test]
async fn what_is_refused_waits_or_is_followed_is_counted(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let address = unique_address();
    let campus = Campus::start_with(engine, &[&format!("--metrics-listen={address}")]).await;
    let ada = campus.member("ada").await;
    let monitor = Person::new(address.parse().expect("an address"));
    let page = async || {
        let page = Person::send(monitor.request(reqwest::Method::GET, "/metrics")).await;
        page.body.as_str().expect("text").to_owned()
    };
    let settings = "mutation { updateSettings(input: { showsPresence: true }) { userErrors { code } } }";
    while ada.execute(settings, json!({})).await.codes().is_empty() {}
    let mut early = Socket::open(campus.address).await;
    early.send(json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ viewer { email } }" } })).await;
    assert_eq!(early.close_code().await, 4401);
    let events = "subscription { inboxEvents { __typename } }";
    let _stream = Socket::subscribed(&ada, events, json!({})).await;

    let text = page().await;
    let is_shared = engine == Engine::Postgres;
    let database = if is_shared { "postgresql" } else { "sqlite" };
    let build = format!("studyhall_build_info{{version=\"{}\",database=\"{database}\"}}", env!("CARGO_PKG_VERSION"));
    for (metric, expected) in [
        (build.as_str(), 1.0),
        ("studyhall_sockets_closed_total{code=\"4401\"}", 1.0),
        ("studyhall_operation_fields_total{field=\"register\"}", 1.0),
        ("studyhall_nodes", 1.0),
        ("studyhall_bus_messages_lost_total", 0.0),
        ("studyhall_feed_resets_total", 0.0),
        ("studyhall_passwords_waiting", 0.0),
        ("studyhall_passwords_rejected_total", 0.0),
    ] {
        assert!((value(&text, metric) - expected).abs() < 1e-9, "{metric} is not {expected}\n{text}");
    }
    for metric in [
        "studyhall_rate_limited_total{limit=\"changes of settings\"}",
        "studyhall_operation_fields_duration_seconds_total{field=\"register\"}",
        "studyhall_statement_rows_total",
        "studyhall_transactions_total",
        "studyhall_commits_total",
        "studyhall_database_waits_total",
        "studyhall_database_bytes",
        "studyhall_feeds_followed",
        "studyhall_feed_followers",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_threads",
        "process_start_time_seconds",
    ] {
        assert!(value(&text, metric) > 0.0, "{metric}\n{text}");
    }
    let used = value(&text, "studyhall_database_connections{state=\"used\"}");
    let idle = value(&text, "studyhall_database_connections{state=\"idle\"}");
    assert_eq!(used + idle > 0.0, is_shared, "{used} {idle}");
    while value(&page().await, "studyhall_bus_connected") < 1.0 {}
}
