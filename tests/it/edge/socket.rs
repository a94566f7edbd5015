//! graphql-transport-ws: messages and close codes.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use studyhall::accounts::session_cache::SessionCache;
use studyhall::accounts::sessions::TokenTransport;

use super::server::Server;

pub struct Socket(pub WebSocketStream<TcpStream>);

impl Socket {
    pub async fn open(server: &Server) -> Self {
        Self::with(server, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.expect("a handshake")
    }

    /// Opens with additional headers. `Err` is the status of a rejected handshake.
    async fn with(server: &Server, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{}/graphql", server.address).into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        match client_async(request, server.connect().await).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens a socket and completes `connection_init`.
    pub async fn initialized(server: &Server) -> Self {
        let mut socket = Self::open(server).await;
        socket.send(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
        socket
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        // The server may have closed the socket; the test then checks the close code.
        let _ = self.0.send(Message::text(text)).await;
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }

    pub async fn receive(&mut self) -> Value {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// Reads until the close frame and returns its code.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn operations_run_concurrently_on_one_socket() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    socket.subscribe("s", "subscription { silent }").await;
    socket.subscribe("q", "{ greeting }").await;
    assert_eq!(
        socket.receive().await,
        json!({ "type": "next", "id": "q", "payload": { "data": { "greeting": "Hello you" } } })
    );
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "q" }));
    socket.subscribe("q", "subscription { ...F } fragment F on Subscription { counted(to: 2) }").await;
    for n in [1, 2] {
        assert_eq!(socket.receive().await["payload"]["data"]["counted"], n);
    }
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "q" }));
    socket.send(json!({ "type": "complete", "id": "s" })).await;
    socket.subscribe("s", "mutation { increment }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["increment"], 1);
    socket.receive().await;
    socket.send(json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong", "payload": { "a": 1 } }));
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn errors_end_only_their_operation() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { silent counted(to: 1) }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { login(password: \"right\") }", "BAD_REQUEST"),
        ("subscription { missing }", "NOT_FOUND"),
    ] {
        socket.subscribe("a", query).await;
        let message = socket.receive().await;
        assert_eq!((&message["type"], &message["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(code)));
    }
    socket.subscribe("a", "subscription { endsForbidden }").await;
    assert_eq!(socket.receive().await["type"], "next");
    let message = socket.receive().await;
    assert_eq!(
        (&message["type"], &message["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("FORBIDDEN"))
    );
    socket.subscribe("a", "{ private }").await;
    assert_eq!(socket.receive().await["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

#[tokio::test]
async fn each_protocol_error_has_its_close_code() {
    let server = Server::start().await;
    for (code, messages) in [
        (4400, vec!["nonsense"]),
        (4400, vec!["[]"]),
        (4400, vec![r#"{"type":"nothing"}"#]),
        (4400, vec![r#"{"type":"connection_init","payload":1}"#]),
        (4400, vec![r#"{"type":"connection_init"}"#, r#"{"type":"subscribe","payload":{"query":"{a}"}}"#]),
        (4400, vec![r#"{"type":"connection_init"}"#, r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#]),
        (4400, vec![r#"{"type":"connection_init"}"#, r#"{"type":"subscribe","id":"a","payload":{}}"#]),
        (4400, vec![r#"{"type":"connection_init"}"#, r#"{"type":"complete"}"#]),
        (4401, vec![r#"{"type":"subscribe","id":"a","payload":{"query":"{ greeting }"}}"#]),
        (4403, vec![r#"{"type":"connection_init","payload":{"authorization":"Bearer wrong"}}"#]),
        (4403, vec![r#"{"type":"connection_init","payload":{"authorization":7}}"#]),
        (4429, vec![r#"{"type":"connection_init"}"#, r#"{"type":"connection_init"}"#]),
        (
            4409,
            vec![
                r#"{"type":"connection_init"}"#,
                r#"{"type":"subscribe","id":"a","payload":{"query":"subscription { silent }"}}"#,
                r#"{"type":"subscribe","id":"a","payload":{"query":"subscription { silent }"}}"#,
            ],
        ),
    ] {
        let mut socket = Socket::open(&server).await;
        for message in &messages {
            socket.send_text(message).await;
        }
        assert_eq!(socket.close_code().await, code, "{messages:?}");
    }
    let mut socket = Socket::open(&server).await;
    let _ = socket.0.send(Message::binary(vec![1])).await;
    assert_eq!(socket.close_code().await, 4400);
    let mut socket = Socket::initialized(&server).await;
    socket.send_text(&" ".repeat(65 * 1024)).await;
    assert_eq!(socket.close_code().await, 1009);
    let mut socket = Socket::with(&server, &[]).await.expect("a handshake");
    assert_eq!(socket.close_code().await, 4406);
}

#[tokio::test]
async fn the_close_frame_of_a_client_is_answered() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    socket.subscribe("a", "subscription { silent }").await;
    let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
    socket.0.close(Some(frame)).await.expect("sent");
    assert_eq!(socket.close_code().await, 1000);
}

#[tokio::test]
async fn unresponsive_and_old_sockets_are_closed() {
    let server = Server::with(&["--init-timeout=0.05"]).await;
    assert_eq!(Socket::open(&server).await.close_code().await, 4408);
    let server = Server::with(&["--ping-interval=0.05"]).await;
    let mut socket = Socket::initialized(&server).await;
    for _ in 0..3 {
        assert_eq!(socket.receive().await["type"], "ping");
        socket.send(json!({ "type": "pong" })).await;
    }
    assert_eq!(socket.close_code().await, 4499);
    let server = Server::with(&["--socket-lifetime=0.05"]).await;
    assert_eq!(Socket::initialized(&server).await.close_code().await, 1012);
}

#[tokio::test]
async fn a_socket_closes_with_its_session() {
    let server = Server::start().await;
    let (session, token) = server.session(TokenTransport::Token).await;
    let mut socket = Socket::open(&server).await;
    socket.send(json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } })).await;
    socket.receive().await;
    socket.subscribe("a", "{ private }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["private"], true);
    server.app.state::<SessionCache>().end(session);
    assert_eq!(socket.close_code().await, 4403);
}

#[tokio::test]
async fn a_socket_that_sends_too_many_frames_is_closed() {
    let server = Server::start().await;
    let mut socket = Socket::initialized(&server).await;
    for _ in 0..200 {
        socket.send(json!({ "type": "pong" })).await;
    }
    assert_eq!(socket.close_code().await, 1008);
}

#[tokio::test]
async fn operations_per_socket_are_limited() {
    let server = Server::with(&["--max-subscriptions=2", "--max-socket-operations=3"]).await;
    let mut socket = Socket::initialized(&server).await;
    for id in ["a", "b", "c"] {
        socket.subscribe(id, "subscription { silent }").await;
    }
    let message = socket.receive().await;
    assert_eq!(
        (&message["id"], &message["payload"][0]["extensions"]["code"]),
        (&json!("c"), &json!("TOO_MANY_OPERATIONS"))
    );
    socket.subscribe("c", "{ waits }").await;
    socket.subscribe("d", "{ greeting }").await;
    assert_eq!(socket.receive().await["id"], "d");
}

#[tokio::test]
async fn handshakes_are_rejected_with_an_http_status() {
    let server = Server::with(&["--max-sockets-per-address=1", "--allowed-origins=https://good.test"]).await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let open = async |header: (&'static str, &str)| Socket::with(&server, &[protocol, header]).await.err();
    for origin in
        ["https://evil.test", "null", "https://good.test.evil.test", "https://GOOD.test", "https://good.test:444"]
    {
        assert_eq!(open(("origin", origin)).await, Some(403), "{origin}");
    }
    assert_eq!(open(("authorization", "Bearer wrong")).await, Some(401));
    // A dead cookie counts as none.
    let cookie = format!("studyhall-{}=wrong", server.address.port());
    let headers = [protocol, ("origin", "https://good.test"), ("cookie", &cookie)];
    let _open = Socket::with(&server, &headers).await.expect("an anonymous socket");
    assert_eq!(open(("origin", "https://good.test")).await, Some(429));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let server = Server::with(&["--write-timeout=0.2", "--max-sockets=1"]).await;
    let mut unread = Socket::initialized(&server).await;
    unread.subscribe("a", "subscription { flood }").await;
    // Its connection permit is released when it is disconnected.
    let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
    while Socket::with(&server, &protocol).await.is_err() {}
    server.assert_alive().await;
}

#[tokio::test]
async fn a_client_that_reads_slowly_stays_connected() {
    let server = Server::with(&["--ping-interval=0.02", "--silence-timeout=0.05", "--socket-queue=4"]).await;
    let mut socket = Socket::initialized(&server).await;
    socket.subscribe("a", "subscription { flood }").await;
    let mut pauses = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..50 {
        pauses.tick().await;
        assert_ne!(socket.receive().await["type"], "error");
    }
}

#[tokio::test]
async fn the_acknowledgement_shows_who_the_client_is() {
    let server = Server::start().await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let bearer = format!("Bearer {token}");
    for (payload, is_signed_in) in [
        (json!({ "authorization": bearer }), true),
        (json!({ "headers": { "Authorization": bearer } }), true),
        (json!({ "authToken": token }), true),
        (json!({ "lang": "en" }), false),
        (Value::Null, false),
    ] {
        let mut socket = Socket::open(&server).await;
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        let ack = socket.receive().await;
        assert_eq!(ack["type"], "connection_ack", "{payload}");
        let viewer = &ack["payload"]["viewer"];
        assert_eq!(viewer["id"].is_string(), is_signed_in, "{ack}");
        assert_eq!(viewer["isGuest"] == json!(false), is_signed_in, "{ack}");
    }
    let mut socket = Socket::open(&server).await;
    socket.send(json!({ "type": "connection_init", "payload": { "x-api-key": token } })).await;
    assert_eq!(socket.close_code().await, 4400);
}

#[tokio::test]
async fn a_socket_too_many_is_asked_to_try_again() {
    let server = Server::with(&["--max-sockets-per-user=1"]).await;
    let (_, token) = server.session(TokenTransport::Token).await;
    let payload = json!({ "type": "connection_init", "payload": { "authorization": token } });
    let mut first = Socket::open(&server).await;
    first.send(payload.clone()).await;
    assert_eq!(first.receive().await["type"], "connection_ack");
    let mut second = Socket::open(&server).await;
    second.send(payload).await;
    assert_eq!(second.close_code().await, 1013);
    first.send(json!({ "type": "ping" })).await;
    assert_eq!(first.receive().await["type"], "pong");
}
