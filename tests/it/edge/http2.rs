//! HTTP/2 without TLS, on the port of HTTP/1.1.

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::server::Server;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

struct Client {
    requests: SendRequest<Bytes>,
    connection: JoinHandle<Result<(), h2::Error>>,
}

impl Client {
    async fn connect(server: &Server) -> Self {
        Self::with(server, &Builder::new()).await
    }

    async fn with(server: &Server, builder: &Builder) -> Self {
        let stream = TcpStream::connect(server.address).await.expect("a connection");
        let (requests, connection) = builder.handshake(stream).await.expect("a handshake");
        Self { requests, connection: tokio::spawn(connection) }
    }

    async fn send(
        &mut self,
        headers: &[(&str, &str)],
        is_last: bool,
    ) -> Result<(h2::client::ResponseFuture, SendStream<Bytes>), h2::Error> {
        let requests = self.requests.clone().ready().await?;
        self.requests = requests;
        let mut request = Request::post("http://studyhall.test/graphql").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.requests.send_request(request.body(()).expect("a request"), is_last)
    }

    async fn post(&mut self, headers: &[(&str, &str)], body: &Value) -> Response<RecvStream> {
        let (response, mut stream) = self.send(headers, false).await.expect("sent");
        stream.send_data(body.to_string().into(), true).expect("sent");
        response.await.expect("a response")
    }

    async fn json(&mut self, query: &str) -> (u16, Value) {
        let response = self.post(&[], &json!({ "query": query })).await;
        let status = response.status().as_u16();
        (status, serde_json::from_str(&read(response.into_body()).await).expect("JSON"))
    }
}

async fn read(mut body: RecvStream) -> String {
    let mut text = Vec::new();
    while let Some(data) = body.data().await {
        let data = data.expect("the stream is whole");
        let _ = body.flow_control().release_capacity(data.len());
        text.extend_from_slice(&data);
    }
    String::from_utf8(text).expect("text")
}

#[tokio::test]
async fn requests_share_a_connection() {
    let server = Server::start().await;
    let mut client = Client::connect(&server).await;
    let (waiting, mut stream) = client.send(&[], false).await.expect("sent");
    stream.send_data(r#"{"query":"{ waits }"}"#.into(), true).expect("sent");
    server.world.wait_for_resolver().await;
    assert_eq!(client.json("{ greeting }").await, (200, json!({ "data": { "greeting": "Hello you" } })));
    server.world.gate.add_permits(1);
    assert!(read(waiting.await.expect("a response").into_body()).await.contains("true"));

    let name = "a".repeat(15_000);
    let (_, large) = client.json(&format!("{{ greeting(name: \"{name}\") }}")).await;
    assert_eq!(large["data"]["greeting"], format!("Hello {name}"));
    let subscription = json!({ "query": "subscription { counted(to: 3) }" });
    let response = client.post(&[("accept", "text/event-stream")], &subscription).await;
    let events = read(response.into_body()).await;
    assert!(events.contains("\"counted\":3") && events.ends_with("event: complete\ndata:\n\n"), "{events}");
    server.assert_alive().await;
}

#[tokio::test]
async fn the_limits_of_requests_hold() {
    let server = Server::with(&["--body-timeout=0.1"]).await;
    let mut client = Client::connect(&server).await;
    let response = client.post(&[], &json!({ "query": " ".repeat(65 * 1024) })).await;
    assert_eq!(response.status(), 413);
    let (response, _body) = client.send(&[], false).await.expect("sent");
    assert_eq!(response.await.expect("a response").status(), 408);
    let long = "x".repeat(17_000);
    let response = client.post(&[("x-long", &long)], &json!({ "query": "{ greeting }" })).await;
    assert_eq!(response.status(), 431);
    assert_eq!(client.json("{ greeting }").await.0, 200);
    assert!(client.requests.current_max_send_streams() <= 128);
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let server = Server::with(&["--header-timeout=0.1"]).await;
    // A header of 16 bytes is announced, and does not come.
    let begun = b"\x00\x00\x10\x01\x05\x00\x00\x00\x01";
    for start in [&PREFACE[..5], &PREFACE[..24], PREFACE, &[PREFACE, begun].concat()] {
        let mut stream = server.connect().await;
        stream.write_all(start).await.expect("sent");
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    server.assert_alive().await;
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_reset_alone() {
    let server = Server::with(&["--write-timeout=0.2"]).await;
    let mut client = Client::with(&server, Builder::new().initial_window_size(1000)).await;
    let response = client.post(&[("accept", "text/event-stream")], &json!({ "query": "subscription { flood }" })).await;
    let mut body = response.into_body();
    let error = loop {
        match body.data().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the stream ended"),
        }
    };
    assert_eq!(error.reason(), Some(Reason::CANCEL));
    assert_eq!(client.json("{ greeting }").await.0, 200);
}

#[tokio::test]
async fn a_client_that_resets_its_requests_loses_its_connection() {
    let server = Server::with(&["--rate-limits=off"]).await;
    let mut client = Client::connect(&server).await;
    let mut sent = 0;
    while sent < 100_000 {
        let Ok((_response, mut stream)) = client.send(&[], false).await else { break };
        stream.send_reset(Reason::CANCEL);
        sent += 1;
        tokio::task::yield_now().await;
    }
    assert!(sent < 100_000);
    let _ = client.connection.await.expect("no panic");
    server.assert_alive().await;
}

#[tokio::test]
async fn a_shutdown_waits_for_streams_and_ends_connections() {
    let server = Server::start().await;
    let mut client = Client::connect(&server).await;
    let (waiting, mut stream) = client.send(&[], false).await.expect("sent");
    stream.send_data(r#"{"query":"{ waits }"}"#.into(), true).expect("sent");
    server.world.wait_for_resolver().await;
    server.signal().await;
    server.world.gate.add_permits(1);
    assert_eq!(waiting.await.expect("a response").status(), 200);
    let ended = poll_fn(|cx| client.requests.poll_ready(cx));
    let _ = tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the connection ends");
    server.stopped().await;
}
