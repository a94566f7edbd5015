//! The address of the header `List-Unsubscribe`. A POST turns mails off (RFC 8058); a GET only opens the page that asks
//! first, because programs that scan mails follow the links in them.
//!
//! The request comes from a provider of mail: it has no session, and its body says no more than its method. The response
//! is in the language that the request accepts.

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::HttpState;
use super::client::{RequestInfo, accepted_locale};
use super::response::HttpError;
use crate::delivery::unsubscribe::rules;
use crate::error::Error;
use crate::sentences::{Sentence, say};

pub(super) async fn end_subscription(
    State(state): State<HttpState>,
    Extension(info): Extension<RequestInfo>,
    headers: HeaderMap,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, HttpError> {
    let Ok(Path(token)) = path else { return Err(not_found()) };
    match rules::unsubscribe(&state.app, info.address, &token).await {
        Ok(()) => {
            let locale = accepted_locale(&headers, state.app.config.locale);
            let language = [(header::CONTENT_LANGUAGE, locale.as_str()), (header::VARY, "accept-language")];
            Ok((language, Sentence::from(say::MailsTurnedOff).in_language(locale) + "\n").into_response())
        }
        Err(Error::Refused(_)) => Err(not_found()),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn open_page(path: Result<Path<String>, PathRejection>) -> Result<Response, HttpError> {
    let Ok(Path(token)) = path else { return Err(not_found()) };
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !token.chars().all(is_token) {
        return Err(not_found());
    }
    let headers = [
        (header::LOCATION, format!("/unsubscribe#token={token}")),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn not_found() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "This link is not valid.")
}
