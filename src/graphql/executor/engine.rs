//! The schema as the executor needs it: to judge a document, to run an operation, to open a stream.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{ObjectType, Request, Response, Schema, SchemaBuilder, SubscriptionType, ValidationMode};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};

use crate::graphql::sharing::{SharedAnswers, Sharing};

/// A resolver panicked. What it said is in the log of the panic hook.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panicked;

impl From<Box<dyn Any + Send>> for Panicked {
    fn from(_: Box<dyn Any + Send>) -> Self {
        Self
    }
}

/// The three root types behind one face, so that transports are not generic over them.
pub(super) trait Engine: Send + Sync {
    /// Applies every rule of validation and runs nothing.
    fn validate(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>>;
    fn run(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>>;
    fn stream(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>>;
    /// The same for a subscription whose answers may be shared.
    fn stream_shared(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>>;
}

/// Schemas built alike. A document passes the strict one once; then its parsed form runs on the fast one, which leaves out
/// the rules that only depend on the text. One more is for subscriptions that share: an extension costs something at every
/// field, which there is paid once for all.
pub(super) struct Schemas<Query, Mutation, Subscription> {
    strict: Schema<Query, Mutation, Subscription>,
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
        // The framework measures nesting too, on every request. Its bound lies above ours and never speaks.
        let nesting = usize::try_from(nesting.saturating_add(2)).unwrap_or(usize::MAX);
        let build = || build().disable_suggestions().limit_recursive_depth(nesting);
        Self {
            strict: build().extension(ValidateOnly).finish(),
            fast: build().validation_mode(ValidationMode::Fast).finish(),
            sharing: build()
                .validation_mode(ValidationMode::Fast)
                .extension(Sharing(SharedAnswers::default()))
                .finish(),
        }
    }
}

impl<Query, Mutation, Subscription> Engine for Schemas<Query, Mutation, Subscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    fn validate(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>> {
        execute(self.strict.clone(), request)
    }

    fn run(&self, request: Request) -> BoxFuture<'static, Result<Response, Panicked>> {
        execute(self.fast.clone(), request)
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>> {
        caught(self.fast.execute_stream(request))
    }

    fn stream_shared(&self, request: Request) -> BoxStream<'static, Result<Response, Panicked>> {
        caught(self.sharing.execute_stream(request))
    }
}

fn caught(stream: BoxStream<'static, Response>) -> BoxStream<'static, Result<Response, Panicked>> {
    AssertUnwindSafe(stream).catch_unwind().map(|item| item.map_err(Panicked::from)).boxed()
}

/// Nothing that a panic may have left half-done outlives the request: each has a context of its own.
fn execute<Query, Mutation, Subscription>(
    schema: Schema<Query, Mutation, Subscription>,
    request: Request,
) -> BoxFuture<'static, Result<Response, Panicked>>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let run = async move { schema.execute(request).await };
    AssertUnwindSafe(run).catch_unwind().map(|outcome| outcome.map_err(Panicked::from)).boxed()
}

/// Ends an execution where it would begin, so that validating is all that happens.
struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}
