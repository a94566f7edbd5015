//! One executor for every transport.
//!
//! [`Executor::prepare`] does everything that can refuse a request; what it hands back is run, or opened as a stream. A
//! transport decides only how the outcome travels.

mod answer;
mod engine;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{Name, ObjectType, Response, SchemaBuilder, SubscriptionType, Variables};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::Instrument;

use self::engine::{Engine, Schemas};
use super::concurrency_limiter::{self, ConcurrencyLimiter, network};
use super::document::{self, Document, Types, cache};
use super::error::code;
use super::sharing::{SharingKey, ViewerIndependent};
use super::stream_state::StreamState;
use super::upload::UploadedFiles;
use super::{Caller, GraphqlTransport, Request, RequestError, SignedIn};
use crate::accounts::AccountId;
use crate::config::{Config, Introspection, Limits};
use crate::error::Error;
use crate::limiter::{Limiter, RateLimit};

/// How long a caller should wait who asks for too much at once.
const BUSY_WAIT: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_mins(1);
/// Points that one person may spend in a minute, and those without a session at one address together.
static POINTS_OF_USER: RateLimit = RateLimit { name: "points", amount: 50_000, per: MINUTE, burst: 50_000 };
static POINTS_OF_ADDRESS: RateLimit =
    RateLimit { name: "anonymous points", amount: 100_000, per: MINUTE, burst: 100_000 };

/// Runs operations. Cheap to clone.
#[derive(Clone)]
pub struct Executor(Arc<Inner>);

struct Inner {
    engine: Box<dyn Engine>,
    types: Types,
    alike: ViewerIndependent,
    limiter: Limiter,
    limits: Limits,
    introspection: Introspection,
    has_rate_limits: bool,
    accepted: cache::Cache,
    all: Arc<Semaphore>,
    by_user: ConcurrencyLimiter<AccountId>,
    by_address: ConcurrencyLimiter<IpAddr>,
}

/// An operation that may run.
pub struct Prepared {
    pub kind: OperationType,
    /// What it costs, in points.
    pub cost: u64,
    /// Of a subscription.
    pub turn: Option<StreamState>,
    request: async_graphql::Request,
    deadline: Duration,
    permit: Option<OperationPermit>,
    is_shared: bool,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Prepared").field("kind", &self.kind).field("cost", &self.cost).finish_non_exhaustive()
    }
}

/// The place of one running operation among those that may run at once.
struct OperationPermit {
    _all: OwnedSemaphorePermit,
    _user: Option<concurrency_limiter::Permit<AccountId>>,
    _address: Option<concurrency_limiter::Permit<IpAddr>>,
}

impl Executor {
    /// Builds the executor of a schema; `build` is asked several times.
    pub fn new<Query, Mutation, Subscription>(
        config: &Config,
        limiter: Limiter,
        alike: ViewerIndependent,
        build: impl Fn() -> SchemaBuilder<Query, Mutation, Subscription>,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        let limits = config.limits.clone();
        Self(Arc::new(Inner {
            engine: Box::new(Schemas::build(build, document::max_nesting(&limits))),
            types: Types::of::<Query, Mutation, Subscription>(),
            alike,
            limiter,
            introspection: config.introspection,
            has_rate_limits: config.has_rate_limits(),
            accepted: cache::Cache::new(limits.document_cache),
            all: Arc::new(Semaphore::new(limits.max_operations)),
            by_user: ConcurrencyLimiter::default(),
            by_address: ConcurrencyLimiter::default(),
            limits,
        }))
    }

