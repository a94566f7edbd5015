//! Calendars, by the secret addresses of `Booking.calendarUrl` and `createCalendarFeed`.
//!
//! An address that never was and one that stopped are both simply not there.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::HttpState;
use super::media::is_known;
use super::response::HttpError;
use crate::bookings::calendar::rules;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

pub(super) async fn calendar(
    State(state): State<HttpState>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let Ok(Path(name)) = path else { return Err(missing()) };
    let name = name.strip_suffix(".ics").ok_or_else(missing)?;
    let calendar = rules::find_calendar(&state.app, name).await?.ok_or_else(missing)?;
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&calendar)[..18]));
    let kept = [
        // Asked for each time, and answered with nothing where nothing has changed.
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        (header::ETAG, etag.clone()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (ROBOTS, "noindex".to_owned()),
    ];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let described = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"studyhall.ics\""),
    ];
    Ok((kept, described, calendar).into_response())
}

fn missing() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no such calendar.")
}
