//! What the framework skips, made into what it does not skip.
//!
//! Its validator never looks at what stands on `__typename` (arguments, selections, directives and the variables in
//! them), and its subscriptions ignore every root selection that is not a field: the stream ends without a word.

use async_graphql::Positioned;
use async_graphql::parser::types::{ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType};
use async_graphql::parser::types::{Selection, SelectionSet};

use crate::graphql::RequestError;

/// Turns `__typename @d` into `... @d { __typename }`, so that its directives are validated and obeyed.
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
        let place = item.pos;
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                if !field.node.arguments.is_empty() || !field.node.selection_set.node.items.is_empty() {
                    return Err(RequestError::invalid("\"__typename\" has no arguments and no selection.").at(place));
                }
                if !field.node.directives.is_empty() {
                    item.node = under_directives(field);
                }
            }
            Selection::Field(field) => expose(&mut field.node.selection_set.node)?,
            Selection::InlineFragment(fragment) => expose(&mut fragment.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn under_directives(field: &mut Positioned<Field>) -> Selection {
    let place = field.pos;
    let directives = std::mem::take(&mut field.node.directives);
    let alone = SelectionSet { items: vec![Positioned::new(Selection::Field(field.clone()), place)] };
    let fragment = InlineFragment { type_condition: None, directives, selection_set: Positioned::new(alone, place) };
    Selection::InlineFragment(Positioned::new(fragment, place))
}

/// Puts the one field of each subscription where the framework looks for it: directly below the root.
///
/// Runs on a document that was measured (one root field, no circle) and found valid.
///
/// # Errors
/// When the root field is `__typename`, or is skipped or included by a directive: the specification allows neither.
pub(super) fn inline_subscription_roots(document: &mut ExecutableDocument) -> Result<(), RequestError> {
    let fragments = document.fragments.clone();
    for operation in operations_mut(document).filter(|operation| operation.node.ty == OperationType::Subscription) {
        let mut set = &operation.node.selection_set.node;
        let root = loop {
            let Some(item) = set.items.first() else { return Ok(()) };
            if item.node.directives().iter().any(|directive| matches!(&*directive.node.name.node, "skip" | "include")) {
                return Err(
                    RequestError::invalid("A subscription's root field is neither skipped nor included.").at(item.pos)
                );
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
            return Err(RequestError::invalid("A subscription's root field is one of its own.").at(root.pos));
        }
        let place = root.pos;
        operation.node.selection_set.node.items = vec![Positioned::new(Selection::Field(root), place)];
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
