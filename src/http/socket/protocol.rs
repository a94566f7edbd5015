//! The words of graphql-transport-ws: what a client says, what it hears, and why a socket is closed.

use async_graphql::{Response, ServerError};
use axum::extract::ws::{CloseFrame, Utf8Bytes};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::graphql::sharing::shared;

pub(super) const NAME: &str = "graphql-transport-ws";

/// Longest id of an operation; it is repeated in every message about it.
const MAX_ID: usize = 128;

/// A message of the client.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Init { payload: Map<String, Value> },
    Ping { payload: Option<Value> },
    Pong,
    Subscribe { id: String, payload: Value },
    Complete { id: String },
}

impl ClientMessage {
    /// Reads a message; `None` where it is none of the protocol's.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Value::Object(mut message) = serde_json::from_str(text).ok()? else { return None };
        let payload = message.remove("payload");
        let id = match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= MAX_ID => Some(id),
            None => None,
            Some(_) => return None,
        };
        let object = |payload| match payload {
            None | Some(Value::Null) => Some(None),
            Some(Value::Object(members)) => Some(Some(members)),
            Some(_) => None,
        };
        match message.get("type")?.as_str()? {
            "connection_init" => Some(Self::Init { payload: object(payload)?.unwrap_or_default() }),
            "ping" => Some(Self::Ping { payload: object(payload)?.map(Value::Object) }),
            "pong" => object(payload).map(|_| Self::Pong),
            "subscribe" => Some(Self::Subscribe { id: id?, payload: payload.filter(Value::is_object)? }),
            "complete" => Some(Self::Complete { id: id? }),
            _ => None,
        }
    }
}

/// A message of the server.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Ping,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<&'a Value>,
    },
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl ServerMessage<'_> {
    pub(super) fn write(&self) -> Utf8Bytes {
        if let Self::Next { id, payload } = self
            && let Some(text) = shared(payload).and_then(|json| next_message(id, json))
        {
            return text;
        }
        // Only a map with keys that are not strings fails, and there is none.
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// Puts the operation's id in front of an answer that is JSON already.
fn next_message(id: &str, json: &[u8]) -> Option<Utf8Bytes> {
    let id = serde_json::to_string(id).ok()?;
    let (start, middle) = (r#"{"type":"next","id":"#, r#","payload":"#);
    let mut text = String::with_capacity(start.len() + id.len() + middle.len() + json.len() + 1);
    for part in [start, &id, middle, std::str::from_utf8(json).ok()?, "}"] {
        text.push_str(part);
    }
    Some(text.into())
}

/// Why a socket is closed by the server. The reasons are fixed words: 123 bytes is all a close frame can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// The client ended it.
    Gone,
    Flooding,
    TooLarge,
    /// Shutting down, or the socket lived long enough: connect again.
    Restart,
    Malformed,
    Unauthorized,
    Forbidden,
    Subprotocol,
    InitTimeout,
    DuplicateId,
    TooManyInits,
    TooManySockets,
    Silent,
}

impl Close {
    pub(super) fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::Flooding => (1008, "Too many messages"),
            Self::TooLarge => (1009, "Message too big"),
            Self::Restart => (1012, "Service restart"),
            Self::Malformed => (4400, "Invalid message"),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::Subprotocol => (4406, "Subprotocol not acceptable"),
            Self::InitTimeout => (4408, "Connection initialisation timeout"),
            Self::DuplicateId => (4409, "Subscriber already exists"),
            Self::TooManyInits => (4429, "Too many initialisation requests"),
            Self::TooManySockets => (4429, "Too many connections"),
            Self::Silent => (4499, "Terminated"),
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}
