//! The part of graphql-transport-ws that this client needs. There are crates for it; this code is shorter than their
//! setup, and shows the messages of the protocol.

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

/// The server pings every 25 seconds. A connection that is silent for this long is lost, even if the network reports
/// none.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// A message of the server.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ServerMessage {
    ConnectionAck,
    Ping,
    Pong,
    Next { id: String, payload: Response<Value> },
    Error { id: String, payload: Vec<graphql_client::Error> },
    Complete,
}

impl Socket {
    /// Connects with an access token. `url` is the HTTP URL of the API.
    pub async fn open(url: &str, access_token: &str) -> Result<Self> {
        let mut request = url.replacen("http", "ws", 1).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
        let mut socket = Self(connect_async(request).await?.0);
        let payload = json!({ "authorization": format!("Bearer {access_token}") });
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await?;
        while !matches!(socket.receive().await?, ServerMessage::ConnectionAck) {}
        Ok(socket)
    }

    /// Starts a query, mutation or subscription. `id` must not be that of a running operation.
    pub async fn start<Q: GraphQLQuery>(&mut self, id: &str, variables: Q::Variables) -> Result<()> {
        self.send(&json!({ "type": "subscribe", "id": id, "payload": Q::build_query(variables) })).await
    }

    /// Returns the next response to any operation, with the operation's id.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn next(&mut self) -> Result<(String, Response<Value>)> {
        loop {
            match self.receive().await? {
                ServerMessage::Next { id, payload } => return Ok((id, payload)),
                ServerMessage::Error { id, payload } => {
                    return Ok((id, Response { data: None, errors: Some(payload), extensions: None }));
                }
                ServerMessage::Ping => self.send(&json!({ "type": "pong" })).await?,
                ServerMessage::ConnectionAck | ServerMessage::Pong | ServerMessage::Complete => {}
            }
        }
    }

    async fn send(&mut self, message: &Value) -> Result<()> {
        Ok(self.0.send(Message::text(message.to_string())).await?)
    }

    async fn receive(&mut self) -> Result<ServerMessage> {
        loop {
            match timeout(READ_TIMEOUT, self.0.next()).await?.unwrap_or(Err(Error::ConnectionClosed))? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(_) => return Err(Error::ConnectionClosed.into()),
                // The library answers pings of the WebSocket protocol.
                _ => {}
            }
        }
    }
}
