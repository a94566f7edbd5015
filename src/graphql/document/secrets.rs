//! Finds the fields whose values are secrets.

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

use super::types::Types;

/// Fields whose values give access to an account or its data, by the name of their type. A response with one of them is
/// never compressed.
///
/// The signed addresses of images are not among them: each is for one viewer and ten minutes.
pub const SECRET_FIELDS: [(&str, &str); 5] = [
    ("SessionTokens", "accessToken"),
    ("SessionTokens", "refreshToken"),
    ("CreateCalendarFeedPayload", "url"),
    ("CreateInvitationPayload", "url"),
    ("Booking", "calendarUrl"),
];

/// Returns true if any operation or fragment of the document selects a secret.
pub(super) fn selects_secret(types: &Types, document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| {
        let root = match operation.node.ty {
            OperationType::Query => types.query(),
            OperationType::Mutation => types.mutation(),
            OperationType::Subscription => types.subscription(),
        };
        (root, &operation.node.selection_set.node)
    });
    let fragments = document
        .fragments
        .values()
        .map(|fragment| (fragment.node.type_condition.node.on.node.as_str(), &fragment.node.selection_set.node));
    // Each fragment is visited once, whatever spreads it.
    operations.chain(fragments).any(|(parent, set)| has_secret(types, parent, set))
}

fn has_secret(types: &Types, parent: &str, set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            let (name, below) = (field.node.name.node.as_str(), &field.node.selection_set.node);
            if SECRET_FIELDS.contains(&(parent, name)) {
                return true;
            }
            let result = types.named(parent).and_then(|parent| parent.field_by_name(name));
            let result = result.and_then(|field| types.named(&field.ty));
            !below.items.is_empty() && result.is_some_and(|result| has_secret(types, result.name(), below))
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
            has_secret(types, on.unwrap_or(parent), &fragment.node.selection_set.node)
        }
        Selection::FragmentSpread(_) => false,
    })
}
