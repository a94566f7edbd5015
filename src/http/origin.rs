//! Cross-origin policy: allowed origins, cross-site requests and CORS.
//!
//! `SameSite` cookies are only a second line of defence: on a campus, any student's page can be "same-site".

use std::collections::HashSet;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::response::HttpError;
use crate::config::Config;

/// How long a browser may cache the response to a preflight, in seconds.
const PREFLIGHT_MAX_AGE: &str = "600";
const ALLOWED_HEADERS: &str = "accept, authorization, content-type, graphql-require-preflight, \
     apollo-require-preflight, last-event-id, x-requested-with";

/// The origins whose pages may use this server. They are compared exactly.
#[derive(Debug)]
pub(super) struct AllowedOrigins(HashSet<String>);

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
        Self(origins)
    }

    /// Classifies a request by `Origin`. Browsers omit it for GET from the same origin; then `Sec-Fetch-Site` decides.
    fn classify(&self, headers: &HeaderMap) -> RequestOrigin {
        let origin = headers.get(header::ORIGIN);
        match (origin, headers.get("sec-fetch-site").map(HeaderValue::as_bytes)) {
            (Some(origin), _) if origin.to_str().is_ok_and(|origin| self.0.contains(origin)) => RequestOrigin::Allowed,
            (None, Some(b"same-origin")) => RequestOrigin::Allowed,
            (None, Some(b"none") | None) => RequestOrigin::Unknown,
            _ => RequestOrigin::Foreign,
        }
    }

    /// Rejects a request from a page of a foreign origin.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<RequestOrigin, HttpError> {
        match self.classify(headers) {
            RequestOrigin::Foreign => {
                Err(HttpError::new(StatusCode::FORBIDDEN, "Requests from pages of this origin are not allowed."))
            }
            origin => Ok(origin),
        }
    }

    /// Answers a preflight.
    pub(super) fn preflight(&self, headers: &HeaderMap) -> Response {
        match self.check(headers) {
            Err(error) => error.into_response(),
            Ok(_) => (
                StatusCode::NO_CONTENT,
                [
                    (header::ALLOW, "GET, POST, OPTIONS"),
                    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                    (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
                    (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_MAX_AGE),
                    (header::VARY, "access-control-request-headers"),
                ],
            )
                .into_response(),
        }
    }

    /// Lets a page of an allowed origin read the response. Never `*`: the response may depend on a cookie.
    pub(super) fn set_cors_headers(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        let allowed = origin.filter(|origin| origin.to_str().is_ok_and(|origin| self.0.contains(origin)));
        if let Some(origin) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers
                .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, x-request-id"));
        }
        // Appended, because a compressed file already varies with the encoding.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}
