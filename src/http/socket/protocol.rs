//! The messages and close codes of graphql-transport-ws.

use async_graphql::{Response, ServerError};
use axum::extract::ws::{CloseFrame, Utf8Bytes};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::accounts::Viewer;
use crate::graphql::response_json;
use crate::graphql::{GlobalId, RequestError, json};

pub(super) const NAME: &str = "graphql-transport-ws";

/// The longest id of an operation, in bytes. Every message about the operation repeats it.
const MAX_ID_LENGTH: usize = 128;

/// A message from the client.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Init {
        payload: Map<String, Value>,
    },
    Ping {
        payload: Option<Value>,
    },
    Pong,
    /// The payload is an error if it is not JSON as this server reads it: that is a fault of one operation.
    Subscribe {
        id: String,
        payload: Result<Value, RequestError>,
    },
    Complete {
        id: String,
    },
}

impl ClientMessage {
    /// Parses a message. Returns `None` if it is not part of the protocol.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut message = match json::from_slice(text.as_bytes(), "The message") {
            Ok(Value::Object(message)) => message,
            Ok(_) => return None,
            Err(error) => return Self::parse_envelope(text, error),
        };
        let payload = message.remove("payload");
        let id = match message.remove("id") {
            Some(Value::String(id)) if is_valid_id(&id) => Some(id),
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
            "subscribe" => Some(Self::Subscribe { id: id?, payload: Ok(payload.filter(Value::is_object)?) }),
            "complete" => Some(Self::Complete { id: id? }),
            _ => None,
        }
    }

    /// Reads the id of a `subscribe` whose payload has a member twice or is nested too deeply.
    fn parse_envelope(text: &str, error: RequestError) -> Option<Self> {
        #[derive(Deserialize)]
        struct Envelope {
            r#type: String,
            id: String,
            #[serde(rename = "payload")]
            _payload: IgnoredAny,
        }
        let Envelope { r#type, id, .. } = serde_json::from_str(text).ok()?;
        let is_valid = r#type == "subscribe" && is_valid_id(&id);
        is_valid.then_some(Self::Subscribe { id, payload: Err(error) })
    }
}

fn is_valid_id(id: &str) -> bool {
    (1..=MAX_ID_LENGTH).contains(&id.len())
}

/// A message from the server.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck {
        payload: ConnectionAck,
    },
    Ping,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<&'a Value>,
    },
    /// Written by [`next_message`].
    #[serde(skip)]
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

/// Reports the viewer of the connection, so that a client notices a missing credential.
#[derive(Serialize)]
pub(super) struct ConnectionAck {
    /// `None` if the client is not signed in.
    viewer: Option<AcknowledgedViewer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AcknowledgedViewer {
    id: String,
    is_guest: bool,
}

impl ConnectionAck {
    pub(super) fn new(viewer: Option<Viewer>) -> Self {
        let viewer =
            viewer.map(|viewer| AcknowledgedViewer { id: viewer.account.to_global().0, is_guest: viewer.is_guest() });
        Self { viewer }
    }
}

impl ServerMessage<'_> {
    pub(super) fn to_text(&self) -> Utf8Bytes {
        if let Self::Next { id, payload } = self {
            return next_message(id, payload);
        }
        // Serialisation fails only for maps with keys that are not strings, and there are none.
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

/// Builds a `next` message around the JSON of a response.
fn next_message(id: &str, response: &Response) -> Utf8Bytes {
    let mut text = br#"{"type":"next","id":"#.to_vec();
    response_json::write_string(&mut text, id);
    text.extend_from_slice(br#","payload":"#);
    response_json::write(&mut text, response);
    text.push(b'}');
    // All of it is made of strings.
    Utf8Bytes::try_from(text).unwrap_or_default()
}

/// Why a socket ends. The reasons are short: a close frame has room for 123 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseReason {
    /// The client closed the socket, or the connection failed.
    Gone,
    TooManyFrames,
    FrameTooLarge,
    /// The server shuts down, or the socket reached its maximum lifetime. The client should reconnect.
    Restart,
    InvalidText,
    InvalidMessage,
    MisplacedCredential,
    Unauthorized,
    Forbidden,
    UnsupportedProtocol,
    InitTimeout,
    DuplicateId,
    RepeatedInit,
    TooManyConnections,
    /// The client did not answer pings.
    Unresponsive,
}

impl CloseReason {
    /// Returns the close code as text; `gone` if the client closed the socket or the connection failed.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::InvalidText => "1007",
            Self::TooManyFrames => "1008",
            Self::FrameTooLarge => "1009",
            Self::Restart => "1012",
            Self::TooManyConnections => "1013",
            Self::InvalidMessage | Self::MisplacedCredential => "4400",
            Self::Unauthorized => "4401",
            Self::Forbidden => "4403",
            Self::UnsupportedProtocol => "4406",
            Self::InitTimeout => "4408",
            Self::DuplicateId => "4409",
            Self::RepeatedInit => "4429",
            Self::Unresponsive => "4499",
        }
    }

    pub(super) fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::TooManyFrames => (1008, "Too many messages"),
            Self::FrameTooLarge => (1009, "Message too big"),
            Self::Restart => (1012, "Service restart"),
            // Clients retry after 1013.
            Self::TooManyConnections => (1013, "Too many connections. Try again later"),
            Self::InvalidText => (1007, "A text message must be UTF-8"),
            Self::InvalidMessage => (4400, "Invalid message"),
            Self::MisplacedCredential => {
                (4400, "Send the access token as \"authorization\" in the connection_init payload")
            }
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::UnsupportedProtocol => (4406, "Subprotocol not acceptable"),
            Self::InitTimeout => (4408, "Connection initialisation timeout"),
            Self::DuplicateId => (4409, "Subscriber already exists"),
            Self::RepeatedInit => (4429, "Too many initialisation requests"),
            Self::Unresponsive => (4499, "Terminated"),
        };
        Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
    }
}
