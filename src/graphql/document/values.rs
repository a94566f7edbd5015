//! Checks values against their types: literals when a document is accepted, variables at every request.
//!
//! The framework checks a literal only if it knows all variables inside, and the value of a variable only at the field
//! that uses it. Here literals are checked without their variables, whose types the framework has validated.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::{ConstValue, Value};

use super::types::Types;
use crate::graphql::RequestError;
use crate::graphql::error::code;

/// The source of a value: enum values are names in documents and strings in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueSource {
    Document,
    Variables,
    /// A literal with the values of its variables inserted.
    Both,
}

/// An argument that contains variables. The framework checks a variable that is the whole argument, but neither one inside a
/// list or object nor a null value of it.
#[derive(Debug)]
pub(super) struct VariableArgument {
    expected_type: String,
    value: Value,
    position: Pos,
}

impl VariableArgument {
    /// Checks the argument with the variables of a request. A missing variable omits its member or the whole argument.
    pub(super) fn check<'v>(
        &self,
        types: &Types,
        variable: impl Fn(&Name) -> Option<&'v ConstValue> + Copy,
    ) -> Result<(), RequestError> {
        let Some(value) = insert_variables(&self.value, variable) else { return Ok(()) };
        check(types, &self.expected_type, &value, ValueSource::Both)
            .map_err(|message| RequestError::new(code::BAD_USER_INPUT, message).at(self.position))
    }
}

fn insert_variables<'v>(value: &Value, variable: impl Fn(&Name) -> Option<&'v ConstValue> + Copy) -> Option<Value> {
    Some(match value {
        Value::Variable(name) => variable(name)?.clone().into_value(),
        Value::List(items) => {
            Value::List(items.iter().map(|item| insert_variables(item, variable).unwrap_or(Value::Null)).collect())
        }
        Value::Object(members) => {
            let members =
                members.iter().filter_map(|(name, member)| Some((name.clone(), insert_variables(member, variable)?)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    })
}

fn has_variable(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(items) => items.iter().any(has_variable),
        Value::Object(members) => members.values().any(has_variable),
        _ => false,
    }
}

/// Checks `value` against a type, written as in the schema.
///
/// # Errors
/// A message about the first part that does not match.
pub(super) fn check(types: &Types, expected: &str, value: &Value, source: ValueSource) -> Result<(), String> {
    match (MetaTypeName::create(expected), value) {
        (MetaTypeName::NonNull(_), Value::Null) => Err(format!("Expected a value of type \"{expected}\", found null.")),
        (_, Value::Variable(_) | Value::Null) => Ok(()),
        (MetaTypeName::List(inner), Value::List(items)) => {
            items.iter().try_for_each(|item| check(types, inner, item, source))
        }
        // A single value is coerced to a list of one.
        (MetaTypeName::NonNull(inner) | MetaTypeName::List(inner), _) => check(types, inner, value, source),
        (MetaTypeName::Named(name), _) => check_named(types, name, value, source),
    }
}

fn check_named(types: &Types, name: &str, value: &Value, source: ValueSource) -> Result<(), String> {
    match types.named(name) {
        Some(MetaType::Scalar { is_valid, .. }) => {
            let is_valid_value = match name {
                "Int" => {
                    matches!(value, Value::Number(number) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()))
                }
                "Float" => matches!(value, Value::Number(_)),
                "String" => matches!(value, Value::String(_)),
                "Boolean" => matches!(value, Value::Boolean(_)),
                "ID" => matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if number.is_i64()),
                // A value that contains a variable is checked by the scalar itself when the field is resolved.
                _ => value
                    .clone()
                    .into_const()
                    .is_none_or(|value| is_valid.as_ref().is_none_or(|is_valid| is_valid(&value))),
            };
            if is_valid_value { Ok(()) } else { Err(format!("Expected a value of type \"{name}\".")) }
        }
        Some(MetaType::Enum { enum_values, .. }) => {
            let item = match (value, source) {
                (Value::Enum(item), ValueSource::Document | ValueSource::Both) => item.as_str(),
                (Value::String(item), ValueSource::Variables | ValueSource::Both) => item,
                _ => return Err(format!("Expected a value of the enum \"{name}\".")),
            };
            if enum_values.contains_key(item) { Ok(()) } else { Err(format!("The enum \"{name}\" has no such value.")) }
        }
        Some(input @ MetaType::InputObject { .. }) => check_object(types, input, value, source),
        _ => Err(format!("\"{name}\" is not an input type.")),
    }
}

