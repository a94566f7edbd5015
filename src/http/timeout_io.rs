//! A connection whose peer has to keep up: headers must arrive in time, and what is written must be read.
//!
//! hyper has one timer, which counts idle time between requests too; an idle connection may wait long, one in the middle
//! of a header may not. And nothing else sees that a peer has stopped reading.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Tells whether bytes that arrive belong to a header. Shared with the service, which knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Expectation(Arc<AtomicBool>);

impl Expectation {
    /// A request is being served: what arrives is its body, or a socket's frames.
    pub(super) fn body(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The request was served: what arrives next begins a header.
    pub(super) fn header(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn is_header(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

/// How patient to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct IoTimeouts {
    pub(super) header: Duration,
    pub(super) write: Duration,
}

#[derive(Debug)]
pub(super) struct TimeoutIo<Io> {
    io: Io,
    patience: IoTimeouts,
    expected: Expectation,
    header: Deadline,
    write: Deadline,
}

impl<Io> TimeoutIo<Io> {
    /// The first header is expected at once.
    pub(super) fn new(io: Io, patience: IoTimeouts, expected: Expectation) -> Self {
        let mut header = Deadline::default();
        header.start(patience.header);
        Self { io, patience, expected, header, write: Deadline::default() }
    }

    /// Notes how a write went, and fails it when the peer has taken nothing for too long.
    fn written<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write.stop();
            return outcome;
        }
        self.write.start(self.patience.write);
        ready!(self.write.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for TimeoutIo<Io> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.expected.is_header() {
            this.header.stop();
        }
        let before = buffer.filled().len();
        if Pin::new(&mut this.io).poll_read(cx, buffer)?.is_ready() {
            if this.expected.is_header() && buffer.filled().len() > before {
                this.header.start(this.patience.header);
            }
            return Poll::Ready(Ok(()));
        }
        ready!(this.header.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for TimeoutIo<Io> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.written(cx, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.written(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

/// A timer that may be off.
#[derive(Debug, Default)]
struct Deadline(Option<Pin<Box<Sleep>>>);

impl Deadline {
    /// Starts it, unless it runs already.
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
