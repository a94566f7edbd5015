//! The two addresses that identity providers know: where they send browsers back, and where they report logouts.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::HttpState;
use super::body::RequestBody;
use super::response::HttpError;
use crate::accounts::identities::logouts::{self, LogoutOutcome};
use crate::accounts::identities::rules::{self, Callback};

/// `/oidc/{slug}/callback`: sends the browser on to the client.
pub(super) async fn callback(
    State(state): State<HttpState>,
    slug: Result<Path<String>, PathRejection>,
    callback: Result<Query<Callback>, QueryRejection>,
) -> Result<Response, HttpError> {
    let expired = || {
        let message = "This sign-in was finished or has expired. Go back and sign in again.";
        HttpError::new(StatusCode::BAD_REQUEST, message)
    };
    let (Ok(Path(slug)), Ok(Query(callback))) = (slug, callback) else { return Err(expired()) };
    let url = rules::return_to_client(&state.app, &slug, callback).await?.ok_or_else(expired)?;
    // The fragment is a secret: it is neither stored nor passed on.
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];
    Ok((headers, Redirect::to(url.as_str())).into_response())
}

/// The largest body of a back-channel logout: a token and its name.
const MAX_LOGOUT_BYTES: usize = 16 * 1024;

/// `/oidc/{slug}/backchannel-logout` (OpenID Connect Back-Channel Logout 1.0, 2.8).
pub(super) async fn backchannel_logout(
    State(state): State<HttpState>,
    slug: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, HttpError> {
    let invalid = || HttpError::new(StatusCode::BAD_REQUEST, "The logout token is not valid.");
    let Ok(Path(slug)) = slug else { return Err(invalid()) };
    let (parts, body) = request.into_parts();
    let timeout = state.app.config.limits.body_timeout;
    let body = RequestBody::new(&parts.headers, body).read(MAX_LOGOUT_BYTES, timeout).await?;
    let mut members = url::form_urlencoded::parse(&body);
    let (_, token) = members.find(|(name, _)| name == "logout_token").ok_or_else(invalid)?;
    match logouts::log_out(&state.app, &slug, &token).await? {
        LogoutOutcome::Done => Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response()),
        LogoutOutcome::Refused => Err(invalid()),
        LogoutOutcome::Unavailable => {
            Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The keys of the provider cannot be loaded."))
        }
        LogoutOutcome::UnknownProvider => Err(HttpError::new(StatusCode::NOT_FOUND, "There is no such provider.")),
    }
}
