//! The schema behind the executor: it executes operations and opens streams.
//!
//! Queries, mutations and single events begin at the resolvers of the root ([`Roots`]). The framework's entrance measures a
//! document at every request, although `graphql::document` has accepted it, and looks through all types for those of a
//! federation: 55,000 of the 383,000 instructions of a profile with skills, avatar and address.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::context::{Data, QueryEnv, QueryEnvInner};
use async_graphql::extensions::Extensions;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::resolver_utils::{resolve_container, resolve_container_serial};
use async_graphql::{
    Context, EmptyMutation, EmptySubscription, IntrospectionMode, Object, ObjectType, Positioned, Request, Response,
    Schema, SchemaBuilder, SchemaEnv, SubscriptionType, ValidationMode, Variables,
};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use crate::graphql::loader::Loaders;
use crate::graphql::recurring::ResolvedObjects;

/// A resolver panicked. The panic hook has logged its message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panicked;

impl From<Box<dyn Any + Send>> for Panicked {
    fn from(_: Box<dyn Any + Send>) -> Self {
        Self
    }
}

/// An operation, and what its resolvers find in their context.
pub(super) struct Execution {
    pub operation: Positioned<OperationDefinition>,
    pub data: Data,
    pub loaders: Loaders,
    /// Whether it selects `__schema` or `__type`, which only the framework's entrance knows.
    pub has_introspection: bool,
}

impl Execution {
    /// Returns the request for the framework's entrance.
    fn into_request(self) -> Request {
        let operations = DocumentOperations::Single(self.operation);
        let mut request = Request::new(String::new());
        request.data = self.data;
        request.set_parsed_query(ExecutableDocument { operations, fragments: HashMap::new() });
        request
    }
}

/// Erases the three root types, so that transports are not generic over them.
pub(super) trait Engine: Send + Sync {
    fn run(&self, execution: Execution) -> BoxFuture<'static, Result<Response, Panicked>>;
    fn stream(&self, execution: Execution) -> BoxStream<'static, Result<Response, Panicked>>;
    /// Executes a subscription until its first event.
    fn run_event(&self, execution: Execution) -> BoxFuture<'static, Result<Option<Response>, Panicked>>;
}

/// A schema that will be executed.
pub struct SchemaSource<Query, Mutation, Subscription> {
    pub builder: SchemaBuilder<Query, Mutation, Subscription>,
    /// The roots of the builder once more: the framework keeps its own to itself.
    pub query: Query,
    pub mutation: Mutation,
    pub subscription: Subscription,
    /// Whether the builder has extensions, which only the framework's entrance calls.
    pub has_extensions: bool,
}

impl<Query, Mutation, Subscription> std::fmt::Debug for SchemaSource<Query, Mutation, Subscription> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SchemaSource").field("has_extensions", &self.has_extensions).finish_non_exhaustive()
    }
}

struct SchemaEngine<Query, Mutation, Subscription> {
    schema: Schema<Query, Mutation, Subscription>,
    /// `None` if the schema has extensions.
    roots: Option<Arc<Roots<Query, Mutation, Subscription>>>,
}

/// What executes an operation without the framework's entrance.
struct Roots<Query, Mutation, Subscription> {
    query: Query,
    mutation: Mutation,
    subscription: Subscription,
    environment: SchemaEnv,
    no_extensions: Extensions,
}

/// Builds an engine. `environment` is that of another schema with the same types and data.
pub(super) fn build<Query, Mutation, Subscription>(
    source: SchemaSource<Query, Mutation, Subscription>,
    environment: Option<SchemaEnv>,
    nesting: u64,
) -> impl Engine
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let SchemaSource { builder, query, mutation, subscription, has_extensions } = source;
    let parts = environment.zip(no_extensions()).filter(|_| !has_extensions);
    let roots =
        parts.map(|(environment, no_extensions)| Roots { query, mutation, subscription, environment, no_extensions });
    // The framework's entrance also measures nesting. Its limit is above ours, so it never applies.
    let nesting = usize::try_from(nesting.saturating_add(2)).unwrap_or(usize::MAX);
    // `graphql::document` has validated what it gets.
    let schema = builder.validation_mode(ValidationMode::Fast).limit_recursive_depth(nesting).finish();
    SchemaEngine { schema, roots: roots.map(Arc::new) }
}

