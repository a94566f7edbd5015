//! The schemas behind the executor: they execute operations and open streams.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use async_graphql::{ObjectType, Request, Response, Schema, SchemaBuilder, SubscriptionType, ValidationMode};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};

use crate::graphql::sharing::{SharedResponses, Sharing};

/// A resolver panicked. The panic hook has logged its message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panicked;

impl From<Box<dyn Any + Send>> for Panicked {
    fn from(_: Box<dyn Any + Send>) -> Self {
        Self
    }
}

/// Erases the three root types, so that transports are not generic over them.
pub(super) trait Engine: Send + Sync {
    fn run(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>>;
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>>;
    /// Like [`Self::stream`], for a subscription whose responses can be shared.
    fn stream_shared(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>>;
}

/// Two copies of one schema, without the framework's validation: `graphql::document` has validated what they get. The second
/// is for shared subscriptions: an extension costs time at every field, and there it is spent once for all followers.
pub(super) struct Schemas<Query, Mutation, Subscription> {
    fast: Schema<Query, Mutation, Subscription>,
    sharing: Schema<Query, Mutation, Subscription>,
}

impl<Query, Mutation, Subscription> Schemas<Query, Mutation, Subscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    pub(super) fn build(build: impl Fn() -> SchemaBuilder<Query, Mutation, Subscription>, nesting: u64) -> Self {
        // The framework also measures nesting, at every request. Its limit is above ours, so it never applies.
        let nesting = usize::try_from(nesting.saturating_add(2)).unwrap_or(usize::MAX);
        let build = || build().validation_mode(ValidationMode::Fast).limit_recursive_depth(nesting);
        Self { fast: build().finish(), sharing: build().extension(Sharing(SharedResponses::default())).finish() }
    }
}

impl<Query, Mutation, Subscription> Engine for Schemas<Query, Mutation, Subscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    fn run(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>> {
        execute(self.fast.clone(), request)
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>> {
        catch_panics(self.fast.execute_stream(request))
    }

    fn stream_shared(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>> {
        catch_panics(self.sharing.execute_stream(request))
    }
}

fn catch_panics(stream: BoxStream<'static, Response>) -> BoxStream<'static, Result<Response, Panicked>> {
    AssertUnwindSafe(stream).catch_unwind().map(|item| item.map_err(Panicked::from)).boxed()
}

/// `AssertUnwindSafe`: each request has its own context, so state that a panic leaves inconsistent is dropped with it.
fn execute<Query, Mutation, Subscription>(
    schema: Schema<Query, Mutation, Subscription>,
    request: Request,
) -> BoxFuture<'static, Result<Response, Panicked>>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let execution = async move { schema.execute(request).await };
    AssertUnwindSafe(execution).catch_unwind().map(|outcome| outcome.map_err(Panicked::from)).boxed()
}
