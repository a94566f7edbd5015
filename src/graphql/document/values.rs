//! Whether a value fits a type: literals when a document is accepted, variables at each request.
//!
//! The framework checks a literal only where every variable inside it is known, and a variable's value only where it is
//! used. Here literals are checked around their variables, whose own place the validator has judged by then.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::{ConstValue, Value};

use super::types::Types;
use crate::graphql::RequestError;
use crate::graphql::error::code;

/// Where a value comes from: enum values are names in documents and strings in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueSource {
    Document,
    Variables,
    /// A literal with the values of variables filled in.
    Both,
}

/// An argument with variables in it. The framework judges a variable that is the whole argument, and neither one inside a
/// list or object nor a null that was sent for it.
#[derive(Debug)]
pub(super) struct Filled {
    expected: String,
    value: Value,
    place: Pos,
}

impl Filled {
    /// Checks the argument as it is with these variables. One that is absent leaves its member out, or its argument.
    pub(super) fn check<'v>(
        &self,
        types: &Types,
        variable: impl Fn(&Name) -> Option<&'v ConstValue> + Copy,
    ) -> Result<(), RequestError> {
        let Some(value) = fill(&self.value, variable) else { return Ok(()) };
        check(types, &self.expected, &value, ValueSource::Both)
            .map_err(|why| RequestError::new(code::BAD_USER_INPUT, why).at(self.place))
    }
}