    /// Does everything that can refuse a request: finds or reads its document, chooses the operation, checks variables,
    /// cost and what this caller may do, and takes a place among the running ones.
    ///
    /// # Errors
    /// The refusal to send. Nothing ran.
    pub async fn prepare(&self, request: Request, caller: &Caller) -> Result<Prepared, RequestError> {
        let Request { query, operation_name, mut variables, persisted, files, last_seen } = request;
        document::check_shape(&variables)?;
        let document = self.document(query, persisted).await?;
        let operation = document.operation(operation_name.as_deref())?;
        self.check_caller(operation, caller)?;
        let cost = document.check_request(&self.0.types, operation, &mut variables, &self.0.limits)?;
        self.charge(caller, cost)?;
        let kind = operation.kind;
        let permit = if kind == OperationType::Subscription { None } else { Some(self.permit(caller)?) };
        let deadline = match kind {
            _ if !files.is_empty() => self.0.limits.upload_timeout,
            OperationType::Mutation => self.0.limits.mutation_timeout,
            _ => self.0.limits.query_timeout,
        };
        let is_shared = document.is_alike(&self.0.types, self.0.alike, operation);
        let question = is_shared.then(|| SharingKey {
            document: document.number,
            operation: operation_name.as_deref().map(Name::new),
            is_guest: caller.viewer.is_none_or(|viewer| viewer.is_guest()),
        });
        let turn = (kind == OperationType::Subscription).then(|| StreamState::new(question, last_seen));
        let mut request = framework_request(&document, operation_name, variables, files);
        request = request.data(caller.clone()).data(SignedIn::default());
        if let Some(turn) = &turn {
            request = request.data(turn.clone());
        }
        Ok(Prepared { kind, cost, turn, request, deadline, permit, is_shared })
    }

    /// Runs a query or mutation. Dropping the future cancels a query; a mutation runs to its end in a task of its own, so
    /// that a client that goes away leaves nothing half done.
    pub async fn run(&self, prepared: Prepared) -> Response {
        let Prepared { kind, request, deadline, permit, .. } = prepared;
        let run = self.0.engine.run(request);
        let run = async move {
            let _held = permit;
            timeout(deadline, run).await.map_or_else(|_| answer::timed_out(), answer::finish)
        };
        if kind == OperationType::Mutation {
            let task = tokio::spawn(run.in_current_span());
            task.await.unwrap_or_else(|_| answer::broken("the task of a mutation was ended"))
        } else {
            run.await
        }
    }

