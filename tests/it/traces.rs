//! OpenTelemetry traces, received by a collector of the tests' own.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use reqwest::Method;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::crash;
use crate::support::{Engine, Person};

/// Starts a collector. Returns its URL, and the bodies that it receives.
async fn start_collector() -> (String, mpsc::UnboundedReceiver<Bytes>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("an address");
    let (sender, bodies) = mpsc::unbounded_channel();
    let accept = move |body: Bytes| async move {
        let _ = sender.send(body);
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/v1/traces", post(accept))).await });
    (format!("http://{address}/v1/traces"), bodies)
}

/// The number of occurrences. Texts stand in the messages as they are.
fn count(body: &[u8], text: &[u8]) -> usize {
    body.windows(text.len()).filter(|window| *window == text).count()
}

#[rstest]
#[tokio::test]
async fn traces_show_operations_fields_and_statements_but_no_values(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (url, mut bodies) = start_collector().await;
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_database(dir.path()).await;
    let flags = [&format!("--traces-url={url}"), "--trusted-proxies=127.0.0.1"];
    let (mut program, address) = crash::start_with(dir.path(), &database, &flags).await;
    let ada = Person::new(address).register("ada_of_the_traces").await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request =
        ada.request(Method::POST, "/graphql").header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let query = json!({ "query": "query WhoAmI { viewer { user { username } } }" });
    assert_eq!(Person::send(request.json(&query)).await.status, 200);
    // What waits is sent before the program ends.
    let id = i32::try_from(program.id().expect("it runs")).expect("an id");
    kill_process(Pid::from_raw(id).expect("an id"), Signal::TERM).expect("the signal is sent");
    assert!(program.wait().await.expect("it ends").success());
    bodies.close();
    let mut sent = Vec::new();
    while let Some(body) = bodies.recv().await {
        sent.extend_from_slice(&body);
    }
    for text in ["studyhall", "request", "query WhoAmI", "Query.viewer", "mutation Register", "from users"] {
        assert!(count(&sent, text.as_bytes()) > 0, "{text}");
    }
    assert_eq!(count(&sent, b"ada_of_the_traces"), 0, "values are not sent");
    // The spans of the request continue the trace of the proxy: at least the request, the operation, the field and a
    // statement.
    let trace: Vec<u8> = (0..16).map(|n| u8::from_str_radix(&trace[2 * n..2 * n + 2], 16).expect("hex")).collect();
    assert!(count(&sent, &trace) >= 4, "{}", count(&sent, &trace));
}

#[tokio::test]
async fn a_collector_that_does_not_answer_holds_nothing_up() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Sqlite.create_database(dir.path()).await;
    // Accepts connections, and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("--traces-url=http://{}/v1/traces", silent.local_addr().expect("an address"));
    let (_program, address) = crash::start_with(dir.path(), &database, &[&url]).await;
    let ada = Person::new(address).register("ada").await;
    for _ in 0..200 {
        assert!(ada.query("{ viewer { user { username } } }").await["viewer"].is_object());
    }
}
