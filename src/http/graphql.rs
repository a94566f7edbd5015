//! `/graphql`: one address for POST, GET, multipart, event streams and sockets.
//!
//! What a foreign page could send without asking is refused before anything is parsed: the order is method, content type,
//! origin, size, then the document.

use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::client::{Client, caller};
use super::negotiation::Form;
use super::origin::Page;
use super::response::{self, HttpError};
use super::{HttpState, body, events, multipart, socket};
use crate::graphql::{self, Caller, GraphqlTransport, RequestError};

/// The methods that `/graphql` knows.
pub(super) const ALLOW: &str = "GET, POST, OPTIONS";

/// How a body is encoded.
enum Encoding {
    Json,
    Multipart { boundary: String },
}

pub(super) async fn handle(State(state): State<HttpState>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return state.origins.preflight(&parts.headers);
    }
    if is_upgrade(&parts.headers) {
        return match WebSocketUpgrade::from_request_parts(&mut parts, &state).await {
            Ok(upgrade) => socket::open(state, &parts, upgrade).await.unwrap_or_else(IntoResponse::into_response),
            Err(rejection) => rejection.into_response(),
        };
    }
    match exchange(&state, &parts, body).await {
        Ok(response) => response,
        Err(rejection) => rejection.into_response(),
    }
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

async fn exchange(state: &HttpState, parts: &Parts, body: Body) -> Result<Response, HttpError> {
    let validated = validate_headers(state, parts);
    let (form, encoding, page) = match validated {
        Ok(validated) => validated,
        Err(rejection) => {
            body::drain(body).await;
            return Err(rejection);
        }
    };
    answer(state, parts, body, form, encoding, page).await.map_err(|rejection| rejection.in_form(form))
}

/// Judges everything that stands before the body.
fn validate_headers(state: &HttpState, parts: &Parts) -> Result<(Form, Option<Encoding>, Page), HttpError> {
    let encoding = match parts.method {
        Method::GET => None,
        Method::POST => Some(encoding(&parts.headers)?),
        _ => return Err(HttpError::not_allowed("GraphQL travels by GET and POST.", ALLOW)),
    };
    let page = state.origins.check(&parts.headers)?;
    let form = Form::accepted(&parts.headers).ok_or_else(|| {
        let message = "Answers are application/graphql-response+json, application/json or text/event-stream.";
        HttpError::new(StatusCode::NOT_ACCEPTABLE, message)
    })?;
    Ok((form, encoding, page))
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, HttpError> {
    let unsupported = || {
        let message = "The body must be application/json, or multipart/form-data for uploads.";
        HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    };
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(unsupported)?;
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameter = |wanted: &str| {
        let mut pairs = parameters.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim_matches('"'))
    };
    if kind.trim().eq_ignore_ascii_case("application/json") {
        let is_utf8 = parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
        return if is_utf8 { Ok(Encoding::Json) } else { Err(unsupported()) };
    }
    match parameter("boundary") {
        Some(boundary) if kind.trim().eq_ignore_ascii_case("multipart/form-data") => {
            multipart::check_preflight(headers)?;
            Ok(Encoding::Multipart { boundary: boundary.to_owned() })
        }
        _ => Err(unsupported()),
    }
}

async fn answer(
    state: &HttpState,
    parts: &Parts,
    body: Body,
    form: Form,
    encoding: Option<Encoding>,
    page: Page,
) -> Result<Response, HttpError> {
    let transport = if form == Form::Events { GraphqlTransport::Events } else { GraphqlTransport::Http };
    let limits = &state.app.config.limits;
    // The place of an upload is held until its operation has run: as long as its bytes are in memory.
    let mut _upload = None;
    let request = match encoding {
        None => graphql::Request::from_parameters(parts.uri.query().unwrap_or_default())?,
        Some(Encoding::Json) => {
            let bytes = body::read(&parts.headers, body, limits.max_body_bytes, limits.body_timeout).await?;
            let json =
                serde_json::from_slice(&bytes).map_err(|_| RequestError::bad_request("The body is not JSON."))?;
            graphql::Request::from_json(json)?
        }
        Some(Encoding::Multipart { boundary }) => {
            let (request, place) = multipart::receive(state, &parts.headers, body, boundary).await?;
            _upload = Some(place);
            request
        }
    };
    let client = client_of(parts);
    let caller = caller(state, &parts.headers, &client, page, transport).await?;
    if form == Form::Events {
        return events::stream(state, parts, request, caller).await;
    }
    respond(state, parts, request, &caller, form).await
}

async fn respond(
    state: &HttpState,
    parts: &Parts,
    request: graphql::Request,
    caller: &Caller,
    form: Form,
) -> Result<Response, HttpError> {
    let prepared = state.executor.prepare(request, caller).await?;
    check_method(&parts.method, prepared.kind)?;
    if prepared.kind == OperationType::Subscription {
        return Err(RequestError::bad_request("Subscriptions travel by text/event-stream or a WebSocket.").into());
    }
    let answer = state.executor.run(prepared).await;
    let mut response = response::json(StatusCode::OK, form, &answer);
    response::tell_wait(response.headers_mut(), longest_wait(&answer));
    response.headers_mut().extend(answer.http_headers);
    Ok(response)
}

/// Returns how long a client has to wait before it asks again, where a field was refused for now.
fn longest_wait(answer: &async_graphql::Response) -> Option<Duration> {
    let waits =
        answer.errors.iter().filter_map(|error| match error.extensions.as_ref()?.get(graphql::error::RETRY_AFTER)? {
            async_graphql::Value::Number(seconds) => seconds.as_u64(),
            _ => None,
        });
    waits.max().map(Duration::from_secs)
}

/// GET is safe by definition, and a link to it may be anywhere.
pub(super) fn check_method(method: &Method, kind: OperationType) -> Result<(), HttpError> {
    if kind == OperationType::Mutation && *method != Method::POST {
        return Err(HttpError::not_allowed("Mutations travel by POST.", "POST"));
    }
    Ok(())
}

/// What surrounds every request leaves the client behind for every handler.
pub(super) fn client_of(parts: &Parts) -> Client {
    parts
        .extensions
        .get::<Client>()
        .cloned()
        .unwrap_or_else(|| Client::of([127, 0, 0, 1].into(), &HeaderMap::new(), &[]))
}
