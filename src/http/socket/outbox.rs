//! The queue of messages to write to a socket.
//!
//! Its bound is backpressure: while it is full, no subscription is polled. A slow client's subscriptions fall behind and
//! catch up from the database, and this queue does not grow. A client that reads nothing is disconnected by `timeout_io`.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{Sink, SinkExt};

use super::protocol::ServerMessage;

const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// Where the messages go: the writing half of a socket, or all of it.
pub(super) trait MessageSink: Sink<Message, Error = axum::Error> + Unpin {}

impl<S: Sink<Message, Error = axum::Error> + Unpin> MessageSink for S {}

#[derive(Debug)]
pub(super) struct Outbox {
    queue: VecDeque<Message>,
    bytes: usize,
    capacity: usize,
    is_flushed: bool,
}

impl Outbox {
    pub(super) fn new(capacity: usize) -> Self {
        Self { queue: VecDeque::new(), bytes: 0, capacity, is_flushed: true }
    }

    pub(super) fn send(&mut self, message: &ServerMessage<'_>) {
        let text = message.to_text();
        self.bytes += text.len();
        self.queue.push_back(Message::Text(text));
    }

    /// Returns true while no further messages should be produced.
    pub(super) fn is_full(&self) -> bool {
        self.queue.len() >= self.capacity || self.bytes >= MAX_QUEUED_BYTES
    }

    pub(super) fn needs_write(&self) -> bool {
        !self.queue.is_empty() || !self.is_flushed
    }

    /// Writes and flushes all messages. Cancel safe: messages that are not written yet stay in the queue.
    pub(super) async fn write<S: MessageSink>(&mut self, socket: &mut S) -> Result<(), axum::Error> {
        poll_fn(|cx| self.poll_write(cx, socket)).await
    }

    pub(super) fn poll_write<S: MessageSink>(
        &mut self,
        cx: &mut Context<'_>,
        socket: &mut S,
    ) -> Poll<Result<(), axum::Error>> {
        while !self.queue.is_empty() {
            ready!(socket.poll_ready_unpin(cx))?;
            if let Some(message) = self.queue.pop_front() {
                self.bytes -= length(&message);
                self.is_flushed = false;
                socket.start_send_unpin(message)?;
            }
        }
        ready!(socket.poll_flush_unpin(cx))?;
        self.is_flushed = true;
        Poll::Ready(Ok(()))
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        _ => 0,
    }
}

/// Closes a socket: writes the queue and the close frame, then waits for the client's close frame. Without a frame the
/// client closed first, and only the reply to its close frame is flushed.
pub(super) async fn close(socket: &mut WebSocket, outbox: &mut Outbox, frame: Option<CloseFrame>) {
    let Some(frame) = frame else {
        let _ = socket.flush().await;
        return;
    };
    if outbox.write(socket).await.is_err() || socket.send(Message::Close(Some(frame))).await.is_err() {
        return;
    }
    while let Some(Ok(_)) = socket.recv().await {}
}
