//! Rules about operations, fragments and the declarations of variables.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition};
use async_graphql::registry::MetaType;
use async_graphql::{Name, Positioned};

use super::Errors;
use crate::graphql::RequestError;
use crate::graphql::document::parse::Parsed;
use crate::graphql::document::types::Types;
use crate::graphql::document::values;

/// Checks what must be unique in the text, and returns the document with its definitions by name.
///
/// # Errors
/// When two operations or two fragments have the same name, an operation without a name is not the only one, or an object
/// has a member twice.
pub(in crate::graphql::document) fn unique(parsed: Parsed) -> Result<ExecutableDocument, RequestError> {
    let mut errors = Errors::default();
    for member in &parsed.repeated_members {
        errors.add(member.pos, format!("The member \"{}\" is given twice.", member.node));
    }
    let mut operations: HashMap<Name, Positioned<OperationDefinition>> = HashMap::new();
    let (mut anonymous, count) = (None, parsed.operations.len());
    for (name, operation) in parsed.operations {
        match name {
            None if count > 1 => {
                errors.add(operation.pos, "An operation without a name must be the only operation of its document.");
            }
            None => anonymous = Some(operation),
            Some(name) => {
                let position = operation.pos;
                if operations.insert(name.clone(), operation).is_some() {
                    errors.add(position, format!("The document has another operation with the name \"{name}\"."));
                }
            }
        }
    }
    let mut fragments = HashMap::new();
    for (name, fragment) in parsed.fragments {
        let position = fragment.pos;
        if fragments.insert(name.clone(), fragment).is_some() {
            errors.add(position, format!("The document has another fragment with the name \"{name}\"."));
        }
    }
    errors.into_result()?;
    let operations = match anonymous {
        Some(operation) => DocumentOperations::Single(operation),
        None => DocumentOperations::Multiple(operations),
    };
    Ok(ExecutableDocument { operations, fragments })
}

/// Checks the declarations of an operation's variables.
pub(super) fn check_operation(types: &Types, operation: &OperationDefinition, errors: &mut Errors) {
    let mut names = HashSet::new();
    for variable in &operation.variable_definitions {
        let (position, variable) = (variable.pos, &variable.node);
        let name = &variable.name.node;
        if !names.insert(name) {
            errors.add(position, format!("The variable \"${name}\" is declared twice."));
        }
        let expected = variable.var_type.node.to_string();
        match types.named(&expected) {
            None => errors.add(variable.var_type.pos, unknown_type(&expected)),
            Some(definition) if !definition.is_input() => {
                let message = format!(
                    "The variable \"${name}\" cannot have the type \"{expected}\", which is not an input type."
                );
                errors.add(variable.var_type.pos, message);
            }
            Some(_) => {
                if let Some(default) = &variable.default_value
                    && let Err(mismatch) = values::check_literal(types, &expected, &default.node.clone().into_value())
                {
                    errors.add(default.pos, format!("The default of \"${name}\": {mismatch}"));
                }
            }
        }
    }
}

/// Checks the type of a fragment.
pub(super) fn check_fragment(types: &Types, fragment: &FragmentDefinition, errors: &mut Errors) {
    let condition = &fragment.type_condition.node.on;
    check_condition(types, condition, errors);
}

/// Checks that a type condition names a type with fields.
pub(super) fn check_condition<'t>(
    types: &'t Types,
    condition: &Positioned<Name>,
    errors: &mut Errors,
) -> Option<&'t MetaType> {
    let Some(definition) = types.named(&condition.node) else {
        errors.add(condition.pos, unknown_type(&condition.node));
        return None;
    };
    if !definition.is_composite() {
        let message =
            format!("A fragment cannot be on \"{}\", which is not an object, interface or union.", condition.node);
        errors.add(condition.pos, message);
        return None;
    }
    Some(definition)
}

fn unknown_type(name: &str) -> String {
    format!("The schema has no type \"{}\".", name.trim_matches(['[', ']', '!']))
}
