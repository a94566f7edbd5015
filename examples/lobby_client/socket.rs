//! As much of graphql-transport-ws as a client needs. There are crates for it; this is shorter than what they would
//! need to be told, and shows what goes over the wire.

use std::time::Duration;

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use graphql_client::{GraphQLQuery, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The server pings every 25 seconds. A connection that is silent for longer is dead, whatever the network says.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What the server says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    ConnectionAck,
    Ping,
    Pong,
    Next { id: String, payload: Response<Value> },
    Error { id: String, payload: Vec<graphql_client::Error> },
    Complete,
}

impl Socket {
    /// Connects to `url`, which is that of HTTP, with an access token.
    pub async fn open(url: &str, access_token: &str) -> Result<Self> {
        let mut request = url.replacen("http", "ws", 1).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let mut socket = Self(connect_async(request).await?.0);
        let payload = json!({ "authorization": format!("Bearer {access_token}") });
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await?;
        while !matches!(socket.receive().await?, Frame::ConnectionAck) {}
        Ok(socket)
    }

    /// Starts an operation under a name that no other has that still runs: a query, a mutation or a subscription.
    pub async fn start<Q: GraphQLQuery>(&mut self, id: &str, variables: Q::Variables) -> Result<()> {
        self.send(&json!({ "type": "subscribe", "id": id, "payload": Q::build_query(variables) })).await
    }

    /// The next answer to any operation, with the operation's name. An error says that the connection is lost.
    pub async fn next(&mut self) -> Result<(String, Response<Value>)> {
        loop {
            match self.receive().await? {
                Frame::Next { id, payload } => return Ok((id, payload)),
                Frame::Error { id, payload } => {
                    return Ok((id, Response { data: None, errors: Some(payload), extensions: None }));
                }
                Frame::Ping => self.send(&json!({ "type": "pong" })).await?,
                Frame::ConnectionAck | Frame::Pong | Frame::Complete => {}
            }
        }
    }

    async fn send(&mut self, message: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(message.to_string())).await?)
    }

    async fn receive(&mut self) -> Result<Frame> {
        loop {
            match timeout(LONGEST_SILENCE, self.0.next()).await?.unwrap_or(Err(Error::ConnectionClosed))? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(_) => return Err(Error::ConnectionClosed.into()),
                // Pings of the WebSocket itself answer themselves.
                _ => {}
            }
        }
    }
}
