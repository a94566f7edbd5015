//! Reads request bodies within bounds of size, time and rate.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use tokio::time::{Instant, sleep_until, timeout};

use super::response::HttpError;

/// How much of a rejected body is still read before the response is sent. Most clients read no response while they
/// write, and a connection that closes before they finish looks broken to them. Beyond these bounds it does.
pub(super) const MAX_DRAIN_BYTES: usize = 32 * 1024 * 1024;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// A client that sends nothing for this time does not delay the response any longer.
const DRAIN_GAP: Duration = Duration::from_secs(1);

/// The body of a request, and what its headers say about it.
pub(super) struct RequestBody {
    body: Body,
    length: Option<usize>,
    /// The client sends the body only after it is asked for, and nothing has asked yet.
    awaits_continue: bool,
    /// The body stopped arriving, so reading on would only delay the response.
    has_stalled: bool,
}

/// Why a body cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    TooLarge,
    TooSlow,
    Incomplete,
}

/// The least rate at which a body must arrive, measured over windows.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeastRate {
    pub(super) window: Duration,
    pub(super) bytes_per_window: usize,
}

impl RequestBody {
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Self {
        let expects_continue = headers.get(header::EXPECT).is_some_and(|value| !value.is_empty());
        Self { body, length: content_length(headers), awaits_continue: expects_continue, has_stalled: false }
    }

    /// Reads a body of at most `limit` bytes.
    ///
    /// # Errors
    /// 413 when it is larger, 408 when it does not arrive in time, 400 when the connection ends before it is complete.
    pub(super) async fn read(&mut self, limit: usize, within: Duration) -> Result<Bytes, HttpError> {
        if self.length.is_some_and(|length| length > limit) {
            return Err(HttpError::too_large(limit));
        }
        let read = async {
            let mut bytes = BytesMut::new();
            while let Some(data) = self.data().await {
                let data = data?;
                if bytes.len() + data.len() > limit {
                    return Err(BodyError::TooLarge);
                }
                bytes.extend_from_slice(&data);
            }
            Ok(bytes.freeze())
        };
        let outcome = timeout(within, read).await.unwrap_or(Err(BodyError::TooSlow));
        outcome.map_err(|error| match error {
            BodyError::TooLarge => HttpError::too_large(limit),
            BodyError::Incomplete => HttpError::new(StatusCode::BAD_REQUEST, "The request body is incomplete."),
            BodyError::TooSlow => self.too_slow("The request body did not arrive in time."),
        })
    }

    /// Returns the data of the body as it arrives, until it exceeds `limit` or arrives too slowly.
    pub(super) fn arriving(
        &mut self,
        limit: usize,
        rate: LeastRate,
    ) -> impl Stream<Item = Result<Bytes, BodyError>> + Send {
        let arrival =
            Arrival { body: self, rate, left: limit, window_ends: Instant::now() + rate.window, in_window: 0 };
        stream::unfold(arrival, async |mut arrival| {
            let data = arrival.next().await?;
            Some((data, arrival))
        })
    }

    /// Returns the error of a body that does not arrive, and gives the body up.
    pub(super) fn too_slow(&mut self, message: &str) -> HttpError {
        self.has_stalled = true;
        HttpError::new(StatusCode::REQUEST_TIMEOUT, message)
    }

    /// Reads the rest of a rejected body within bounds. Returns false if it was not read to its end; then the connection
    /// cannot be used again.
    pub(super) async fn drain(mut self) -> bool {
        if self.body.is_end_stream() {
            return true;
        }
        if self.awaits_continue || self.has_stalled || self.length.is_some_and(|length| length > MAX_DRAIN_BYTES) {
            return false;
        }
        let drain = async {
            let mut left = MAX_DRAIN_BYTES;
            loop {
                match timeout(DRAIN_GAP, self.data()).await {
                    Ok(None) => return true,
                    Ok(Some(Ok(data))) if data.len() <= left => left -= data.len(),
                    _ => return false,
                }
            }
        };
        timeout(DRAIN_TIMEOUT, drain).await.unwrap_or(false)
    }

    async fn data(&mut self) -> Option<Result<Bytes, BodyError>> {
        poll_fn(|cx| self.poll_data(cx)).await
    }

    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        self.awaits_continue = false;
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => None,
                Some(Err(_)) => Some(Err(BodyError::Incomplete)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Some(Ok(data)),
                    // Trailers.
                    Err(_) => continue,
                },
            });
        }
    }
}

/// A body that has to keep to a rate.
struct Arrival<'b> {
    body: &'b mut RequestBody,
    rate: LeastRate,
    left: usize,
    window_ends: Instant,
    in_window: usize,
}

impl Arrival<'_> {
    async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        let data = loop {
            tokio::select! {
                data = self.body.data() => break data?,
                () = sleep_until(self.window_ends) => {
                    if self.in_window < self.rate.bytes_per_window {
                        return Some(Err(BodyError::TooSlow));
                    }
                    self.window_ends = Instant::now() + self.rate.window;
                    self.in_window = 0;
                }
            }
        };
        Some(data.and_then(|data| {
            self.in_window += data.len();
            self.left = self.left.checked_sub(data.len()).ok_or(BodyError::TooLarge)?;
            Ok(data)
        }))
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLarge => "the body is too large",
            Self::TooSlow => "the body arrives too slowly",
            Self::Incomplete => "the body is incomplete",
        })
    }
}

impl std::error::Error for BodyError {}

/// Rejects compressed bodies: a small one can expand to any size.
pub(super) fn check_encoding(headers: &HeaderMap) -> Result<(), HttpError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let message = "Compressed bodies are not accepted. Send the body without Content-Encoding.";
            Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).with(header::ACCEPT_ENCODING, "identity"))
        }
        _ => Ok(()),
    }
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
