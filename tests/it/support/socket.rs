//! Clients of subscriptions: graphql-transport-ws, and server-sent events.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::Person;

/// An open socket.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a socket of this person's session, on the node that the person sends requests to.
    pub async fn connect(person: &Person) -> Self {
        let mut socket = Self::open(person.address).await;
        let payload = person.access_token.as_ref().map(|token| json!({ "authorization": format!("Bearer {token}") }));
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
        socket
    }

    pub async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, &[]).await
    }

    /// Opens a socket whose handshake has these headers.
    pub async fn open_with(address: SocketAddr, headers: &[(&'static str, &str)]) -> Self {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        for (name, value) in [("sec-websocket-protocol", "graphql-transport-ws")].iter().chain(headers) {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let stream = TcpStream::connect(address).await.expect("a connection");
        let (socket, _) = client_async(request, stream).await.expect("a handshake");
        Self(socket)
    }

    pub async fn send(&mut self, message: Value) {
        self.send_text(message.to_string()).await;
    }

    /// Sends a message as text, because a JSON value cannot hold every one.
    pub async fn send_text(&mut self, message: String) {
        // The server may have closed the socket; its last message is still there to be read.
        let _ = self.0.send(Message::text(message)).await;
    }

    pub async fn subscribe(&mut self, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    }

    /// Opens a socket and subscribes. Without a cursor, the client cannot know with which event the stream starts.
    pub async fn subscribed(person: &Person, query: &str, variables: Value) -> Self {
        let mut socket = Self::connect(person).await;
        socket.subscribe(query, variables).await;
        socket
    }

    /// Returns the data of the next event.
    pub async fn next(&mut self) -> Value {
        let message = self.receive().await;
        assert_eq!(message["type"], "next", "{message}");
        assert_eq!(message["payload"].get("errors"), None, "{message}");
        message["payload"]["data"].clone()
    }

    /// Returns the code of the error that ends the stream.
    pub async fn error_code(&mut self) -> String {
        let message = self.receive().await;
        assert_eq!(message["type"], "error", "{message}");
        message["payload"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
    }

    /// Returns the next message other than a ping.
    pub async fn receive(&mut self) -> Value {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    if message["type"] != "ping" {
                        return message;
                    }
                    // Without an answer the server closes the socket after a minute.
                    self.send(json!({ "type": "pong" })).await;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("not a message: {other:?}"),
            }
        }
    }

    /// Closes the socket and waits until the server has closed it too.
    pub async fn close(mut self) {
        let _ = self.0.close(None).await;
        while let Some(Ok(_)) = self.0.next().await {}
    }

    /// Returns true if the server still answers a ping on this socket.
    pub async fn is_alive(&mut self) -> bool {
        self.send(json!({ "type": "ping", "payload": { "still": "there" } })).await;
        loop {
            let message = self.receive().await;
            // Events that were sent before the answer.
            if message["type"] != "next" {
                return message == json!({ "type": "pong", "payload": { "still": "there" } });
            }
        }
    }

    /// Reads until the server closes the socket. Returns the data of the events, and the close code.
    pub async fn read_to_close(&mut self) -> (Vec<Value>, u16) {
        let mut data = Vec::new();
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return (data, frame.code.into()),
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    data.extend((message["type"] == "next").then(|| message["payload"]["data"].clone()));
                }
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }

    /// Waits until the server closes the socket and returns the close code.
    pub async fn close_code(&mut self) -> u16 {
        self.read_to_close().await.1
    }

    /// Behaves like a frozen client: reads the server's pings without answering, until the server cuts the connection.
    pub async fn ignore_pings_until_closed(self) {
        let mut stream = self.0.into_inner();
        let mut bytes = [0; 1024];
        while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
    }
}

/// An open stream of server-sent events.
pub struct EventStream {
    response: reqwest::Response,
    text: String,
    /// The id of the last event received.
    pub last_id: Option<String>,
}

impl EventStream {
    pub async fn open(person: &Person, query: &str, variables: Value) -> Self {
        Self::resume(person, query, variables, None).await
    }

    /// Sends the request again as browsers do after a break, with the id of the last event they received.
    pub async fn resume(person: &Person, query: &str, variables: Value, last_id: Option<String>) -> Self {
        let mut request = person.request(reqwest::Method::POST, "/graphql").header("accept", "text/event-stream");
        if let Some(id) = &last_id {
            request = request.header("last-event-id", id);
        }
        let request = request.json(&json!({ "query": query, "variables": variables }));
        let response = request.send().await.expect("the server answers");
        Self { response, text: String::new(), last_id }
    }

    /// Returns true if the server ends the stream without another event.
    pub async fn ended(&mut self) -> bool {
        self.text.is_empty() && self.response.chunk().await.is_ok_and(|chunk| chunk.is_none())
    }

    /// Returns the data of the next `next` event; `None` after `complete`.
    pub async fn receive(&mut self) -> Option<Value> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if event.starts_with("event: complete") {
                    return None;
                }
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some(data) = field("data: ") {
                    self.last_id = field("id: ").map(str::to_owned);
                    return Some(serde_json::from_str(data).expect("JSON"));
                }
            }
            let chunk = self.response.chunk().await.expect("it is read").expect("it ends with `complete`");
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}
