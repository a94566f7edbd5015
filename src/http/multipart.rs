//! The multipart request specification, for files.
//!
//! Not the framework's reader: its limits cannot be reached through the extractor, it needs no header that makes a browser
//! ask first, and it names files by strings that a client can forge.

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
use crate::graphql::{Request, RequestError};

/// Any of these makes a browser ask before it sends: a form of another page cannot set them.
const PREFLIGHT_HEADERS: [&str; 3] = ["graphql-require-preflight", "apollo-require-preflight", "x-requested-with"];

/// Files of one request.
const MAX_FILES: usize = 4;

/// Uploads received at once. Each may hold its bytes in memory, so this times the size of one bounds the whole.
pub(super) const MAX_UPLOADS_AT_ONCE: usize = 8;

pub(super) fn check_preflight(headers: &HeaderMap) -> Result<(), HttpError> {
    if PREFLIGHT_HEADERS.iter().any(|name| headers.contains_key(*name)) {
        return Ok(());
    }
    let message = "Uploads need the header GraphQL-Require-Preflight.";
    Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// Reads `operations`, `map` and the files, in this order.
///
/// # Errors
/// 413 when a part is too large, 408 when it does not arrive in time, 503 when too many upload at once, 400 otherwise.
pub(super) async fn receive<'e>(
    state: &'e HttpState,
    headers: &HeaderMap,
    body: Body,
    boundary: String,
) -> Result<(Request, SemaphorePermit<'e>), HttpError> {
    body::check_encoding(headers)?;
    let limits = &state.app.config.limits;
    let Ok(place) = state.uploads.try_acquire() else {
        body::drain(body).await;
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "Too many uploads at once."));
    };
    // Between the parts there is little; what is above that is somebody's endless body.
    let most = limits.max_body_bytes.saturating_add(limits.max_upload_bytes);
    let data = BodyStream::new(Limited::new(body, most));
    let mut parts = Multipart::new(into_data(data), boundary);
    let read = read(&mut parts, limits.max_body_bytes, limits.max_upload_bytes);
    let outcome = timeout(limits.upload_timeout, read).await;
    let request = outcome.map_err(|_| HttpError::new(StatusCode::REQUEST_TIMEOUT, "The upload took too long."))??;
    Ok((request, place))
}

fn into_data(
    frames: BodyStream<Limited<Body>>,
) -> impl futures_util::Stream<Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>> {
    use futures_util::StreamExt;
    frames.filter_map(async |frame| frame.map(|frame| frame.into_data().ok()).transpose())
}

async fn read(parts: &mut Multipart<'_>, max_text: usize, max_file: usize) -> Result<Request, HttpError> {
    let operations = json(parts, "operations", max_text).await?;
    let map = json(parts, "map", max_text).await?;
    let mut request = Request::from_json(operations)?;
    let connections_limit = connections_limit(&map)?;

    let mut files: Vec<Option<UploadedFile>> = connections_limit.iter().map(|_| None).collect();
    while let Some(mut field) = parts.next_field().await.map_err(|error| broken(&error))? {
        let Some(index) = connections_limit.iter().position(|(name, _)| Some(name.as_str()) == field.name()) else {
            return Err(RequestError::bad_request("A file is not in the map.").into());
        };
        let name = field.file_name().map(|name| name.chars().take(200).collect());
        let bytes = bounded(&mut field, max_file).await?;
        if files[index].replace(UploadedFile { name, bytes }).is_some() {
            return Err(RequestError::bad_request("A file is sent twice.").into());
        }
    }
    let files: Option<Vec<_>> = files.into_iter().collect();
    let files = files.ok_or_else(|| RequestError::bad_request("A file of the map is missing."))?;
    for (index, (_, path)) in connections_limit.iter().enumerate() {
        put(&mut request.variables, path, u8::try_from(index).unwrap_or(u8::MAX))?;
    }
    request.files = files.into();
    Ok(request)
}

async fn json(parts: &mut Multipart<'_>, name: &str, limit: usize) -> Result<Json, HttpError> {
    let missing = || RequestError::bad_request(format!("The part \"{name}\" is missing or not in its place."));
    let mut field = parts.next_field().await.map_err(|error| broken(&error))?.ok_or_else(missing)?;
    if field.name() != Some(name) {
        return Err(missing().into());
    }
    let bytes = bounded(&mut field, limit).await?;
    Ok(serde_json::from_slice(&bytes)
        .map_err(|_| RequestError::bad_request(format!("The part \"{name}\" is not JSON.")))?)
}

async fn bounded(field: &mut Field<'_>, limit: usize) -> Result<Bytes, HttpError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(HttpError::too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads the map: each file by its part's name, and the one variable that it stands for.
fn connections_limit(map: &Json) -> Result<Vec<(String, String)>, RequestError> {
    let wrong =
        || RequestError::bad_request("The map names each file once, with one path beginning with \"variables.\".");
    let map = map.as_object().ok_or_else(wrong)?;
    if map.len() > MAX_FILES {
        return Err(RequestError::bad_request(format!("At most {MAX_FILES} files in one request.")));
    }
    let place = |(name, paths): (&String, &Json)| match paths.as_array().map(Vec::as_slice) {
        Some([Json::String(path)]) => path.strip_prefix("variables.").map(|path| (name.clone(), path.to_owned())),
        _ => None,
    };
    map.iter().map(|entry| place(entry).ok_or_else(wrong)).collect()
}

/// Puts a file's handle where the variables have null.
fn put(variables: &mut Variables, path: &str, index: u8) -> Result<(), RequestError> {
    let wrong = || RequestError::bad_request("A path of the map does not lead to a null among the variables.");
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let first = variables.get_mut(&Name::new(first));
    let place = steps.try_fold(first.ok_or_else(wrong)?, |value, step| match value {
        Value::Object(members) => members.get_mut(step),
        Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    match place {
        Some(place @ Value::Null) => {
            *place = Upload::placeholder(index);
            Ok(())
        }
        _ => Err(wrong()),
    }
}

fn broken(error: &multer::Error) -> HttpError {
    // The limit of the whole body comes out of the reader as an error of its stream.
    let is_too_large =
        matches!(error, multer::Error::StreamReadFailed(cause) if cause.is::<http_body_util::LengthLimitError>());
    if is_too_large {
        return HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
    }
    RequestError::bad_request("The multipart body is malformed.").into()
}