    /// Opens the stream of a subscription. An answer without data ends it.
    pub fn stream(&self, prepared: Prepared) -> BoxStream<'static, Response> {
        let mut is_over = false;
        let Prepared { request, is_shared, .. } = prepared;
        let engine = &self.0.engine;
        let answers = if is_shared { engine.stream_shared(request) } else { engine.stream(request) };
        let answers = answers.map(answer::finish);
        let answers = answers.take_while(move |answer| {
            let goes_on = !is_over;
            is_over = is_failure(answer);
            std::future::ready(goes_on)
        });
        answers.boxed()
    }

    /// Returns how many queries and mutations run now.
    pub fn running(&self) -> usize {
        self.0.limits.max_operations.saturating_sub(self.0.all.available_permits())
    }

    /// Waits until no operation runs any more. None can begin after it.
    pub async fn finished(&self) {
        let all = u32::try_from(self.0.limits.max_operations).unwrap_or(u32::MAX);
        if let Ok(every) = self.0.all.acquire_many(all).await {
            every.forget();
        }
    }

    /// Finds an accepted document, or reads and judges it once. The cache is also the store of persisted queries.
    async fn document(
        &self,
        query: Option<String>,
        persisted: Option<cache::Hash>,
    ) -> Result<Arc<Document>, RequestError> {
        let Some(text) = query else {
            let known = persisted.and_then(|hash| self.0.accepted.get(&hash));
            return known.ok_or_else(|| RequestError::new(code::PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound"));
        };
        // Nothing of a document that is too long is looked at, not even to hash it.
        if text.len() > self.0.limits.max_document_bytes {
            document::scan(&text, &self.0.limits)?;
        }
        let hash = cache::hash(&text);
        if persisted.is_some_and(|claimed| claimed != hash) {
            return Err(RequestError::bad_request("The hash of the persisted query is not that of the document."));
        }
        if let Some(known) = self.0.accepted.get(&hash) {
            return Ok(known);
        }
        let read = document::read(&text, &self.0.types, &self.0.limits)?;
        self.validate(&read).await?;
        let document = Arc::new(read.accept(&self.0.types)?);
        self.0.accepted.put(hash, &text, document.clone());
        Ok(document)
    }

    /// Lets the framework validate. The values of variables play no part: they are checked at every request.
    async fn validate(&self, document: &Document) -> Result<(), RequestError> {
        let any_name = match &document.parsed.operations {
            DocumentOperations::Single(_) => None,
            DocumentOperations::Multiple(several) => several.keys().next().map(ToString::to_string),
        };
        let request = framework_request(document, any_name, Variables::default(), UploadedFiles::default());
        match self.0.engine.validate(request).await {
            Ok(response) if response.errors.is_empty() => Ok(()),
            Ok(response) => Err(RequestError::of(code::GRAPHQL_VALIDATION_FAILED, response.errors)),
            Err(_) => Err(RequestError::of(code::INTERNAL_SERVER_ERROR, answer::broken("validation panicked").errors)),
        }
    }

    fn check_caller(&self, operation: document::Operation<'_>, caller: &Caller) -> Result<(), RequestError> {
        if operation.checks_credential && caller.transport == GraphqlTransport::Socket {
            return Err(RequestError::bad_request("Mutations that check a credential travel by HTTP only."));
        }
        let may_see_schema = match self.0.introspection {
            Introspection::On => true,
            Introspection::SignedIn => caller.viewer.is_some(),
            Introspection::Off => false,
        };
        if operation.asks_for_schema && !may_see_schema {
            return Err(RequestError::invalid("Introspection is not allowed here.").at(operation.definition.pos));
        }
        Ok(())
    }

    /// Takes what an operation costs from what this caller may spend in a minute.
    fn charge(&self, caller: &Caller, cost: u64) -> Result<(), RequestError> {
        let points = u32::try_from(cost).unwrap_or(u32::MAX);
        let charged = match caller.viewer {
            Some(viewer) => self.0.limiter.take(&POINTS_OF_USER, viewer.account.0, points),
            None => self.0.limiter.take(&POINTS_OF_ADDRESS, caller.address, points),
        };
        match charged {
            Err(Error::RateLimited(wait)) => {
                Err(RequestError::new(code::RATE_LIMITED, "Too much was asked in the last minute.").retry_after(wait))
            }
            _ => Ok(()),
        }
    }

    fn permit(&self, caller: &Caller) -> Result<OperationPermit, RequestError> {
        let busy = |what: &str| RequestError::new(code::TOO_MANY_OPERATIONS, what).retry_after(BUSY_WAIT);
        let all = self.0.all.clone().try_acquire_owned().map_err(|_| busy("The server is busy."))?;
        if !self.0.has_rate_limits {
            return Ok(OperationPermit { _all: all, _user: None, _address: None });
        }
        let user = match caller.viewer {
            Some(viewer) => Some(
                self.0
                    .by_user
                    .take(viewer.account, self.0.limits.max_operations_per_user)
                    .ok_or_else(|| busy("Too many operations at once."))?,
            ),
            None => None,
        };
        let address = self.0.by_address.take(network(caller.address), self.0.limits.max_operations_per_address);
        let address = address.ok_or_else(|| busy("Too many operations at once from this address."))?;
        Ok(OperationPermit { _all: all, _user: user, _address: Some(address) })
    }
}

/// Puts an operation into the form that the framework takes.
fn framework_request(
    document: &Document,
    operation_name: Option<String>,
    variables: Variables,
    files: UploadedFiles,
) -> async_graphql::Request {
    let mut request = async_graphql::Request::new(String::new()).variables(variables).data(files);
    request.operation_name = operation_name;
    request.set_parsed_query(document.parsed.clone());
    request
}

/// Tells whether an answer of a stream ends it: it has errors and nothing else.
pub fn is_failure(answer: &Response) -> bool {
    !answer.errors.is_empty() && answer.data == async_graphql::Value::Null
}
