//! Receives uploads by the GraphQL multipart request specification.
//!
//! Not async-graphql's reader: its limits cannot be set through the axum extractor, it does not require a header that
//! triggers a preflight, and it refers to files by strings that a client can forge.

use async_graphql::{Name, Value, Variables};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyStream, Limited};
use multer::{Field, Multipart};
use serde_json::Value as Json;
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use super::response::HttpError;
use super::{HttpState, body};
use crate::graphql::upload::{Upload, UploadedFile};
use crate::graphql::{Request, RequestError, json};

/// Each of these headers makes a browser send a preflight first. A form of a foreign page cannot set them.
const PREFLIGHT_HEADERS: [&str; 3] = ["graphql-require-preflight", "apollo-require-preflight", "x-requested-with"];

/// Files per request.
const MAX_FILES: usize = 4;

/// Longer file names are cut, in characters.
const MAX_FILE_NAME_LENGTH: usize = 200;

/// Uploads that are received at once. Their files are in memory, so this also bounds the memory of all uploads.
pub(super) const MAX_CONCURRENT_UPLOADS: usize = 8;

pub(super) fn check_preflight(headers: &HeaderMap) -> Result<(), HttpError> {
    if PREFLIGHT_HEADERS.iter().any(|name| headers.contains_key(*name)) {
        return Ok(());
    }
    let message = "Send the header GraphQL-Require-Preflight: 1 with uploads.";
    Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// Reads `operations`, `map` and the files, in this order. The permit belongs to the files in memory.
///
/// # Errors
/// 413 when a part is too large, 408 when the body does not arrive in time, 503 when too many uploads are in progress,
/// 400 otherwise.
pub(super) async fn receive<'s>(
    state: &'s HttpState,
    headers: &HeaderMap,
    body: Body,
    boundary: String,
) -> Result<(Request, SemaphorePermit<'s>), HttpError> {
    body::check_encoding(headers)?;
    let limits = &state.app.config.limits;
    let Ok(permit) = state.upload_permits.try_acquire() else {
        body::drain(body).await;
        let message = "Too many uploads are in progress. Try again later.";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, message));
    };
    // Bounds the whole body, the boundaries and headers of the parts included.
    let max_body = limits.max_body_bytes.saturating_add(limits.max_upload_bytes);
    let data = BodyStream::new(Limited::new(body, max_body));
    let mut parts = Multipart::new(data_frames(data), boundary);
    let read = read_parts(&mut parts, limits.max_body_bytes, limits.max_upload_bytes);
    let outcome = timeout(limits.upload_timeout, read).await;
    let request =
        outcome.map_err(|_| HttpError::new(StatusCode::REQUEST_TIMEOUT, "The upload did not arrive in time."))??;
    Ok((request, permit))
}

fn data_frames(
    frames: BodyStream<Limited<Body>>,
) -> impl futures_util::Stream<Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>> {
    use futures_util::StreamExt;
    frames.filter_map(async |frame| frame.map(|frame| frame.into_data().ok()).transpose())
}

async fn read_parts(parts: &mut Multipart<'_>, max_text: usize, max_file: usize) -> Result<Request, HttpError> {
    let operations = read_json(parts, "operations", max_text).await?;
    let map = read_json(parts, "map", max_text).await?;
    let mut request = Request::from_json(operations)?;
    let file_map = parse_file_map(&map)?;

    let mut files: Vec<Option<UploadedFile>> = file_map.iter().map(|_| None).collect();
    while let Some(mut field) = parts.next_field().await.map_err(|error| multipart_error(&error))? {
        let Some(index) = file_map.iter().position(|file| Some(file.part.as_str()) == field.name()) else {
            return Err(RequestError::bad_request("A part is not listed in \"map\".").into());
        };
        let name = field.file_name().map(|name| name.chars().take(MAX_FILE_NAME_LENGTH).collect());
        let bytes = read_bounded(&mut field, max_file).await?;
        if files[index].replace(UploadedFile { name, bytes }).is_some() {
            return Err(RequestError::bad_request("A file is sent twice.").into());
        }
    }
    let files: Option<Vec<_>> = files.into_iter().collect();
    let files = files.ok_or_else(|| RequestError::bad_request("A file listed in \"map\" is missing."))?;
    for (index, file) in file_map.iter().enumerate() {
        set_placeholder(&mut request.variables, &file.path, u8::try_from(index).unwrap_or(u8::MAX))?;
    }
    request.files = files.into();
    Ok(request)
}

async fn read_json(parts: &mut Multipart<'_>, name: &str, limit: usize) -> Result<Json, HttpError> {
    let missing = || {
        let order = "Send \"operations\", then \"map\", then the files.";
        RequestError::bad_request(format!("The part \"{name}\" is missing or out of order. {order}"))
    };
    let mut field = parts.next_field().await.map_err(|error| multipart_error(&error))?.ok_or_else(missing)?;
    if field.name() != Some(name) {
        return Err(missing().into());
    }
    let bytes = read_bounded(&mut field, limit).await?;
    Ok(json::from_slice(&bytes, &format!("The part \"{name}\""))?)
}

async fn read_bounded(field: &mut Field<'_>, limit: usize) -> Result<Bytes, HttpError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| multipart_error(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(HttpError::too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// An entry of `map`.
struct MappedFile {
    /// The name of the part with the file.
    part: String,
    /// The path of its variable, without the prefix `variables.`.
    path: String,
}

fn parse_file_map(map: &Json) -> Result<Vec<MappedFile>, RequestError> {
    let invalid = || RequestError::bad_request("\"map\" must give each file exactly one path below \"variables\".");
    let map = map.as_object().ok_or_else(invalid)?;
    if map.len() > MAX_FILES {
        return Err(RequestError::bad_request(format!("A request can have at most {MAX_FILES} files.")));
    }
    let file = |(part, paths): (&String, &Json)| match paths.as_array().map(Vec::as_slice) {
        Some([Json::String(path)]) => {
            path.strip_prefix("variables.").map(|path| MappedFile { part: part.clone(), path: path.to_owned() })
        }
        _ => None,
    };
    map.iter().map(|entry| file(entry).ok_or_else(invalid)).collect()
}

/// Replaces the null at `path` by the placeholder of a file.
fn set_placeholder(variables: &mut Variables, path: &str, index: u8) -> Result<(), RequestError> {
    let invalid = || RequestError::bad_request("Each path in \"map\" must lead to a variable that is null.");
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let first = variables.get_mut(&Name::new(first));
    let target = steps.try_fold(first.ok_or_else(invalid)?, |value, step| match value {
        Value::Object(members) => members.get_mut(step),
        Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    match target {
        Some(target @ Value::Null) => {
            *target = Upload::placeholder(index);
            Ok(())
        }
        _ => Err(invalid()),
    }
}

fn multipart_error(error: &multer::Error) -> HttpError {
    // multer reports the limit of the whole body as an error of the stream that it reads.
    let is_too_large =
        matches!(error, multer::Error::StreamReadFailed(cause) if cause.is::<http_body_util::LengthLimitError>());
    if is_too_large {
        return HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large.");
    }
    RequestError::bad_request("The multipart body is malformed.").into()
}
