//! Compresses responses that say they may be.
//!
//! The length of a compressed response shows how much of its text repeats. Where a secret stands beside text that another user
//! else chose, repeated guesses would find the secret (BREACH), so responses with tokens are not marked. Streams are not
//! marked either: each result would wait for the next.

use axum::body::HttpBody;
use axum::http::{Response, StatusCode};
use tower_http::compression::Predicate;

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
