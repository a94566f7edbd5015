//! Reading bodies, never more than agreed.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::response::HttpError;

/// What is still read of a body that nobody wants. A client that is answered while it writes sees a reset instead of the
/// answer; one that writes on and on gets one.
const DRAIN_BYTES: usize = 64 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 when it is larger, 408 when it does not arrive in time, 400 when it breaks off.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    within: Duration,
) -> Result<Bytes, HttpError> {
    check_encoding(headers)?;
    if announced(headers).is_some_and(|length| length > limit) {
        drain(body).await;
        return Err(HttpError::too_large(limit));
    }
    let read = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| HttpError::new(StatusCode::BAD_REQUEST, "The body broke off."))?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > limit {
                return Err(HttpError::too_large(limit));
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    };
    let outcome = timeout(within, read).await;
    match outcome {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) => {
            drain(body).await;
            Err(rejection)
        }
        Err(_) => {
            Err(HttpError::new(StatusCode::REQUEST_TIMEOUT, "The body took too long.")
                .with(header::CONNECTION, "close"))
        }
    }
}

/// Reads on for a little while, so that the client hears the answer.
pub(super) async fn drain(mut body: Body) {
    let drain = async {
        let mut left = DRAIN_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whoever is slower than that is not answered politely.
    let _ = timeout(DRAIN_TIME, drain).await;
}

/// Compressed bodies are not taken: a small one may hold any number of bytes.
pub(super) fn check_encoding(headers: &HeaderMap) -> Result<(), HttpError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Bodies are not compressed."))
        }
        _ => Ok(()),
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