impl<Query, Mutation, Subscription> Engine for SchemaEngine<Query, Mutation, Subscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    fn run(&self, execution: Execution) -> BoxFuture<'static, Result<Response, Panicked>> {
        let loaders = execution.loaders.clone();
        match &self.roots {
            Some(roots) if !execution.has_introspection => {
                let roots = roots.clone();
                catch_panic(async move { loaders.drive(roots.execute(execution)).await })
            }
            _ => {
                let schema = self.schema.clone();
                catch_panic(async move { loaders.drive(schema.execute(execution.into_request())).await })
            }
        }
    }

    fn stream(&self, execution: Execution) -> BoxStream<'static, Result<Response, Panicked>> {
        let loaders = execution.loaders.clone();
        catch_panics(loaders.drive_events(self.schema.execute_stream(execution.into_request())).boxed()).boxed()
    }

    fn run_event(&self, execution: Execution) -> BoxFuture<'static, Result<Option<Response>, Panicked>> {
        let loaders = execution.loaders.clone();
        if let Some(roots) = self.roots.clone() {
            catch_panic(async move { loaders.drive(roots.execute_event(execution)).await })
        } else {
            let mut stream = self.stream(execution);
            async move { stream.next().await.transpose() }.boxed()
        }
    }
}

impl<Query, Mutation, Subscription> Roots<Query, Mutation, Subscription>
where
    Query: ObjectType,
    Mutation: ObjectType,
    Subscription: SubscriptionType,
{
    async fn execute(&self, execution: Execution) -> Response {
        let env = self.env(execution);
        let context = env.create_context(&self.environment, None, &env.operation.node.selection_set, None);
        let resolved = match env.operation.node.ty {
            OperationType::Query => resolve_container(&context, &self.query).await,
            OperationType::Mutation => resolve_container_serial(&context, &self.mutation).await,
            // `Executor::run` gets none.
            OperationType::Subscription => Ok(async_graphql::Value::Null),
        };
        let mut response = resolved.map_or_else(|error| Response::from_errors(vec![error]), Response::new);
        response.errors.append(&mut env.errors.lock().unwrap_or_else(PoisonError::into_inner));
        response.http_headers = std::mem::take(&mut *env.http_headers.lock().unwrap_or_else(PoisonError::into_inner));
        response
    }

    async fn execute_event(&self, execution: Execution) -> Option<Response> {
        let env = self.env(execution);
        let context = env.create_context(&self.environment, None, &env.operation.node.selection_set, None);
        // A subscription has one field at its root.
        let Selection::Field(field) = &context.item.node.items.first()?.node else { return None };
        let context = context.with_field(field);
        self.subscription.create_field_stream(&context)?.next().await
    }

    fn env(&self, mut execution: Execution) -> QueryEnv {
        execution.data.insert(ResolvedObjects::default());
        QueryEnv::new(QueryEnvInner {
            extensions: self.no_extensions.clone(),
            variables: Variables::default(),
            operation_name: None,
            operation: execution.operation,
            fragments: HashMap::new(),
            uploads: Vec::new(),
            session_data: Arc::default(),
            query_data: Arc::new(execution.data),
            http_headers: Mutex::default(),
            introspection_mode: IntrospectionMode::Enabled,
            errors: Mutex::default(),
        })
    }
}

/// Returns what a schema without extensions has, which only the framework can create. Its resolvers see it.
fn no_extensions() -> Option<Extensions> {
    struct Probe(Arc<OnceLock<Extensions>>);

    #[Object]
    impl Probe {
        fn extensions(&self, context: &Context<'_>) -> bool {
            self.0.set(context.query_env.extensions.clone()).is_ok()
        }
    }

    let found = Arc::default();
    let schema = Schema::new(Probe(Arc::clone(&found)), EmptyMutation, EmptySubscription);
    // It awaits nothing.
    let _ = schema.execute("{ extensions }").now_or_never();
    found.get().cloned()
}

type CatchUnwind<T> = stream::CatchUnwind<AssertUnwindSafe<BoxStream<'static, T>>>;
type Outcome<T> = Result<T, Box<dyn Any + Send>>;

/// A stream that ends after a panic.
pub(super) type Caught<T> = stream::Map<CatchUnwind<T>, fn(Outcome<T>) -> Result<T, Panicked>>;

pub(super) fn catch_panics<T>(stream: BoxStream<'static, T>) -> Caught<T> {
    AssertUnwindSafe(stream).catch_unwind().map(|item| item.map_err(Panicked::from))
}

/// `AssertUnwindSafe`: each request has its own context, so state that a panic leaves inconsistent is dropped with it.
fn catch_panic<T: 'static>(
    execution: impl Future<Output = T> + Send + 'static,
) -> BoxFuture<'static, Result<T, Panicked>> {
    AssertUnwindSafe(execution).catch_unwind().map(|outcome| outcome.map_err(Panicked::from)).boxed()
}
