//! Requests that try to exhaust or crash the server.

use std::fmt::Write;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use studyhall::accounts::sessions::TokenTransport;

use super::server::{Server, read_response};

#[tokio::test]
async fn nested_literals_are_rejected_before_parsing() {
    let server = Server::start().await;
    for (open, close) in [("[", "]"), ("{a:", "}"), ("{", "}")] {
        for depth in [61, 2_000, 5_000] {
            let query = format!("{{ sum(of: {}1{}) }}", open.repeat(depth), close.repeat(depth));
            assert_eq!(server.query(&query).await.code(), "QUERY_TOO_COMPLEX");
        }
    }
    let open_only = format!("{{ sum(of: {}", "[".repeat(8_000));
    assert_eq!(server.query(&open_only).await.code(), "QUERY_TOO_COMPLEX");
    let variables =
        format!(r#"{{"query":"{{ greeting }}","variables":{{"a":{}{}}}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(server.post("Content-Type: application/json", variables).await.code(), "BAD_USER_INPUT");
    let variables = format!(r#"{{"query":"{{ greeting }}","variables":{{"a":{}"#, "[".repeat(30_000));
    assert_eq!(server.post("Content-Type: application/json", variables).await.code(), "BAD_REQUEST");
    server.assert_alive().await;
}

#[tokio::test]
async fn fragment_bombs_are_rejected_in_every_position() {
    let server = Server::start().await;
    let bomb = |levels: usize, width: usize, wrap: bool| {
        let mut text = String::new();
        for level in 0..levels {
            let spreads = format!("...F{} ", level + 1).repeat(width);
            let spreads = if wrap { format!("... on Query {{ {spreads} }}") } else { spreads };
            let _ = write!(text, " fragment F{level} on Query {{ {spreads} }}");
        }
        format!("{text} fragment F{levels} on Query {{ greeting }}")
    };
    for (operation, fragments) in [
        ("{ ...F0 }", bomb(19, 2, false)),
        ("{ ...F0 }", bomb(9, 10, false)),
        ("{ ...F0 }", bomb(19, 2, true)),
        ("query A { greeting } query B { ...F0 }", bomb(19, 2, false)),
        ("{ ...F0 }", bomb(30, 2, false)),
    ] {
        let operation_name = operation.contains('A').then_some("A");
        let body = json!({ "query": format!("{operation} {fragments}"), "operationName": operation_name });
        let response = server.json(body).await;
        assert_eq!((response.status, response.code().as_str()), (400, "QUERY_TOO_COMPLEX"), "{response:?}");
    }
    server.assert_alive().await;
}

#[tokio::test]
async fn documents_above_any_limit_are_rejected() {
    let server = Server::start().await;
    let aliased = |count: usize| (0..count).fold(String::new(), |text, n| format!("{text} a{n}: greeting"));
    for query in [
        format!("{{ {} }}", aliased(61)),
        format!("mutation {{ {} }}", "increment ".repeat(11)),
        format!(
            "mutation {{ {} }}",
            (0..2).fold(String::new(), |text, n| format!("{text} a{n}: login(password: \"x\")"))
        ),
        format!("{{ item {{ {} number {} }} }}", "me { ".repeat(20), "}".repeat(20)),
        format!("{{ greeting {} }}", "@skip(if: false) ".repeat(9)),
        format!("query {} {{ greeting }}", "@a ".repeat(5)),
        (0..51).fold(String::new(), |text, n| format!("{text} query Q{n} {{ greeting }}")),
        format!("{{ item {{ {} }} }}", "number ".repeat(2_001)),
    ] {
        let response = server.query(&query).await;
        assert_eq!((response.status, response.code().as_str()), (400, "QUERY_TOO_COMPLEX"), "{query}: {response:?}");
    }
    let unknown = (0..400).fold(String::new(), |text, n| format!("{text} u{n}"));
    let response = server.query(&format!("{{ item {{ {unknown} }} }}")).await;
    assert_eq!(response.code(), "GRAPHQL_VALIDATION_FAILED");
    assert!(
        response.body.len() < 4_096 && response.json()["errors"].as_array().is_some_and(|errors| errors.len() <= 20)
    );
    assert_eq!(server.world.count(), 0);
}

#[tokio::test]
async fn bodies_above_the_limit_are_rejected() {
    let server = Server::start().await;
    let response = server.post("Content-Type: application/json", " ".repeat(64 * 1024 + 1)).await;
    assert_eq!((response.status, response.code().as_str()), (413, "BAD_REQUEST"));

    // A chunked body without an end.
    let mut stream = server.connect().await;
    let head =
        "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096));
    let mut sent = 0_usize;
    while sent < 64 * 1024 * 1024 && stream.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 4096;
    }
    assert!(sent < 64 * 1024 * 1024, "the server never stopped reading");
    server.assert_alive().await;
}

#[tokio::test]
async fn slow_headers_and_bodies_time_out() {
    let server = Server::with(&["--header-timeout=0.1", "--body-timeout=0.1"]).await;
    for start in ["", "GET / HT", "GET / HTTP/1.1\r\nX: "] {
        let mut stream = server.connect().await;
        stream.write_all(start.as_bytes()).await.expect("sent");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
    let mut stream = server.connect().await;
    let head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let response = read_response(&mut stream).await;
    assert_eq!((response.status, response.code().as_str()), (408, "TIMEOUT"));
}

#[tokio::test]
async fn an_idle_connection_outlives_the_header_timeout() {
    let server = Server::with(&["--header-timeout=0.1"]).await;
    let mut stream = server.connect().await;
    let request = "GET /graphql?query=%7Bgreeting%7D HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    assert_eq!(read_response(&mut stream).await.status, 200);
    // The header timeout passes twice while the first connection is idle.
    let mut other = server.connect().await;
    let _ = other.read_to_end(&mut Vec::new()).await;
    let _ = server.connect().await.read_to_end(&mut Vec::new()).await;
    stream.write_all(request.as_bytes()).await.expect("still open");
    assert_eq!(read_response(&mut stream).await.status, 200);
}

#[tokio::test]
async fn a_mutation_completes_after_its_client_disconnects() {
    let server = Server::start().await;
    let body = r#"{"query":"mutation { incrementSlowly }"}"#;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    server.world.wait_for_resolver().await;
    drop(stream);
    server.assert_alive().await;
    server.world.gate.add_permits(1);
    // The shutdown waits for the mutation.
    server.signal().await;
    let world = server.world.clone();
    server.stopped().await;
    assert_eq!(world.count(), 1);
}

#[tokio::test]
async fn forged_upload_markers_are_rejected() {
    let server = Server::start().await;
    for marker in ["#__graphql_file__:5", "#__graphql_file__:abc", "#__graphql_file__:0"] {
        let query = "mutation($f: Upload!) { uploadImage(input: { file: $f }) }";
        let response = server.json(json!({ "query": query, "variables": { "f": marker } })).await;
        assert_eq!(response.code(), "BAD_USER_INPUT");
        let literal = format!("mutation {{ uploadImage(input: {{ file: \"{marker}\" }}) }}");
        assert_eq!(server.query(&literal).await.code(), "GRAPHQL_VALIDATION_FAILED");
    }
    for forged in [json!(0), json!([0]), json!({ "binary": 0 }), json!("\u{0}")] {
        let query = "mutation($f: Upload!) { uploadImage(input: { file: $f }) }";
        let response = server.json(json!({ "query": query, "variables": { "f": forged } })).await;
        assert_eq!(response.code(), "BAD_USER_INPUT", "{response:?}");
    }
    server.assert_alive().await;
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let server = Server::with(&["--max-connections=8"]).await;
    let mut streams = vec![server.connect().await, server.connect().await];
    let mut refused = server.connect().await;
    assert_eq!(refused.read(&mut [0; 1]).await.unwrap_or(0), 0);
    streams.pop();
    // The server notices the end of a connection by itself.
    while server.query("{ greeting }").await.status != 200 {}

    let proxied = Server::with(&["--max-connections=8", "--trusted-proxies=127.0.0.1"]).await;
    let _streams = [proxied.connect().await, proxied.connect().await, proxied.connect().await];
    proxied.assert_alive().await;
}

#[tokio::test]
async fn anonymous_operations_of_one_address_leave_room_for_members() {
    let server = Server::with(&["--max-operations-per-address=4"]).await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let waits = server.query("{ waits }");
    let rest = async {
        server.world.wait_for_resolver().await;
        assert_eq!(server.query("{ greeting }").await.code(), "TOO_MANY_OPERATIONS");
        let headers = format!("Content-Type: application/json\r\nAuthorization: Bearer {token}");
        let member = server.post(&headers, r#"{"query":"{ greeting }"}"#).await;
        assert_eq!(member.json()["data"]["greeting"], "Hello you");
        server.world.gate.add_permits(1);
    };
    let (response, ()) = tokio::join!(waits, rest);
    assert_eq!(response.json()["data"]["waits"], true);
}
