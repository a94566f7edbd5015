//! The program without the export.

use axum::http::HeaderMap;
use tracing::Span;
use tracing_subscriber::layer::Identity;
use url::Url;

/// The export of spans, which does not exist.
#[derive(Clone, Debug)]
pub enum Traces {}

impl Traces {
    /// # Errors
    /// Always.
    pub fn start(_: &Url, _: u8) -> Result<Self, String> {
        Err("STUDYHALL_TRACES_URL: this program was built without the feature `otlp`".to_owned())
    }

    pub fn layer(&self) -> Identity {
        match *self {}
    }

    pub async fn close(self) {
        match self {}
    }
}

pub fn continue_trace(_: &Span, _: &HeaderMap) {}
