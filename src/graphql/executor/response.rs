//! Prepares responses for the client: every error has a code, and internal messages are masked.

use async_graphql::{ErrorExtensionValues, Name, Response, ServerError, Value};
use tracing::error;

use super::engine::Panicked;
use crate::graphql::MAX_ERRORS;
use crate::graphql::error::{code, incident_id};
use crate::text::readable_size;

/// How the framework's messages about invalid arguments begin. Arguments are validated before execution, so only a scalar
/// whose `parse` is stricter than its `is_valid` gets here.
const INVALID_ARGUMENT_PREFIXES: [&str; 2] = ["Failed to parse \"", "Expected input type \""];

/// Masks errors without a code and keeps the first [`MAX_ERRORS`].
pub(super) fn finish(outcome: Result<Response, Panicked>) -> Response {
    let Ok(mut response) = outcome else { return internal_error("a resolver panicked") };
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        let has_code = error.extensions.as_ref().is_some_and(|values| values.get("code").is_some());
        if !has_code {
            mask(error);
        }
    }
    response
}

/// What `__schema { description }` says. The framework describes its type `__Schema` there.
const SCHEMA_DESCRIPTION: &str = "The API of Studyhall, a campus community: profiles, posts, private conversations, a \
                                  live lobby, and bookings with mentors. The directive `@access` at a root field names \
                                  who may use it.";

/// Sets the description of the schema at its response keys.
pub(super) fn describe_schema(response: &mut Response, keys: &[[Name; 2]]) {
    for [schema, description] in keys {
        if let Value::Object(data) = &mut response.data
            && let Some(Value::Object(schema)) = data.get_mut(schema)
            && let Some(value) = schema.get_mut(description)
        {
            *value = SCHEMA_DESCRIPTION.into();
        }
    }
}

/// Returns the response of an operation whose result is larger than `limit`.
pub(super) fn too_large(limit: usize) -> Response {
    let limit = readable_size(limit);
    let message = format!("The response is larger than {limit}. Request smaller pages or fewer fields.");
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code::QUERY_TOO_COMPLEX);
    Response::from_errors(vec![error])
}

/// Returns the response of an operation that exceeded its time limit.
pub(super) fn timed_out() -> Response {
    let mut error = ServerError::new("The operation exceeded its time limit.", None);
    set_code(&mut error, code::TIMEOUT);
    Response::from_errors(vec![error])
}

/// Logs `cause` and returns the response of an operation that failed with an internal error.
pub(super) fn internal_error(cause: &str) -> Response {
    let mut error = ServerError::new(cause, None);
    mask(&mut error);
    Response::from_errors(vec![error])
}

fn mask(error: &mut ServerError) {
    if INVALID_ARGUMENT_PREFIXES.iter().any(|prefix| error.message.starts_with(prefix)) {
        "An argument has the wrong type.".clone_into(&mut error.message);
        set_code(error, code::BAD_USER_INPUT);
        return;
    }
    let incident = incident_id();
    error!(%incident, cause = %error.message, "internal error in an operation");
    "Something went wrong on our side.".clone_into(&mut error.message);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("incident", incident);
    set_code(error, code::INTERNAL_SERVER_ERROR);
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
}
