//! Middleware around every request: request id, tracing span, header limits, metrics, and the body of error responses.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::ServiceExt;
use tower_http::compression::Predicate;
use tracing::{Instrument, debug, error, info_span};

use super::HttpState;
use super::client::{Peer, REQUEST_ID, RequestInfo};
use super::compression::{IsCompressible, compress};
use super::metrics::path_label;
use super::response::HttpError;
use crate::traces::continue_trace;

const MAX_HEADER_FIELDS: usize = 64;

/// Routes a request and returns its response. Not a layer of the router: the boxed futures of a layer cost a tenth of a
/// small query.
pub(super) async fn handle(state: &HttpState, routes: Router, peer: Peer, mut request: Request) -> Response {
    let info = RequestInfo::from_headers(peer, request.headers(), &state.app.config.trusted_proxies);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = info_span!("request", id = %info.request_id);
    if info.is_proxied {
        continue_trace(&span, request.headers());
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let request_id = HeaderValue::from_str(&info.request_id);
    let is_too_large = is_too_large(&request, state.app.config.limits.max_header_bytes);
    request.extensions_mut().insert(info);

    let respond = async {
        let started_at = Instant::now();
        let response = if is_too_large {
            // The body of such a request is not read, so the connection cannot be reused.
            let message = "The request headers are too large. Send fewer or shorter headers.";
            HttpError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message)
                .with(header::CONNECTION, "close")
                .into_response()
        } else {
            catch_panic(request, routes).await
        };
        let took = started_at.elapsed();
        state.metrics.record_request(&path, response.status(), took);
        // Not the path: those of calendars and images contain a secret.
        debug!(%method, route = path_label(&path), status = response.status().as_u16(), ?took, "request answered");
        response
    };
    let mut response = with_error_body(respond.instrument(span).await);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = request_id {
        headers.insert(REQUEST_ID, id);
    }
    state.origins.set_cors_headers(origin, headers);
    response
}

/// Answers 500 when a handler panics. The executor catches panics of resolvers itself.
async fn catch_panic(request: Request, routes: Router) -> Response {
    let encodings: Vec<HeaderValue> = request.headers().get_all(header::ACCEPT_ENCODING).iter().cloned().collect();
    let respond = async {
        match routes.oneshot(request).await {
            Ok(response) if IsCompressible.should_compress(&response) => Box::pin(compress(response, encodings)).await,
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    AssertUnwindSafe(respond).catch_unwind().await.unwrap_or_else(|_| {
        error!("an HTTP handler panicked");
        HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
    })
}

fn is_too_large(request: &Request, limit: usize) -> bool {
    let headers_length: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let uri_length = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    request.headers().len() > MAX_HEADER_FIELDS || headers_length + uri_length > limit
}

/// Gives error responses of the framework (a method without a route, a missing file) the same JSON body as all others.
fn with_error_body(response: Response) -> Response {
    let status = response.status();
    let has_error_body = |headers: &HeaderMap| {
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"))
    };
    if !(status.is_client_error() || status.is_server_error()) || has_error_body(response.headers()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let reason = status.canonical_reason().unwrap_or("Request rejected");
    HttpError::new(status, reason).with_value(header::ALLOW, allow).into_response()
}
