//! Followers whose responses can be shared.
//!
//! The framework's stream would hold a copy of the operation and some 4 KB of state for each of them, and run at every
//! event. So the executor follows what the resolver opened, and takes the response to an event from the follower that
//! executed it first. An event that is only for its viewer is executed as the only event of a subscription.

use std::sync::Arc;

use async_graphql::{Response, Variables};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};

use super::engine::{Caught, Execution, Panicked, catch_panics};
use super::{Executor, response};
use crate::graphql::document::Document;
use crate::graphql::loader::Loaders;
use crate::graphql::sharing::SharedResponseKey;
use crate::graphql::stream_state::{StagedEvent, StreamState};
use crate::graphql::upload::UploadedFiles;
use crate::graphql::{Caller, RequestError};

/// What executes a subscription again for one of its events.
pub(super) struct Subscription {
    pub(super) document: Arc<Document>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    pub(super) caller: Caller,
}

/// What executes the events of a follower.
struct EventExecutor {
    executor: Executor,
    subscription: Subscription,
    stream_state: StreamState,
}

struct Follower {
    events: EventExecutor,
    progress: Progress,
}

enum Progress {
    /// The framework runs the resolver, and responds itself if that fails.
    Opening(BoxStream<'static, Result<Response, Panicked>>),
    Following(Caught<StagedEvent>),
}

/// Follows a subscription. `opening` is the framework's stream of it.
pub(super) fn follow(
    executor: Executor,
    subscription: Subscription,
    stream_state: StreamState,
    opening: BoxStream<'static, Result<Response, Panicked>>,
) -> impl Stream<Item = Result<Response, Panicked>> + Send + 'static {
    let events = EventExecutor { executor, subscription, stream_state };
    // Boxed, because the state of the stream has room for it twice.
    let follower = Box::new(Follower { events, progress: Progress::Opening(opening) });
    stream::unfold(follower, |mut follower| async move {
        let response = follower.next().await?;
        Some((response, follower))
    })
}

impl Follower {
    async fn next(&mut self) -> Option<Result<Response, Panicked>> {
        loop {
            match &mut self.progress {
                Progress::Following(events) => {
                    let event = match events.next().await? {
                        Ok(event) => event,
                        Err(panicked) => return Some(Err(panicked)),
                    };
                    // Boxed, so that a waiting follower needs no space for an execution.
                    let Some(key) = self.events.stream_state.take_shared_key() else {
                        return Some(Box::pin(self.events.execute(event)).await);
                    };
                    let response = match self.events.executor.0.shared_responses.newest(&key) {
                        Some(response) => response,
                        None => Box::pin(self.events.execute_shared(key, event)).await,
                    };
                    return Some(Ok(response));
                }
                Progress::Opening(responses) => {
                    if let Some(response) = responses.next().await {
                        return Some(response);
                    }
                    self.progress = Progress::Following(catch_panics(self.events.stream_state.take_events()?));
                }
            }
        }
    }
}

impl EventExecutor {
    /// Executes an event for all followers, unless another one does.
    async fn execute_shared(&self, key: SharedResponseKey, event: StagedEvent) -> Response {
        let execution = async { response::finish(self.execute(event).await) };
        self.executor.0.shared_responses.get_or_execute(key, execution).await
    }

    /// Executes the subscription with this event only.
    async fn execute(&self, event: StagedEvent) -> Result<Response, Panicked> {
        let execution = match self.execution() {
            Ok(execution) => execution,
            Err(error) => return Ok(Response::from_errors(error.errors().to_vec())),
        };
        self.stream_state.stage(event);
        let response = self.executor.0.engine.run_event(execution).await?;
        Ok(response.unwrap_or_else(|| response::internal_error("an event had no response")))
    }

    fn execution(&self) -> Result<Execution, RequestError> {
        let Subscription { document, operation_name, variables, caller } = &self.subscription;
        let operation = document.operation(operation_name.as_deref())?;
        let bound = document.bind(&self.executor.0.types, operation, variables)?;
        let loaders = Loaders::default();
        Ok(Execution {
            operation: bound.operation,
            data: super::context_data(caller, UploadedFiles::default(), Some(&self.stream_state), &loaders),
            loaders,
            has_introspection: false,
        })
    }
}
