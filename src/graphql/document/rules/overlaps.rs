//! The rule that fields with the same response key can be merged into one.
//!
//! The definition in the specification compares all pairs, and again below each. Here the fields of all merged sets are
//! grouped by their response key first, so that each is visited once for the shape of its values, and once for each object
//! type whose field it can be.

use std::collections::HashSet;

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql_value::indexmap::IndexMap;

use super::Errors;
use crate::graphql::RequestError;
use crate::graphql::document::types::Types;

/// Fields below interfaces are visited for each object type. This bounds their sum.
const MAX_STEPS: u32 = 100_000;

/// Checks the fields of an operation.
///
/// # Errors
/// When it is too large to check.
pub(super) fn check(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    errors: &mut Errors,
) -> Result<(), RequestError> {
    let mut merger = Merger { types, document, errors, steps: 0 };
    let roots = vec![(types.root(operation.ty), &operation.selection_set.node)];
    merger.check_shapes(&roots)?;
    merger.check_sources(&roots)
}

/// Selection sets that are merged, with their types. Only below the faults of others a type is missing.
type Sets<'d> = Vec<(Option<&'d MetaType>, &'d SelectionSet)>;

#[derive(Clone, Copy)]
struct Selected<'d> {
    parent: &'d MetaType,
    field: &'d Positioned<Field>,
    /// `None` for `__typename`.
    type_name: Option<&'d str>,
}

impl<'d> Selected<'d> {
    fn type_name(&self) -> &'d str {
        self.type_name.unwrap_or("String!")
    }
}

struct Merger<'d, 'e> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    errors: &'e mut Errors,
    steps: u32,
}

impl<'d> Merger<'d, '_> {
    /// Checks that values of the same response key have the same shape, also those of objects of different types.
    fn check_shapes(&mut self, sets: &Sets<'d>) -> Result<(), RequestError> {
        for (key, fields) in self.group(sets)? {
            let Some((first, others)) = fields.split_first() else { continue };
            if let Some(other) = others.iter().find(|other| !self.has_same_shape(first, other)) {
                let message = format!(
                    "The key \"{key}\" would have values of the types \"{}\" and \"{}\". Give one field another alias.",
                    first.type_name(),
                    other.type_name(),
                );
                self.errors.add(other.field.pos, message);
                continue;
            }
            self.check_shapes(&self.below(&fields))?;
        }
        Ok(())
    }

    fn has_same_shape(&self, one: &Selected<'_>, other: &Selected<'_>) -> bool {
        let (mut one, mut other) = (one.type_name(), other.type_name());
        loop {
            match (MetaTypeName::create(one), MetaTypeName::create(other)) {
                (MetaTypeName::NonNull(inner), MetaTypeName::NonNull(other_inner))
                | (MetaTypeName::List(inner), MetaTypeName::List(other_inner)) => (one, other) = (inner, other_inner),
                (MetaTypeName::Named(one), MetaTypeName::Named(other)) => {
                    let is_composite = |name| self.types.named(name).is_some_and(MetaType::is_composite);
                    return one == other || (is_composite(one) && is_composite(other));
                }
                _ => return false,
            }
        }
    }

    /// Checks that fields of the same object with the same response key are the same field with the same arguments.
    fn check_sources(&mut self, sets: &Sets<'d>) -> Result<(), RequestError> {
        for (key, fields) in self.group(sets)? {
            for fields in by_object(&fields) {
                let Some((first, others)) = fields.split_first() else { continue };
                if let Some(other) = others.iter().find(|other| !is_same_source(&first.field.node, &other.field.node)) {
                    let message = format!(
                        "The key \"{key}\" would have the values of two fields or arguments. Give one of them another \
                         alias."
                    );
                    self.errors.add(other.field.pos, message);
                    continue;
                }
                self.check_sources(&self.below(&fields))?;
            }
        }
        Ok(())
    }

    /// Groups the fields of all sets and their fragments by response key.
    fn group(&mut self, sets: &Sets<'d>) -> Result<IndexMap<&'d str, Vec<Selected<'d>>>, RequestError> {
        let mut groups = IndexMap::new();
        let mut visited = HashSet::new();
        for (parent, set) in sets {
            self.collect(*parent, set, &mut visited, &mut groups)?;
        }
        Ok(groups)
    }

    fn collect(
        &mut self,
        parent: Option<&'d MetaType>,
        set: &'d SelectionSet,
        visited: &mut HashSet<&'d str>,
        groups: &mut IndexMap<&'d str, Vec<Selected<'d>>>,
    ) -> Result<(), RequestError> {
        let Some(parent) = parent else { return Ok(()) };
        for item in &set.items {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(RequestError::too_complex("The document selects too many fields of the same keys."));
            }
            match &item.node {
                Selection::Field(field) => {
                    let type_name = self.types.field(parent, &field.node.name.node).map(|field| field.ty.as_str());
                    let key = field.node.response_key().node.as_str();
                    groups.entry(key).or_default().push(Selected { parent, field, type_name });
                }
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let inside = match &fragment.type_condition {
                        Some(condition) => self.types.named(&condition.node.on.node),
                        None => Some(parent),
                    };
                    self.collect(inside, &fragment.selection_set.node, visited, groups)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.document.fragments.get(name)
                        && visited.insert(name)
                    {
                        let inside = self.types.named(&fragment.node.type_condition.node.on.node);
                        self.collect(inside, &fragment.node.selection_set.node, visited, groups)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn below(&self, fields: &[Selected<'d>]) -> Sets<'d> {
        let below = |selected: &Selected<'d>| {
            (selected.type_name.and_then(|name| self.types.named(name)), &selected.field.node.selection_set.node)
        };
        fields.iter().map(below).collect()
    }
}

/// Returns the fields that an object can have together: those of its own type, and those of interfaces and unions.
fn by_object<'d>(fields: &[Selected<'d>]) -> Vec<Vec<Selected<'d>>> {
    let mut objects: Vec<&str> = Vec::new();
    for selected in fields.iter().filter(|selected| !selected.parent.is_abstract()) {
        if !objects.contains(&selected.parent.name()) {
            objects.push(selected.parent.name());
        }
    }
    if objects.len() <= 1 {
        return vec![fields.to_vec()];
    }
    let of = |object: &&str| {
        let is_of = |selected: &&Selected<'d>| selected.parent.is_abstract() || selected.parent.name() == *object;
        fields.iter().filter(is_of).copied().collect()
    };
    objects.iter().map(of).collect()
}

fn is_same_source(one: &Field, other: &Field) -> bool {
    let is_given = |field: &Field, (name, value): &(Positioned<async_graphql::Name>, Positioned<_>)| {
        field.get_argument(&name.node).is_some_and(|other| other.node == value.node)
    };
    one.name.node == other.name.node
        && one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|argument| is_given(other, argument))
}
