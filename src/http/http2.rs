//! What HTTP/2 needs beside hyper's own limits.
//!
//! Over HTTP/1 a client that does not read stalls the connection, and `timeout_io` sees it. Over HTTP/2 it stalls one
//! stream, by flow control, while the connection stays busy: such a stream is reset after the write timeout, and the other
//! clients of a proxy keep their connection. hyper has no timeout for idle connections either, and its own bound on resets
//! covers only streams that were not accepted yet.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::Response;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::rt::Executor;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Bodies are sent in pieces of this size, so that what hyper buffers of a stalled stream is small.
pub(super) const CHUNK_BYTES: usize = 16 * 1024;

/// Requests of a connection that the client may abort before they are answered. Then the connection takes no new ones: a
/// client that opens and resets streams in a loop would make the server work without ever waiting for it.
const MAX_ABORTED_REQUESTS: u64 = 1000;

tokio::task_local! {
    /// The stream whose request this task serves. Not set for HTTP/1.
    static STREAM: Arc<StreamProgress>;
}

/// Runs the streams of one connection.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    write_timeout: Duration,
    counts: Arc<watch::Sender<Counts>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    started: u64,
    open: u64,
    aborted: u64,
}

impl Streams {
    pub(super) fn new(write_timeout: Duration) -> Self {
        Self { write_timeout, counts: Arc::default() }
    }

    /// Waits until the connection, which has served a stream before, serves none for `duration`. Over HTTP/1 it never
    /// returns.
    pub(super) async fn idle(&self, duration: Duration) {
        let mut counts = self.counts.subscribe();
        loop {
            // The sender outlives this future.
            let Ok(idle) = counts.wait_for(|counts| counts.started > 0 && counts.open == 0).await.map(|idle| *idle)
            else {
                return std::future::pending().await;
            };
            if timeout(duration, counts.wait_for(|counts| counts.started > idle.started)).await.is_err() {
                return;
            }
        }
    }

    /// Waits until the client has aborted too many requests.
    pub(super) async fn abused(&self) {
        if self.counts.subscribe().wait_for(|counts| counts.aborted > MAX_ABORTED_REQUESTS).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let progress = Arc::new(StreamProgress::default());
        let open = OpenStream { counts: self.counts.clone(), progress: progress.clone() };
        self.counts.send_modify(|counts| {
            counts.started += 1;
            counts.open += 1;
        });
        let write_timeout = self.write_timeout;
        let served = STREAM.scope(progress.clone(), stream);
        tokio::spawn(async move {
            let _open = open;
            tokio::select! {
                () = served => {}
                // Dropping the stream resets it.
                () = progress.stalled(write_timeout) => {}
            }
        });
    }
}

struct OpenStream {
    counts: Arc<watch::Sender<Counts>>,
    progress: Arc<StreamProgress>,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let is_aborted = !self.progress.lock().is_answered;
        self.counts.send_modify(|counts| {
            counts.open -= 1;
            counts.aborted += u64::from(is_aborted);
        });
    }
}

#[derive(Debug, Default)]
struct StreamProgress(Mutex<Progress>);

#[derive(Debug, Default)]
struct Progress {
    is_answered: bool,
    /// Since when the client has not made room for what follows. `None` while the server has nothing to send.
    blocked_since: Option<Instant>,
}

impl StreamProgress {
    fn lock(&self) -> std::sync::MutexGuard<'_, Progress> {
        // No code panics while the lock is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the client has not read for `limit`.
    async fn stalled(&self, limit: Duration) {
        loop {
            let blocked_since = self.lock().blocked_since;
            match blocked_since {
                Some(since) if since.elapsed() >= limit => return,
                Some(since) => sleep_until(since + limit).await,
                None => sleep(limit).await,
            }
        }
    }
}

/// Watches the body of a response over HTTP/2.
pub(super) fn watch_body(response: Response<Body>) -> Response<Body> {
    match STREAM.try_with(Arc::clone) {
        Ok(progress) => response.map(|body| Body::new(WatchedBody::new(body, progress))),
        Err(_) => response,
    }
}

struct WatchedBody {
    body: Body,
    rest: Bytes,
    progress: Arc<StreamProgress>,
}

impl WatchedBody {
    fn new(body: Body, progress: Arc<StreamProgress>) -> Self {
        *progress.lock() = Progress { is_answered: true, blocked_since: Some(Instant::now()) };
        Self { body, rest: Bytes::new(), progress }
    }

    /// hyper polls a body only when the client has made room for it.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                other => return Poll::Ready(other),
            }
        }
        let piece = self.rest.split_to(self.rest.len().min(CHUNK_BYTES));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let piece = this.poll_piece(cx);
        let is_blocked = matches!(piece, Poll::Ready(Some(Ok(_)))) && !this.is_end_stream();
        this.progress.lock().blocked_since = is_blocked.then(Instant::now);
        piece
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let hint = self.body.size_hint();
        let mut size = SizeHint::new();
        size.set_lower(hint.lower() + rest);
        if let Some(upper) = hint.upper() {
            size.set_upper(upper + rest);
        }
        size
    }
}
