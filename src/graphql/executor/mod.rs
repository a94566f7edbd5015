//! The executor, the same for all transports.
//!
//! [`Executor::prepare`] does everything that can reject a request. The prepared operation is then run, or opened as a
//! stream. A transport only decides how the outcome is sent.

mod engine;
mod response;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Name, ObjectType, Response, SchemaBuilder, SubscriptionType};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::Instrument;

use self::engine::{Engine, Schemas};
use super::concurrency_limiter::{self, ConcurrencyLimiter, network};
use super::document::cache::{self, DocumentCache, DocumentHash};
use super::document::{self, Document, Types};
use super::error::code;
use super::sharing::{SharingKey, ViewerIndependent};
use super::stream_state::StreamState;
use super::{Caller, GraphqlTransport, Request, RequestError, SignedInViewer};
use crate::accounts::AccountId;
use crate::config::{Config, Introspection, Limits};
use crate::error::Error;
use crate::limiter::{Limiter, RateLimit};

/// `retryAfterSeconds` when too many operations run at once.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_mins(1);
/// Cost points per minute of an account, and of all anonymous callers at one address together.
static ACCOUNT_POINTS: RateLimit = RateLimit { name: "points", amount: 50_000, per: MINUTE, burst: 50_000 };
static ADDRESS_POINTS: RateLimit = RateLimit { name: "anonymous points", amount: 100_000, per: MINUTE, burst: 100_000 };

/// Runs operations. Cheap to clone.
#[derive(Clone)]
pub struct Executor(Arc<Inner>);

struct Inner {
    engine: Box<dyn Engine>,
    types: Types,
    viewer_independent: ViewerIndependent,
    limiter: Limiter,
    limits: Limits,
    introspection: Introspection,
    has_rate_limits: bool,
    documents: DocumentCache,
    permits: Arc<Semaphore>,
    account_limiter: ConcurrencyLimiter<AccountId>,
    address_limiter: ConcurrencyLimiter<IpAddr>,
}

/// An operation that passed all checks.
pub struct Prepared {
    pub kind: OperationType,
    /// In points.
    pub cost: u64,
    /// `None` unless it is a subscription.
    pub stream_state: Option<StreamState>,
    request: async_graphql::Request,
    time_limit: Duration,
    permit: Option<OperationPermit>,
    is_shared: bool,
    /// The response keys of `__schema` and its `description`.
    schema_descriptions: Vec<[Name; 2]>,
    document: Arc<Document>,
    operation_name: Option<String>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Prepared").field("kind", &self.kind).field("cost", &self.cost).finish_non_exhaustive()
    }
}

/// The permits of a running operation, released when it is dropped.
struct OperationPermit {
    _node: OwnedSemaphorePermit,
    _account: Option<concurrency_limiter::Permit<AccountId>>,
    _address: Option<concurrency_limiter::Permit<IpAddr>>,
}

impl Executor {
    /// Builds the executor of a schema. `build` is called once for each copy of it.
    pub fn new<Query, Mutation, Subscription>(
        config: &Config,
        limiter: Limiter,
        viewer_independent: ViewerIndependent,
        build: impl Fn() -> SchemaBuilder<Query, Mutation, Subscription>,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let limits = config.limits.clone();
        Self(Arc::new(Inner {
            types: Types::of(build()),
            engine: Box::new(Schemas::build(build, document::max_nesting(&limits))),
            viewer_independent,
            limiter,
            introspection: config.introspection,
            has_rate_limits: config.has_rate_limits(),
            documents: DocumentCache::new(limits.document_cache),
            permits: Arc::new(Semaphore::new(limits.max_operations)),
            account_limiter: ConcurrencyLimiter::default(),
            address_limiter: ConcurrencyLimiter::default(),
            limits,
        }))
    }

