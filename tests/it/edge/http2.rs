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
async fn each_request_of_a_connection_has_the_time_of_the_first_for_its_headers() {
    let server = Server::with(&["--header-timeout=0.2"]).await;
    for begun in [
        // The beginning of a frame's head, a header that does not come, one whose end does not come, half a ping.
        &b"\x00\x00"[..],
        b"\x00\x00\x10\x01\x05\x00\x00\x00\x03",
        b"\x00\x00\x01\x01\x01\x00\x00\x00\x03\x82",
        b"\x00\x00\x08\x06\x00\x00\x00\x00\x00\x00",
    ] {
        let mut stream = server.connect().await;
        // `GET / HTTP/2` of an unknown host, in fields of the static table.
        let request = b"\x00\x00\x03\x01\x05\x00\x00\x00\x01\x82\x86\x84";
        stream.write_all(&[PREFACE, request].concat()).await.expect("sent");
        stream.write_all(b"\x00\x00\x08\x06\x00\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08").await.expect("sent");
        let mut received = Vec::new();
        while !received.windows(8).any(|bytes| bytes == [1, 2, 3, 4, 5, 6, 7, 8]) {
            assert!(stream.read_buf(&mut received).await.expect("the connection is open") > 0);
        }
        stream.write_all(begun).await.expect("sent");
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest));
        let _ = ended.await.expect("the connection ends");
    }
    server.assert_alive().await;
}

#[tokio::test]
async fn a_client_that_floods_a_connection_with_pings_or_settings_loses_it() {
    let server = Server::start().await;
    for frame in [&b"\x00\x00\x08\x06\x00\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08"[..], &PREFACE[24..]] {
        let stream = server.connect().await;
        let (mut reader, mut writer) = stream.into_split();
        let read = tokio::spawn(async move { reader.read_to_end(&mut Vec::new()).await });
        writer.write_all(PREFACE).await.expect("sent");
        for _ in 0..100 {
            if writer.write_all(&frame.repeat(1_000)).await.is_err() {
                break;
            }
        }
        let _ = tokio::time::timeout(Duration::from_secs(10), read).await.expect("the connection ends");
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
