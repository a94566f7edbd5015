//! Streams over HTTP, one operation per request: server-sent events (graphql-sse in distinct connections mode), and
//! Apollo's multipart protocol for subscriptions.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use super::HttpState;
use super::connection_limiter::{AccountPermit, ConnectionPermit};
use super::graphql::check_method;
use super::negotiation::StreamFormat;
use super::response::HttpError;
use crate::accounts::session_cache::{SessionCache, SessionChange};
use crate::graphql::error::code;
use crate::graphql::stream_state::StreamState;
use crate::graphql::{Caller, Prepared, Request, RequestError};
use crate::live::PresenceGuard;

/// Proxies close silent connections, so something that clients ignore is sent at this interval.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(12);

const LAST_EVENT_ID: header::HeaderName = header::HeaderName::from_static("last-event-id");

/// What a stream holds while it is open.
struct StreamGuards {
    _connection: ConnectionPermit,
    account: Option<AccountPermit>,
    _presence: Option<PresenceGuard>,
}

impl StreamGuards {
    async fn acquire(state: &HttpState, caller: &Caller) -> Result<Self, HttpError> {
        let connection = state.connection_limiter.acquire(caller.address, &state.app.config)?;
        let account = state.connection_limiter.acquire_for_viewer(caller.viewer, &state.app.config)?;
        let presence = match caller.viewer {
            Some(viewer) => Some(state.app.live.connect(viewer.account.0).await),
            None => None,
        };
        Ok(Self { _connection: connection, account, _presence: presence })
    }
}

/// Responds to any operation with server-sent events. A rejected document is an event too, because graphql-sse clients
/// read no other body.
pub(super) async fn open(
    state: &HttpState,
    parts: &Parts,
    request: Request,
    caller: &Caller,
) -> Result<Response, HttpError> {
    let format = StreamFormat::Events;
    let guards = StreamGuards::acquire(state, caller).await?;
    let prepared = match state.executor.prepare(request, caller).await {
        Err(error) if error.code() == code::UNAUTHENTICATED => return Err(error.into()),
        Err(error) => return Ok(respond_once(format, &format.error(&error))),
        Ok(prepared) => prepared,
    };
    check_method(&parts.method, prepared.kind)?;
    if prepared.kind == OperationType::Subscription {
        let results = results(state, prepared, format);
        return Ok(respond(state, caller, format, results, guards));
    }
    // Executed before the response begins: a client that disconnects still cancels a query, and the operation can still
    // set cookies.
    let result = state.executor.run(prepared).await;
    let mut response = respond_once(format, &format.result(&result, None));
    response.headers_mut().extend(result.http_headers);
    Ok(response)
}

/// Opens the stream of a subscription.
pub(super) async fn subscribe(
    state: &HttpState,
    caller: &Caller,
    prepared: Prepared,
    format: StreamFormat,
) -> Result<Response, HttpError> {
    let guards = StreamGuards::acquire(state, caller).await?;
    let results = results(state, prepared, format);
    Ok(respond(state, caller, format, results, guards))
}

fn results(state: &HttpState, prepared: Prepared, format: StreamFormat) -> BoxStream<'static, Bytes> {
    let stream_state = prepared.stream_state.clone();
    let cursor = move || stream_state.as_ref().and_then(StreamState::take_cursor);
    let results = state.executor.stream(prepared).map(move |response| format.result(&response, cursor()));
    stream::iter(format.opening()).chain(results).boxed()
}

fn respond(
    state: &HttpState,
    caller: &Caller,
    format: StreamFormat,
    results: BoxStream<'static, Bytes>,
    guards: StreamGuards,
) -> Response {
    let body = until_closed(state, caller, format, results, guards);
    with_headers(format, Body::from_stream(body.map(Ok::<_, Infallible>)))
}

/// Responds with one result. It is complete, so not even the end of the session replaces it: that of a logout is its own.
fn respond_once(format: StreamFormat, result: &[u8]) -> Response {
    with_headers(format, Body::from([result, &format.complete()].concat()))
}

fn with_headers(format: StreamFormat, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, accept-language"),
        // Proxies that buffer responses would delay the results.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, body).into_response()
}

/// Forwards the results, and ends the stream with the session, the server or its maximum lifetime, or when it has to make
/// room. The guards are dropped with it.
fn until_closed(
    state: &HttpState,
    caller: &Caller,
    format: StreamFormat,
    results: BoxStream<'static, Bytes>,
    guards: StreamGuards,
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
        let evicted = async {
            match &guards.account {
                Some(permit) => permit.evicted().await,
                None => std::future::pending().await,
            }
        };
        let last = tokio::select! {
            change = session_changed => match change {
                SessionChange::Ended => Some(RequestError::unauthenticated()),
                // The client reconnects with the session, and its streams begin with the new role.
                SessionChange::RoleChanged => interruption(format),
            },
            () = lifecycle.closing() => interruption(format),
            () = sleep(lifetime) => interruption(format),
            () = evicted => interruption(format),
        };
        (last.map(|error| format.error(&error)), lifecycle, guards)
    };
    let mut keep_alive = interval(KEEP_ALIVE_INTERVAL);
    keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep_alive.reset();
    let stream = OpenStream { format, results, keep_alive, end: Box::pin(end) };
    stream::unfold(Some(stream), async |stream| {
        let mut stream = stream?;
        let format = stream.format;
        tokio::select! {
            biased;
            (last, _lifecycle, _guards) = &mut stream.end => {
                // Without a last result the stream just ends, and the client reconnects and resumes.
                let last = last?;
                Some(([&last[..], &format.complete()].concat().into(), None))
            }
            result = stream.results.next() => Some(match result {
                Some(result) => (result, Some(stream)),
                None => (format.complete(), None),
            }),
            _ = stream.keep_alive.tick() => Some((format.keep_alive(), Some(stream))),
        }
    })
}

struct OpenStream<E> {
    format: StreamFormat,
    results: BoxStream<'static, Bytes>,
    keep_alive: Interval,
    /// Holds the guards.
    end: Pin<Box<E>>,
}

/// Returns the cursor of the last event that the client received. Browsers send this header when they reconnect.
///
/// # Errors
/// 400 when the header is not visible ASCII.
pub(super) fn last_event_id(headers: &HeaderMap) -> Result<Option<String>, HttpError> {
    let header = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    let text = header.map(|id| id.to_str().map(str::to_owned)).transpose();
    text.map_err(|_| RequestError::bad_request("The header Last-Event-ID is not a cursor.").into())
}

/// The error of a stream that the client should open again. Clients of server-sent events do so when it ends without
/// `complete`; those of multipart would take that for a fault of the network.
fn interruption(format: StreamFormat) -> Option<RequestError> {
    let error = || RequestError::new(code::UNAVAILABLE, "The server closes this stream. Subscribe again.");
    (format == StreamFormat::Multipart).then(error)
}
