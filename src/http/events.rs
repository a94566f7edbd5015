//! Server-sent events: graphql-sse in its distinct mode, one operation a request.

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::Response as Answer;
use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::HttpState;
use super::graphql::check_method;
use super::negotiation::Form;
use super::response::{Errors, HttpError};
use crate::accounts::session_cache::SessionCache;
use crate::error::Error;
use crate::graphql::sharing::shared;
use crate::graphql::stream_state::StreamState;
use crate::graphql::{Caller, Request, RequestError};

/// A comment this often keeps proxies from taking silence for death.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

const LAST_EVENT_ID: header::HeaderName = header::HeaderName::from_static("last-event-id");

const COMPLETE: &str = "event: complete\ndata:\n\n";

/// Answers with the events of an operation. A refused document is an event too: the client's library reads nothing else.
pub(super) async fn stream(
    state: &HttpState,
    parts: &Parts,
    mut request: Request,
    caller: Caller,
) -> Result<Response, HttpError> {
    request.last_seen = last_seen(&parts.headers)?;
    let (node, account) = (
        state.connections_limit.take(caller.address, &state.app.config)?,
        state.connections_limit.take_for(caller.viewer, &state.app.config)?,
    );
    let connection = match caller.viewer {
        Some(viewer) => Some(state.app.live.connect(viewer.account.0).await),
        None => None,
    };
    let mut told = HeaderMap::new();
    let answers: BoxStream<'static, Bytes> = match state.executor.prepare(request, &caller).await {
        Err(refusal) => once(refused(&refusal)),
        Ok(prepared) => {
            check_method(&parts.method, prepared.kind)?;
            if prepared.kind == OperationType::Subscription {
                let turn = prepared.turn.clone();
                let cursor = move || turn.as_ref().and_then(StreamState::take_cursor);
                state.executor.stream(prepared).map(move |answer| next(&answer, cursor())).boxed()
            } else {
                // Run here, where a client that goes away still cancels a query, and cookies may still be set.
                let answer = state.executor.run(prepared).await;
                let event = next(&answer, None);
                told = answer.http_headers;
                once(event)
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, Form::Events.content_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
        // Proxies that gather answers would hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let body = Body::from_stream(events(state, &caller, answers, (node, account, connection)).map(Ok::<_, Infallible>));
    Ok((headers, told, body).into_response())
}

/// Follows the answers until they end, the session does, or the server does.
fn events<P: Send + 'static>(
    state: &HttpState,
    caller: &Caller,
    answers: BoxStream<'static, Bytes>,
    connections_limit: P,
) -> impl Stream<Item = Bytes> + Send + 'static {
    let mut alive = state.lifecycle.watch();
    let mut session = caller.viewer.map(|viewer| state.app.state::<SessionCache>().watch(&state.app, viewer.session));
    let lifetime = state.app.config.limits.socket_lifetime;
    let end = async move {
        let session_ended = async {
            match &mut session {
                Some(session) => session.ended().await,
                None => std::future::pending().await,
            }
        };
        let last = tokio::select! {
            () = session_ended => refused(&ended_session()),
            () = alive.closing() => Bytes::new(),
            () = sleep(lifetime) => Bytes::new(),
        };
        (last, alive)
    };
    let mut beat = interval(KEEP_ALIVE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.reset();
    let live = Live { answers, beat, end: Box::pin(end), _places: connections_limit };
    stream::unfold(Some(live), async |live| {
        let mut live = live?;
        tokio::select! {
            biased;
            (mut last, _alive) = &mut live.end => {
                // Without a last word the stream only ends: the client reconnects and resumes.
                if last.is_empty() { return None }
                last = [&last, COMPLETE.as_bytes()].concat().into();
                Some((last, None))
            }
            answer = live.answers.next() => Some(match answer {
                Some(event) => (event, Some(live)),
                None => (Bytes::from_static(COMPLETE.as_bytes()), None),
            }),
            _ = live.beat.tick() => Some((Bytes::from_static(b":\n\n"), Some(live))),
        }
    })
}

struct Live<P, E> {
    answers: BoxStream<'static, Bytes>,
    beat: tokio::time::Interval,
    end: std::pin::Pin<Box<E>>,
    _places: P,
}

/// Returns the cursor that a client which lost its stream saw last, as browsers send it by themselves.
///
/// # Errors
/// 400 for what is no text.
fn last_seen(headers: &HeaderMap) -> Result<Option<String>, HttpError> {
    let header = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty());
    let text = header.map(|id| id.to_str().map(str::to_owned)).transpose();
    text.map_err(|_| RequestError::bad_request("Last-Event-ID is not a cursor.").into())
}

fn ended_session() -> RequestError {
    let error = async_graphql::Error::from(crate::graphql::EdgeError::from(Error::Unauthenticated));
    RequestError::new(crate::graphql::error::code::UNAUTHENTICATED, error.message)
}

fn once(event: Bytes) -> BoxStream<'static, Bytes> {
    stream::once(std::future::ready(event)).boxed()
}

fn refused(refusal: &RequestError) -> Bytes {
    event(None, |text| write(text, &Errors { errors: refusal.errors() }))
}

fn next(answer: &Answer, cursor: Option<String>) -> Bytes {
    event(cursor, |text| match shared(answer) {
        Some(json) => text.extend_from_slice(json),
        None => write(text, answer),
    })
}

/// Writes one `next` event; its id is the cursor of what it tells of. JSON has no line breaks outside of strings, and
/// inside they are escaped.
fn event(cursor: Option<String>, data: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let id = cursor.map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    let mut text = [b"event: next\n", id.as_bytes(), b"data: "].concat();
    data(&mut text);
    text.extend_from_slice(b"\n\n");
    text.into()
}

fn write(text: &mut Vec<u8>, body: &impl Serialize) {
    // Only a map with keys that are not strings fails, and there is none.
    let _ = serde_json::to_writer(text, body);
}
