//! Counts operations by kind and outcome.

use std::sync::atomic::AtomicU64;
use std::time::Instant;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, Value};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::graphql::error::code;

/// In seconds, from a small query to the timeout of a mutation.
const DURATION_BUCKETS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0];

/// The outcome of an operation without errors. Problems that a mutation returns as `userErrors` are no errors.
const OK: &str = "OK";

/// What happened to the operations of a node.
#[derive(Clone, Debug)]
pub struct OperationMetrics {
    pub outcomes: Family<OperationLabels, Counter<u64, AtomicU64>>,
    pub durations: Family<KindLabels, Histogram>,
    /// By the first root field: names of operations are made up by clients, and there is no end of them.
    pub fields: Family<FieldLabels, Counter<u64, AtomicU64>>,
    pub field_durations: Family<FieldLabels, Counter<f64, AtomicU64>>,
}

/// The number of label values is bounded: four kinds, and the codes of [`code::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OperationLabels {
    kind: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct KindLabels {
    kind: &'static str,
}

/// The fields of the schema's roots: documents with others are rejected.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct FieldLabels {
    field: String,
}

impl Default for OperationMetrics {
    /// The counters that alerts need exist from the start: a rate is computed from the second value of a counter on.
    fn default() -> Self {
        let outcomes = Family::default();
        let durations: Family<KindLabels, Histogram> =
            Family::new_with_constructor(|| Histogram::new(DURATION_BUCKETS));
        for kind in [OperationType::Query, OperationType::Mutation].map(|kind| kind_label(Some(kind))) {
            for code in [OK].into_iter().chain(code::SERVER_FAULTS) {
                drop(outcomes.get_or_create(&OperationLabels { kind, code }));
            }
            drop(durations.get_or_create(&KindLabels { kind }));
        }
        Self { outcomes, durations, fields: Family::default(), field_durations: Family::default() }
    }
}

impl OperationMetrics {
    /// Records an operation that was executed.
    pub(super) fn record(&self, kind: OperationType, field: &str, response: &Response, started_at: Instant) {
        self.count(kind_label(Some(kind)), outcome(&response.errors));
        let labels = KindLabels { kind: kind_label(Some(kind)) };
        let seconds = started_at.elapsed().as_secs_f64();
        self.durations.get_or_create(&labels).observe(seconds);
        let labels = FieldLabels { field: field.to_owned() };
        self.fields.get_or_create(&labels).inc();
        self.field_durations.get_or_create(&labels).inc_by(seconds);
    }

    /// Records an operation that was rejected before its execution. The kind is unknown if the document was.
    pub(super) fn record_rejection(&self, kind: Option<OperationType>, code: &str) {
        self.count(kind_label(kind), bounded(code));
    }

    /// Returns what records a subscription when it ends.
    pub(super) fn subscription(&self) -> SubscriptionOutcome {
        SubscriptionOutcome { metrics: self.clone(), code: OK }
    }

    fn count(&self, kind: &'static str, code: &'static str) {
        self.outcomes.get_or_create(&OperationLabels { kind, code }).inc();
    }
}

/// Records a subscription when it is dropped.
pub(super) struct SubscriptionOutcome {
    metrics: OperationMetrics,
    code: &'static str,
}

impl SubscriptionOutcome {
    pub(super) fn observe(&mut self, response: &Response) {
        if self.code == OK {
            self.code = outcome(&response.errors);
        }
    }
}

impl Drop for SubscriptionOutcome {
    fn drop(&mut self) {
        self.metrics.count(kind_label(Some(OperationType::Subscription)), self.code);
    }
}

fn kind_label(kind: Option<OperationType>) -> &'static str {
    match kind {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "unknown",
    }
}

/// Returns the code of the error that an operator must know of: a fault of the server before one of the client.
fn outcome(errors: &[ServerError]) -> &'static str {
    let codes = errors.iter().map(|error| match error.extensions.as_ref().and_then(|values| values.get("code")) {
        Some(Value::String(code)) => bounded(code),
        _ => code::INTERNAL_SERVER_ERROR,
    });
    codes.min_by_key(|code| !code::SERVER_FAULTS.contains(code)).unwrap_or(OK)
}

fn bounded(code: &str) -> &'static str {
    code::ALL.iter().copied().find(|known| *known == code).unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_label_of_its_own() {
        let source = include_str!("../error.rs");
        let declared: Vec<&str> = source
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub const ")?.split_once(": &str = "))
            .map(|(name, _)| name)
            .filter(|name| source.contains(&format!("pub const {name}: &str = \"{name}\";")))
            .collect();
        assert_eq!(declared.len(), code::ALL.len(), "{declared:?}");
        assert!(declared.into_iter().all(|name| bounded(name) == name));
        assert_eq!(bounded("INVENTED"), "OTHER");
    }
}
