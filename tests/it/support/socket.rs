//! A socket of a person, speaking graphql-transport-ws.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::Person;

/// Nothing that is due takes longer, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open socket. It carries one subscription; more of them take more sockets.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a socket and subscribes. Without a cursor to begin after, nobody can tell from here when following begins.
    pub async fn subscribed(person: &Person, query: &str, variables: Value) -> Self {
        let mut socket = Self::open(person).await;
        socket
            .say(json!({ "id": "s", "type": "subscribe", "payload": { "query": query, "variables": variables } }))
            .await;
        socket
    }

    async fn open(person: &Person) -> Self {
        let mut request = format!("ws://{}/graphql", person.address).into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        let stream = TcpStream::connect(person.address).await.expect("a connection");
        let (socket, _) = client_async(request, stream).await.expect("a handshake");
        let mut socket = Self(socket);
        let payload = person.access_token.as_ref().map(|token| json!({ "authorization": format!("Bearer {token}") }));
        socket.say(json!({ "type": "connection_init", "payload": payload.unwrap_or(json!({})) })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket
    }

    /// The data of the next event.
    pub async fn next(&mut self) -> Value {
        let message = self.hear().await;
        assert_eq!(message["type"], "next", "{message}");
        assert_eq!(message["payload"].get("errors"), None, "{message}");
        message["payload"]["data"].clone()
    }

    /// The code of the error that ends the stream.
    pub async fn refusal(&mut self) -> String {
        let message = self.hear().await;
        assert_eq!(message["type"], "error", "{message}");
        message["payload"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
    }

    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("it is sent");
    }

    async fn hear(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something is said in time");
            match message {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).expect("JSON"),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("not a message: {other:?}"),
            }
        }
    }
}
