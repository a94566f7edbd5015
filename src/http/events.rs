//! Server-sent events: graphql-sse in distinct connections mode, one operation per request.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_graphql::Response as GraphqlResponse;
use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde::Serialize;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use super::HttpState;
use super::graphql::check_method;
use super::negotiation::ResponseFormat;
use super::response::{ErrorBody, HttpError};
use crate::accounts::session_cache::{SessionCache, SessionChange};
use crate::graphql::error::code;
use crate::graphql::sharing::shared_json;
use crate::graphql::stream_state::StreamState;
use crate::graphql::{Caller, Request, RequestError};

/// Proxies close silent connections, so a comment is sent at this interval.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(12);

const LAST_EVENT_ID: header::HeaderName = header::HeaderName::from_static("last-event-id");

const COMPLETE: &str = "event: complete\ndata:\n\n";
const COMMENT: &str = ":\n\n";

/// Responds with an event stream. A rejected document is an event too, because graphql-sse clients read no other body.
pub(super) async fn open(
    state: &HttpState,
    parts: &Parts,
    mut request: Request,
    caller: &Caller,
) -> Result<Response, HttpError> {
    request.last_event_id = last_event_id(&parts.headers)?;
    let connection_permit = state.connection_limiter.acquire(caller.address, &state.app.config)?;
    let account_permit = state.connection_limiter.acquire_for_viewer(caller.viewer, &state.app.config)?;
    let presence = match caller.viewer {
        Some(viewer) => Some(state.app.live.connect(viewer.account.0).await),
        None => None,
    };
    let mut extra_headers = HeaderMap::new();
    let events: BoxStream<'static, Bytes> = match state.executor.prepare(request, caller).await {
        Err(error) if error.code() == code::UNAUTHENTICATED => return Err(error.into()),
        Err(error) => single(error_event(&error)),
        Ok(prepared) => {
            check_method(&parts.method, prepared.kind)?;
            if prepared.kind == OperationType::Subscription {
                let stream_state = prepared.stream_state.clone();
                let cursor = move || stream_state.as_ref().and_then(StreamState::take_cursor);
                state.executor.stream(prepared).map(move |response| next_event(&response, cursor())).boxed()
            } else {
                // Executed before the response begins: a client that disconnects still cancels a query, and the
                // operation can still set cookies.
                let response = state.executor.run(prepared).await;
                let event = next_event(&response, None);
                extra_headers = response.http_headers;
                single(event)
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, ResponseFormat::Events.content_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
        // Proxies that buffer responses would delay the events.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let guards = (connection_permit, account_permit, presence);
    let body = Body::from_stream(until_closed(state, caller, events, guards).map(Ok::<_, Infallible>));
    Ok((headers, extra_headers, body).into_response())
}

/// Forwards the events, and ends the stream with the session, the server or its maximum lifetime. The guards are dropped
/// with it.
fn until_closed<G: Send + 'static>(
    state: &HttpState,
    caller: &Caller,
    events: BoxStream<'static, Bytes>,
    guards: G,
) -> impl Stream<Item = Bytes> + Send + 'static {
    let mut lifecycle = state.lifecycle.watch();
    let mut session = caller.viewer.map(|viewer| state.app.state::<SessionCache>().watch(&state.app, viewer));
    let lifetime = state.app.config.limits.socket_lifetime;
    let end = async move {
        let session_changed = async {
            match &mut session {
                Some(session) => session.changed().await,
                None => std::future::pending().await,
            }
        };
        let last_event = tokio::select! {
            change = session_changed => match change {
                SessionChange::Ended => Some(error_event(&RequestError::unauthenticated())),
                // The client reconnects with the session, and its streams begin with the new role.
                SessionChange::RoleChanged => None,
            },
            () = lifecycle.closing() => None,
            () = sleep(lifetime) => None,
        };
        (last_event, lifecycle)
    };
    let mut keep_alive = interval(KEEP_ALIVE_INTERVAL);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep_alive.reset();
    let stream = EventStream { events, keep_alive, end: Box::pin(end), _guards: guards };
    stream::unfold(Some(stream), async |stream| {
        let mut stream = stream?;
        tokio::select! {
            biased;
            (last_event, _lifecycle) = &mut stream.end => {
                // Without a last event the stream just ends, and the client reconnects and resumes.
                let last_event = last_event?;
                Some(([&last_event, COMPLETE.as_bytes()].concat().into(), None))
            }
            event = stream.events.next() => Some(match event {
                Some(event) => (event, Some(stream)),
                None => (Bytes::from_static(COMPLETE.as_bytes()), None),
            }),
            _ = stream.keep_alive.tick() => Some((Bytes::from_static(COMMENT.as_bytes()), Some(stream))),
        }
    })
}

struct EventStream<E, G> {
    events: BoxStream<'static, Bytes>,
    keep_alive: Interval,
    end: Pin<Box<E>>,
    _guards: G,
}

/// Returns the cursor of the last event that the client received. Browsers send this header when they reconnect.
///
/// # Errors
/// 400 when the header is not visible ASCII.
fn last_event_id(headers: &HeaderMap) -> Result<Option<String>, HttpError> {
    let header = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    let text = header.map(|id| id.to_str().map(str::to_owned)).transpose();
    text.map_err(|_| RequestError::bad_request("The header Last-Event-ID is not a cursor.").into())
}

fn single(event: Bytes) -> BoxStream<'static, Bytes> {
    stream::once(std::future::ready(event)).boxed()
}

fn error_event(error: &RequestError) -> Bytes {
    event(None, |text| write_json(text, &ErrorBody::new(error)))
}

fn next_event(response: &GraphqlResponse, cursor: Option<String>) -> Bytes {
    event(cursor, |text| match shared_json(response) {
        Some(json) => text.extend_from_slice(json),
        None => write_json(text, response),
    })
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

fn write_json(text: &mut Vec<u8>, body: &impl Serialize) {
    // Serialisation fails only for maps with keys that are not strings, and there are none.
    let _ = serde_json::to_writer(text, body);
}
