//! The cost of an operation: one point per field, multiplied by the number of items in lists, and the prices of fields
//! whose own work costs more.
//!
//! The framework takes a cost expression at each field, which is easily forgotten at a new one. This visitor reads the
//! schema instead: the edges of a connection are multiplied by the `first` or `last` of its field, and every other list
//! has a row in the price list.

use std::cell::Cell;

use async_graphql::Name;
use async_graphql::Variables;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql_value::Value;

use super::types::Types;
use crate::clock::Timestamp;
use crate::graphql::price_list::CountedItems;
use crate::graphql::scalars::read_date_time;

/// The factor of a connection without `first` and `last`, and the largest one. Resolvers reject larger pages with a clearer
/// message.
const DEFAULT_PAGE_SIZE: u64 = 20;
const MAX_PAGE_SIZE: u64 = 100;

/// A connection counts all rows of its list up to a bound.
const TOTAL_COUNT_POINTS: u64 = 5;

/// The longest range of a field that is counted by days. Its resolver rejects longer ranges.
const MAX_RANGE_DAYS: u64 = 31;
const DAY_MICROSECONDS: u64 = 24 * 60 * 60 * 1_000_000;

/// The factors of lists in the introspection of the schema, chosen so that the query of common tools has two thirds of the
/// default limit. graphql-js rejects lists below three other lists in the same way (`MaxIntrospectionDepthRule`): they
/// visit the whole schema once for each of its fields.
const INTROSPECTED_TYPES: u64 = 3;
const INTROSPECTED_ITEMS: u64 = 4;
const MAX_INTROSPECTION_LISTS: usize = 3;

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
        // Only introspection fields are missing in the schema.
        let Some(definition) = parent.field_by_name(&field.name.node) else {
            return 1_u64.saturating_add(self.introspection(below, 0));
        };
        let own = self.types.prices().field(parent.name(), &definition.name);
        let Some(result) = self.types.named(&definition.ty) else { return own };
        let own = if is_connection(parent) && definition.name.starts_with("totalCount") {
            own.max(TOTAL_COUNT_POINTS)
        } else {
            own
        };
        let times = if below.items.is_empty() || !is_list(&definition.ty) {
            1
        } else if is_connection(parent) {
            page
        } else {
            self.list_length(parent, field)
        };
        let page = if is_connection(result) { self.page_size(field) } else { 1 };
        own.saturating_add(times.saturating_mul(self.set(result, below, page)))
    }

    /// The fields of the introspection types. `lists` is the number of lists above.
    fn introspection(&self, set: &SelectionSet, lists: usize) -> u64 {
        set.items.iter().fold(0_u64, |sum, item| {
            sum.saturating_add(match &item.node {
                Selection::Field(field) => {
                    let (factor, lists) = match field.node.name.node.as_str() {
                        "types" => (INTROSPECTED_TYPES, lists),
                        "fields" | "interfaces" | "possibleTypes" | "inputFields" => (INTROSPECTED_ITEMS, lists + 1),
                        "args" | "enumValues" | "directives" => (INTROSPECTED_ITEMS, lists),
                        _ => (1, lists),
                    };
                    if lists >= MAX_INTROSPECTION_LISTS {
                        return u64::MAX;
                    }
                    let below = self.introspection(&field.node.selection_set.node, lists);
                    1_u64.saturating_add(factor.saturating_mul(below))
                }
                Selection::InlineFragment(fragment) => self.introspection(&fragment.node.selection_set.node, lists),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    fragment.map_or(0, |fragment| self.introspection(&fragment.node.selection_set.node, lists))
                }
            })
        })
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

    /// Returns how many items the list of a field is counted with.
    fn list_length(&self, parent: &MetaType, field: &Field) -> u64 {
        match self.types.prices().list(parent.name(), &field.name.node) {
            None => 1,
            Some(CountedItems::Always(items)) => items,
            Some(CountedItems::OfArgument(argument)) => {
                let length = match field.get_argument(argument).map(|value| &value.node) {
                    Some(Value::List(items)) => items.len(),
                    Some(Value::Variable(name)) => match self.variable(name) {
                        Some(async_graphql::Value::List(items)) => items.len(),
                        _ => 1,
                    },
                    _ => 1,
                };
                u64::try_from(length).unwrap_or(u64::MAX)
            }
            Some(CountedItems::PerDay(items)) => items.saturating_mul(self.range_in_days(field)),
        }
    }

    /// Returns the length of the range between `from` and `to`, in begun days.
    fn range_in_days(&self, field: &Field) -> u64 {
        match (self.instant(field, "from"), self.instant(field, "to")) {
            (Some(from), Some(to)) => {
                let length = u64::try_from(to.0.saturating_sub(from.0)).unwrap_or(0);
                length.div_ceil(DAY_MICROSECONDS).clamp(1, MAX_RANGE_DAYS)
            }
            _ => MAX_RANGE_DAYS,
        }
    }

    fn instant(&self, field: &Field, argument: &str) -> Option<Timestamp> {
        match field.get_argument(argument).map(|value| &value.node)? {
            Value::String(text) => read_date_time(text),
            Value::Variable(name) => match self.variable(name)? {
                async_graphql::Value::String(text) => read_date_time(text),
                _ => None,
            },
            _ => None,
        }
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
