//! `/graphql`: POST, GET, multipart uploads, event streams and sockets.
//!
//! Requests that a foreign page can send without a preflight are rejected before anything is parsed. The checks run in
//! this order: method, content type, origin, caller, body, document.

use std::net::Ipv4Addr;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::extract::{FromRequestParts, Request, State, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::body::RequestBody;
use super::client::{Peer, RequestInfo, caller, expire_cookie};
use super::compression::Compressible;
use super::negotiation::Accepted;
use super::origin::RequestOrigin;
use super::pages::accepts_pages;
use super::rate_limit_headers::ExceededLimits;
use super::response::{self, HttpError};
use super::{HttpState, body, events, multipart, socket};
use crate::graphql::context::locale_of;
use crate::graphql::{self, Caller, GraphqlTransport, RequestError, json, response_json};
use crate::locale::Locale;

/// The `Allow` header of `/graphql`.
pub(super) const ALLOW: &str = "GET, HEAD, POST, OPTIONS";

const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");

/// With the value 1, the response shows the operation's cost.
const SHOW_COST: HeaderName = HeaderName::from_static("graphql-show-cost");

/// The encoding of a request body.
enum BodyEncoding {
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
    if is_visit(&parts) {
        return Redirect::to("/graphiql").into_response();
    }
    let mut body = RequestBody::new(&parts.headers, body);
    match process(&state, &parts, &mut body).await {
        Ok(response) => response,
        // Read on, so that a client that still writes the body receives the response.
        Err(error) if body.drain().await => error.into_response(),
        Err(error) => error.with(header::CONNECTION, "close").into_response(),
    }
}

/// Returns true if a person opened this address in a browser.
fn is_visit(parts: &Parts) -> bool {
    parts.method == Method::GET && parts.uri.query().unwrap_or_default().is_empty() && accepts_pages(&parts.headers)
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Who asks is known before the first byte of the body is read, and an upload has its permit.
async fn process(state: &HttpState, parts: &Parts, body: &mut RequestBody) -> Result<Response, HttpError> {
    let ValidatedHeaders { accepted, encoding, origin } = validate_headers(state, parts)?;
    let respond = async {
        let transport = if accepted.prefers_events { GraphqlTransport::Events } else { GraphqlTransport::Http };
        let caller = caller(state, &parts.headers, &request_info(parts), origin, transport).await?;
        let mut response = respond(state, parts, body, encoding, accepted, &caller).await;
        let exceeded = match &response {
            Ok(response) => response.extensions().get().cloned().unwrap_or_default(),
            Err(error) => ExceededLimits::of(error.errors()),
        };
        let is_rejected = response.is_err();
        let headers = match &mut response {
            Ok(response) => response.headers_mut(),
            Err(error) => error.headers_mut(),
        };
        // Rejected requests have errors in English. A mutation that signs in, or changes the language, has set another one.
        let locale =
            if is_rejected { Locale::En } else { locale_of(caller.viewer, caller.locale, state.app.config.locale) };
        headers.entry(header::CONTENT_LANGUAGE).or_insert(HeaderValue::from_static(locale.as_str()));
        exceeded.set_headers(state.executor.remaining_points(&caller), headers);
        expire_cookie(state, &caller, headers).await;
        response
    };
    respond.await.map_err(|error| error.with_format(accepted.result))
}

/// What the headers of a valid request say.
struct ValidatedHeaders {
    accepted: Accepted,
    /// `None` for GET.
    encoding: Option<BodyEncoding>,
    origin: RequestOrigin,
}

/// Validates everything that precedes the body.
fn validate_headers(state: &HttpState, parts: &Parts) -> Result<ValidatedHeaders, HttpError> {
    let encoding = match parts.method {
        Method::GET | Method::HEAD => None,
        Method::POST => Some(body_encoding(&parts.headers)?),
        _ => return Err(HttpError::method_not_allowed("Send GraphQL requests by GET or POST.", ALLOW)),
    };
    let origin = state.origins.check(&parts.headers)?;
    let accepted = Accepted::negotiate(&parts.headers).ok_or_else(|| {
        let message = "Accept must allow application/graphql-response+json, application/json, text/event-stream or \
            multipart/mixed;subscriptionSpec=1.0.";
        HttpError::new(StatusCode::NOT_ACCEPTABLE, message)
    })?;
    Ok(ValidatedHeaders { accepted, encoding, origin })
}

fn body_encoding(headers: &HeaderMap) -> Result<BodyEncoding, HttpError> {
    let unsupported = || {
        let message = "Content-Type must be application/json, or multipart/form-data for uploads.";
        HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
            .with(ACCEPT_POST, "application/json, multipart/form-data")
    };
    body::check_encoding(headers)?;
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(unsupported)?;
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameter = |wanted: &str| {
        let mut pairs = parameters.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim_matches('"'))
    };
    if kind.trim().eq_ignore_ascii_case("application/json") {
        let is_utf8 = parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
        return if is_utf8 { Ok(BodyEncoding::Json) } else { Err(unsupported()) };
    }
    match parameter("boundary") {
        Some(boundary) if kind.trim().eq_ignore_ascii_case("multipart/form-data") => {
            multipart::check_preflight(headers)?;
            Ok(BodyEncoding::Multipart { boundary: boundary.to_owned() })
        }
        _ => Err(unsupported()),
    }
}

async fn respond(
    state: &HttpState,
    parts: &Parts,
    body: &mut RequestBody,
    encoding: Option<BodyEncoding>,
    accepted: Accepted,
    caller: &Caller,
) -> Result<Response, HttpError> {
    let limits = &state.app.config.limits;
    // The permit of an upload is released after its operation, because until then its files are in memory.
    let mut _upload_permit = None;
    let mut request = match encoding {
        None => graphql::Request::from_query_string(parts.uri.query().unwrap_or_default())?,
        Some(BodyEncoding::Json) => {
            let bytes = body.read(limits.max_body_bytes, limits.body_timeout).await?;
            graphql::Request::from_json(json::from_slice(&bytes, "The request body")?)?
        }
        Some(BodyEncoding::Multipart { boundary }) => {
            let (request, permit) = multipart::receive(state, caller.viewer, body, boundary).await?;
            _upload_permit = Some(permit);
            request
        }
    };
    request.shows_cost |= parts.headers.get(SHOW_COST).is_some_and(|value| value == "1");
    if accepted.stream.is_some() {
        request.last_event_id = events::last_event_id(&parts.headers)?;
    }
    if accepted.prefers_events {
        return events::open(state, parts, request, caller).await;
    }
    execute(state, parts, request, caller, accepted).await
}

async fn execute(
    state: &HttpState,
    parts: &Parts,
    request: graphql::Request,
    caller: &Caller,
    accepted: Accepted,
) -> Result<Response, HttpError> {
    let prepared = state.executor.prepare(request, caller).await?;
    check_method(&parts.method, prepared.kind)?;
    if prepared.kind == OperationType::Subscription {
        let Some(format) = accepted.stream else {
            let message = "Send subscriptions over a WebSocket, or with Accept: text/event-stream or \
                multipart/mixed;subscriptionSpec=1.0.";
            return Err(RequestError::bad_request(message).into());
        };
        return events::subscribe(state, caller, prepared, format).await;
    }
    let is_secret = prepared.is_secret;
    let result = state.executor.run(prepared).await;
    let mut response = response::json(StatusCode::OK, accepted.result, response_json::to_bytes(&result));
    if !is_secret {
        response.extensions_mut().insert(Compressible);
    }
    response.extensions_mut().insert(ExceededLimits::of(&result.errors));
    response::set_retry_after(response.headers_mut(), max_retry_after(&result));
    response.headers_mut().extend(result.http_headers);
    Ok(response)
}

/// Returns the longest `retryAfterSeconds` among the errors of a response.
fn max_retry_after(result: &async_graphql::Response) -> Option<Duration> {
    result.errors.iter().filter_map(graphql::error::retry_after_seconds).max().map(Duration::from_secs)
}

/// Rejects mutations by GET: any page can link to one.
pub(super) fn check_method(method: &Method, kind: OperationType) -> Result<(), HttpError> {
    if kind == OperationType::Mutation && *method != Method::POST {
        return Err(HttpError::method_not_allowed("Send mutations by POST.", "POST"));
    }
    Ok(())
}

/// Returns what the middleware stored with the request.
pub(super) fn request_info(parts: &Parts) -> RequestInfo {
    parts
        .extensions
        .get::<RequestInfo>()
        .cloned()
        .unwrap_or_else(|| RequestInfo::from_headers(Peer::Address(Ipv4Addr::LOCALHOST.into()), &HeaderMap::new(), &[]))
}
