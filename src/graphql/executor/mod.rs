//! The executor, the same for all transports.
//!
//! [`Executor::prepare`] does everything that can reject a request. The prepared operation is then run, or opened as a
//! stream. A transport only decides how the outcome is sent.

mod engine;
mod follower;
mod metrics;
mod response;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::context::Data;
use async_graphql::parser::types::OperationType;
use async_graphql::{Name, ObjectType, Response, SubscriptionType};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::{Instrument, trace_span};

pub use self::engine::SchemaSource;
use self::engine::{Engine, Execution};
use self::follower::Subscription;
pub use self::metrics::OperationMetrics;
use super::concurrency_limiter::{self, ConcurrencyLimiter, network};
use super::context::{ComputedItems, SignedInViewer, locale_of};
use super::cost_report::CostReport;
use super::document::cache::{self, DocumentCache, DocumentHash};
use super::document::{self, Document, Types};
use super::error::code;
use super::loader::Loaders;
use super::price_list::PriceList;
use super::response_json;
use super::sharing::{SharedResponses, SharingKey, ViewerIndependent, shared_json};
use super::stream_state::{CURSOR, StreamState};
use super::upload::UploadedFiles;
use super::{Authentication, Caller, GraphqlTransport, Request, RequestError};
use crate::accounts::AccountId;
use crate::config::{CampusNetworks, Config, Introspection, Limits};
use crate::error::Error;
use crate::limiter::{LimitKey, Limiter, RateLimit, Remaining};
use crate::locale::Locale;
use crate::text::readable_size;

/// `retryAfterSeconds` when too many operations run at once.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Callers who are not signed in start an operation only while this part of what their address may run is not used up. An
/// address can be a whole campus, but callers need no account to send from it.
const ANONYMOUS_SHARE: usize = 4;

const MINUTE: Duration = Duration::from_mins(1);
/// Cost points per minute of an account, and of all anonymous callers at one address together.
static ACCOUNT_POINTS: RateLimit = RateLimit { name: "points", amount: 50_000, per: MINUTE, burst: 50_000 };
static ADDRESS_POINTS: RateLimit = RateLimit { name: "anonymous points", amount: 100_000, per: MINUTE, burst: 100_000 };

/// The price of a document that is not in the cache: it is parsed and validated. Both take time in proportion to its
/// length.
const NEW_DOCUMENT_POINTS: u64 = 50;
const BYTES_PER_POINT: u64 = 16;

/// The bytes of a response that a point includes: more than most fields have.
const RESPONSE_BYTES_PER_POINT: u64 = 256;

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
    /// The language of members who have not chosen one.
    locale: Locale,
    has_rate_limits: bool,
    campus: CampusNetworks,
    documents: DocumentCache,
    shared_responses: SharedResponses,
    permits: Arc<Semaphore>,
    account_limiter: ConcurrencyLimiter<AccountId>,
    address_limiter: ConcurrencyLimiter<IpAddr>,
    metrics: OperationMetrics,
}

/// An operation that passed all checks.
pub struct Prepared {
    pub kind: OperationType,
    /// Whether the response can contain a secret.
    pub is_secret: bool,
    /// Set if the client requests it.
    cost_report: Option<CostReport>,
    /// `None` unless it is a subscription.
    pub stream_state: Option<StreamState>,
    execution: Execution,
    meter: ResponseMeter,
    time_limit: Duration,
    permit: Option<OperationPermit>,
    /// Set if it is a subscription whose responses can be shared.
    shared: Option<Subscription>,
    /// The response keys of `__schema` and its `description`.
    schema_descriptions: Vec<[Name; 2]>,
    document: Arc<Document>,
    operation_name: Option<String>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("kind", &self.kind)
            .field("is_shared", &self.shared.is_some())
            .finish_non_exhaustive()
    }
}

/// Bounds the responses of an operation, and charges for what its cost did not count: lists longer than usual, long texts.
struct ResponseMeter {
    max_bytes: usize,
    /// The bytes that the operation's cost includes.
    paid_bytes: usize,
    limiter: Limiter,
    limit: &'static RateLimit,
    key: LimitKey,
}

impl ResponseMeter {
    fn check(&self, response: Response) -> Response {
        let bytes = response_json::size(&response.data);
        let unpaid = bytes.saturating_sub(self.paid_bytes) as u64 / RESPONSE_BYTES_PER_POINT;
        if unpaid > 0 {
            self.limiter.charge(self.limit, self.key, u32::try_from(unpaid).unwrap_or(u32::MAX));
        }
        if bytes > self.max_bytes { response::too_large(self.max_bytes) } else { response }
    }
}

