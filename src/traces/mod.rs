//! OpenTelemetry traces: spans of requests, operations, root fields and statements, sent to a collector as OTLP over HTTP.
//! The span of a mutation's field is that of its rule.
//!
//! The spans are those of `tracing`. Without a collector those below the request are disabled, which costs a comparison
//! each. A program without the feature `otlp` has no export.

#[cfg(not(feature = "otlp"))]
mod absent;
#[cfg(feature = "otlp")]
mod export;
mod fields;

#[cfg(not(feature = "otlp"))]
pub use self::absent::{Traces, continue_trace};
#[cfg(feature = "otlp")]
pub use self::export::{Traces, continue_trace};
pub use self::fields::RootFieldSpans;
