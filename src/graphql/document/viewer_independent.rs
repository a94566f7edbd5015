//! Finds subscriptions that select only fields whose values do not depend on the viewer.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_value::Value;

use super::types::Types;
use crate::graphql::sharing::ViewerIndependent;

/// Returns true if the responses of this subscription can be shared: below the root field it selects only `fields`, and uses
/// no variables, because their values differ between followers. `measure` has limited the number of fields before.
pub(super) fn is_viewer_independent(
    types: &Types,
    fields: ViewerIndependent,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> bool {
    let visitor = ViewerIndependenceVisitor { types, fields, document };
    let mut set = &operation.selection_set.node;
    let root = loop {
        let [root] = &set.items[..] else { return false };
        match &root.node {
            Selection::Field(root) => break root,
            Selection::InlineFragment(fragment) => set = &fragment.node.selection_set.node,
            Selection::FragmentSpread(spread) => match document.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => set = &fragment.node.selection_set.node,
                None => return false,
            },
        }
    };
    let event = types.named(types.subscription()).and_then(|roots| roots.field_by_name(&root.node.name.node));
    let event = event.and_then(|field| types.named(&field.ty));
    event.is_some_and(|event| visitor.set(event.name(), &root.node.selection_set.node))
}

struct ViewerIndependenceVisitor<'d> {
    types: &'d Types,
    fields: ViewerIndependent,
    document: &'d ExecutableDocument,
}

impl ViewerIndependenceVisitor<'_> {
    fn set(&self, parent: &str, set: &SelectionSet) -> bool {
        set.items.iter().all(|item| match &item.node {
            Selection::Field(field) => self.field(parent, &field.node),
            Selection::InlineFragment(fragment) => {
                let fragment = &fragment.node;
                let on = fragment.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                are_constant(&fragment.directives) && self.narrowed(parent, on, &fragment.selection_set.node)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                are_constant(&spread.node.directives)
                    && fragment.is_some_and(|fragment| {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.narrowed(parent, Some(on), &fragment.node.selection_set.node)
                    })
            }
        })
    }

    fn narrowed(&self, parent: &str, on: Option<&str>, set: &SelectionSet) -> bool {
        on.is_some_and(|on| self.fields.is_unshared_event(on)) || self.set(on.unwrap_or(parent), set)
    }

    fn field(&self, parent: &str, field: &Field) -> bool {
        let name = field.name.node.as_str();
        if !are_constant(&field.directives) || field.arguments.iter().any(|(_, value)| !is_constant(&value.node)) {
            return false;
        }
        if name == "__typename" {
            return true;
        }
        if !self.fields.contains(parent, name) {
            return false;
        }
        let below = &field.selection_set.node;
        let result = || self.types.named(&self.types.named(parent)?.field_by_name(name)?.ty);
        below.items.is_empty() || result().is_some_and(|result| self.set(result.name(), below))
    }
}

fn are_constant(directives: &[Positioned<Directive>]) -> bool {
    directives.iter().all(|directive| directive.node.arguments.iter().all(|(_, value)| is_constant(&value.node)))
}

fn is_constant(value: &Value) -> bool {
    match value {
        Value::Variable(_) => false,
        Value::List(items) => items.iter().all(is_constant),
        Value::Object(members) => members.values().all(is_constant),
        _ => true,
    }
}
