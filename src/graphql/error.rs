//! The one error that resolvers return.
//!
//! It has no `Display`, so that nothing slides through the framework's conversion of everything printable: a resolver can
//! only fail with the domain's [`Error`], and every way that one reaches a client is written down here.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, SimpleObject};
use tracing::error;

use crate::error::{Code, Error, Problem};

/// Codes of top-level errors: the closed list, with what each means.
pub mod code {
    /// Nobody is signed in, or the session is over.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// The viewer may not do this, and its existence is known anyway.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// A program's mistake: a bad page size, cursor or scalar.
    pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
    /// `extensions.retryAfterSeconds` says when to ask again.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// Subscriptions only.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// More operations at once than one caller may have.
    pub const TOO_MANY_OPERATIONS: &str = "TOO_MANY_OPERATIONS";
    /// The operation took longer than its deadline.
    pub const TIMEOUT: &str = "TIMEOUT";
    /// A part that is needed does not answer now; try again.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// A fault of ours; `extensions.incident` names it in the log.
    pub const INTERNAL_SERVER_ERROR: &str = "INTERNAL_SERVER_ERROR";
    /// The document is not GraphQL.
    pub const GRAPHQL_PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
    /// The document does not fit the schema.
    pub const GRAPHQL_VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
    /// There is no operation of that name, or no name where one is needed.
    pub const OPERATION_RESOLUTION_FAILURE: &str = "OPERATION_RESOLUTION_FAILURE";
    /// The document asks for more than one operation may.
    pub const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
    /// Send the document along with its hash.
    pub const PERSISTED_QUERY_NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
    /// The request itself is malformed.
    pub const BAD_REQUEST: &str = "BAD_REQUEST";
}

/// The extension that says in how many seconds to ask again.
pub const RETRY_AFTER: &str = "retryAfterSeconds";

/// A domain error on its way to a client.
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
            Error::NotFound => (code::NOT_FOUND, "There is no such thing, or you may not see it.".to_owned()),
            Error::RateLimited(wait) => {
                extensions.set(RETRY_AFTER, whole_seconds(wait));
                (code::RATE_LIMITED, "Too many attempts. Try again later.".to_owned())
            }
            Error::Unavailable(wait) => {
                extensions.set(RETRY_AFTER, whole_seconds(wait));
                (code::UNAVAILABLE, "This does not work at the moment. Try again soon.".to_owned())
            }
            // A query has no place for user errors; one that gets here is read by programs.
            Error::Refused(problems) => (code::BAD_USER_INPUT, first_sentence(&problems)),
            Error::Internal(cause) => {
                let incident = incident();
                error!(%incident, %cause, "an operation failed inside");
                extensions.set("incident", incident);
                (code::INTERNAL_SERVER_ERROR, "Something went wrong on our side.".to_owned())
            }
        };
        extensions.set("code", code);
        Self { message, source: None, extensions: Some(extensions) }
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

fn first_sentence(problems: &[Problem]) -> String {
    problems.first().map_or_else(|| "The input is not valid.".to_owned(), |problem| problem.message.to_string())
}

/// Returns a name by which an operator finds a request or a cause in the log.
///
/// Every request has one, so the system is asked for randomness once and not each time. Steps of an odd number come by
/// every other number before they repeat one; that two processes meet is a nuisance in the log and nothing worse.
pub fn incident() -> String {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
        let mut bytes = [0; 8];
        let _ = getrandom::fill(&mut bytes);
        AtomicU64::new(u64::from_be_bytes(bytes))
    });
    format!("{:016x}", NEXT.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
}

/// The answer of a nullable field: an error nulls this field and not its parent.
pub type Nullable<T> = Option<Result<T, EdgeError>>;

/// Turns the outcome of a rule into the answer of a nullable field.
pub fn nullable<T>(result: Result<Option<T>, Error>) -> Nullable<T> {
    result.map_err(EdgeError::from).transpose()
}

/// One thing that the person at the client can correct.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// What is wrong, for programs. Clients must expect more values to come.
    pub code: Code,
    /// What is wrong, for people.
    pub message: String,
    /// The member of the input at fault, beginning with `input`; null where no single member is.
    pub path: Option<Vec<String>>,
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        let path = |members: Vec<std::borrow::Cow<'static, str>>| {
            std::iter::once("input".to_owned()).chain(members.into_iter().map(String::from)).collect()
        };
        Self { code: problem.code, message: problem.message.into_owned(), path: problem.path.map(path) }
    }
}

/// What a mutation answers: its result, or what the person can correct.
pub trait Payload: Sized {
    /// The payload of a mutation that changed nothing.
    fn refused(user_errors: Vec<UserError>) -> Self;

    /// Answers a rule's outcome. What nobody at the client can correct becomes a top-level error.
    fn answer<T>(outcome: Result<T, Error>, done: impl FnOnce(T) -> Self) -> Option<Result<Self, EdgeError>> {
        Some(match outcome {
            Ok(value) => Ok(done(value)),
            Err(Error::Refused(problems)) => Ok(Self::refused(problems.into_iter().map(UserError::from).collect())),
            Err(error) => Err(EdgeError(error)),
        })
    }
}

/// Lets payloads be refused: every member but `user_errors` takes its default.
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
