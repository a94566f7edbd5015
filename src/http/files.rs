//! Serves files at the signed addresses of `File.url`, always as attachments.
//!
//! A forged link, an expired one, and one whose file or permission is gone all get the same 404.

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
use crate::files::links::FileLink;
use crate::files::{FileId, rules};
use crate::graphql::GlobalId;
use crate::media::FileType;

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
    let (Ok(Path(file)), Ok(Query(query))) = (path, query) else { return Err(not_found()) };
    let link = read_link(&file, &query).ok_or_else(not_found)?;
    let app = &state.app;
    let file = rules::resolve_link(app, link, &query.signature).await?.ok_or_else(not_found)?;
    let Some(contents) = rules::open_contents(app, &file).await? else {
        error!(file = file.id.0, "the bytes of a file are missing");
        return Err(not_found());
    };
    let content_type = match file.media_type {
        FileType::Text => "text/plain; charset=utf-8",
        other => other.as_str(),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_LENGTH, contents.length.to_string()),
        (header::CONTENT_DISPOSITION, attachment(&file.name)),
        // The right is checked at each download, so nothing may keep the file for the next one.
        (header::CACHE_CONTROL, "private".to_owned()),
        (header::CONTENT_SECURITY_POLICY, CSP.to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    Ok((headers, Body::from_stream(contents.stream)).into_response())
}

/// Returns the disposition with this name (RFC 6266): in ASCII for old clients, and in UTF-8.
fn attachment(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii() && !c.is_control() && !matches!(c, '"' | '\\' | '%');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

fn read_link(file: &str, query: &LinkQuery) -> Option<FileLink> {
    Some(FileLink {
        file: FileId::from_global(&file.into())?,
        viewer: AccountId::from_global(&query.viewer.as_str().into())?,
        expires: query.expires,
    })
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