fn check_object(types: &Types, input: &MetaType, value: &Value, source: ValueSource) -> Result<(), String> {
    let MetaType::InputObject { name, input_fields, oneof, .. } = input else { return Ok(()) };
    let Value::Object(members) = value else {
        return Err(format!("Expected an object of type \"{name}\"."));
    };
    if members.keys().any(|member| !input_fields.contains_key(member.as_str())) {
        return Err(format!("The value has a field that \"{name}\" does not define."));
    }
    if *oneof && (members.len() != 1 || members.values().any(|value| *value == Value::Null)) {
        return Err(format!("\"{name}\" must have exactly one field, which must not be null."));
    }
    for field in input_fields.values() {
        match members.get(field.name.as_str()) {
            Some(value) => {
                check(types, &field.ty, value, source)
                    .map_err(|message| format!("In \"{}\": {message}", field.name))?;
            }
            None if field.ty.ends_with('!') && field.default_value.is_none() => {
                return Err(format!("\"{name}\" requires the field \"{}\".", field.name));
            }
            None => {}
        }
    }
    Ok(())
}

/// Checks that all variables have input types. The framework's rule about their defaults panics on an unknown type.
///
/// # Errors
/// At the first variable of another type.
pub(super) fn check_declarations(types: &Types, document: &ExecutableDocument) -> Result<(), RequestError> {
    let mut variables = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let invalid = variables.find(|variable| {
        let expected = variable.node.var_type.node.to_string();
        !types.named(&expected).is_some_and(MetaType::is_input)
    });
    invalid.map_or(Ok(()), |variable| {
        let message = format!("The type of variable \"${}\" is not an input type.", variable.node.name.node);
        Err(RequestError::invalid(message).at(variable.pos))
    })
}

/// Checks the literals in the arguments of an operation and its fragments. Returns the arguments that contain variables.
///
/// # Errors
/// At the first argument of the wrong type.
pub(super) fn check_literals(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<Vec<VariableArgument>, RequestError> {
    let root = match operation.ty {
        OperationType::Query => types.query(),
        OperationType::Mutation => types.mutation(),
        OperationType::Subscription => types.subscription(),
    };
    let mut checker = LiteralChecker { types, document, visited: HashSet::new(), variable_arguments: Vec::new() };
    checker.set(root, &operation.selection_set.node)?;
    Ok(checker.variable_arguments)
}

struct LiteralChecker<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    /// Fragments that are already checked.
    visited: HashSet<&'d str>,
    variable_arguments: Vec<VariableArgument>,
}

impl<'d> LiteralChecker<'d> {
    fn set(&mut self, parent: &str, set: &'d SelectionSet) -> Result<(), RequestError> {
        // Introspection types are not in the registry; the framework checks their arguments.
        let Some(parent_type) = self.types.named(parent) else { return Ok(()) };
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let Some(definition) = parent_type.field_by_name(&field.node.name.node) else { continue };
                    for (name, value) in &field.node.arguments {
                        let Some(argument) = definition.args.get(name.node.as_str()) else { continue };
                        self.argument(&argument.ty, value).map_err(|message| {
                            RequestError::invalid(format!("Argument \"{}\": {message}", name.node)).at(value.pos)
                        })?;
                    }
                    self.set(&definition.ty, &field.node.selection_set.node)?;
                }
                Selection::InlineFragment(fragment) => {
                    let narrowed =
                        fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.set(narrowed.unwrap_or(parent), &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.visited.insert(name)
                    {
                        self.set(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn argument(&mut self, expected: &str, value: &Positioned<Value>) -> Result<(), String> {
        check(self.types, expected, &value.node, ValueSource::Document)?;
        if has_variable(&value.node) {
            let (value, position) = (value.node.clone(), value.pos);
            self.variable_arguments.push(VariableArgument { expected_type: expected.to_owned(), value, position });
        }
        Ok(())
    }
}
