//! Which web pages may talk to this server: origins, cross-site requests, CORS.
//!
//! `SameSite` cookies are the second line only: on a campus, any student's page may be "same-site".

use std::collections::HashSet;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::response::HttpError;
use crate::config::Config;

/// What a preflight may be answered from memory for.
const PREFLIGHT_SECONDS: &str = "600";
const ALLOWED_HEADERS: &str = "accept, authorization, content-type, graphql-require-preflight, \
     apollo-require-preflight, last-event-id, x-requested-with";

/// The exact origins whose pages may ask.
#[derive(Debug)]
pub(super) struct Origins(HashSet<String>);

/// What a request says about the page it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// None, or one of ours, as far as the headers tell.
    Unstated,
    /// A page of a listed origin.
    Listed,
    /// Some other page.
    Foreign,
}

impl Origins {
    pub(super) fn of(config: &Config) -> Self {
        let mut origins: HashSet<_> = config.allowed_origins.iter().cloned().collect();
        origins.insert(config.public_url().origin().ascii_serialization());
        if config.is_loopback() {
            let port = config.listen.port();
            origins.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}")));
        }
        Self(origins)
    }

    /// Tells where a request comes from. `Origin` decides where it is given; browsers that leave it out (GET) say at least
    /// whether the page was one of ours.
    pub(super) fn page(&self, headers: &HeaderMap) -> Page {
        let origin = headers.get(header::ORIGIN);
        match (origin, headers.get("sec-fetch-site").map(HeaderValue::as_bytes)) {
            (Some(origin), _) if origin.to_str().is_ok_and(|origin| self.0.contains(origin)) => Page::Listed,
            (None, Some(b"same-origin")) => Page::Listed,
            (None, Some(b"none") | None) => Page::Unstated,
            _ => Page::Foreign,
        }
    }

    /// Refuses what a foreign page sends.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<Page, HttpError> {
        match self.page(headers) {
            Page::Foreign => {
                Err(HttpError::new(StatusCode::FORBIDDEN, "Pages of this origin may not use this server."))
            }
            page => Ok(page),
        }
    }

    /// Answers a preflight.
    pub(super) fn preflight(&self, headers: &HeaderMap) -> Response {
        match self.check(headers) {
            Err(rejection) => rejection.into_response(),
            Ok(_) => (
                StatusCode::NO_CONTENT,
                [
                    (header::ALLOW, "GET, POST, OPTIONS"),
                    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
                    (header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
                    (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
                    (header::VARY, "access-control-request-headers"),
                ],
            )
                .into_response(),
        }
    }

    /// Lets a listed page read the answer. Never `*`: the answer may depend on a cookie.
    pub(super) fn share(&self, origin: Option<HeaderValue>, answer: &mut HeaderMap) {
        let listed = origin.filter(|origin| origin.to_str().is_ok_and(|origin| self.0.contains(origin)));
        if let Some(origin) = listed {
            answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, x-request-id"));
        }
        // Beside what the answer varies with already: a compressed file varies with the encoding.
        answer.append(header::VARY, HeaderValue::from_static("origin"));
    }
}
