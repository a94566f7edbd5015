//! The rule that a subscription has one root field.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};

use super::Errors;

/// Checks the root fields of a subscription. They must not depend on `@skip` and `@include`.
pub(super) fn check(document: &ExecutableDocument, operation: &OperationDefinition, errors: &mut Errors) {
    if operation.ty != OperationType::Subscription {
        return;
    }
    let mut roots = Vec::new();
    collect(document, &operation.selection_set.node, &mut roots, errors);
    let Some((first, others)) = roots.split_first() else { return };
    let key = first.node.response_key();
    if let Some(other) = others.iter().find(|other| other.node.response_key().node != key.node) {
        errors.add(other.pos, "A subscription must have exactly one root field.");
    }
    for root in roots.iter().filter(|root| root.node.name.node.starts_with("__")) {
        errors.add(root.pos, "The root field of a subscription must not be an introspection field.");
    }
}

fn collect<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    roots: &mut Vec<&'d Positioned<Field>>,
    errors: &mut Errors,
) {
    for item in &set.items {
        if item.node.directives().iter().any(|directive| matches!(&*directive.node.name.node, "skip" | "include")) {
            errors.add(item.pos, "The root field of a subscription must not have @skip or @include.");
        }
        match &item.node {
            Selection::Field(field) => roots.push(field),
            Selection::InlineFragment(fragment) => {
                collect(document, &fragment.node.selection_set.node, roots, errors);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, roots, errors);
                }
            }
        }
    }
}
