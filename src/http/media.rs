//! Pictures, by the signed addresses of `Image.url`.
//!
//! A link that was never made, one that is too old, and one whose image or right is gone are all simply not there.

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

/// Opened by itself, a picture is nothing but a picture.
const CSP: &str = "default-src 'none'; sandbox";

#[derive(Deserialize)]
pub(super) struct Signed {
    viewer: String,
    expires: i64,
    signature: String,
}

pub(super) async fn picture(
    State(state): State<HttpState>,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Result<Query<Signed>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let (Ok(Path((image, size))), Ok(Query(signed))) = (path, query) else { return Err(missing()) };
    let link = read_link(&image, &size, &signed).ok_or_else(missing)?;
    let app = &state.app;
    let (image, rest) = rules::resolve_link(app, link, &signed.signature).await?.ok_or_else(missing)?;

    let name = format!("{}-{}.{}", *image.id.to_global(), link.size.name(), image.media_type.extension());
    // A picture never changes, so its name is as good as its content.
    let etag = format!("\"{name}\"");
    let kept = [(header::CACHE_CONTROL, format!("private, max-age={}", rest.as_secs())), (header::ETAG, etag.clone())];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let Some(contents) = rules::open_contents(app, &image, link).await? else {
        error!(image = image.id.0, "the bytes of a picture are missing");
        return Err(missing());
    };
    let described = [
        (header::CONTENT_TYPE, image.media_type.as_str().to_owned()),
        (header::CONTENT_LENGTH, contents.length.to_string()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    let guarded = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::REFERRER_POLICY, "no-referrer"),
        (RESOURCE_POLICY, "same-site"),
    ];
    Ok((kept, described, guarded, Body::from_stream(contents.stream)).into_response())
}

fn read_link(image: &str, size: &str, signed: &Signed) -> Option<ImageLink> {
    Some(ImageLink {
        image: ImageId::from_global(&image.into())?,
        size: ImageSize::from_name(size)?,
        viewer: AccountId::from_global(&signed.viewer.as_str().into())?,
        expires: signed.expires,
    })
}

pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| known.trim().trim_start_matches("W/") == etag)
}

fn missing() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no such picture.")
}
