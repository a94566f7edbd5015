//! The paths of errors below lists.
//!
//! When an item of a list fails, the framework replaces the path of the error by the path of the item. The location of the
//! error is that of its field, by which the rest of the path is found. Where another list is in between, its index is lost.

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql::{PathSegment, Positioned, ServerError};

use super::types::Types;

/// Completes the path of an error that ends at an item of a list.
pub(super) fn complete(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    error: &mut ServerError,
) {
    let (Some(PathSegment::Index(_)), &[location]) = (error.path.last(), &error.locations[..]) else { return };
    let finder = Finder { types, document };
    let mut sets = vec![(types.root(operation.ty), &operation.selection_set.node)];
    for segment in &error.path {
        let PathSegment::Field(key) = segment else { continue };
        let fields = finder.fields(&sets);
        let below = fields.iter().filter(|(_, field)| field.node.response_key().node == *key);
        sets = below.map(|(parent, field)| finder.below(*parent, field)).collect();
    }
    let mut rest = Vec::new();
    let is_location = |field: &Positioned<Field>| field.pos == location;
    if finder.find(&sets, &is_location, &mut rest) {
        error.path.extend(rest.into_iter().rev());
    }
}

type Sets<'d> = Vec<(Option<&'d MetaType>, &'d SelectionSet)>;

struct Finder<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
}

impl<'d> Finder<'d> {
    /// Finds a field that no list separates from `sets`. The innermost segment of its path comes first.
    fn find(
        &self,
        sets: &Sets<'d>,
        is_location: &impl Fn(&Positioned<Field>) -> bool,
        path: &mut Vec<PathSegment>,
    ) -> bool {
        self.fields(sets).into_iter().any(|(parent, field)| {
            let found = is_location(field)
                || (!self.is_list(parent, field) && self.find(&vec![self.below(parent, field)], is_location, path));
            if found {
                path.push(PathSegment::Field(field.node.response_key().node.to_string()));
            }
            found
        })
    }

    /// Returns the fields of selection sets and their fragments.
    fn fields(&self, sets: &Sets<'d>) -> Vec<(Option<&'d MetaType>, &'d Positioned<Field>)> {
        let mut fields = Vec::new();
        for (parent, set) in sets {
            for item in &set.items {
                let inside = match &item.node {
                    Selection::Field(field) => {
                        fields.push((*parent, field));
                        continue;
                    }
                    Selection::InlineFragment(fragment) => {
                        let condition = fragment.node.type_condition.as_ref();
                        let narrowed = condition.and_then(|condition| self.types.named(&condition.node.on.node));
                        (narrowed.or(*parent), &fragment.node.selection_set.node)
                    }
                    Selection::FragmentSpread(spread) => {
                        let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                            continue;
                        };
                        let condition = self.types.named(&fragment.node.type_condition.node.on.node);
                        (condition, &fragment.node.selection_set.node)
                    }
                };
                fields.extend(self.fields(&vec![inside]));
            }
        }
        fields
    }

    fn below(
        &self,
        parent: Option<&'d MetaType>,
        field: &'d Positioned<Field>,
    ) -> (Option<&'d MetaType>, &'d SelectionSet) {
        let definition = parent.and_then(|parent| self.types.field(parent, &field.node.name.node));
        (definition.and_then(|definition| self.types.named(&definition.ty)), &field.node.selection_set.node)
    }

    fn is_list(&self, parent: Option<&'d MetaType>, field: &Positioned<Field>) -> bool {
        let definition = parent.and_then(|parent| self.types.field(parent, &field.node.name.node));
        definition.is_some_and(|definition| MetaTypeName::create(&definition.ty).is_list())
    }
}