/// The permits of a running operation, released when it is dropped.
struct OperationPermit {
    _node: OwnedSemaphorePermit,
    _account: Option<concurrency_limiter::Permit<AccountId>>,
    _address: Option<concurrency_limiter::Permit<IpAddr>>,
}

impl Executor {
    /// Builds the executor of a schema. `source` is called once for each copy of it.
    pub fn new<Query, Mutation, Subscription>(
        config: &Config,
        limiter: Limiter,
        prices: PriceList,
        viewer_independent: ViewerIndependent,
        source: impl Fn() -> SchemaSource<Query, Mutation, Subscription>,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let limits = config.limits.clone();
        let environment = document::environment(source().builder);
        Self(Arc::new(Inner {
            types: Types::new(environment.as_ref(), prices),
            engine: Box::new(engine::build(source(), environment, document::max_nesting(&limits))),
            viewer_independent,
            limiter,
            introspection: config.introspection,
            locale: config.locale,
            has_rate_limits: config.has_rate_limits(),
            campus: config.campus_networks.clone(),
            documents: DocumentCache::new(limits.document_cache),
            shared_responses: SharedResponses::default(),
            permits: Arc::new(Semaphore::new(limits.max_operations)),
            account_limiter: ConcurrencyLimiter::default(),
            address_limiter: ConcurrencyLimiter::default(),
            metrics: OperationMetrics::default(),
            limits,
        }))
    }

    /// Does everything that can reject a request: reads the document or finds it in the cache, selects the operation, checks
    /// variables, cost and the caller's permission, and acquires a permit.
    ///
    /// # Errors
    /// The error to send. Nothing was executed.
    pub async fn prepare(&self, request: Request, caller: &Caller) -> Result<Prepared, RequestError> {
        let shows_cost = request.shows_cost;
        let (mut cost, mut kind) = (0, None);
        let prepared = self.check(request, caller, &mut cost, &mut kind).await;
        if let Err(error) = &prepared {
            self.0.metrics.record_rejection(kind, error.code());
        }
        if !shows_cost {
            return prepared;
        }
        let report = CostReport { requested: cost, remaining: self.remaining_points(caller) };
        match prepared {
            Ok(prepared) => Ok(Prepared { cost_report: Some(report), ..prepared }),
            Err(error) => Err(error.with_cost(report)),
        }
    }

