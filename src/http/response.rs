//! The one writer of answers: GraphQL results and everything that went wrong before there was one.

use std::time::Duration;

use async_graphql::ServerError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::negotiation::{Form, status};
use crate::error::Error;
use crate::graphql::error::code;
use crate::graphql::{EdgeError, RequestError};

/// How long whoever finds every place taken should wait.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A request that was turned away, with what its answer says.
#[derive(Debug)]
pub(super) struct HttpError {
    status: Option<StatusCode>,
    refusal: RequestError,
    form: Form,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl HttpError {
    /// Rejects for a reason that HTTP has a status for.
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
        let refusal = RequestError::new(code, message);
        let refusal = match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => refusal.retry_after(BUSY_WAIT),
            _ => refusal,
        };
        Self { status: Some(status), ..Self::from(refusal) }
    }

    pub(super) fn not_allowed(message: &str, allow: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, message).with(header::ALLOW, allow)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &format!("The body is larger than {limit} bytes."))
    }

    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    pub(super) fn with_value(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }

    /// Sets the form that was negotiated.
    #[must_use]
    pub(super) fn in_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }
}

impl From<RequestError> for HttpError {
    fn from(refusal: RequestError) -> Self {
        Self { status: None, refusal, form: Form::Json, headers: Vec::new() }
    }
}

/// A token that is wrong, or a part that does not answer while it is checked.
impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        let is_wrong_token = matches!(error, Error::Unauthenticated);
        let wait = match &error {
            Error::RateLimited(wait) | Error::Unavailable(wait) => Some(*wait),
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
        let refusal = RequestError::of(code, vec![server_error]);
        let rejection = Self::from(match wait {
            Some(wait) => refusal.retry_after(wait),
            None => refusal,
        });
        if is_wrong_token { rejection.with(header::WWW_AUTHENTICATE, "Bearer") } else { rejection }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| status(self.refusal.code(), self.form));
        // A stream that never began is answered like any other request.
        let form = if self.form == Form::Events { Form::Json } else { self.form };
        let mut response = json(status, form, &Errors { errors: self.refusal.errors() });
        let headers = response.headers_mut();
        tell_wait(headers, self.refusal.wait());
        headers.extend(self.headers);
        response
    }
}

/// Says when to ask again, in whole seconds and a day at most.
pub(super) fn tell_wait(headers: &mut HeaderMap, wait: Option<Duration>) {
    if let Some(wait) = wait {
        let seconds = u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).min(86_400);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// A body without `data`: nothing ran.
#[derive(Serialize)]
pub(super) struct Errors<'a> {
    pub(super) errors: &'a [ServerError],
}

/// Writes one JSON body.
pub(super) fn json(status: StatusCode, form: Form, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (
            status,
            [
                (header::CONTENT_TYPE, form.content_type()),
                (header::CACHE_CONTROL, "no-store"),
                (header::VARY, "accept"),
            ],
            Body::from(bytes),
        )
            .into_response(),
        // Only a map with keys that are not strings fails, and there is none.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
