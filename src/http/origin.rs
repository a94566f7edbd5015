//! Cross-origin policy: allowed origins, cross-site requests and CORS.
//!
//! `SameSite` cookies are only a second line of defence: on a campus, any student's page can be "same-site".

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::warn;

use super::graphql::ALLOW;
use super::response::HttpError;
use crate::config::Config;

/// How long a browser may cache the response to a preflight, in seconds.
const PREFLIGHT_MAX_AGE: &str = "600";

/// The request headers that clients of GraphQL, and libraries for tracing that wrap `fetch`, add to requests.
const ALLOWED_HEADERS: [&str; 35] = [
    "accept",
    "accept-language",
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "apollographql-library-name",
    "apollographql-library-version",
    "authorization",
    "b3",
    "baggage",
    "cache-control",
    "content-type",
    "graphql-client-name",
    "graphql-client-version",
    "graphql-require-preflight",
    "idempotency-key",
    "if-none-match",
    "last-event-id",
    "pragma",
    "sentry-trace",
    "traceparent",
    "tracestate",
    "x-apollo-operation-id",
    "x-apollo-operation-name",
    "x-apollo-operation-type",
    "x-client-name",
    "x-client-version",
    "x-correlation-id",
    "x-datadog-origin",
    "x-datadog-parent-id",
    "x-datadog-sampled",
    "x-datadog-sampling-priority",
    "x-datadog-trace-id",
    "x-request-id",
    "x-requested-with",
];

/// The response headers that pages of other origins can read.
const EXPOSED_HEADERS: &str = "ratelimit, ratelimit-policy, retry-after, x-request-id";

/// At most one line of the log in this time is about rejected origins.
const WARNING_INTERVAL: Duration = Duration::from_mins(1);
/// Longer origins are cut in the log, in characters.
const MAX_LOGGED_LENGTH: usize = 100;

/// The origins whose pages may use this server. They are compared exactly.
#[derive(Debug)]
pub(super) struct AllowedOrigins {
    origins: HashSet<String>,
    /// The value of `Access-Control-Allow-Headers`.
    headers: HeaderValue,
    /// The operator did not set the public URL, so pages that this server serves itself may be rejected.
    is_public_url_guessed: bool,
    warned_at: Mutex<Option<Instant>>,
}

/// The origin of a request, as its headers state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestOrigin {
    /// The headers name no page: a program, or a navigation in a browser.
    Unknown,
    /// A page of an allowed origin.
    Allowed,
    /// A page of another origin.
    Foreign,
}

impl AllowedOrigins {
    pub(super) fn from_config(config: &Config) -> Self {
        let mut origins: HashSet<_> = config.allowed_origins.iter().cloned().collect();
        origins.insert(config.public_url().origin().ascii_serialization());
        if config.is_loopback() {
            let port = config.listen.port();
            origins.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}")));
        }
        let more = config.allowed_headers.iter().map(String::as_str);
        let headers = ALLOWED_HEADERS.into_iter().chain(more).collect::<Vec<_>>().join(", ");
        Self {
            origins,
            // The settings accept only names of headers.
            headers: HeaderValue::from_str(&headers).unwrap_or_else(|_| HeaderValue::from_static("content-type")),
            is_public_url_guessed: !config.has_public_url(),
            warned_at: Mutex::default(),
        }
    }

    /// Classifies a request by `Origin`. Browsers omit it for GET from the same origin; then `Sec-Fetch-Site` decides.
    fn classify(&self, headers: &HeaderMap) -> RequestOrigin {
        let origin = headers.get(header::ORIGIN);
        match (origin, headers.get("sec-fetch-site").map(HeaderValue::as_bytes)) {
            (Some(origin), _) if origin.to_str().is_ok_and(|origin| self.origins.contains(origin)) => {
                RequestOrigin::Allowed
            }
            (None, Some(b"same-origin")) => RequestOrigin::Allowed,
            (None, Some(b"none") | None) => RequestOrigin::Unknown,
            _ => RequestOrigin::Foreign,
        }
    }

    /// Rejects a request from a page of a foreign origin.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<RequestOrigin, HttpError> {
        match self.classify(headers) {
            RequestOrigin::Foreign => {
                self.warn_about(headers);
                Err(HttpError::new(StatusCode::FORBIDDEN, "Requests from pages of this origin are not allowed."))
            }
            origin => Ok(origin),
        }
    }

    /// Logs for the operator why pages of the server's own domain do not work, if the server cannot know its domain.
    fn warn_about(&self, headers: &HeaderMap) {
        let Some(origin) = headers.get(header::ORIGIN).filter(|_| self.is_public_url_guessed) else { return };
        let now = Instant::now();
        let mut warned_at = self.warned_at.lock().unwrap_or_else(PoisonError::into_inner);
        if warned_at.is_some_and(|last| now.duration_since(last) < WARNING_INTERVAL) {
            return;
        }
        *warned_at = Some(now);
        drop(warned_at);
        let origin: String = String::from_utf8_lossy(origin.as_bytes()).chars().take(MAX_LOGGED_LENGTH).collect();
        warn!(
            ?origin,
            "requests of a browser were rejected because of their origin. If clients reach this server there, set \
             STUDYHALL_PUBLIC_URL; if it is the origin of another page that may use it, add it to \
             STUDYHALL_ALLOWED_ORIGINS"
        );
    }

    /// Answers a preflight.
    pub(super) fn preflight(&self, headers: &HeaderMap) -> Response {
        match self.check(headers) {
            Err(error) => error.into_response(),
            Ok(_) => (
                StatusCode::NO_CONTENT,
                [
                    (header::ALLOW, ALLOW),
                    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
                    (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE),
                    (header::VARY, "access-control-request-headers"),
                ],
                [(header::ACCESS_CONTROL_ALLOW_HEADERS, self.headers.clone())],
            )
                .into_response(),
        }
    }

    /// Lets a page of an allowed origin read the response. Never `*`: the response may depend on a cookie.
    pub(super) fn set_cors_headers(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        let allowed = origin.filter(|origin| origin.to_str().is_ok_and(|origin| self.origins.contains(origin)));
        if let Some(origin) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
        }
        // Appended, because a compressed file already varies with the encoding.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned_at(is_public_url_guessed: bool, requests: usize) -> Option<Instant> {
        let origins = AllowedOrigins {
            origins: HashSet::new(),
            headers: HeaderValue::from_static(""),
            is_public_url_guessed,
            warned_at: Mutex::default(),
        };
        let headers = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static("https://campus.example"))]);
        let mut warned_at = None;
        for _ in 0..requests {
            assert!(origins.check(&headers).is_err());
            let last = *origins.warned_at.lock().expect("no panic");
            warned_at = warned_at.or(last);
            assert_eq!(last, warned_at, "one line a minute");
        }
        warned_at
    }

    #[test]
    fn a_rejected_origin_is_logged_once_a_minute_if_the_public_url_is_not_set() {
        assert!(warned_at(true, 3).is_some());
        assert!(warned_at(false, 3).is_none());
    }
}
