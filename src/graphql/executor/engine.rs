//! The schema behind the executor: it executes operations and opens streams.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use async_graphql::{ObjectType, Request, Response, Schema, SchemaBuilder, SubscriptionType, ValidationMode};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use crate::graphql::loader::Loaders;

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
    /// `loaders` are those of the request.
    fn run(&self, request: Request, loaders: Loaders) -> BoxFuture<'static, Result<Response, Panicked>>;
    fn stream(&self, request: Request, loaders: Loaders) -> BoxStream<'static, Result<Response, Panicked>>;
}

/// Without the framework's validation: `graphql::document` has validated what it gets.
pub(super) fn build<Query, Mutation, Subscription>(
    builder: SchemaBuilder<Query, Mutation, Subscription>,
    nesting: u64,
) -> impl Engine
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    // The framework also measures nesting, at every request. Its limit is above ours, so it never applies.
    let nesting = usize::try_from(nesting.saturating_add(2)).unwrap_or(usize::MAX);
    builder.validation_mode(ValidationMode::Fast).limit_recursive_depth(nesting).finish()
}

impl<Query, Mutation, Subscription> Engine for Schema<Query, Mutation, Subscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    fn run(&self, request: Request, loaders: Loaders) -> BoxFuture<'static, Result<Response, Panicked>> {
        execute(self.clone(), request, loaders)
    }

    fn stream(&self, request: Request, loaders: Loaders) -> BoxStream<'static, Result<Response, Panicked>> {
        catch_panics(loaders.drive_events(self.execute_stream(request)).boxed()).boxed()
    }
}

type CatchUnwind<T> = stream::CatchUnwind<AssertUnwindSafe<BoxStream<'static, T>>>;
type Outcome<T> = Result<T, Box<dyn Any + Send>>;

/// A stream that ends after a panic.
pub(super) type Caught<T> = stream::Map<CatchUnwind<T>, fn(Outcome<T>) -> Result<T, Panicked>>;

pub(super) fn catch_panics<T>(stream: BoxStream<'static, T>) -> Caught<T> {
    AssertUnwindSafe(stream).catch_unwind().map(|item| item.map_err(Panicked::from))
}

/// `AssertUnwindSafe`: each request has its own context, so state that a panic leaves inconsistent is dropped with it.
fn execute<Query, Mutation, Subscription>(
    schema: Schema<Query, Mutation, Subscription>,
    request: Request,
    loaders: Loaders,
) -> BoxFuture<'static, Result<Response, Panicked>>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let execution = async move { loaders.drive(schema.execute(request)).await };
    AssertUnwindSafe(execution).catch_unwind().map(|outcome| outcome.map_err(Panicked::from)).boxed()
}
