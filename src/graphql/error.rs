//! The error type of resolvers.
//!
//! It has no `Display`, because the framework converts every printable type into an error for the client. A resolver can
//! only fail with the domain's [`Error`], and this module defines how each variant reaches a client.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, ServerError, SimpleObject, Value};
use tracing::error;

use crate::error::{Code, Error, ExceededLimit, Problem, WantedSlot};
use crate::graphql::eager::Eager;
use crate::graphql::recurring::ResolvedOnce;
use crate::graphql::scalars::DateTime;
use crate::sentences::Sentence;

/// The codes of top-level errors. The list is closed.
pub mod code {
    /// The caller is not signed in, or the session has ended.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// The viewer may not do this. Used only where the existence of the object is no secret.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// An invalid argument, such as a page size, cursor or scalar.
    pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
    /// A rate limit is exceeded. `extensions.retryAfterSeconds` is the time until the next attempt.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// The object of a subscription does not exist, or the viewer may not see it. Fields return null instead.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// Too many operations run at once.
    pub const TOO_MANY_OPERATIONS: &str = "TOO_MANY_OPERATIONS";
    /// The operation exceeded its time limit.
    pub const TIMEOUT: &str = "TIMEOUT";
    /// A service that the operation needs does not respond. Retry later.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// An internal error. `extensions.incident` identifies it in the log.
    pub const INTERNAL_SERVER_ERROR: &str = "INTERNAL_SERVER_ERROR";
    /// The document has a syntax error.
    pub const GRAPHQL_PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
    /// The document is not valid for the schema.
    pub const GRAPHQL_VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
    /// The document has no operation of the given name, or several operations and no name is given.
    pub const OPERATION_RESOLUTION_FAILURE: &str = "OPERATION_RESOLUTION_FAILURE";
    /// The document exceeds a size or cost limit, or the response would be too large.
    pub const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
    /// The hash is unknown. Send the document with its hash.
    pub const PERSISTED_QUERY_NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
    /// The request itself is malformed.
    pub const BAD_REQUEST: &str = "BAD_REQUEST";

    pub const ALL: [&str; 15] = [
        UNAUTHENTICATED,
        FORBIDDEN,
        BAD_USER_INPUT,
        RATE_LIMITED,
        NOT_FOUND,
        TOO_MANY_OPERATIONS,
        TIMEOUT,
        UNAVAILABLE,
        INTERNAL_SERVER_ERROR,
        GRAPHQL_PARSE_FAILED,
        GRAPHQL_VALIDATION_FAILED,
        OPERATION_RESOLUTION_FAILURE,
        QUERY_TOO_COMPLEX,
        PERSISTED_QUERY_NOT_FOUND,
        BAD_REQUEST,
    ];
    /// Codes of failures that are not the client's.
    pub const SERVER_FAULTS: [&str; 3] = [INTERNAL_SERVER_ERROR, UNAVAILABLE, TIMEOUT];
}

/// The extension with the number of seconds until the next attempt.
pub const RETRY_AFTER: &str = "retryAfterSeconds";
/// The extension with the limit that is used up.
pub const RATE_LIMIT: &str = "rateLimit";

/// A domain error that is sent to the client.
#[derive(Clone, Debug)]
pub struct EdgeError(Error);

impl<E: Into<Error>> From<E> for EdgeError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<EdgeError> for async_graphql::Error {
    fn from(EdgeError(error): EdgeError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        let (code, message): (&str, String) = match error {
            Error::Unauthenticated => (code::UNAUTHENTICATED, "Sign in first.".to_owned()),
            Error::Forbidden(why) => (code::FORBIDDEN, why.to_owned()),
            Error::BadInput(why) => (code::BAD_USER_INPUT, why),
            Error::TooComplex(why) => (code::QUERY_TOO_COMPLEX, why),
            Error::NotFound => (code::NOT_FOUND, "This object does not exist, or you may not see it.".to_owned()),
            Error::RateLimited(limit) => {
                extensions.set(RETRY_AFTER, whole_seconds(limit.retry_after));
                extensions.set(RATE_LIMIT, describe_limit(&limit));
                (code::RATE_LIMITED, "Too many attempts. Try again later.".to_owned())
            }
            Error::Unavailable(wait) => {
                extensions.set(RETRY_AFTER, whole_seconds(wait));
                (code::UNAVAILABLE, "The service is temporarily unavailable. Try again later.".to_owned())
            }
            // Queries and subscriptions have no `userErrors`.
            Error::Refused(problems) => (code::BAD_USER_INPUT, first_message(&problems)),
            Error::Internal(cause) => {
                let incident = incident_id();
                error!(%incident, %cause, "internal error in an operation");
                extensions.set("incident", incident);
                (code::INTERNAL_SERVER_ERROR, "Something went wrong on our side.".to_owned())
            }
        };
        extensions.set("code", code);
        Self { message, source: None, extensions: Some(extensions) }
    }
}

