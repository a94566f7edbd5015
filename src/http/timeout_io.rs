//! A connection with two timeouts: request headers must arrive in time, and the peer must read what is written.
//!
//! A connection that ends before its peer has sent the whole request lingers (RFC 9112, section 9.6): it reads on for a
//! moment after its last byte. Closed with unread bytes, it would be reset, and the peer would lose the response.
//!
//! hyper has a single read timer, which also counts the idle time between requests. An idle connection may wait long,
//! a half-sent header may not. hyper has no timeout for a peer that stops reading.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::HttpBody;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::http2_frames::{Arrived, FrameReader};

/// How long and how far a connection reads on after its last byte.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_LINGER_BYTES: usize = 8 * 1024 * 1024;

/// Whether incoming bytes belong to a header or to a body. The service sets it, the connection reads it.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadPhase(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    is_body: AtomicBool,
    /// Requests whose headers have arrived.
    requests: AtomicU64,
    has_unread_body: AtomicBool,
}

impl ReadPhase {
    /// A request is being served: incoming bytes are its body, or the frames of a socket.
    pub(super) fn set_body(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.0.is_body.store(true, Ordering::Relaxed);
    }

    /// The request is answered: the next bytes begin a header.
    pub(super) fn set_header(&self) {
        self.0.is_body.store(false, Ordering::Relaxed);
    }

    fn is_header(&self) -> bool {
        !self.0.is_body.load(Ordering::Relaxed)
    }

    /// Whether the body of the last request has not arrived completely.
    fn set_unread_body(&self, is_unread: bool) {
        self.0.has_unread_body.store(is_unread, Ordering::Relaxed);
    }

    fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    fn has_unread_body(&self) -> bool {
        self.0.has_unread_body.load(Ordering::Relaxed)
    }
}

/// The body of a request, which records for the connection whether it was read to its end.
pub(super) struct ReadBody {
    body: Incoming,
    phase: ReadPhase,
}

impl ReadBody {
    pub(super) fn new(body: Incoming, phase: ReadPhase) -> Self {
        phase.set_unread_body(!body.is_end_stream());
        Self { body, phase }
    }
}

impl HttpBody for ReadBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if frame.is_none() || this.body.is_end_stream() {
            this.phase.set_unread_body(false);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct IoTimeouts {
    pub(super) header: Duration,
    pub(super) write: Duration,
}

#[derive(Debug)]
pub(super) struct TimeoutIo<Io> {
    io: Io,
    timeouts: IoTimeouts,
    phase: ReadPhase,
    frames: FrameReader,
    header_deadline: Deadline,
    /// The requests that the header deadline does not concern any more.
    served_requests: u64,
    write_deadline: Deadline,
    linger_deadline: Deadline,
    lingered_bytes: usize,
}

impl<Io> TimeoutIo<Io> {
    /// The timeout of the first header starts immediately.
    pub(super) fn new(io: Io, timeouts: IoTimeouts, phase: ReadPhase) -> Self {
        let mut header_deadline = Deadline::default();
        header_deadline.start(timeouts.header);
        Self {
            io,
            timeouts,
            phase,
            frames: FrameReader::default(),
            header_deadline,
            served_requests: 0,
            write_deadline: Deadline::default(),
            linger_deadline: Deadline::default(),
            lingered_bytes: 0,
        }
    }

    /// Stops the write timeout after a completed write. Fails a pending one when the peer has read nothing for too long.
    fn check_write<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_deadline.stop();
            return outcome;
        }
        self.write_deadline.start(self.timeouts.write);
        ready!(self.write_deadline.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for TimeoutIo<Io> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // A short request can begin and end between two reads.
        let requests = this.phase.requests();
        if requests != this.served_requests {
            this.served_requests = requests;
            this.header_deadline.stop();
            // Over HTTP/2 the next request can begin before this one is served.
            if this.frames.arrived() == Arrived::PartOfHeader {
                this.header_deadline.start(this.timeouts.header);
            }
        }
        let before = buffer.filled().len();
        if Pin::new(&mut this.io).poll_read(cx, buffer)?.is_ready() {
            let arrived = &buffer.filled()[before..];
            if !this.frames.read(arrived) {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
            match this.frames.arrived() {
                Arrived::Http1 if this.phase.is_header() && !arrived.is_empty() => {
                    this.header_deadline.start(this.timeouts.header);
                }
                Arrived::PartOfHeader => this.header_deadline.start(this.timeouts.header),
                Arrived::Frames if this.served_requests > 0 => this.header_deadline.stop(),
                Arrived::Http1 | Arrived::Frames => {}
            }
            return Poll::Ready(Ok(()));
        }
        ready!(this.header_deadline.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> TimeoutIo<Io> {
    /// Reads and discards what the peer still sends.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.linger_deadline.start(LINGER_TIMEOUT);
        let mut bytes = [0; 8 * 1024];
        while self.lingered_bytes < MAX_LINGER_BYTES && self.linger_deadline.poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => self.lingered_bytes += buffer.filled().len(),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TimeoutIo<Io> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.check_write(cx, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.check_write(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
        if this.phase.has_unread_body() {
            ready!(this.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

/// A timer that can be off.
#[derive(Debug, Default)]
struct Deadline(Option<Pin<Box<Sleep>>>);

impl Deadline {
    /// Starts the timer unless it already runs.
    fn start(&mut self, after: Duration) {
        if self.0.is_none() {
            self.0 = Some(Box::pin(sleep_until(Instant::now() + after)));
        }
    }

    fn stop(&mut self) {
        self.0 = None;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(sleep) => sleep.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}
