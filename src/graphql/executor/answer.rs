//! What leaves the executor: errors with codes, bounded, and nothing of our insides.

use async_graphql::{ErrorExtensionValues, Response, ServerError};
use tracing::error;

use super::engine::Panicked;
use crate::graphql::MAX_ERRORS;
use crate::graphql::error::{code, incident};

/// How the framework begins its messages about arguments that do not fit their type. What a client sends is checked before;
/// this is left for a scalar that parses more strictly than it validates.
const UNFIT_ARGUMENT: [&str; 2] = ["Failed to parse \"", "Expected input type \""];

/// Puts a code on every error, masks what has none, and leaves twenty at most.
pub(super) fn finish(outcome: Result<Response, Panicked>) -> Response {
    let Ok(mut response) = outcome else { return broken("a resolver panicked") };
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        let has_code = error.extensions.as_ref().is_some_and(|values| values.get("code").is_some());
        if !has_code {
            mask(error);
        }
    }
    response
}

/// Returns the answer to an operation that ran out of time.
pub(super) fn timed_out() -> Response {
    let mut error = ServerError::new("The operation took too long.", None);
    set_code(&mut error, code::TIMEOUT);
    Response::from_errors(vec![error])
}

/// Returns the answer to an operation that ended in a fault of ours.
pub(super) fn broken(cause: &str) -> Response {
    let mut error = ServerError::new(cause, None);
    mask(&mut error);
    Response::from_errors(vec![error])
}

fn mask(error: &mut ServerError) {
    if UNFIT_ARGUMENT.iter().any(|beginning| error.message.starts_with(beginning)) {
        "An argument does not fit its type.".clone_into(&mut error.message);
        set_code(error, code::BAD_USER_INPUT);
        return;
    }
    let incident = incident();
    error!(%incident, cause = %error.message, "an operation failed inside");
    "Something went wrong on our side.".clone_into(&mut error.message);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("incident", incident);
    set_code(error, code::INTERNAL_SERVER_ERROR);
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
}