    /// Does everything that can reject a request: reads the document or finds it in the cache, selects the operation, checks
    /// variables, cost and the caller's permission, and acquires a permit.
    ///
    /// # Errors
    /// The error to send. Nothing was executed.
    pub async fn prepare(&self, request: Request, caller: &Caller) -> Result<Prepared, RequestError> {
        let Request { query, operation_name, mut variables, persisted_hash, files, last_event_id } = request;
        document::check_shape(&variables)?;
        let document = self.document(query, persisted_hash).await?;
        let operation = document.operation(operation_name.as_deref())?;
        self.check_caller(operation, caller)?;
        let cost = document.check_request(&self.0.types, operation, &mut variables, &self.0.limits)?;
        let bound = document.bind(&self.0.types, operation, &variables)?;
        self.charge(caller, cost)?;
        let kind = operation.kind;
        let permit = if kind == OperationType::Subscription { None } else { Some(self.acquire_permit(caller)?) };
        let time_limit = match kind {
            _ if !files.is_empty() => self.0.limits.upload_timeout,
            OperationType::Mutation => self.0.limits.mutation_timeout,
            _ => self.0.limits.query_timeout,
        };
        let is_shared = document.is_viewer_independent(&self.0.types, self.0.viewer_independent, operation);
        let sharing_key = is_shared.then(|| SharingKey {
            document: document.number,
            operation: operation_name.as_deref().map(Name::new),
            is_guest: caller.viewer.is_none_or(|viewer| viewer.is_guest()),
        });
        let stream_state = (kind == OperationType::Subscription).then(|| StreamState::new(sharing_key, last_event_id));
        let mut request = async_graphql::Request::new(String::new()).data(files);
        request.set_parsed_query(bound.document);
        request = request.data(caller.clone()).data(SignedInViewer::default());
        if let Some(stream_state) = &stream_state {
            request = request.data(stream_state.clone());
        }
        Ok(Prepared {
            kind,
            cost,
            stream_state,
            request,
            time_limit,
            permit,
            is_shared,
            schema_descriptions: bound.schema_descriptions,
            document,
            operation_name,
        })
    }

    /// Runs a query or mutation. Dropping the future cancels a query. A mutation runs to completion in its own task, so that
    /// a client that disconnects does not interrupt it.
    pub async fn run(&self, prepared: Prepared) -> Response {
        let Prepared { kind, request, time_limit, permit, schema_descriptions, document, operation_name, .. } =
            prepared;
        let inner = self.0.clone();
        let run = self.0.engine.run(request);
        let run = async move {
            let _permit = permit;
            let mut response = timeout(time_limit, run).await.map_or_else(|_| response::timed_out(), response::finish);
            response::describe_schema(&mut response, &schema_descriptions);
            document.complete_paths(&inner.types, operation_name.as_deref(), &mut response.errors);
            response
        };
        if kind == OperationType::Mutation {
            let task = tokio::spawn(run.in_current_span());
            task.await.unwrap_or_else(|_| response::internal_error("the task of a mutation was aborted"))
        } else {
            run.await
        }
    }

