//! What waits to be written to a socket.
//!
//! It is bounded by not asking for more: while it is full no operation is polled, so that a slow client makes its feeds
//! fall behind (they re-read from the database) instead of growing this queue. A client that takes nothing at all is cut
//! off by `paced`.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, ready};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{Sink, SinkExt};

use super::protocol::ServerMessage;

const MAX_BYTES: usize = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Outbox {
    waiting: VecDeque<Message>,
    bytes: usize,
    capacity: usize,
    is_flushed: bool,
}

impl Outbox {
    pub(super) fn new(capacity: usize) -> Self {
        Self { waiting: VecDeque::new(), bytes: 0, capacity, is_flushed: true }
    }

    pub(super) fn send(&mut self, message: &ServerMessage<'_>) {
        let text = message.write();
        self.bytes += text.len();
        self.waiting.push_back(Message::Text(text));
    }

    /// Tells whether nothing more should be asked for.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= self.capacity || self.bytes >= MAX_BYTES
    }

    pub(super) fn has_work(&self) -> bool {
        !self.waiting.is_empty() || !self.is_flushed
    }

    /// Writes until nothing waits. May be dropped at any point: what was not taken is still here.
    pub(super) async fn write(
        &mut self,
        socket: &mut (impl Sink<Message, Error = axum::Error> + Unpin),
    ) -> Result<(), axum::Error> {
        poll_fn(|cx| {
            while !self.waiting.is_empty() {
                ready!(socket.poll_ready_unpin(cx))?;
                if let Some(message) = self.waiting.pop_front() {
                    self.bytes -= length(&message);
                    self.is_flushed = false;
                    socket.start_send_unpin(message)?;
                }
            }
            ready!(socket.poll_flush_unpin(cx))?;
            self.is_flushed = true;
            Poll::Ready(Ok(()))
        })
        .await
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        _ => 0,
    }
}

/// Says goodbye: what waits is written, then the close frame, then the client's own is awaited. Without a frame the client
/// closed first, and only the answer to that is left to write.
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
