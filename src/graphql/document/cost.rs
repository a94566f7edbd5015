//! The cost of an operation: one point per field, multiplied by the page size in lists.
//!
//! The framework takes a cost expression at each field, which is easily forgotten at a new one. This visitor reads the
//! schema instead: the edges of a connection are multiplied by the `first` or `last` of its field.

use std::cell::Cell;

use async_graphql::Name;
use async_graphql::Variables;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql_value::Value;

use super::types::Types;

/// The factor of a connection without `first` and `last`, and the largest one. Resolvers reject larger pages with a clearer
/// message.
const DEFAULT_PAGE_SIZE: u64 = 20;
const MAX_PAGE_SIZE: u64 = 100;

/// The factor of a list that is not a connection. Such lists have a limit, and most are short.
const DEFAULT_LIST_LENGTH: u64 = 5;

/// Returns the cost of `operation`. `measure` has limited the number of fields before.
pub(super) fn cost(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> u64 {
    CostVisitor { types, document, operation, variables, uses_variables: Cell::new(false) }.total()
}

/// Returns the cost of `operation` if it does not depend on variables.
pub(super) fn constant_cost(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Option<u64> {
    let variables = Variables::default();
    let visitor = CostVisitor { types, document, operation, variables: &variables, uses_variables: Cell::new(false) };
    let cost = visitor.total();
    (!visitor.uses_variables.get()).then_some(cost)
}

struct CostVisitor<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    variables: &'d Variables,
    /// Set when the cost depends on a variable.
    uses_variables: Cell<bool>,
}

impl CostVisitor<'_> {
    fn total(&self) -> u64 {
        let root = match self.operation.ty {
            OperationType::Query => self.types.query(),
            OperationType::Mutation => self.types.mutation(),
            OperationType::Subscription => self.types.subscription(),
        };
        self.types.named(root).map_or(0, |root| self.set(root, &self.operation.selection_set.node, 1))
    }

    /// `page` is the factor of the lists that are fields of `parent`.
    fn set(&self, parent: &MetaType, set: &SelectionSet, page: u64) -> u64 {
        set.items.iter().fold(0_u64, |sum, item| {
            sum.saturating_add(match &item.node {
                Selection::Field(field) => self.field(parent, &field.node, page),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let narrowed = condition.and_then(|condition| self.types.named(&condition.node.on.node));
                    self.set(narrowed.unwrap_or(parent), &fragment.node.selection_set.node, page)
                }
                Selection::FragmentSpread(spread) => {
                    self.document.fragments.get(&spread.node.fragment_name.node).map_or(0, |fragment| {
                        let narrowed = self.types.named(&fragment.node.type_condition.node.on.node);
                        self.set(narrowed.unwrap_or(parent), &fragment.node.selection_set.node, page)
                    })
                }
            })
        })
    }

    fn field(&self, parent: &MetaType, field: &Field, page: u64) -> u64 {
        let below = &field.selection_set.node;
        // Only introspection fields are missing in the schema. They cost one point each.
        let Some(definition) = parent.field_by_name(&field.name.node) else {
            return 1_u64.saturating_add(self.set(parent, below, 1));
        };
        let Some(result) = self.types.named(&definition.ty) else { return 1 };
        let times = if below.items.is_empty() || !is_list(&definition.ty) {
            1
        } else if is_connection(parent) {
            page
        } else {
            self.longest_argument(field).unwrap_or(DEFAULT_LIST_LENGTH)
        };
        let page = if is_connection(result) { self.page_size(field) } else { 1 };
        1_u64.saturating_add(times.saturating_mul(self.set(result, below, page)))
    }

    fn page_size(&self, field: &Field) -> u64 {
        let sizes = ["first", "last"]
            .into_iter()
            .filter_map(|name| self.integer(field.get_argument(name).map(|value| &value.node)?));
        sizes.max().unwrap_or(DEFAULT_PAGE_SIZE).min(MAX_PAGE_SIZE)
    }

    fn integer(&self, value: &Value) -> Option<u64> {
        match value {
            // The resolver rejects a negative size.
            Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
            Value::Variable(name) => match self.variable(name)? {
                async_graphql::Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the length of the longest list argument: a field like `nodes(ids:)` returns a list of the same length.
    fn longest_argument(&self, field: &Field) -> Option<u64> {
        let lengths = field.arguments.iter().filter_map(|(_, value)| match &value.node {
            Value::List(items) => Some(items.len()),
            Value::Variable(name) => match self.variable(name)? {
                async_graphql::Value::List(items) => Some(items.len()),
                _ => None,
            },
            _ => None,
        });
        lengths.max().map(|length| u64::try_from(length).unwrap_or(u64::MAX))
    }

    fn variable(&self, name: &Name) -> Option<&async_graphql::Value> {
        self.uses_variables.set(true);
        self.variables.get(name)
    }
}

fn is_connection(definition: &MetaType) -> bool {
    definition.name().ends_with("Connection")
}

fn is_list(type_name: &str) -> bool {
    MetaTypeName::create(type_name).is_list()
}
