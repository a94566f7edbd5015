//! The operations that run on a socket, and what they send.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_graphql::parser::types::OperationType;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio_stream::StreamMap;

use super::outbox::{MessageSink, Outbox};
use super::protocol::ServerMessage;
use crate::config::Limits;
use crate::graphql::error::code;
use crate::graphql::executor::{Executor, is_failure};
use crate::graphql::{Caller, Request, RequestError};

/// Queries and mutations that run at once on one socket. At the limit, no further frames are read. The outbox can exceed
/// its bound by this number of responses.
const MAX_CONCURRENT_RESPONSES: usize = 8;

/// What an operation produces, mapped to the messages `next`, `error` and `complete`.
enum OperationEvent {
    Next(async_graphql::Response),
    Error(Vec<async_graphql::ServerError>),
    Complete,
}

type OperationEvents = StreamMap<Arc<str>, BoxStream<'static, OperationEvent>>;

#[derive(Default)]
pub(super) struct Operations {
    /// Queries and mutations. Polled even while the outbox is full, because an operation that is not polled would keep
    /// its permit among the running operations.
    responses: OperationEvents,
    /// Not polled while the outbox is full. `StreamMap` starts at a random stream, so a busy one does not starve others.
    subscriptions: OperationEvents,
}

impl Operations {
    /// Returns false while no further frames should be read, because any of them could start an operation.
    pub(super) fn accepts_frames(&self) -> bool {
        self.responses.len() < MAX_CONCURRENT_RESPONSES
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.responses.contains_key(id) || self.subscriptions.contains_key(id)
    }

    /// Checks the request for an operation, and starts it.
    pub(super) async fn start(
        &mut self,
        executor: &Executor,
        limits: &Limits,
        caller: &Caller,
        id: &str,
        request: Request,
    ) -> Result<(), RequestError> {
        let too_many = |limit: usize, what: &str| {
            let message = format!("A socket can run at most {limit} {what} at once. Complete one first.");
            RequestError::new(code::TOO_MANY_OPERATIONS, message)
        };
        if self.responses.len() + self.subscriptions.len() >= limits.max_socket_operations {
            return Err(too_many(limits.max_socket_operations, "operations"));
        }
        let prepared = executor.prepare(request, caller).await?;
        let complete = stream::once(std::future::ready(OperationEvent::Complete));
        if prepared.kind == OperationType::Subscription {
            if self.subscriptions.len() >= limits.max_subscriptions {
                return Err(too_many(limits.max_subscriptions, "subscriptions"));
            }
            let event = |response: async_graphql::Response| {
                if is_failure(&response) {
                    OperationEvent::Error(response.errors)
                } else {
                    OperationEvent::Next(response)
                }
            };
            self.subscriptions.insert(id.into(), executor.stream(prepared).map(event).chain(complete).boxed());
        } else {
            let executor = executor.clone();
            let response = stream::once(async move { OperationEvent::Next(executor.run(prepared).await) });
            self.responses.insert(id.into(), response.chain(complete).boxed());
        }
        Ok(())
    }

    pub(super) fn complete(&mut self, id: &str) {
        self.responses.remove(id);
        self.subscriptions.remove(id);
    }

    /// Writes what the outbox has and what the operations produce. Returns after a second message, when an operation has
    /// ended, and when the outbox was written or has to wait: then the session and the frames have their turn. Cancel safe.
    ///
    /// After one message it only looks for the next. A wake-up of the socket usually brings one message, and the session and
    /// the frames were polled just before it; to poll them again after each message costs as much as writing it.
    pub(super) async fn forward<S: MessageSink>(
        &mut self,
        outbox: &mut Outbox,
        socket: &mut S,
    ) -> Result<(), axum::Error> {
        poll_fn(|cx| {
            let mut has_sent = false;
            if outbox.needs_write() && outbox.poll_write(cx, socket)?.is_ready() {
                return Poll::Ready(Ok(()));
            }
            while let Some((id, event)) = self.poll_event(cx, outbox) {
                self.send(&id, &event, outbox);
                let _ = outbox.poll_write(cx, socket)?;
                // Frames are accepted again when an operation has ended.
                let has_ended = !matches!(event, OperationEvent::Next(_));
                if has_sent || has_ended || outbox.needs_write() {
                    return Poll::Ready(Ok(()));
                }
                has_sent = true;
            }
            Poll::Pending
        })
        .await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>, outbox: &Outbox) -> Option<(Arc<str>, OperationEvent)> {
        if let Poll::Ready(Some(event)) = self.responses.poll_next_unpin(cx) {
            return Some(event);
        }
        if outbox.is_full() {
            return None;
        }
        match self.subscriptions.poll_next_unpin(cx) {
            Poll::Ready(event) => event,
            Poll::Pending => None,
        }
    }

    fn send(&mut self, id: &str, event: &OperationEvent, outbox: &mut Outbox) {
        match event {
            OperationEvent::Next(response) => outbox.send(&ServerMessage::Next { id, payload: response }),
            OperationEvent::Error(errors) => {
                outbox.send(&ServerMessage::Error { id, payload: errors });
                self.complete(id);
            }
            OperationEvent::Complete => {
                outbox.send(&ServerMessage::Complete { id });
                self.complete(id);
            }
        }
    }

    /// Queues the errors with which subscriptions end, until none is left. The client resumes the others with its next socket.
    pub(super) async fn queue_errors(&mut self, outbox: &mut Outbox) {
        while let Some((id, event)) = self.subscriptions.next().await {
            if let OperationEvent::Error(_) = event {
                self.send(&id, &event, outbox);
            }
        }
    }
}
