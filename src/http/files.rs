//! Serves files and data exports at the signed addresses of `File.url` and `DataExport.url`, always as attachments.
//!
//! A forged link, an expired one, and one whose object or permission is gone all get the same 404.

use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tracing::error;

use super::HttpState;
use super::media::{CSP, LinkQuery};
use super::response::HttpError;
use crate::accounts::AccountId;
use crate::exports::worker::file_name;
use crate::exports::{DataExportId, rules as exports};
use crate::files::links::{DownloadLink, FILES};
use crate::files::{FileId, rules as files};
use crate::graphql::GlobalId;
use crate::media::{FileType, ObjectContents};

/// Everything but the `attr-char` of RFC 8187.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

pub(super) async fn file(
    State(state): State<HttpState>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, HttpError> {
    let app = &state.app;
    let (link, signature) = read_link::<FileId>(FILES, path, query).ok_or_else(not_found)?;
    let file = files::resolve_link(app, link, &signature).await?.ok_or_else(not_found)?;
    let content_type = match file.media_type {
        FileType::Text => "text/plain; charset=utf-8",
        other => other.as_str(),
    };
    send(files::open_contents(app, &file).await?, content_type, &file.name)
}

pub(super) async fn export(
    State(state): State<HttpState>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Result<Response, HttpError> {
    let app = &state.app;
    let (link, signature) = read_link::<DataExportId>(exports::LINKS, path, query).ok_or_else(not_found)?;
    let export = exports::resolve_link(app, link, &signature).await?.ok_or_else(not_found)?;
    send(exports::open_contents(app, &export).await?, FileType::Zip.as_str(), &file_name(&export))
}

fn send(contents: Option<ObjectContents>, content_type: &str, name: &str) -> Result<Response, HttpError> {
    let Some(contents) = contents else {
        error!("the bytes of a file or a data export are missing");
        return Err(not_found());
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, contents.length.to_string()),
        (header::CONTENT_DISPOSITION, attachment(name)),
        // The right is checked at each download, so nothing may keep the file for the next one.
        (header::CACHE_CONTROL, "private".to_owned()),
        (header::CONTENT_SECURITY_POLICY, CSP.to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((headers, Body::from_stream(contents.stream)).into_response())
}

/// Returns the link of a request, and its signature.
fn read_link<I: GlobalId>(
    purpose: &'static str,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<LinkQuery>, QueryRejection>,
) -> Option<(DownloadLink, String)> {
    let (Path(id), Query(query)) = (path.ok()?, query.ok()?);
    let object = I::from_global(&id.into())?.raw();
    let viewer = AccountId::from_global(&query.viewer.into())?;
    Some((DownloadLink { purpose, object, viewer, expires: query.expires }, query.signature))
}

/// Returns the disposition with this name (RFC 6266): in ASCII for old clients, and in UTF-8.
fn attachment(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii() && !c.is_control() && !matches!(c, '"' | '\\' | '%');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

fn not_found() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "There is no file at this address, or the link has expired.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_in_ascii_and_in_utf_8() {
        for (name, header) in [
            ("notes.txt", "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt"),
            ("a \"b\";c.pdf", "attachment; filename=\"a _b_;c.pdf\"; filename*=UTF-8''a%20%22b%22%3Bc.pdf"),
            ("résumé.odt", "attachment; filename=\"r_sum_.odt\"; filename*=UTF-8''r%C3%A9sum%C3%A9.odt"),
        ] {
            assert_eq!(attachment(name), header);
        }
    }
}
