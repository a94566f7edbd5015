//! Rules about the variables and fragments that definitions use.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{ExecutableDocument, Type, VariableDefinition};
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::{ConstValue, Value};

use super::{AllUsages, Definition, Errors};
use crate::graphql::document::types::Types;
use crate::graphql::document::values;

/// What a definition uses in its own selections.
#[derive(Debug, Default)]
pub(super) struct Usages<'d> {
    pub(super) fragments: Vec<&'d Name>,
    variables: Vec<Usage<'d>>,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'d> {
    pub(super) expected: &'d str,
    pub(super) has_default: bool,
}

impl<'d> Place<'d> {
    pub(super) fn of(input: &'d MetaInputValue) -> Self {
        Self { expected: &input.ty, has_default: values::has_default(input) }
    }
}

#[derive(Debug)]
struct Usage<'d> {
    name: &'d Name,
    position: Pos,
    /// `None` if the place does not exist, which is reported elsewhere.
    place: Option<Place<'d>>,
    /// Whether it is a member of an object that takes exactly one.
    is_one_of: bool,
}

impl<'d> Usages<'d> {
    /// Notes the variables in a value.
    pub(super) fn note(&mut self, types: &'d Types, place: Option<Place<'d>>, value: &'d Positioned<Value>) {
        self.note_inside(types, place, false, &value.node, value.pos);
    }

    fn note_inside(
        &mut self,
        types: &'d Types,
        place: Option<Place<'d>>,
        is_one_of: bool,
        value: &'d Value,
        position: Pos,
    ) {
        match value {
            Value::Variable(name) => self.variables.push(Usage { name, position, place, is_one_of }),
            Value::List(items) => {
                let item = place.and_then(|place| match MetaTypeName::create(place.expected).unwrap_non_null() {
                    MetaTypeName::List(expected) => Some(Place { expected, has_default: false }),
                    _ => None,
                });
                for value in items {
                    self.note_inside(types, item, false, value, position);
                }
            }
            Value::Object(members) => {
                let definition = place.and_then(|place| types.named(place.expected));
                for (name, value) in members {
                    let (member, is_one_of) = match definition {
                        Some(MetaType::InputObject { input_fields, oneof, .. }) => {
                            (input_fields.get(name.as_str()).map(Place::of), *oneof)
                        }
                        _ => (None, false),
                    };
                    self.note_inside(types, member, is_one_of, value, position);
                }
            }
            _ => {}
        }
    }
}

/// Checks that each operation declares the variables that it and its fragments use, with types that fit, and uses all it
/// declares; and that each fragment is used.
pub(super) fn check(document: &ExecutableDocument, all: &AllUsages<'_>, errors: &mut Errors) {
    let mut used_fragments = HashSet::new();
    for (operation_name, operation) in document.operations.iter() {
        let declared: HashMap<&Name, &VariableDefinition> = (operation.node.variable_definitions.iter())
            .map(|definition| (&definition.node.name.node, &definition.node))
            .collect();
        let mut used = HashSet::new();
        let mut reached = HashSet::new();
        let mut pending = vec![Definition::Operation(operation_name)];
        while let Some(usages) = pending.pop().and_then(|definition| all.get(&definition)) {
            for usage in &usages.variables {
                used.insert(usage.name);
                if let Some(declaration) = declared.get(usage.name) {
                    check_usage(declaration, usage, errors);
                } else {
                    let by = operation_name.map_or_else(String::new, |name| format!(" by the operation \"{name}\""));
                    errors.add(usage.position, format!("The variable \"${}\" is not declared{by}.", usage.name));
                }
            }
            let fragments = usages.fragments.iter().filter(|name| reached.insert(**name));
            pending.extend(fragments.map(|name| Definition::Fragment(name)));
        }
        for declaration in &operation.node.variable_definitions {
            let name = &declaration.node.name.node;
            if !used.contains(name) {
                errors.add(declaration.pos, format!("The variable \"${name}\" is declared and not used."));
            }
        }
        used_fragments.extend(reached);
    }
    for (name, fragment) in &document.fragments {
        if !used_fragments.contains(name) {
            errors.add(fragment.pos, format!("The fragment \"{name}\" is not used."));
        }
    }
}

/// Checks that every value of a variable fits its place. A nullable one fits a place that is not nullable only if one of
/// them has a default.
fn check_usage(declaration: &VariableDefinition, usage: &Usage<'_>, errors: &mut Errors) {
    let Some(place) = usage.place else { return };
    let declared = &declaration.var_type.node;
    if usage.is_one_of && declared.nullable {
        let message =
            format!("The variable \"${}\" must not be nullable, for a member that must not be null.", usage.name);
        errors.add(usage.position, message);
        return;
    }
    let expected = MetaTypeName::create(place.expected);
    let has_default =
        place.has_default || declaration.default_value.as_ref().is_some_and(|default| default.node != ConstValue::Null);
    let fits = match expected {
        MetaTypeName::NonNull(inner) if declared.nullable => has_default && is_subtype(declared, inner),
        _ => is_subtype(declared, place.expected),
    };
    if !fits {
        let (name, expected) = (usage.name, place.expected);
        errors.add(
            usage.position,
            format!("The variable \"${name}\" of type \"{declared}\" cannot stand where \"{expected}\" is expected."),
        );
    }
}

/// Returns true if all values of the type `declared` are of the type `expected`.
fn is_subtype(declared: &Type, expected: &str) -> bool {
    use async_graphql::parser::types::BaseType;
    match (MetaTypeName::create(expected), &declared.base) {
        (MetaTypeName::NonNull(inner), _) if !declared.nullable => {
            is_subtype(&Type { nullable: true, ..declared.clone() }, inner)
        }
        (MetaTypeName::List(inner), BaseType::List(item)) => is_subtype(item, inner),
        (MetaTypeName::Named(expected), BaseType::Named(name)) => name == expected,
        _ => false,
    }
}
