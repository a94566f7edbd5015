//! A connection with two timeouts: request headers must arrive in time, and the peer must read what is written.
//!
//! hyper has a single read timer, which also counts the idle time between requests. An idle connection may wait long,
//! a half-sent header may not. hyper has no timeout for a peer that stops reading.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Whether incoming bytes belong to a header or to a body. The service sets it, the connection reads it.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadPhase(Arc<AtomicBool>);

impl ReadPhase {
    /// A request is being served: incoming bytes are its body, or the frames of a socket.
    pub(super) fn set_body(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The request is answered: the next bytes begin a header.
    pub(super) fn set_header(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn is_header(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
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
    header_deadline: Deadline,
    write_deadline: Deadline,
}

impl<Io> TimeoutIo<Io> {
    /// The timeout of the first header starts immediately.
    pub(super) fn new(io: Io, timeouts: IoTimeouts, phase: ReadPhase) -> Self {
        let mut header_deadline = Deadline::default();
        header_deadline.start(timeouts.header);
        Self { io, timeouts, phase, header_deadline, write_deadline: Deadline::default() }
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
        if !this.phase.is_header() {
            this.header_deadline.stop();
        }
        let before = buffer.filled().len();
        if Pin::new(&mut this.io).poll_read(cx, buffer)?.is_ready() {
            if this.phase.is_header() && buffer.filled().len() > before {
                this.header_deadline.start(this.timeouts.header);
            }
            return Poll::Ready(Ok(()));
        }
        ready!(this.header_deadline.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for TimeoutIo<Io> {
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
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
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
