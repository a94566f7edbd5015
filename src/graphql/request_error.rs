//! Why a request was turned away before any of it ran.

use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use super::error::code;

/// Most errors in one answer; what a client cannot fix after twenty it will not fix after more.
pub const MAX_ERRORS: usize = 20;

/// Longest message of an error that quotes the document.
const MAX_MESSAGE: usize = 300;

/// A request that was not executed. Its answer has `errors` and no `data`.
#[derive(Clone, Debug)]
pub struct RequestError {
    code: &'static str,
    errors: Vec<ServerError>,
    retry_after: Option<Duration>,
}

impl RequestError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(code, vec![ServerError::new(message, None)])
    }

    /// Refuses for several reasons of one kind, the first twenty of them.
    pub fn of(code: &'static str, mut errors: Vec<ServerError>) -> Self {
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            shorten(&mut error.message);
            error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
        }
        Self { code, errors, retry_after: None }
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

    /// Says where in the document the reason lies.
    #[must_use]
    pub fn at(mut self, place: Pos) -> Self {
        for error in &mut self.errors {
            error.locations = vec![place];
        }
        self
    }

    /// Says when to ask again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
        for error in &mut self.errors {
            error
                .extensions
                .get_or_insert_with(ErrorExtensionValues::default)
                .set(crate::graphql::error::RETRY_AFTER, seconds);
        }
        self.retry_after = Some(wait);
        self
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    pub fn wait(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// Cuts a message that quotes a hostile document, so that no answer is much larger than its request.
fn shorten(message: &mut String) {
    if message.len() > MAX_MESSAGE {
        message.truncate(message.floor_char_boundary(MAX_MESSAGE));
        message.push('…');
    }
}
