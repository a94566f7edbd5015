//! The error of a request that was rejected before execution.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use super::EdgeError;
use super::cost_report::CostReport;
use super::error::{RATE_LIMIT, RETRY_AFTER, code, describe_limit};
use crate::error::{Error, ExceededLimit};

/// Errors per response. More would not help a client author.
pub const MAX_ERRORS: usize = 20;

/// Longer messages are cut, in bytes: they can quote the document.
const MAX_MESSAGE_LENGTH: usize = 300;

/// The error of a request that was not executed. The response has `errors` and no `data`.
#[derive(Clone, Debug)]
pub struct RequestError {
    code: &'static str,
    errors: Vec<ServerError>,
    retry_after: Option<Duration>,
    /// The operation's cost, if the client requests it.
    cost: Option<Box<CostReport>>,
}

impl RequestError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::from_errors(code, vec![ServerError::new(message, None)])
    }

    /// Keeps the first [`MAX_ERRORS`] errors.
    pub fn from_errors(code: &'static str, mut errors: Vec<ServerError>) -> Self {
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            truncate_message(&mut error.message);
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
        }
        Self { code, errors, retry_after: None, cost: None }
    }

    /// The same for every credential that belongs to no active session.
    pub fn unauthenticated() -> Self {
        let error = async_graphql::Error::from(EdgeError::from(Error::Unauthenticated));
        Self::new(code::UNAUTHENTICATED, error.message)
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(code::BAD_REQUEST, message)
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(code::GRAPHQL_VALIDATION_FAILED, message)
    }

    pub fn too_complex(message: impl Into<String>) -> Self {
        Self::new(code::QUERY_TOO_COMPLEX, message)
    }

    /// Sets the location in the document.
    #[must_use]
    pub fn at(mut self, location: Pos) -> Self {
        for error in &mut self.errors {
            error.locations = vec![location];
        }
        self
    }

    /// Sets the time until the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
        for error in &mut self.errors {
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(RETRY_AFTER, seconds);
        }
        self.retry_after = Some(wait);
        self
    }

    /// Sets the limit that is used up, and the time until the next attempt.
    #[must_use]
    pub fn with_limit(mut self, limit: &ExceededLimit) -> Self {
        for error in &mut self.errors {
            let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
            extensions.set(RATE_LIMIT, describe_limit(limit));
        }
        self.with_retry_after(limit.retry_after)
    }

    /// Shows the cost of the rejected operation. A socket has room for it only at an error.
    #[must_use]
    pub fn with_cost(mut self, cost: CostReport) -> Self {
        if let Some(error) = self.errors.first_mut() {
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("cost", cost.value());
        }
        self.cost = Some(Box::new(cost));
        self
    }

    pub fn cost(&self) -> Option<CostReport> {
        self.cost.as_deref().copied()
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// Messages quote the document, so without a limit a response could be much larger than its request.
fn truncate_message(message: &mut String) {
    if message.len() > MAX_MESSAGE_LENGTH {
        message.truncate(message.floor_char_boundary(MAX_MESSAGE_LENGTH));
        message.push('…');
    }
}
