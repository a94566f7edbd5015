//! What an operation costs and what the caller has left: `extensions.cost`, for clients that request it.

use async_graphql::{ScalarType, Value};

use super::DateTime;
use crate::limiter::Remaining;

/// The cost of an operation, and the caller's remaining points.
#[derive(Clone, Copy, Debug, Default)]
pub struct CostReport {
    /// The points of the operation; 0 if it was rejected before they were counted.
    pub requested: u64,
    /// `None` without rate limits.
    pub remaining: Option<Remaining>,
}

impl CostReport {
    pub fn value(&self) -> Value {
        async_graphql::value!({
            "requested": self.requested,
            "remaining": self.remaining.map(|remaining| remaining.amount),
            "resetsAt": self.remaining.map(|remaining| DateTime(remaining.full_at).to_value()),
        })
    }
}
