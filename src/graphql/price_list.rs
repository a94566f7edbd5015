//! What the fields of a schema cost, and how often a caller can run its mutations.
//!
//! The executor does not know the schema. `schema/prices.rs` has the rows; a test refuses a list or a mutation without
//! one.

use std::collections::HashMap;

use crate::limiter::RateLimit;

/// The rows of a schema, by the names of types and fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct PriceList {
    /// Fields whose own work costs more than one point.
    pub fields: &'static [FieldPrice],
    /// Fields that return a list without pages.
    pub lists: &'static [ListSize],
    pub mutations: &'static [(&'static str, MutationLimit)],
}

/// A field whose own work costs more than the one point of a field.
#[derive(Debug)]
pub struct FieldPrice {
    pub parent: &'static str,
    pub field: &'static str,
    pub points: u64,
}

/// A field that returns a list without pages.
#[derive(Debug)]
pub struct ListSize {
    pub parent: &'static str,
    pub field: &'static str,
    /// The largest number of items.
    pub largest: usize,
    pub counted: CountedItems,
}

/// The number of items by which the cost of an item's fields is multiplied.
///
/// A list that is usually short is counted with an ordinary number of items, not the largest: otherwise no page of users
/// could select their skills. The points of what it returns beyond that are charged afterwards, by the size of the
/// response.
#[derive(Clone, Copy, Debug)]
pub enum CountedItems {
    Always(u64),
    /// As many as the argument has.
    OfArgument(&'static str),
    /// This number for each day of the range between the arguments `from` and `to`.
    PerDay(u64),
}

/// How often a caller can run a mutation.
#[derive(Clone, Copy, Debug)]
pub enum MutationLimit {
    /// Taken from the viewer's bucket before the operation runs. Callers without a session are rejected by the field.
    PerViewer(&'static RateLimit),
    /// The rule of the mutation takes from these buckets, because what counts is known only there. The text is for readers.
    InRule(&'static [&'static RateLimit], &'static str),
    /// With the reason why the mutation needs no limit.
    Unlimited(&'static str),
}

/// A [`PriceList`] by name.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    fields: HashMap<(&'static str, &'static str), u64>,
    lists: HashMap<(&'static str, &'static str), CountedItems>,
    mutations: HashMap<&'static str, &'static RateLimit>,
}

impl Prices {
    pub fn new(list: PriceList) -> Self {
        let limited = list.mutations.iter().filter_map(|(name, limit)| match limit {
            MutationLimit::PerViewer(limit) => Some((*name, *limit)),
            _ => None,
        });
        Self {
            fields: list.fields.iter().map(|price| ((price.parent, price.field), price.points)).collect(),
            lists: list.lists.iter().map(|size| ((size.parent, size.field), size.counted)).collect(),
            mutations: limited.collect(),
        }
    }

    pub fn field(&self, parent: &str, field: &str) -> u64 {
        self.fields.get(&(parent, field)).copied().unwrap_or(1)
    }

    pub fn list(&self, parent: &str, field: &str) -> Option<CountedItems> {
        self.lists.get(&(parent, field)).copied()
    }

    pub fn mutation(&self, name: &str) -> Option<&'static RateLimit> {
        self.mutations.get(name).copied()
    }
}