    /// Checks a request, and writes its cost and kind to `cost` and `found_kind` once they are known.
    async fn check(
        &self,
        request: Request,
        caller: &Caller,
        cost: &mut u64,
        found_kind: &mut Option<OperationType>,
    ) -> Result<Prepared, RequestError> {
        let Request { query, operation_name, mut variables, persisted_hash, files, last_event_id, .. } = request;
        document::check_shape(&variables, &self.0.limits)?;
        let document = self.document(query, persisted_hash, caller).await?;
        let operation = document.operation(operation_name.as_deref())?;
        let kind = operation.kind;
        *found_kind = Some(kind);
        self.check_caller(operation, caller)?;
        *cost = document.check_request(&self.0.types, operation, &mut variables)?;
        self.check_cost(operation, *cost)?;
        let bound = document.bind(&self.0.types, operation, &variables)?;
        self.charge(caller, *cost).await?;
        let permit = if kind == OperationType::Subscription { None } else { Some(self.acquire_permit(caller)?) };
        self.take_mutations(operation, caller).await?;
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
            locale: locale_of(caller.viewer, caller.locale, self.0.locale),
        });
        let stream_state = (kind == OperationType::Subscription).then(|| StreamState::new(sharing_key, last_event_id));
        let loaders = if kind == OperationType::Query { Loaders::of_query() } else { Loaders::default() };
        let execution = Execution {
            operation: bound.operation,
            data: context_data(caller, files, stream_state.as_ref(), &loaders),
            loaders,
            has_introspection: operation.has_introspection,
        };
        let shared = is_shared.then(|| Subscription {
            document: document.clone(),
            operation_name: operation_name.clone(),
            variables,
            caller: caller.clone(),
        });
        let (limit, key) = points(caller);
        let meter = ResponseMeter {
            max_bytes: self.0.limits.response_bytes(caller.viewer.is_some()),
            paid_bytes: usize::try_from(cost.saturating_mul(RESPONSE_BYTES_PER_POINT)).unwrap_or(usize::MAX),
            limiter: self.0.limiter.clone(),
            limit,
            key,
        };
        Ok(Prepared {
            kind,
            is_secret: document.selects_secret,
            cost_report: None,
            stream_state,
            execution,
            schema_descriptions: bound.schema_descriptions,
            document,
            operation_name,
            meter,
            time_limit,
            permit,
            shared,
        })
    }

    /// Runs a query or mutation. Dropping the future cancels a query. A mutation runs to completion in its own task, so that
    /// a client that disconnects does not interrupt it.
    pub async fn run(&self, prepared: Prepared) -> Response {
        let Prepared { kind, cost_report, execution, schema_descriptions, meter, time_limit, permit, .. } = prepared;
        let (document, operation_name, inner) = (prepared.document, prepared.operation_name, self.0.clone());
        let name = document.operation_name(operation_name.as_deref()).unwrap_or("unnamed");
        let span = trace_span!("operation", otel.name = format_args!("{kind} {name}"));
        let run = self.0.engine.run(execution).instrument(span);
        let run = async move {
            let (_permit, started_at) = (permit, Instant::now());
            let mut response = timeout(time_limit, run).await.map_or_else(|_| response::timed_out(), response::finish);
            response::describe_schema(&mut response, &schema_descriptions);
            document.complete_paths(&inner.types, operation_name.as_deref(), &mut response.errors);
            let mut response = meter.check(response);
            let operation = document.operation(operation_name.as_deref()).ok();
            let field = operation.as_ref().and_then(|operation| operation.root_fields().first());
            inner.metrics.record(kind, field.map_or("", |field| field.as_str()), &response, started_at);
            if let Some(report) = cost_report {
                response.extensions.insert("cost".to_owned(), report.value());
            }
            response
        };
        if kind == OperationType::Mutation {
            let task = tokio::spawn(run.in_current_span());
            task.await.unwrap_or_else(|_| response::internal_error("the task of a mutation was aborted"))
        } else {
            run.await
        }
    }

    /// Opens the stream of a subscription. A response without data ends it. The response of an event that has a cursor
    /// carries it as `extensions.cursor`.
    pub fn stream(&self, prepared: Prepared) -> BoxStream<'static, Response> {
        let Prepared { execution, shared, meter, document, operation_name, stream_state, .. } = prepared;
        let inner = self.0.clone();
        let opened = self.0.engine.stream(execution);
        let responses = match (shared, stream_state.clone()) {
            (Some(shared), Some(stream_state)) => follower::follow(self.clone(), shared, stream_state, opened).boxed(),
            _ => opened,
        };
        let (mut has_failed, mut recorded) = (false, self.0.metrics.subscription());
        let finished = responses.map(move |outcome| {
            let mut response = response::finish(outcome);
            document.complete_paths(&inner.types, operation_name.as_deref(), &mut response.errors);
            let mut response = meter.check(response);
            // A shared response is JSON already, with its cursor.
            if shared_json(&response).is_none()
                && !is_failure(&response)
                && let Some(cursor) = stream_state.as_ref().and_then(StreamState::cursor)
            {
                response.extensions.insert(CURSOR.to_owned(), cursor.into());
            }
            recorded.observe(&response);
            response
        });
        let until_failure = finished.take_while(move |response| {
            let is_included = !has_failed;
            has_failed = is_failure(response);
            std::future::ready(is_included)
        });
        until_failure.boxed()
    }

    /// Returns what happened to the operations of this node.
    pub fn metrics(&self) -> &OperationMetrics {
        &self.0.metrics
    }

    /// Returns the points that a caller has left. `None` without rate limits.
    pub fn remaining_points(&self, caller: &Caller) -> Option<Remaining> {
        let (limit, key) = points(caller);
        self.0.limiter.remaining(limit, key)
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
        caller: &Caller,
    ) -> Result<Arc<Document>, RequestError> {
        let Some(text) = query else {
            let cached = match persisted_hash {
                Some(hash) => self.0.documents.get(&hash).await,
                None => None,
            };
            let cached =
                cached.ok_or_else(|| RequestError::new(code::PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound"))?;
            return self.check_text(cached.text_bytes, cached.tokens, caller).map(|()| cached);
        };
        // A document that is too long is rejected before it is hashed.
        self.check_text(text.len(), 0, caller)?;
        let hash = cache::hash(&text);
        if persisted_hash.is_some_and(|claimed| claimed != hash) {
            return Err(RequestError::bad_request("sha256Hash does not match the document."));
        }
        if let Some(cached) = self.0.documents.get(&hash).await {
            return self.check_text(cached.text_bytes, cached.tokens, caller).map(|()| cached);
        }
        self.charge(caller, NEW_DOCUMENT_POINTS + text.len() as u64 / BYTES_PER_POINT).await?;
        let document = Arc::new(document::read(&text, &self.0.types, &self.0.limits)?);
        self.check_text(document.text_bytes, document.tokens, caller)?;
        self.0.documents.insert(hash, document.clone()).await;
        Ok(document)
    }

    /// Checks the limits of a document that depend on the caller.
    fn check_text(&self, bytes: usize, tokens: usize, caller: &Caller) -> Result<(), RequestError> {
        let (max_bytes, max_tokens) = self.0.limits.document_text(caller.viewer.is_some());
        let message = if bytes > max_bytes {
            format!("The document is longer than {}.", readable_size(max_bytes))
        } else if tokens > max_tokens {
            format!("The document has more than {max_tokens} tokens.")
        } else {
            return Ok(());
        };
        let hint = if caller.viewer.is_none() { " Sign in to send larger ones." } else { "" };
        Err(RequestError::too_complex(message + hint))
    }

    fn check_caller(&self, operation: document::Operation<'_>, caller: &Caller) -> Result<(), RequestError> {
        let is_accepted = match caller.authentication {
            // Most operations of a client with an expired token mean its session, even those that need none. Only those
            // that bring a credential of their own do not.
            Authentication::DeadToken => operation.needs_no_session && operation.checks_credential,
            Authentication::DeadCookie => operation.needs_no_session,
            _ => true,
        };
        if !is_accepted {
            return Err(RequestError::unauthenticated());
        }
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

    fn check_cost(&self, operation: document::Operation<'_>, cost: u64) -> Result<(), RequestError> {
        let limit = self.0.limits.max_cost;
        if cost <= limit {
            return Ok(());
        }
        let message = format!("The operation costs {cost} points, and the limit is {limit}. Request smaller pages.");
        Err(RequestError::too_complex(message).at(operation.definition.pos))
    }

    /// Charges the cost of an operation to the caller's points of the current minute.
    async fn charge(&self, caller: &Caller, cost: u64) -> Result<(), RequestError> {
        let (limit, key) = points(caller);
        match self.0.limiter.take(limit, key, u32::try_from(cost).unwrap_or(u32::MAX)).await {
            Err(Error::RateLimited(limit)) => {
                Err(RequestError::new(code::RATE_LIMITED, "The cost limit per minute is exceeded. Try again later.")
                    .with_limit(&limit))
            }
            _ => Ok(()),
        }
    }

    /// Takes the mutations of an operation from the viewer's buckets. Nothing has run yet, so the whole request is rejected.
    async fn take_mutations(&self, operation: document::Operation<'_>, caller: &Caller) -> Result<(), RequestError> {
        let Some(viewer) = caller.viewer.filter(|_| operation.kind == OperationType::Mutation) else { return Ok(()) };
        for name in operation.root_fields() {
            let Some(limit) = self.0.types.prices().mutation(name) else { continue };
            if let Err(Error::RateLimited(limit)) = self.0.limiter.take(limit, viewer.account.0, 1).await {
                let message = format!("You have sent `{name}` too often. Try again later.");
                let error = RequestError::new(code::RATE_LIMITED, message);
                return Err(error.at(operation.definition.pos).with_limit(&limit));
            }
        }
        Ok(())
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
        let share = if caller.viewer.is_some() { 1 } else { ANONYMOUS_SHARE };
        let limit = self.0.campus.scale(caller.address, limits.max_operations_per_address) / share;
        let address = self.0.address_limiter.try_acquire(network(caller.address), limit);
        let address = address.ok_or_else(|| busy("Too many operations at once from this address. Try again later."))?;
        Ok(OperationPermit { _node: node, _account: account, _address: Some(address) })
    }
}

/// Returns what the resolvers of an operation find in their context.
fn context_data(caller: &Caller, files: UploadedFiles, stream_state: Option<&StreamState>, loaders: &Loaders) -> Data {
    let mut data = Data::default();
    data.insert(files);
    data.insert(caller.clone());
    data.insert(loaders.clone());
    data.insert(SignedInViewer::default());
    data.insert(ComputedItems::default());
    if let Some(stream_state) = stream_state {
        data.insert(stream_state.clone());
    }
    data
}

/// Returns the limit of points that applies to a caller, and the caller's key.
fn points(caller: &Caller) -> (&'static RateLimit, LimitKey) {
    match caller.viewer {
        Some(viewer) => (&ACCOUNT_POINTS, viewer.account.0.into()),
        None => (&ADDRESS_POINTS, caller.address.into()),
    }
}

/// Returns true if a response of a stream has only errors. It is the last one.
pub fn is_failure(response: &Response) -> bool {
    !response.errors.is_empty() && response.data == async_graphql::Value::Null
}
