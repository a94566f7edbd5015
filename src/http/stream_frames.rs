//! How the results of a stream are written, in both stream formats.
//!
//! Server-sent events are those of graphql-sse. Multipart is Apollo's protocol for subscriptions: each part is closed by
//! its boundary at once, because clients read a part only when they see its end.

use async_graphql::{Response, ServerError};
use bytes::Bytes;
use serde::Serialize;

use super::negotiation::StreamFormat;
use super::response::ErrorBody;
use crate::graphql::executor::is_failure;
use crate::graphql::{RequestError, response_json};

const COMPLETE_EVENT: &[u8] = b"event: complete\ndata:\n\n";
const COMMENT: &[u8] = b":\n\n";

const BOUNDARY: &[u8] = b"\r\n--graphql";
const PART_HEADERS: &[u8] = b"\r\nContent-Type: application/json\r\n\r\n";
const HEARTBEAT: &[u8] = b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql";
const LAST_BOUNDARY_END: &[u8] = b"--\r\n";

/// The part that ends a stream with an error.
#[derive(Serialize)]
struct FatalPart<'a> {
    payload: (),
    errors: &'a [ServerError],
}

impl StreamFormat {
    /// Returns what precedes all results.
    pub(super) fn opening(self) -> Option<Bytes> {
        match self {
            Self::Events => None,
            Self::Multipart => Some(Bytes::from_static(BOUNDARY)),
        }
    }

    /// Writes a result. The cursor becomes the id of an event; multipart has no place for it.
    pub(super) fn result(self, response: &Response, cursor: Option<String>) -> Bytes {
        let write = |text: &mut Vec<u8>| response_json::write(text, response);
        match self {
            Self::Events => event(cursor, write),
            Self::Multipart if is_failure(response) => fatal_part(&response.errors),
            Self::Multipart => part(|text| {
                text.extend_from_slice(b"{\"payload\":");
                write(text);
                text.push(b'}');
            }),
        }
    }

    /// Writes an error that is not the result of an operation.
    pub(super) fn error(self, error: &RequestError) -> Bytes {
        match self {
            Self::Events => event(None, |text| write_json(text, &ErrorBody::new(error))),
            Self::Multipart => fatal_part(error.errors()),
        }
    }

    /// Returns what clients ignore and proxies take for activity.
    pub(super) fn keep_alive(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => COMMENT,
            Self::Multipart => HEARTBEAT,
        })
    }

    /// Returns the end of a complete stream.
    pub(super) fn complete(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => COMPLETE_EVENT,
            Self::Multipart => LAST_BOUNDARY_END,
        })
    }
}

fn fatal_part(errors: &[ServerError]) -> Bytes {
    part(|text| write_json(text, &FatalPart { payload: (), errors }))
}

/// Writes one `next` event with the cursor as its id. The data is a single line: JSON escapes line breaks in strings, and
/// none are written elsewhere.
fn event(cursor: Option<String>, data: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let id = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    let mut text = [b"event: next\n", id.as_bytes(), b"data: "].concat();
    data(&mut text);
    text.extend_from_slice(b"\n\n");
    text.into()
}

fn part(data: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut text = PART_HEADERS.to_vec();
    data(&mut text);
    text.extend_from_slice(BOUNDARY);
    text.into()
}

fn write_json(text: &mut Vec<u8>, body: &impl Serialize) {
    // Serialisation fails only for maps with keys that are not strings, and there are none.
    let _ = serde_json::to_writer(text, body);
}
