//! Writes all JSON responses: GraphQL results, and errors from before an operation was executed.

use std::time::Duration;

use async_graphql::ServerError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;

use super::negotiation::{ResponseFormat, status};
use crate::error::Error;
use crate::graphql::error::code;
use crate::graphql::{EdgeError, RequestError};
use crate::text::readable_size;

/// `Retry-After` of errors with status 429 and 503.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(5);

/// A rejected request: its error, status, format and headers.
#[derive(Debug)]
pub(super) struct HttpError {
    /// `None`: the status follows from the code of the error and the format.
    status: Option<StatusCode>,
    error: RequestError,
    format: ResponseFormat,
    headers: Box<HeaderMap>,
}

impl HttpError {
    /// An error with a status of its own; its code follows from the status.
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        let code = match status {
            StatusCode::UNAUTHORIZED => code::UNAUTHENTICATED,
            StatusCode::FORBIDDEN => code::FORBIDDEN,
            StatusCode::NOT_FOUND => code::NOT_FOUND,
            StatusCode::TOO_MANY_REQUESTS => code::RATE_LIMITED,
            StatusCode::REQUEST_TIMEOUT => code::TIMEOUT,
            StatusCode::SERVICE_UNAVAILABLE => code::UNAVAILABLE,
            status if status.is_server_error() => code::INTERNAL_SERVER_ERROR,
            _ => code::BAD_REQUEST,
        };
        let error = RequestError::new(code, message);
        let error = match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => error.with_retry_after(BUSY_RETRY_AFTER),
            _ => error,
        };
        Self { status: Some(status), ..Self::from(error) }
    }

    pub(super) fn method_not_allowed(message: &str, allow: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, message).with(header::ALLOW, allow)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("The request body is larger than {}.", readable_size(limit)))
    }

    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    pub(super) fn with_value(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }

    pub(super) fn errors(&self) -> &[ServerError] {
        self.error.errors()
    }

    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Sets the negotiated format.
    #[must_use]
    pub(super) fn with_format(mut self, format: ResponseFormat) -> Self {
        self.format = format;
        self
    }
}

impl From<RequestError> for HttpError {
    fn from(error: RequestError) -> Self {
        let is_unauthenticated = error.code() == code::UNAUTHENTICATED;
        let error = Self { status: None, error, format: ResponseFormat::Json, headers: Box::default() };
        // RFC 6750, section 3.1: the request had a credential.
        let challenge = "Bearer error=\"invalid_token\"";
        if is_unauthenticated { error.with(header::WWW_AUTHENTICATE, challenge) } else { error }
    }
}

/// An invalid credential, or a failure while it is checked.
impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        let retry_after = match &error {
            Error::RateLimited(limit) => Some(limit.retry_after),
            Error::Unavailable(wait) => Some(*wait),
            _ => None,
        };
        let error = async_graphql::Error::from(EdgeError::from(error));
        let code = match error.extensions.as_ref().and_then(|values| values.get("code")) {
            Some(async_graphql::Value::String(code)) if code == code::UNAUTHENTICATED => code::UNAUTHENTICATED,
            Some(async_graphql::Value::String(code)) if code == code::FORBIDDEN => code::FORBIDDEN,
            Some(async_graphql::Value::String(code)) if code == code::RATE_LIMITED => code::RATE_LIMITED,
            Some(async_graphql::Value::String(code)) if code == code::UNAVAILABLE => code::UNAVAILABLE,
            _ => code::INTERNAL_SERVER_ERROR,
        };
        let mut server_error = ServerError::new(error.message, None);
        server_error.extensions = error.extensions;
        let error = RequestError::from_errors(code, vec![server_error]);
        Self::from(match retry_after {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        })
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| status(self.error.code(), self.format));
        // Serialisation fails only for maps with keys that are not strings, and there are none.
        let body = serde_json::to_vec(&ErrorBody::new(&self.error)).unwrap_or_default();
        let mut response = json(status, self.format, body.into());
        let headers = response.headers_mut();
        set_retry_after(headers, self.error.retry_after());
        headers.extend(*self.headers);
        response
    }
}

/// Sets `Retry-After` in whole seconds, at most a day.
pub(super) fn set_retry_after(headers: &mut HeaderMap, wait: Option<Duration>) {
    if let Some(wait) = wait {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).min(86_400);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// The body of a request that was not executed. It has no `data`.
#[derive(Serialize)]
pub(super) struct ErrorBody<'a> {
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<async_graphql::Value>,
}

impl<'a> ErrorBody<'a> {
    pub(super) fn new(error: &'a RequestError) -> Self {
        let extensions = error.cost().map(|cost| async_graphql::value!({ "cost": cost.value() }));
        Self { errors: error.errors(), extensions }
    }
}

/// Builds a response with a JSON body.
pub(super) fn json(status: StatusCode, format: ResponseFormat, body: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, format.content_type()),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, accept-language"),
    ];
    (status, headers, Body::from(body)).into_response()
}
