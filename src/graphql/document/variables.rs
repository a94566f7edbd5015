//! The values of variables, checked before anything runs.
//!
//! The framework finds a missing variable at the field that uses it, after earlier mutations have run.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Name, Value, Variables};

use super::types::Types;
use super::values::{self, ValueSource};
use crate::graphql::RequestError;
use crate::graphql::error::code;

const MAX_VARIABLES: usize = 50;
const MAX_DEPTH: usize = 16;
const MAX_STRING_CHARS: usize = 8_000;

/// How the framework marks an uploaded file in a string. A client that writes one itself indexes a list of files that is
/// not there, and the request ends in a panic.
const UPLOAD_MARKER: &str = "#__graphql_file__:";

/// Checks the shape of what was sent, whatever it is for.
///
/// # Errors
/// When there is too much of it, or a string claims to be an uploaded file.
pub fn check_shape(variables: &Variables) -> Result<(), RequestError> {
    if variables.len() > MAX_VARIABLES {
        return Err(refusal(format!("At most {MAX_VARIABLES} variables.")));
    }
    variables.values().try_for_each(|value| check_value(value, 1))
}

fn check_value(value: &Value, depth: usize) -> Result<(), RequestError> {
    if depth > MAX_DEPTH {
        return Err(refusal(format!("Variables nest at most {MAX_DEPTH} deep.")));
    }
    match value {
        Value::String(text) if text.starts_with(UPLOAD_MARKER) => {
            Err(refusal("A string cannot name an uploaded file."))
        }
        // More bytes than four a character cannot pass, so that long texts are not counted.
        Value::String(text) if text.len() > MAX_STRING_CHARS && text.chars().count() > MAX_STRING_CHARS => {
            Err(refusal(format!("A string has at most {MAX_STRING_CHARS} characters.")))
        }
        Value::List(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.values().try_for_each(|member| check_value(member, depth + 1)),
        _ => Ok(()),
    }
}

/// Checks the values against what `operation` declares. What it does not declare is dropped.
///
/// # Errors
/// When one is missing or does not fit.
pub(super) fn check_types(
    types: &Types,
    operation: &OperationDefinition,
    given: &mut Variables,
) -> Result<(), RequestError> {
    given.retain(|name, _| operation.variable_definitions.iter().any(|definition| definition.node.name.node == *name));
    for definition in &operation.variable_definitions {
        let (place, definition) = (definition.pos, &definition.node);
        let name = &definition.name.node;
        let expected = definition.var_type.node.to_string();
        match given.get(name) {
            Some(value) => values::check(types, &expected, &value.clone().into_value(), ValueSource::Variables)
                .map_err(|why| refusal(format!("Variable \"${name}\": {why}")).at(place))?,
            None if !definition.var_type.node.nullable && definition.default_value.is_none() => {
                let why = format!("Variable \"${name}\" of type \"{expected}\" is required and missing.");
                return Err(refusal(why).at(place));
            }
            None => {}
        }
    }
    Ok(())
}

/// Returns what a variable stands for in a request: what was sent, or its default.
pub(super) fn value<'v>(operation: &'v OperationDefinition, given: &'v Variables, name: &Name) -> Option<&'v Value> {
    given.get(name).or_else(|| {
        let mut definitions = operation.variable_definitions.iter();
        let definition = definitions.find(|definition| definition.node.name.node == *name)?;
        definition.node.default_value.as_ref().map(|value| &value.node)
    })
}

/// Tells whether a string anywhere in the text of a document claims to be an uploaded file.
pub(super) fn has_upload_marker(text: &str) -> bool {
    text.contains(UPLOAD_MARKER)
}

fn refusal(message: impl Into<String>) -> RequestError {
    RequestError::new(code::BAD_USER_INPUT, message)
}
