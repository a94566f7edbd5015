//! Rules about selections, arguments and directives, and the literals in them.

use std::collections::HashSet;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::registry::{MetaInputValue, MetaType};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::Value;

use super::usages::{Place, Usages};
use super::{Errors, definitions};
use crate::graphql::document::types::{self, Types};
use crate::graphql::document::values;

/// The directives that may stand in a document, each with its argument. Both may stand at fields and fragments, once.
const DIRECTIVES: [&str; 2] = ["skip", "include"];
const CONDITION: (&str, &str) = ("if", "Boolean!");

/// Checks an operation without the fragments that it spreads. Returns what it uses.
pub(super) fn check_operation<'d>(
    types: &'d Types,
    document: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    errors: &mut Errors,
) -> Usages<'d> {
    let mut checker = Checker { types, document, usages: Usages::default(), errors };
    for variable in &operation.variable_definitions {
        checker.directives(&variable.node.directives, Some("a variable"));
    }
    let kind = match operation.ty {
        OperationType::Query => "a query",
        OperationType::Mutation => "a mutation",
        OperationType::Subscription => "a subscription",
    };
    checker.directives(&operation.directives, Some(kind));
    let root = types.root(operation.ty);
    if root.is_none() {
        checker.errors.add(operation.selection_set.pos, format!("The schema has no {}.", operation.ty));
    }
    checker.set(root, &operation.selection_set.node);
    checker.usages
}

/// Checks a fragment without those that it spreads. Returns what it uses.
pub(super) fn check_fragment<'d>(
    types: &'d Types,
    document: &'d ExecutableDocument,
    fragment: &'d FragmentDefinition,
    errors: &mut Errors,
) -> Usages<'d> {
    let mut checker = Checker { types, document, usages: Usages::default(), errors };
    checker.directives(&fragment.directives, Some("a definition of a fragment"));
    let condition = types.named(&fragment.type_condition.node.on.node).filter(|condition| condition.is_composite());
    checker.set(condition, &fragment.selection_set.node);
    checker.usages
}

struct Checker<'d, 'e> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    usages: Usages<'d>,
    errors: &'e mut Errors,
}

impl<'d> Checker<'d, '_> {
    /// Without a `parent`, whose fault is reported elsewhere, only the variables and fragments are noted.
    fn set(&mut self, parent: Option<&'d MetaType>, set: &'d SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.field(parent, field),
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    self.directives(&fragment.directives, None);
                    let inside = match &fragment.type_condition {
                        Some(condition) => {
                            let condition = definitions::check_condition(self.types, &condition.node.on, self.errors);
                            self.check_possible(parent, condition, item.pos);
                            condition
                        }
                        None => parent,
                    };
                    self.set(inside, &fragment.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name;
                    self.directives(&spread.node.directives, None);
                    let Some(fragment) = self.document.fragments.get(&name.node) else {
                        self.errors.add(name.pos, format!("The document has no fragment \"{}\".", name.node));
                        continue;
                    };
                    let condition = self.types.named(&fragment.node.type_condition.node.on.node);
                    self.check_possible(parent, condition, item.pos);
                    self.usages.fragments.push(&name.node);
                }
            }
        }
    }

    /// Checks that an object can be of the type around a fragment and of its own.
    fn check_possible(&mut self, parent: Option<&MetaType>, condition: Option<&MetaType>, position: Pos) {
        let (Some(parent), Some(condition)) = (parent, condition.filter(|condition| condition.is_composite())) else {
            return;
        };
        if !types::overlap(parent, condition) {
            let (parent, condition) = (parent.name(), condition.name());
            self.errors.add(position, format!("A fragment on \"{condition}\" never applies to \"{parent}\"."));
        }
    }

    fn field(&mut self, parent: Option<&'d MetaType>, field: &'d Positioned<Field>) {
        let (position, field) = (field.pos, &field.node);
        let (name, below) = (&field.name.node, &field.selection_set.node);
        self.directives(&field.directives, None);
        let definition = parent.and_then(|parent| self.types.field(parent, name));
        if name == "__typename" {
            if !below.items.is_empty() {
                self.errors.add(position, "\"__typename\" is a text and has no fields.");
            }
            self.arguments(&field.arguments, |_| None, "The field \"__typename\"");
            return;
        }
        let Some(definition) = definition else {
            if let Some(parent) = parent {
                self.errors.add(position, format!("The type \"{}\" has no field \"{name}\".", parent.name()));
            }
            // Its arguments still use variables.
            for (_, value) in &field.arguments {
                self.usages.note(self.types, None, value);
            }
            self.set(None, below);
            return;
        };
        let find = |name: &str| definition.args.get(name).map(Place::of);
        self.arguments(&field.arguments, find, &format!("The field \"{name}\""));
        let missing =
            |argument: &&MetaInputValue| values::is_required(argument) && field.get_argument(&argument.name).is_none();
        for missing in definition.args.values().filter(missing) {
            let message =
                format!("The field \"{name}\" requires the argument \"{}\" of type \"{}\".", missing.name, missing.ty);
            self.errors.add(position, message);
        }
        let result = self.types.named(&definition.ty);
        match (result.is_some_and(MetaType::is_composite), below.items.is_empty()) {
            (true, true) => {
                let message = format!("The field \"{name}\" has the type \"{}\": select fields of it.", definition.ty);
                self.errors.add(position, message);
            }
            (false, false) => {
                let message = format!("The field \"{name}\" has the type \"{}\", which has no fields.", definition.ty);
                self.errors.add(position, message);
            }
            _ => self.set(result, below),
        }
    }

    fn arguments(
        &mut self,
        arguments: &'d [(Positioned<Name>, Positioned<Value>)],
        find: impl Fn(&str) -> Option<Place<'d>>,
        owner: &str,
    ) {
        let mut names = HashSet::new();
        for (name, value) in arguments {
            if !names.insert(&name.node) {
                self.errors.add(name.pos, format!("The argument \"{}\" is given twice.", name.node));
            }
            let place = find(&name.node);
            self.usages.note(self.types, place, value);
            let Some(place) = place else {
                self.errors.add(name.pos, format!("{owner} has no argument \"{}\".", name.node));
                continue;
            };
            if let Err(mismatch) = values::check_literal(self.types, place.expected, &value.node) {
                self.errors.add(value.pos, format!("The argument \"{}\": {mismatch}", name.node));
            }
        }
    }

    /// `elsewhere` names a place where no directive may stand.
    fn directives(&mut self, directives: &'d [Positioned<Directive>], elsewhere: Option<&str>) {
        let mut names = HashSet::new();
        for directive in directives {
            let (position, directive) = (directive.pos, &directive.node);
            let name = &directive.name.node;
            if !DIRECTIVES.contains(&name.as_str()) {
                self.errors.add(position, format!("Documents have no directive \"@{name}\"."));
                for (_, value) in &directive.arguments {
                    self.usages.note(self.types, None, value);
                }
                continue;
            }
            if let Some(elsewhere) = elsewhere {
                self.errors.add(position, format!("\"@{name}\" stands at fields and fragments, not at {elsewhere}."));
            }
            if !names.insert(name) {
                self.errors.add(position, format!("The directive \"@{name}\" stands here twice."));
            }
            let (argument, expected) = CONDITION;
            let find = |name: &str| (name == argument).then_some(Place { expected, has_default: false });
            self.arguments(&directive.arguments, find, &format!("The directive \"@{name}\""));
            if directive.get_argument(argument).is_none() {
                let message = format!("\"@{name}\" requires the argument \"{argument}\" of type \"{expected}\".");
                self.errors.add(position, message);
            }
        }
    }
}