/// Returns what a client learns about a limit that is used up.
pub fn describe_limit(limit: &ExceededLimit) -> Value {
    async_graphql::value!({
        "name": limit.name,
        "amount": limit.amount,
        "perSeconds": limit.per.as_secs(),
    })
}

/// Returns the seconds until the next attempt that an error names.
pub fn retry_after_seconds(error: &ServerError) -> Option<u64> {
    match error.extensions.as_ref()?.get(RETRY_AFTER)? {
        Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

fn first_message(problems: &[Problem]) -> String {
    problems.first().map_or_else(|| "The input is not valid.".to_owned(), |problem| problem.message.in_english())
}

/// Returns an id by which an operator finds a request or an error in the log.
///
/// Every request has one, so the system's random number generator is used only for the first. Adding an odd number visits
/// all 64-bit numbers before one repeats. A collision between processes only makes the log ambiguous.
pub fn incident_id() -> String {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let mut bytes = [0; 8];
        let _ = getrandom::fill(&mut bytes);
        AtomicU64::new(u64::from_be_bytes(bytes))
    });
    format!("{:016x}", NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
}

/// The result of a nullable field with an object. An error nulls this field, not its parent.
pub type Nullable<T> = NullableValue<Eager<T>>;

/// Like [`Nullable`], for an object that a response can have in several places.
pub type Recurring<T> = NullableValue<ResolvedOnce<T>>;

/// The result of another nullable field.
pub type NullableValue<T> = Option<Result<T, EdgeError>>;

/// Converts the result of a rule into that of a nullable field.
pub fn nullable<T>(result: Result<Option<T>, Error>) -> Nullable<T> {
    nullable_value(result.map(|found| found.map(Eager)))
}

/// Like [`nullable`], for an object that a response can have in several places.
pub fn recurring<T>(result: Result<Option<T>, Error>) -> Recurring<T> {
    nullable_value(result.map(|found| found.map(ResolvedOnce)))
}

/// Like [`nullable`], for a field without an object.
pub fn nullable_value<T>(result: Result<Option<T>, Error>) -> NullableValue<T> {
    result.map_err(EdgeError::from).transpose()
}

/// A problem with the input that the user can correct.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct UserError {
    /// The kind of problem, for programs. New values can be added at any time.
    pub code: Code,
    /// A description of the problem, for users, in the language of the viewer.
    pub message: Sentence,
    /// The path of the invalid input field, beginning with `input`; null if no single field is invalid.
    pub path: Option<Vec<String>>,
    /// The limit that the input exceeds, in the unit of the field: characters, items, bytes or minutes, and pixels for
    /// an image with too many. Null if no limit is exceeded.
    pub limit: Option<i32>,
    /// The earliest instant at which the same input can succeed. Null if waiting does not help or the instant is unknown.
    pub retry_at: Option<DateTime>,
    /// The slot of which `alternativeSlots` are near.
    #[graphql(skip)]
    pub slot: Option<Box<WantedSlot>>,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        let path = |members: Vec<std::borrow::Cow<'static, str>>| {
            std::iter::once("input".to_owned()).chain(members.into_iter().map(String::from)).collect()
        };
        debug_assert_eq!(problem.code.has_limit(), problem.limit.is_some(), "{problem:?}");
        Self {
            code: problem.code,
            message: problem.message,
            path: problem.path.map(path),
            limit: problem.limit.and_then(|limit| limit.try_into().ok()),
            retry_at: problem.retry_at.map(DateTime::from),
            slot: problem.slot,
        }
    }
}

/// The payload of a mutation: its result, or problems that the user can correct.
pub trait Payload: Sized {
    /// Returns the payload of a mutation that was rejected and changed nothing.
    fn refused(user_errors: Vec<UserError>) -> Self;

    /// Converts the outcome of a rule. Errors that the user cannot correct become top-level errors.
    fn answer<T>(outcome: Result<T, Error>, done: impl FnOnce(T) -> Self) -> Nullable<Self> {
        Some(match outcome {
            Ok(value) => Ok(Eager(done(value))),
            Err(Error::Refused(problems)) => {
                Ok(Eager(Self::refused(problems.into_iter().map(UserError::from).collect())))
            }
            Err(error) => Err(EdgeError(error)),
        })
    }
}

/// Implements [`Payload`]: a rejected payload has `user_errors` and default values.
#[macro_export]
macro_rules! payloads {
    ($($payload:ty),+ $(,)?) => {
        $(impl $crate::graphql::error::Payload for $payload {
            fn refused(user_errors: Vec<$crate::graphql::error::UserError>) -> Self {
                Self { user_errors, ..Self::default() }
            }
        })+
    };
}
