//! Rewrites parts of a document that the framework ignores into equivalent ones that it handles.
//!
//! Its validator ignores the arguments, selections and directives of `__typename`, with the variables in them. Its
//! subscriptions ignore root selections other than fields: the stream ends without an error.

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType};
use async_graphql::parser::types::{Selection, SelectionSet};

use crate::graphql::RequestError;

/// Rewrites `__typename @d` to `... @d { __typename }`, so that its directives are validated and applied.
///
/// # Errors
/// When `__typename` has arguments or a selection.
pub(super) fn expose_typename_directives(document: &mut ExecutableDocument) -> Result<(), RequestError> {
    for operation in operations_mut(document) {
        expose(&mut operation.node.selection_set.node)?;
    }
    for fragment in document.fragments.values_mut() {
        expose(&mut fragment.node.selection_set.node)?;
    }
    Ok(())
}

fn expose(set: &mut SelectionSet) -> Result<(), RequestError> {
    for item in &mut set.items {
        let position = item.pos;
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                if !field.node.arguments.is_empty() || !field.node.selection_set.node.items.is_empty() {
                    return Err(
                        RequestError::invalid("\"__typename\" takes no arguments and no selection.").at(position)
                    );
                }
                if !field.node.directives.is_empty() {
                    item.node = wrap_in_fragment(field);
                }
            }
            Selection::Field(field) => expose(&mut field.node.selection_set.node)?,
            Selection::InlineFragment(fragment) => expose(&mut fragment.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

/// Moves the directives of a field to an inline fragment around it.
fn wrap_in_fragment(field: &mut Positioned<Field>) -> Selection {
    let position = field.pos;
    let directives = std::mem::take(&mut field.node.directives);
    let set = SelectionSet { items: vec![Positioned::new(Selection::Field(field.clone()), position)] };
    let selection_set = Positioned::new(set, position);
    let fragment = InlineFragment { type_condition: None, directives, selection_set };
    Selection::InlineFragment(Positioned::new(fragment, position))
}

/// Moves the root field of each subscription out of fragments: the framework finds it only at the first level.
///
/// Expects a measured and valid document, which has one root field and no cycle.
///
/// # Errors
/// When the root field is an introspection field, or has `@skip` or `@include`. The specification forbids both.
pub(super) fn inline_subscription_roots(document: &mut ExecutableDocument) -> Result<(), RequestError> {
    let fragments = document.fragments.clone();
    for operation in operations_mut(document).filter(|operation| operation.node.ty == OperationType::Subscription) {
        let mut set = &operation.node.selection_set.node;
        let root = loop {
            let Some(item) = set.items.first() else { return Ok(()) };
            if item.node.directives().iter().any(|directive| matches!(&*directive.node.name.node, "skip" | "include")) {
                return Err(RequestError::invalid("The root field of a subscription must not have @skip or @include.")
                    .at(item.pos));
            }
            match &item.node {
                Selection::Field(field) => break field.clone(),
                Selection::InlineFragment(fragment) => set = &fragment.node.selection_set.node,
                Selection::FragmentSpread(spread) => match fragments.get(&spread.node.fragment_name.node) {
                    Some(fragment) => set = &fragment.node.selection_set.node,
                    None => return Ok(()),
                },
            }
        };
        if root.node.name.node.starts_with("__") {
            return Err(RequestError::invalid("The root field of a subscription must not be an introspection field.")
                .at(root.pos));
        }
        let position = root.pos;
        operation.node.selection_set.node.items = vec![Positioned::new(Selection::Field(root), position)];
    }
    Ok(())
}

fn operations_mut(
    document: &mut ExecutableDocument,
) -> Box<dyn Iterator<Item = &mut Positioned<OperationDefinition>> + '_> {
    use async_graphql::parser::types::DocumentOperations::{Multiple, Single};
    match &mut document.operations {
        Single(operation) => Box::new(std::iter::once(operation)),
        Multiple(operations) => Box::new(operations.values_mut()),
    }
}
