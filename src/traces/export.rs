//! Sends the spans of `tracing` to a collector. A full queue drops spans; the server never waits for the collector.

use std::time::Duration;

use axum::http::HeaderMap;
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber, warn};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

/// How long the collector has to accept spans, and the last ones at the end.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The export of spans. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts the export to the collector at `url`, of this share of the traces in percent. Call it in the runtime.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn start(url: &Url, percent: u8) -> Result<Self, String> {
        let failed = |cause: &dyn std::fmt::Display| format!("STUDYHALL_TRACES_URL: {cause}");
        let client = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(|cause| failed(&cause))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client { client, runtime: Handle::current() })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(url.as_str())
            .with_timeout(TIMEOUT)
            .build()
            .map_err(|cause| failed(&cause))?;
        let resource = Resource::builder_empty()
            .with_attributes([
                KeyValue::new("service.name", "studyhall"),
                KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            ])
            .build();
        let sampler = Sampler::TraceIdRatioBased(f64::from(percent) / 100.0);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(sampler)))
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// The layer that turns the spans of this program into those of OpenTelemetry.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let own_spans = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("studyhall"));
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("studyhall"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_filter(own_spans.with_max_level_hint(LevelFilter::TRACE))
    }

    /// Sends what is waiting, and ends the export.
    pub async fn close(self) {
        let closed = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(TIMEOUT)).await;
        if let Ok(Err(cause)) = closed {
            warn!(%cause, "the last traces could not be sent");
        }
    }
}

/// Continues the trace of a proxy, which the header `traceparent` names (W3C Trace Context).
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    if headers.contains_key("traceparent") {
        // Fails without a collector.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    }
}

/// Sends by the runtime of the server: the exporter has a thread of its own, outside of it.
#[derive(Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_graphql::async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move {
            let response = client.execute(request.try_into()?).await?;
            // The status says whether the spans were accepted; the body can have any size.
            Ok::<_, HttpError>(Response::builder().status(response.status()).body(Bytes::new())?)
        });
        sending.await?
    }
}
