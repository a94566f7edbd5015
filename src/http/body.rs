//! Reads request bodies up to a limit.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::response::HttpError;

/// How much of a rejected body is still read. A client that receives the response while it still writes sees a connection
/// reset instead; beyond these bounds it does.
const MAX_DRAIN_BYTES: usize = 64 * 1024;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 when it is larger, 408 when it does not arrive in time, 400 when the connection ends before it is complete.
pub(super) async fn read(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    within: Duration,
) -> Result<Bytes, HttpError> {
    check_encoding(headers)?;
    if content_length(headers).is_some_and(|length| length > limit) {
        drain(body).await;
        return Err(HttpError::too_large(limit));
    }
    let read = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|_| HttpError::new(StatusCode::BAD_REQUEST, "The request body is incomplete."))?;
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
        Ok(Err(error)) => {
            drain(body).await;
            Err(error)
        }
        Err(_) => Err(HttpError::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time.")
            .with(header::CONNECTION, "close")),
    }
}

/// Reads the rest of a rejected body within bounds, so that the client receives the response.
pub(super) async fn drain(mut body: Body) {
    let drain = async {
        let mut left = MAX_DRAIN_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    let _ = timeout(DRAIN_TIMEOUT, drain).await;
}

/// Rejects compressed bodies: a small one can expand to any size.
pub(super) fn check_encoding(headers: &HeaderMap) -> Result<(), HttpError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let message = "Compressed bodies are not accepted. Send the body without Content-Encoding.";
            Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
        }
        _ => Ok(()),
    }
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
