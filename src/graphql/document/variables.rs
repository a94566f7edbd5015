//! Checks the values of variables before execution.
//!
//! The framework reports a missing variable only at the field that uses it, when earlier mutations have already run.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Name, Value, Variables};

use super::types::Types;
use super::values::{self, ValueSource};
use crate::config::Limits;
use crate::graphql::RequestError;
use crate::graphql::error::code;

const MAX_DEPTH: usize = 16;
const MAX_STRING_CHARS: usize = 8_000;

/// How the framework refers to an uploaded file in a string. A client that forges one makes it index a missing list of
/// files, which panics.
const UPLOAD_MARKER: &str = "#__graphql_file__:";

/// Checks the limits of variables, independent of their types.
///
/// # Errors
/// When a limit is exceeded, or a string refers to an uploaded file.
pub fn check_shape(variables: &Variables, limits: &Limits) -> Result<(), RequestError> {
    let limit = limits.max_variables;
    if variables.len() > limit {
        return Err(invalid(format!("A request can have at most {limit} variables.")));
    }
    variables.values().try_for_each(|value| check_value(value, 1))
}

fn check_value(value: &Value, depth: usize) -> Result<(), RequestError> {
    if depth > MAX_DEPTH {
        return Err(invalid(format!("Variables can nest at most {MAX_DEPTH} levels deep.")));
    }
    match value {
        Value::String(text) if text.starts_with(UPLOAD_MARKER) => {
            Err(invalid("A string must not refer to an uploaded file."))
        }
        // The length in bytes is checked first: only longer strings need their characters counted.
        Value::String(text) if text.len() > MAX_STRING_CHARS && text.chars().count() > MAX_STRING_CHARS => {
            Err(invalid(format!("A string can have at most {MAX_STRING_CHARS} characters.")))
        }
        Value::List(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.values().try_for_each(|member| check_value(member, depth + 1)),
        _ => Ok(()),
    }
}

/// Checks the values against the declarations of `operation`, and removes undeclared ones.
///
/// # Errors
/// When a variable is missing or has the wrong type.
pub(super) fn check_types(
    types: &Types,
    operation: &OperationDefinition,
    variables: &mut Variables,
) -> Result<(), RequestError> {
    variables
        .retain(|name, _| operation.variable_definitions.iter().any(|definition| definition.node.name.node == *name));
    for definition in &operation.variable_definitions {
        let (position, definition) = (definition.pos, &definition.node);
        let name = &definition.name.node;
        let expected_type = definition.var_type.node.to_string();
        match variables.get(name) {
            Some(value) => values::check(types, &expected_type, &value.clone().into_value(), ValueSource::Variables)
                .map_err(|message| invalid(format!("Variable \"${name}\": {message}")).at(position))?,
            None if !definition.var_type.node.nullable && definition.default_value.is_none() => {
                let message = format!("Variable \"${name}\" of type \"{expected_type}\" is required.");
                return Err(invalid(message).at(position));
            }
            None => {}
        }
    }
    Ok(())
}

/// Returns the value of a variable in a request: the one that was sent, or its default.
pub(super) fn value<'v>(
    operation: &'v OperationDefinition,
    variables: &'v Variables,
    name: &Name,
) -> Option<&'v Value> {
    variables.get(name).or_else(|| {
        let mut definitions = operation.variable_definitions.iter();
        let definition = definitions.find(|definition| definition.node.name.node == *name)?;
        definition.node.default_value.as_ref().map(|value| &value.node)
    })
}

/// Returns true if the text of a document contains a reference to an uploaded file.
pub(super) fn has_upload_marker(text: &str) -> bool {
    text.contains(UPLOAD_MARKER)
}

fn invalid(message: impl Into<String>) -> RequestError {
    RequestError::new(code::BAD_USER_INPUT, message)
}
