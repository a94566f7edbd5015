//! What surrounds every request: its id, its span, the bounds of its headers, and the shape of answers that failed.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::ServiceExt;
use tracing::{Instrument, debug, error, info_span};

use super::HttpState;
use super::client::{Client, REQUEST_ID};
use super::response::HttpError;

const MAX_HEADER_FIELDS: usize = 64;

/// Answers a request by its route. Not a layer of the router: that costs a tenth of a small query, in boxes.
pub(super) async fn answer(state: &HttpState, routes: Router, peer: IpAddr, mut request: Request) -> Response {
    let client = Client::of(peer, request.headers(), &state.app.config.trusted_proxies);
    let span = info_span!("request", id = %client.request_id);
    let origin = request.headers().get(header::ORIGIN).cloned();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let request_id = HeaderValue::from_str(&client.request_id);
    let is_too_large = is_too_large(&request, state.app.config.limits.max_header_bytes);
    request.extensions_mut().insert(client);

    let work = async {
        let began = Instant::now();
        let response = if is_too_large {
            // What may come after such headers is not read either.
            HttpError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.")
                .with(header::CONNECTION, "close")
                .into_response()
        } else {
            without_panic(request, routes).await
        };
        let took = began.elapsed();
        state.metrics.answered(&path, response.status(), took);
        debug!(%method, path, status = response.status().as_u16(), ?took, "answered");
        response
    };
    let mut response = explained(work.instrument(span).await);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = request_id {
        headers.insert(REQUEST_ID, id);
    }
    state.origins.share(origin, headers);
    response
}

/// Turns a panic in a handler into an answer. Panics in resolvers end before, in the executor.
async fn without_panic(request: Request, routes: Router) -> Response {
    match AssertUnwindSafe(routes.oneshot(request)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            error!("a handler panicked");
            HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
        }
    }
}

fn is_too_large(request: &Request, limit: usize) -> bool {
    let of_headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let of_uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    request.headers().len() > MAX_HEADER_FIELDS || of_headers + of_uri > limit
}

/// Gives failures that the framework answers by itself (a method it does not route, a file that is not there) the body
/// that all others have.
fn explained(response: Response) -> Response {
    let status = response.status();
    let is_explained = |headers: &HeaderMap| {
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/"))
    };
    if !(status.is_client_error() || status.is_server_error()) || is_explained(response.headers()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let why = status.canonical_reason().unwrap_or("Refused");
    HttpError::new(status, why).with_value(header::ALLOW, allow).into_response()
}