fn fill<'v>(value: &Value, variable: impl Fn(&Name) -> Option<&'v ConstValue> + Copy) -> Option<Value> {
    Some(match value {
        Value::Variable(name) => variable(name)?.clone().into_value(),
        Value::List(items) => {
            Value::List(items.iter().map(|item| fill(item, variable).unwrap_or(Value::Null)).collect())
        }
        Value::Object(members) => {
            let filled = members.iter().filter_map(|(name, member)| Some((name.clone(), fill(member, variable)?)));
            Value::Object(filled.collect())
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

/// Checks `value` against the type `expected`, spelled as in the schema.
///
/// # Errors
/// A sentence about the first thing that does not fit.
pub(super) fn check(types: &Types, expected: &str, value: &Value, source: ValueSource) -> Result<(), String> {
    match (MetaTypeName::create(expected), value) {
        (MetaTypeName::NonNull(_), Value::Null) => Err(format!("Expected a value of type \"{expected}\", found null.")),
        (_, Value::Variable(_) | Value::Null) => Ok(()),
        (MetaTypeName::List(inner), Value::List(items)) => {
            items.iter().try_for_each(|item| check(types, inner, item, source))
        }
        // A single value stands for a list of one.
        (MetaTypeName::NonNull(inner) | MetaTypeName::List(inner), _) => check(types, inner, value, source),
        (MetaTypeName::Named(name), _) => check_named(types, name, value, source),
    }
}

fn check_named(types: &Types, name: &str, value: &Value, source: ValueSource) -> Result<(), String> {
    match types.named(name) {
        Some(MetaType::Scalar { is_valid, .. }) => {
            let fits = match name {
                "Int" => {
                    matches!(value, Value::Number(number) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()))
                }
                "Float" => matches!(value, Value::Number(_)),
                "String" => matches!(value, Value::String(_)),
                "Boolean" => matches!(value, Value::Boolean(_)),
                "ID" => matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if number.is_i64()),
                // One that holds a variable cannot be judged as a whole; the scalar does it when it runs.
                _ => value.clone().into_const().is_none_or(|value| is_valid.as_ref().is_none_or(|fits| fits(&value))),
            };
            if fits { Ok(()) } else { Err(format!("Expected a value of type \"{name}\".")) }
        }
        Some(MetaType::Enum { enum_values, .. }) => {
            let given = match (value, source) {
                (Value::Enum(given), ValueSource::Document | ValueSource::Both) => given.as_str(),
                (Value::String(given), ValueSource::Variables | ValueSource::Both) => given,
                _ => return Err(format!("Expected a value of the enum \"{name}\".")),
            };
            let is_known = enum_values.contains_key(given);
            if is_known { Ok(()) } else { Err(format!("The enum \"{name}\" has no such value.")) }
        }
        Some(input @ MetaType::InputObject { .. }) => check_object(types, input, value, source),
        _ => Err(format!("\"{name}\" is not an input type.")),
    }
}

fn check_object(types: &Types, input: &MetaType, value: &Value, source: ValueSource) -> Result<(), String> {
    let MetaType::InputObject { name, input_fields, oneof, .. } = input else { return Ok(()) };
    let Value::Object(given) = value else {
        return Err(format!("Expected an object of type \"{name}\"."));
    };
    if given.keys().any(|member| !input_fields.contains_key(member.as_str())) {
        return Err(format!("\"{name}\" has no such member."));
    }
    if *oneof && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
        return Err(format!("\"{name}\" takes exactly one of its members, and not null."));
    }
    for member in input_fields.values() {
        match given.get(member.name.as_str()) {
            Some(value) => {
                check(types, &member.ty, value, source).map_err(|why| format!("In \"{}\": {why}", member.name))?;
            }
            None if member.ty.ends_with('!') && member.default_value.is_none() => {
                return Err(format!("\"{name}\" needs the member \"{}\".", member.name));
            }
            None => {}
        }
    }
    Ok(())
}

/// Checks that variables have input types. The framework's rule about their defaults panics on a type it does not know.
///
/// # Errors
/// At the first variable of another type.
pub(super) fn check_declarations(types: &Types, document: &ExecutableDocument) -> Result<(), RequestError> {
    let mut variables = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let unfit = variables.find(|variable| {
        let expected = variable.node.var_type.node.to_string();
        !types.named(&expected).is_some_and(MetaType::is_input)
    });
    unfit.map_or(Ok(()), |variable| {
        let why = format!("Variable \"${}\" is not of an input type.", variable.node.name.node);
        Err(RequestError::invalid(why).at(variable.pos))
    })
}

/// Checks what is written out in the arguments of an operation, through its fragments, and gathers those arguments that
/// wait for variables.
///
/// # Errors
/// At the first argument that does not fit.
pub(super) fn check_literals(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<Vec<Filled>, RequestError> {
    let root = match operation.ty {
        OperationType::Query => types.query(),
        OperationType::Mutation => types.mutation(),
        OperationType::Subscription => types.subscription(),
    };
    let mut walk = LiteralChecker { types, document, seen: HashSet::new(), filled: Vec::new() };
    walk.set(root, &operation.selection_set.node)?;
    Ok(walk.filled)
}

struct LiteralChecker<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    /// Fragments that were walked: once is enough, and a circle ends.
    seen: HashSet<&'d str>,
    filled: Vec<Filled>,
}

impl<'d> LiteralChecker<'d> {
    fn set(&mut self, parent: &str, set: &'d SelectionSet) -> Result<(), RequestError> {
        // The introspection's own types are not among these; its arguments are the framework's to check.
        let Some(of) = self.types.named(parent) else { return Ok(()) };
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let Some(known) = of.field_by_name(&field.node.name.node) else { continue };
                    for (name, value) in &field.node.arguments {
                        let Some(argument) = known.args.get(name.node.as_str()) else { continue };
                        self.argument(&argument.ty, value).map_err(|why| {
                            RequestError::invalid(format!("Argument \"{}\": {why}", name.node)).at(value.pos)
                        })?;
                    }
                    self.set(&known.ty, &field.node.selection_set.node)?;
                }
                Selection::InlineFragment(fragment) => {
                    let narrowed =
                        fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.set(narrowed.unwrap_or(parent), &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.seen.insert(name)
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
            let (value, place) = (value.node.clone(), value.pos);
            self.filled.push(Filled { expected: expected.to_owned(), value, place });
        }
        Ok(())
    }
}
