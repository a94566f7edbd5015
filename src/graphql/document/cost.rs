//! What an operation may cost: one point a field, lists multiplied by their page size.
//!
//! The framework computes such a cost from an expression at each field, which is forgotten at the first new field. This
//! one reads the schema: the edges of a connection cost as often as its field's `first` or `last` says.

use std::cell::Cell;

use async_graphql::Name;
use async_graphql::Variables;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql_value::Value;

use super::types::Types;
use super::variables;

/// The page that is given when none is asked for, and the largest there is. A larger one is the resolver's to refuse,
/// with a better sentence.
const DEFAULT_PAGE: u64 = 20;
const MAX_PAGE: u64 = 100;

/// What a plain list counts for: they are bounded by nature, and most are short.
const PLAIN_LIST: u64 = 5;

/// Adds up the cost of `operation`. It runs after the measure, so the walk is over a bounded number of fields.
pub(super) fn cost(
    types: &Types,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> u64 {
    CostVisitor { types, document, operation, variables, has_asked: Cell::new(false) }.whole()
}

/// Returns the cost of an operation that costs the same with any variables.
pub(super) fn fixed(types: &Types, document: &ExecutableDocument, operation: &OperationDefinition) -> Option<u64> {
    let walk =
        CostVisitor { types, document, operation, variables: &Variables::default(), has_asked: Cell::new(false) };
    let cost = walk.whole();
    (!walk.has_asked.get()).then_some(cost)
}

struct CostVisitor<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    variables: &'d Variables,
    /// Whether any variable played a part.
    has_asked: Cell<bool>,
}

impl CostVisitor<'_> {
    fn whole(&self) -> u64 {
        let root = match self.operation.ty {
            OperationType::Query => self.types.query(),
            OperationType::Mutation => self.types.mutation(),
            OperationType::Subscription => self.types.subscription(),
        };
        self.types.named(root).map_or(0, |root| self.set(root, &self.operation.selection_set.node, 1))
    }

    /// `page` is what lists directly in this object multiply by.
    fn set(&self, parent: &MetaType, set: &SelectionSet, page: u64) -> u64 {
        set.items.iter().fold(0_u64, |sum, item| {
            sum.saturating_add(match &item.node {
                Selection::Field(field) => self.field(parent, &field.node, page),
                Selection::InlineFragment(fragment) => {
                    let narrowed = fragment.node.type_condition.as_ref();
                    let narrowed = narrowed.and_then(|condition| self.types.named(&condition.node.on.node));
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
        // What the schema does not know is the introspection, one point a field.
        let Some(known) = parent.field_by_name(&field.name.node) else {
            return 1_u64.saturating_add(self.set(parent, below, 1));
        };
        let Some(result) = self.types.named(&known.ty) else { return 1 };
        let times = if below.items.is_empty() || !is_list(&known.ty) {
            1
        } else if is_connection(parent) {
            page
        } else {
            self.longest_argument(field).unwrap_or(PLAIN_LIST)
        };
        let page = if is_connection(result) { self.page(field) } else { 1 };
        1_u64.saturating_add(times.saturating_mul(self.set(result, below, page)))
    }

    fn page(&self, field: &Field) -> u64 {
        let asked = ["first", "last"]
            .into_iter()
            .filter_map(|name| self.integer(field.get_argument(name).map(|value| &value.node)?));
        asked.max().unwrap_or(DEFAULT_PAGE).min(MAX_PAGE)
    }

    fn integer(&self, value: &Value) -> Option<u64> {
        match value {
            // A negative size is the resolver's to refuse.
            Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
            Value::Variable(name) => match self.variable(name)? {
                async_graphql::Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
                _ => None,
            },
            _ => None,
        }
    }

    /// A list that is asked for by a list (`nodes(ids:)`) is as long as that.
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
        self.has_asked.set(true);
        variables::value(self.operation, self.variables, name)
    }
}

fn is_connection(of: &MetaType) -> bool {
    of.name().ends_with("Connection")
}

fn is_list(of: &str) -> bool {
    MetaTypeName::create(of).is_list()
}
