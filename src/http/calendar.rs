//! Serves calendars at the secret addresses of `Booking.calendarUrl` and `createCalendarFeed`.
//!
//! An unknown address and a revoked one get the same 404.
//!
//! Calendars are compressed although they contain text of other users (BREACH). Their secret is in the address and not in
//! the body, and a page without that address cannot make a browser request them.

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::HttpState;
use super::compression::Compressible;
use super::media::matches_etag;
use super::response::HttpError;
use crate::bookings::calendar::rules::{self, Calendar};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

pub(super) async fn calendar(
    State(state): State<HttpState>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let Ok(Path(name)) = path else { return Err(not_found()) };
    let name = name.strip_suffix(".ics").ok_or_else(not_found)?;
    let Calendar { text, locale } = rules::find_calendar(&state.app, name).await?.ok_or_else(not_found)?;
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&text)[..18]));
    let cache_headers = [
        // Calendar programs revalidate at each poll and get a 304 while nothing has changed.
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
        // Weak, because the same calendar can be compressed or not.
        (header::ETAG, format!("W/{etag}")),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (ROBOTS, "noindex".to_owned()),
    ];
    if matches_etag(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, cache_headers).into_response());
    }
    let content_headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_LANGUAGE, locale.as_str()),
        (header::CONTENT_DISPOSITION, "inline; filename=\"studyhall.ics\""),
    ];
    Ok((Extension(Compressible), cache_headers, content_headers, text).into_response())
}

fn not_found() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no calendar at this address.")
}
