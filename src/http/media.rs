//! Serves images at the signed addresses of `Image.url`.
//!
//! A forged link, an expired one, and one whose image or permission is gone all get the same 404.

use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tracing::error;

use super::HttpState;
use super::response::HttpError;
use crate::accounts::AccountId;
use crate::graphql::GlobalId;
use crate::images::links::ImageLink;
use crate::images::{ImageId, rules};
use crate::media::ImageSize;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// An image or a file that is opened as a page must not load or run anything.
pub(super) const CSP: &str = "default-src 'none'; sandbox";

#[derive(Deserialize)]
pub(super) struct ImageQuery {
    /// Missing in a link for everyone.
    viewer: Option<String>,
    expires: i64,
    signature: String,
}

#[derive(Deserialize)]
pub(super) struct LinkQuery {
    pub(super) viewer: String,
    pub(super) expires: i64,
    pub(super) signature: String,
}

pub(super) async fn image(
    State(state): State<HttpState>,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Result<Query<ImageQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let (Ok(Path((image, size))), Ok(Query(query))) = (path, query) else { return Err(not_found()) };
    let link = read_link(&image, &size, &query).ok_or_else(not_found)?;
    let app = &state.app;
    let (image, remaining) = rules::resolve_link(app, link, &query.signature).await?.ok_or_else(not_found)?;

    let name = format!("{}-{}.{}", *image.id.to_global(), link.size.name(), image.media_type.extension());
    // An image never changes, so its name identifies its content.
    let etag = format!("\"{name}\"");
    let cache_headers =
        [(header::CACHE_CONTROL, format!("private, max-age={}", remaining.as_secs())), (header::ETAG, etag.clone())];
    if matches_etag(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, cache_headers).into_response());
    }
    let Some(contents) = rules::open_contents(app, &image, link).await? else {
        error!(image = image.id.0, "the file of an image is missing");
        return Err(not_found());
    };
    let content_headers = [
        (header::CONTENT_TYPE, image.media_type.as_str().to_owned()),
        (header::CONTENT_LENGTH, contents.length.to_string()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    let security_headers = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::REFERRER_POLICY, "no-referrer"),
        // The signature in the address is for one viewer and ten minutes, so only pages that the viewer gave it to can
        // show the image.
        (RESOURCE_POLICY, "cross-origin"),
    ];
    Ok((cache_headers, content_headers, security_headers, Body::from_stream(contents.stream)).into_response())
}

fn read_link(image: &str, size: &str, query: &ImageQuery) -> Option<ImageLink> {
    let viewer = match &query.viewer {
        Some(viewer) => Some(AccountId::from_global(&viewer.as_str().into())?),
        None => None,
    };
    Some(ImageLink {
        image: ImageId::from_global(&image.into())?,
        size: ImageSize::from_name(size)?,
        viewer,
        expires: query.expires,
    })
}

/// Returns true if `If-None-Match` lists this tag.
pub(super) fn matches_etag(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

fn not_found() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no image at this address, or the link has expired.")
}
