//! Spans of root fields.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{ServerResult, Value};
use tracing::{Instrument, trace_span};

/// A span for each root field of an operation. An extension costs time at every field: add it to the schema only if traces
/// are exported.
#[derive(Debug)]
pub struct RootFieldSpans;

impl ExtensionFactory for RootFieldSpans {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for RootFieldSpans {
    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        if info.path_node.parent.is_some() {
            return next.run(context, info).await;
        }
        let span = trace_span!("field", otel.name = format_args!("{}.{}", info.parent_type, info.name));
        next.run(context, info).instrument(span).await
    }
}
