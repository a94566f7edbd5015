//! Who may send a body, how fast, and how a rejected one is answered.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use studyhall::accounts::sessions::TokenTransport;

use super::server::{Response, Server, read_response};

const OPERATIONS: &str =
    r#"{"query":"mutation($f: Upload!) { uploadImage(input: { file: $f }) }","variables":{"f":null}}"#;
const MAP: &str = r#"{"0":["variables.f"]}"#;
const MULTIPART: &str = "Content-Type: multipart/form-data; boundary=b\r\nGraphQL-Require-Preflight: 1";

fn part(name: &str, content: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
}

/// Sends the headers of a request whose body follows, or does not.
async fn begin(server: &Server, headers: &str, length: usize) -> TcpStream {
    begin_at(server, "/graphql", headers, length).await
}

async fn begin_at(server: &Server, path: &str, headers: &str, length: usize) -> TcpStream {
    let mut stream = server.connect().await;
    let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

/// Begins an upload and returns once the server reads it.
async fn begin_upload(server: &Server, token: &str, length: usize) -> TcpStream {
    let headers = format!("{MULTIPART}\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue");
    let mut stream = begin(server, &headers, length).await;
    let mut line = [0; 25];
    stream.read_exact(&mut line).await.expect("an interim response");
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn an_upload_without_a_session_is_rejected_before_its_body() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let mut anonymous = Vec::new();
    for _ in 0..8 {
        anonymous.push(begin(&server, MULTIPART, 100_000).await);
    }
    let body = [part("operations", OPERATIONS), part("map", MAP), part("0", "four"), "--b--\r\n".to_owned()].concat();
    let response = server.post(&format!("{MULTIPART}\r\nAuthorization: Bearer {token}"), &body).await;
    assert_eq!(response.json()["data"]["uploadImage"], 4, "{response:?}");
    for mut stream in anonymous {
        let response = read_response(&mut stream).await;
        assert_eq!((response.status, response.code().as_str()), (401, "UNAUTHENTICATED"), "{response:?}");
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
    }
    // Whatever the operation is, and with a body that is whole.
    let response = server.post(MULTIPART, body).await;
    assert_eq!((response.status, response.code().as_str()), (401, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_member_uploads_two_requests_at_once_and_the_next_ones_wait() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let _first = begin_upload(&server, &token, 1000).await;
    let second = begin_upload(&server, &token, 1000).await;
    let headers = format!("{MULTIPART}\r\nAuthorization: Bearer {token}");
    {
        // Eight wait, and the others are rejected at once.
        let mut more: FuturesUnordered<_> = (0..12).map(|_| server.post(&headers, "")).collect();
        for _ in 0..4 {
            let rejected = more.next().await.expect("a response");
            assert_eq!((rejected.status, rejected.code().as_str()), (429, "RATE_LIMITED"), "{rejected:?}");
        }
    }
    drop(second);
    let _third = begin_upload(&server, &token, 1000).await;
}

#[tokio::test]
async fn an_upload_below_the_least_rate_is_ended() {
    let server = Server::with(&["--upload-window=0.1", "--min-upload-rate=1000"]).await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let mut stream = begin_upload(&server, &token, 100_000).await;
    let started = tokio::time::Instant::now();
    stream.write_all(part("operations", OPERATIONS).as_bytes()).await.expect("sent");
    let response = read_response(&mut stream).await;
    assert_eq!((response.status, response.code().as_str()), (408, "TIMEOUT"), "{response:?}");
    assert!(started.elapsed() < std::time::Duration::from_secs(10));
}

/// Sends a whole body before it reads, as most clients do.
async fn send_all(server: &Server, headers: &str, body: &[u8]) -> Response {
    let mut stream = begin(server, headers, body.len()).await;
    stream.write_all(body).await.expect("the server reads on");
    read_response(&mut stream).await
}

#[tokio::test]
async fn a_client_that_sends_the_whole_body_receives_the_rejection() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let signed_in = format!("{MULTIPART}\r\nAuthorization: Bearer {token}");
    let file = "x".repeat(3 * 1024 * 1024);
    let large = "x".repeat(70 * 1024);
    let body = |operations: &str, map: &str, file: &str| {
        [part("operations", operations), part("map", map), part("0", file), "--b--\r\n".to_owned()].concat()
    };
    let response = send_all(&server, &signed_in, body(OPERATIONS, MAP, &"x".repeat(26 * 1024 * 1024)).as_bytes()).await;
    assert_eq!((response.status, &response.json()["data"]["uploadImage"]), (200, &serde_json::Value::Null));
    for (status, headers, body) in [
        (413, signed_in.as_str(), body(OPERATIONS, &large, &file)),
        (413, &signed_in, body(&large, MAP, &file)),
        (400, &signed_in, body("[]", MAP, &file)),
        (400, &signed_in, body(OPERATIONS, "[]", &file)),
        (401, MULTIPART, body(OPERATIONS, MAP, &file)),
        (401, &format!("{MULTIPART}\r\nAuthorization: Bearer wrong"), body(OPERATIONS, MAP, &file)),
        (403, &format!("{signed_in}\r\nOrigin: https://evil.test"), body(OPERATIONS, MAP, &file)),
        (406, &format!("{signed_in}\r\nAccept: text/html"), body(OPERATIONS, MAP, &file)),
        (415, "Content-Type: multipart/form-data; boundary=b", body(OPERATIONS, MAP, &file)),
        (415, &format!("{signed_in}\r\nContent-Encoding: gzip"), body(OPERATIONS, MAP, &file)),
        (415, "Content-Type: text/plain", file.clone()),
        (413, "Content-Type: application/json", file.clone()),
        // Some operations run with a dead token, so the body is read first.
        (413, "Content-Type: application/json\r\nAuthorization: Bearer wrong", file.clone()),
    ] {
        for _ in 0..3 {
            let response = send_all(&server, headers, body.as_bytes()).await;
            assert_eq!(response.status, status, "{headers}: {response:?}");
            assert_eq!(response.json()["errors"].as_array().map(Vec::len), Some(1));
        }
    }
}

#[tokio::test]
async fn other_routes_answer_a_large_body_too() {
    let server = Server::start().await;
    let body = "x".repeat(3 * 1024 * 1024);
    for (path, status) in [("/nothing", 404), ("/healthz", 405), ("/media/x/SMALL", 405)] {
        for _ in 0..5 {
            let mut stream = begin_at(&server, path, "Content-Type: text/plain", body.len()).await;
            stream.write_all(body.as_bytes()).await.expect("the server reads on");
            assert_eq!(read_response(&mut stream).await.status, status);
        }
    }
    let long = format!("X-Long: {}", "x".repeat(17_000));
    let mut stream = begin(&server, &long, body.len()).await;
    stream.write_all(body.as_bytes()).await.expect("the server reads on");
    assert_eq!(read_response(&mut stream).await.status, 431);
}

#[tokio::test]
async fn a_client_that_waits_before_it_sends_is_answered_at_once() {
    let server = Server::start().await;
    let mut stream = begin(&server, &format!("{MULTIPART}\r\nExpect: 100-continue"), 5_000_000).await;
    let response = read_response(&mut stream).await;
    assert_eq!((response.status, response.header("connection")), (401, Some("close")), "{response:?}");
}

#[tokio::test]
async fn an_answer_reaches_a_client_whose_body_has_no_end() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let head =
        format!("POST /graphql HTTP/1.1\r\nHost: a\r\n{MULTIPART}\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let response = read_response(&mut stream).await;
    assert_eq!((response.status, response.header("connection")), (401, Some("close")), "{response:?}");
}
