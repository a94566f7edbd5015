//! The variables of a request.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Value, Variables};

use super::types::Types;
use super::values;
use crate::config::Limits;
use crate::graphql::RequestError;
use crate::graphql::error::code;

const MAX_DEPTH: usize = 16;
const MAX_STRING_CHARS: usize = 8_000;

/// Checks the limits of variables, independent of their types.
///
/// # Errors
/// When a limit is exceeded.
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
        // The length in bytes is checked first: only longer strings need their characters counted.
        Value::String(text) if text.len() > MAX_STRING_CHARS && text.chars().count() > MAX_STRING_CHARS => {
            Err(invalid(format!("A string can have at most {MAX_STRING_CHARS} characters.")))
        }
        Value::List(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.values().try_for_each(|member| check_value(member, depth + 1)),
        _ => Ok(()),
    }
}

/// Returns the values of the variables that `operation` declares: coerced, with the defaults of those that were not sent.
///
/// # Errors
/// When a variable is missing or has the wrong type.
pub(super) fn coerce(
    types: &Types,
    operation: &OperationDefinition,
    mut sent: Variables,
) -> Result<Variables, RequestError> {
    let mut coerced = Variables::default();
    for definition in &operation.variable_definitions {
        let (position, definition) = (definition.pos, &definition.node);
        let name = &definition.name.node;
        let expected_type = definition.var_type.node.to_string();
        // A literal is coerced too: a default of 3 for a list is a list.
        let default = || definition.default_value.as_ref().map(|default| default.node.clone());
        let Some(value) = sent.remove(name).or_else(default) else {
            if definition.var_type.node.nullable {
                continue;
            }
            let message = format!("Variable \"${name}\" of type \"{expected_type}\" is required.");
            return Err(invalid(message).at(position));
        };
        let value = values::coerce_variable(types, &expected_type, value)
            .map_err(|mismatch| invalid(format!("Variable \"${name}\": {mismatch}")).at(position))?;
        coerced.insert(name.clone(), value);
    }
    Ok(coerced)
}

fn invalid(message: impl Into<String>) -> RequestError {
    RequestError::new(code::BAD_USER_INPUT, message)
}