    /// Opens the stream of a subscription. A response without data ends it.
    pub fn stream(&self, prepared: Prepared) -> BoxStream<'static, Response> {
        let Prepared { request, is_shared, document, operation_name, .. } = prepared;
        let inner = self.0.clone();
        let engine = &self.0.engine;
        let responses = if is_shared { engine.stream_shared(request) } else { engine.stream(request) };
        let mut has_failed = false;
        let finished = responses.map(move |outcome| {
            let mut response = response::finish(outcome);
            document.complete_paths(&inner.types, operation_name.as_deref(), &mut response.errors);
            response
        });
        let until_failure = finished.take_while(move |response| {
            let is_included = !has_failed;
            has_failed = is_failure(response);
            std::future::ready(is_included)
        });
        until_failure.boxed()
    }

    /// Returns the number of running queries and mutations.
    pub fn running_operations(&self) -> usize {
        self.0.limits.max_operations.saturating_sub(self.0.permits.available_permits())
    }

    /// Waits until no operation runs. Afterwards none can start.
    pub async fn drain(&self) {
        let all = u32::try_from(self.0.limits.max_operations).unwrap_or(u32::MAX);
        if let Ok(permits) = self.0.permits.acquire_many(all).await {
            permits.forget();
        }
    }

    /// Returns the document from the cache, or reads and validates it. The cache is also the store of persisted queries.
    async fn document(
        &self,
        query: Option<String>,
        persisted_hash: Option<DocumentHash>,
    ) -> Result<Arc<Document>, RequestError> {
        let Some(text) = query else {
            let cached = match persisted_hash {
                Some(hash) => self.0.documents.get(&hash).await,
                None => None,
            };
            return cached.ok_or_else(|| RequestError::new(code::PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound"));
        };
        // A document that is too long is rejected before it is hashed.
        if text.len() > self.0.limits.max_document_bytes {
            document::scan(&text, &self.0.limits)?;
        }
        let hash = cache::hash(&text);
        if persisted_hash.is_some_and(|claimed| claimed != hash) {
            return Err(RequestError::bad_request("sha256Hash does not match the document."));
        }
        if let Some(cached) = self.0.documents.get(&hash).await {
            return Ok(cached);
        }
        let document = Arc::new(document::read(&text, &self.0.types, &self.0.limits)?);
        self.0.documents.insert(hash, document.clone()).await;
        Ok(document)
    }

    fn check_caller(&self, operation: document::Operation<'_>, caller: &Caller) -> Result<(), RequestError> {
        if operation.checks_credential && caller.transport == GraphqlTransport::Socket {
            return Err(RequestError::bad_request(
                "Send mutations that check a credential over HTTP, not over a WebSocket.",
            ));
        }
        let may_introspect = match self.0.introspection {
            Introspection::On => true,
            Introspection::SignedIn => caller.viewer.is_some(),
            Introspection::Off => false,
        };
        if operation.has_introspection && !may_introspect {
            return Err(RequestError::invalid("Introspection is not allowed here.").at(operation.definition.pos));
        }
        Ok(())
    }

    /// Charges the cost of an operation to the caller's points of the current minute.
    fn charge(&self, caller: &Caller, cost: u64) -> Result<(), RequestError> {
        let points = u32::try_from(cost).unwrap_or(u32::MAX);
        let charged = match caller.viewer {
            Some(viewer) => self.0.limiter.take(&ACCOUNT_POINTS, viewer.account.0, points),
            None => self.0.limiter.take(&ADDRESS_POINTS, caller.address, points),
        };
        match charged {
            Err(Error::RateLimited(wait)) => {
                Err(RequestError::new(code::RATE_LIMITED, "The cost limit per minute is exceeded. Try again later.")
                    .with_retry_after(wait))
            }
            _ => Ok(()),
        }
    }

    fn acquire_permit(&self, caller: &Caller) -> Result<OperationPermit, RequestError> {
        let busy =
            |message: &str| RequestError::new(code::TOO_MANY_OPERATIONS, message).with_retry_after(BUSY_RETRY_AFTER);
        let limits = &self.0.limits;
        let node = self.0.permits.clone().try_acquire_owned();
        let node = node.map_err(|_| busy("The server is busy. Try again later."))?;
        if !self.0.has_rate_limits {
            return Ok(OperationPermit { _node: node, _account: None, _address: None });
        }
        let account = match caller.viewer {
            Some(viewer) => {
                let permit = self.0.account_limiter.try_acquire(viewer.account, limits.max_operations_per_user);
                Some(permit.ok_or_else(|| busy("Too many operations at once. Wait until one has finished."))?)
            }
            None => None,
        };
        let address = self.0.address_limiter.try_acquire(network(caller.address), limits.max_operations_per_address);
        let address = address.ok_or_else(|| busy("Too many operations at once from this address. Try again later."))?;
        Ok(OperationPermit { _node: node, _account: account, _address: Some(address) })
    }
}

/// Returns true if a response of a stream has only errors. It is the last one.
pub fn is_failure(response: &Response) -> bool {
    !response.errors.is_empty() && response.data == async_graphql::Value::Null
}
