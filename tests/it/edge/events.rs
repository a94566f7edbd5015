//! graphql-sse in distinct connections mode.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use studyhall::accounts::session_cache::SessionCache;
use studyhall::accounts::sessions::TokenTransport;

use super::server::Server;

const HEADERS: &str = "Content-Type: application/json\r\nAccept: text/event-stream";

/// Returns the lines of the events, without the chunk sizes.
fn events(body: &str) -> Vec<&str> {
    body.lines().filter(|line| line.starts_with("event:") || line.starts_with("data:")).collect()
}

#[tokio::test]
async fn a_subscription_is_sent_as_events() {
    let server = Server::start().await;
    let response = server.post(HEADERS, r#"{"query":"subscription { counted(to: 2) }"}"#).await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("text/event-stream; charset=utf-8")));
    let expected = [
        "event: next",
        r#"data: {"data":{"counted":1}}"#,
        "event: next",
        r#"data: {"data":{"counted":2}}"#,
        "event: complete",
        "data:",
    ];
    assert_eq!(events(&response.body), expected);
    let by_get = server.get("/graphql?query=subscription%7Bcounted(to:1)%7D", "Accept: text/event-stream").await;
    assert_eq!(events(&by_get.body).len(), 4);
}

#[tokio::test]
async fn queries_and_errors_are_sent_as_events() {
    let server = Server::start().await;
    for (query, expected) in [
        ("{ greeting }", "Hello you"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { missing }", "NOT_FOUND"),
        ("subscription { endsForbidden }", "FORBIDDEN"),
        (
            "subscription { ... on Subscription { ...F } } fragment F on Subscription { counted(to: 1) }",
            "\"counted\":1",
        ),
    ] {
        let response = server.post(HEADERS, serde_json::json!({ "query": query }).to_string()).await;
        assert_eq!(response.status, 200);
        assert!(response.body.contains(expected) && response.body.contains("event: complete"), "{response:?}");
    }
    let mutation = server.get("/graphql?query=mutation%7Bincrement%7D", "Accept: text/event-stream").await;
    assert_eq!(mutation.status, 405);
    let without_stream = server.query("subscription { counted(to: 1) }").await;
    assert_eq!((without_stream.status, without_stream.code().as_str()), (400, "BAD_REQUEST"));
}

#[tokio::test]
async fn an_event_stream_ends_with_its_session() {
    let server = Server::start().await;
    let (session, token) = server.session(TokenTransport::Token).await;
    let body = r#"{"query":"subscription { silent }"}"#;
    let mut stream = server.connect().await;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: a\r\n{HEADERS}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut bytes = vec![0; 8];
    stream.read_exact(&mut bytes).await.expect("the response begins");
    server.app.state::<SessionCache>().end(session);
    stream.read_to_end(&mut bytes).await.expect("the stream ends");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("UNAUTHENTICATED") && text.contains("event: complete"), "{text}");
}

/// Returns the parts of a multipart response, without the chunk sizes.
fn parts(body: &str) -> Vec<&str> {
    body.lines().filter(|line| line.starts_with(['{', '-'])).collect()
}

#[tokio::test]
async fn a_subscription_is_sent_as_parts() {
    let server = Server::start().await;
    for accept in [
        "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json",
        "multipart/mixed;boundary=\"graphql\";subscriptionSpec=\"1.0\"",
        "application/json, multipart/mixed;subscriptionSpec=1.0",
    ] {
        let headers = format!("Content-Type: application/json\r\nAccept: {accept}");
        let post = |query: &str| server.post(&headers, serde_json::json!({ "query": query }).to_string());
        let response = post("subscription { counted(to: 2) }").await;
        let expected = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0";
        assert_eq!((response.status, response.header("content-type")), (200, Some(expected)));
        let expected = [
            "--graphql",
            r#"{"payload":{"data":{"counted":1}}}"#,
            "--graphql",
            r#"{"payload":{"data":{"counted":2}}}"#,
            "--graphql",
            "--",
        ];
        assert_eq!(parts(&response.body), expected);

        let failed = post("subscription { endsForbidden }").await;
        let parts = parts(&failed.body);
        let last = parts.iter().rfind(|part| part.starts_with('{')).expect("a part");
        let last: serde_json::Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(
            (&last["payload"], &last["errors"][0]["extensions"]["code"]),
            (&serde_json::Value::Null, &"FORBIDDEN".into())
        );

        // Results other than those of streams are single.
        for (query, status, expected) in
            [("{ greeting }", 200, "Hello you"), ("subscription { nothing }", 200, "GRAPHQL_VALIDATION_FAILED")]
        {
            let response = post(query).await;
            assert_eq!(
                (response.status, response.header("content-type")),
                (status, Some("application/json; charset=utf-8"))
            );
            assert!(response.body.contains(expected), "{response:?}");
        }
    }
}
