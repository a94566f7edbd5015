//! Compresses responses that say they may be.
//!
//! The length of a compressed response shows how much of its text repeats. Where a secret stands beside text that another
//! user chose, repeated guesses would find the secret (BREACH), so responses with tokens are not marked. Streams are not
//! marked either: each result would wait for the next.

use std::convert::Infallible;
use std::future::ready;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Response, StatusCode, header};
use tower::{ServiceExt, service_fn};
use tower_http::compression::{Compression, Predicate};

/// Shorter bodies would hardly become shorter, in bytes.
const MIN_BYTES: u64 = 1024;

/// An extension of responses that may be compressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compressible;

#[derive(Clone, Copy, Debug)]
pub(super) struct IsCompressible;

impl Predicate for IsCompressible {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        response.status() == StatusCode::OK
            && response.extensions().get::<Compressible>().is_some()
            && response.body().size_hint().exact().is_none_or(|length| length >= MIN_BYTES)
    }
}

/// Compresses a response if its client accepts one of these encodings.
///
/// The service is not around the routes: a response that it has passed on has room for all encoders, 15 KB, also where none
/// of them is used.
pub(super) async fn compress(response: Response<Body>, encodings: Vec<HeaderValue>) -> Response<Body> {
    let mut request = Request::new(Body::empty());
    for encoding in encodings {
        request.headers_mut().append(header::ACCEPT_ENCODING, encoding);
    }
    let mut response = Some(response);
    let respond = service_fn(move |_| ready(Ok::<_, Infallible>(response.take().unwrap_or_default())));
    match Compression::new(respond).compress_when(IsCompressible).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
