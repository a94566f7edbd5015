//! What an operation costs and what the caller has left: `extensions.cost`, for clients that request it.

use async_graphql::{ScalarType, Value};

use super::DateTime;
use crate::clock::Timestamp;

/// The cost of an operation, and the caller's remaining points on this node.
#[derive(Clone, Copy, Debug, Default)]
pub struct CostReport {
    /// The points of the operation; 0 if it was rejected before they were counted.
    pub requested: u64,
    /// The points that the caller has left, and when all are available again. `None` without rate limits.
    pub budget: Option<(u32, Timestamp)>,
}

impl CostReport {
    pub fn value(&self) -> Value {
        let (remaining, resets_at) = self.budget.unzip();
        async_graphql::value!({
            "requested": self.requested,
            "remaining": remaining,
            "resetsAt": resets_at.map(|instant| DateTime(instant).to_value()),
        })
    }
}
