//! Receives uploads by the GraphQL multipart request specification.
//!
//! Not async-graphql's reader: its limits cannot be set through the axum extractor, it does not require a header that
//! triggers a preflight, and it refers to files by strings that a client can forge.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::{Name, Value, Variables};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use multer::{Field, Multipart};
use serde_json::Value as Json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::HttpState;
use super::body::{BodyError, LeastRate, MAX_DRAIN_BYTES, RequestBody};
use super::response::HttpError;
use crate::accounts::{AccountId, Viewer};
use crate::graphql::upload::{Upload, UploadedFile};
use crate::graphql::{Request, RequestError, json};

/// Each of these headers makes a browser send a preflight first. A form of a foreign page cannot set them.
const PREFLIGHT_HEADERS: [&str; 3] = ["graphql-require-preflight", "apollo-require-preflight", "x-requested-with"];

/// Files per request.
const MAX_FILES: usize = 4;

/// Variables that one file replaces.
const MAX_PATHS_PER_FILE: usize = 10;

/// Longer file names are cut, in characters: some clients send the whole path.
const MAX_FILE_NAME_LENGTH: usize = 4_096;

/// Uploads that are received at once. Their files are in memory, so this also bounds the memory of all uploads.
const MAX_CONCURRENT_UPLOADS: usize = 8;
const MAX_CONCURRENT_UPLOADS_PER_USER: usize = 2;

/// Further uploads of a user wait for their turn, because clients send the images of a post all at once. Their bodies are
/// not read until then.
const MAX_WAITING_UPLOADS_PER_USER: usize = 8;
const MAX_WAIT: Duration = Duration::from_secs(15);

/// Limits concurrent uploads per node and account. Only signed-in viewers get a permit: without an account to count by,
/// one client could take all of them.
#[derive(Debug)]
pub(super) struct UploadLimiter {
    node: Semaphore,
    /// Has an entry only for accounts with uploads, and for those whose last one ended lately.
    accounts: Mutex<HashMap<AccountId, Arc<Semaphore>>>,
}

/// The permits of an upload. They belong to the files in memory.
#[derive(Debug)]
pub(super) struct UploadPermit<'s> {
    _node: SemaphorePermit<'s>,
    _account: Option<OwnedSemaphorePermit>,
}

impl Default for UploadLimiter {
    fn default() -> Self {
        Self { node: Semaphore::new(MAX_CONCURRENT_UPLOADS), accounts: Mutex::default() }
    }
}

impl UploadLimiter {
    /// Acquires the permits of an upload. Everything that it needs to know is in the headers.
    ///
    /// # Errors
    /// 401 without a session, 429 when the viewer uploads too much at once, 503 when the node receives too much.
    async fn acquire(&self, viewer: Option<Viewer>, has_rate_limits: bool) -> Result<UploadPermit<'_>, HttpError> {
        let Some(viewer) = viewer else {
            let error = HttpError::new(StatusCode::UNAUTHORIZED, "Sign in before you upload files.");
            return Err(error.with(header::WWW_AUTHENTICATE, "Bearer"));
        };
        let account = if has_rate_limits {
            let permit = self.acquire_for_account(viewer.account).await;
            let message = "Too many uploads at once. Wait until one has finished.";
            Some(permit.ok_or_else(|| HttpError::new(StatusCode::TOO_MANY_REQUESTS, message))?)
        } else {
            None
        };
        let message = "Too many uploads are in progress. Try again later.";
        let node = self.node.try_acquire();
        let node = node.map_err(|_| HttpError::new(StatusCode::SERVICE_UNAVAILABLE, message))?;
        Ok(UploadPermit { _node: node, _account: account })
    }

    async fn acquire_for_account(&self, account: AccountId) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            // No code panics while the lock is held.
            let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
            accounts.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
            let new = || Arc::new(Semaphore::new(MAX_CONCURRENT_UPLOADS_PER_USER));
            let semaphore = accounts.entry(account).or_insert_with(new);
            // Permits and waiting uploads hold the semaphore, and the map does.
            if Arc::strong_count(semaphore) > MAX_CONCURRENT_UPLOADS_PER_USER + MAX_WAITING_UPLOADS_PER_USER {
                return None;
            }
            semaphore.clone()
        };
        timeout(MAX_WAIT, semaphore.acquire_owned()).await.ok()?.ok()
    }
}

pub(super) fn check_preflight(headers: &HeaderMap) -> Result<(), HttpError> {
    if PREFLIGHT_HEADERS.iter().any(|name| headers.contains_key(*name)) {
        return Ok(());
    }
    let message = "Send the header GraphQL-Require-Preflight: 1 with uploads.";
    Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// Reads `operations`, `map` and the files, in this order.
///
/// # Errors
/// As [`UploadLimiter::acquire`]; 413 when a text part or the whole body is too large, 408 when the body arrives too slowly, 400 otherwise.
pub(super) async fn receive<'s>(
    state: &'s HttpState,
    viewer: Option<Viewer>,
    body: &mut RequestBody,
    boundary: String,
) -> Result<(Request, UploadPermit<'s>), HttpError> {
    let permit = state.upload_limiter.acquire(viewer, state.app.config.has_rate_limits()).await?;
    let limits = &state.app.config.limits;
    // Bounds the whole body, the boundaries and headers of the parts included. A file that is larger than an upload is
    // received to its end and dropped, so that the client learns from its operation that the file is too large.
    let max_body = limits.max_body_bytes.saturating_add(limits.max_received_file()).saturating_add(MAX_DRAIN_BYTES);
    let rate = LeastRate {
        window: limits.upload_window,
        bytes_per_window: bytes_in(limits.upload_window, limits.min_upload_rate),
    };
    let outcome = {
        let mut parts = Multipart::new(body.arriving(max_body, rate), boundary);
        timeout(limits.upload_timeout, read_parts(&mut parts, limits.max_body_bytes, limits.max_received_file())).await
    };
    match outcome {
        Ok(Ok(request)) => Ok((request, permit)),
        Ok(Err(PartError::Http(error))) => Err(error),
        Ok(Err(PartError::TooSlow)) | Err(_) => Err(body.too_slow("The upload did not arrive in time.")),
    }
}

fn bytes_in(window: Duration, bytes_per_second: u32) -> usize {
    let bytes = window.as_millis().saturating_mul(u128::from(bytes_per_second)) / 1000;
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Why a part cannot be read.
enum PartError {
    TooSlow,
    Http(HttpError),
}

impl From<HttpError> for PartError {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl From<RequestError> for PartError {
    fn from(error: RequestError) -> Self {
        Self::Http(error.into())
    }
}

impl From<multer::Error> for PartError {
    fn from(error: multer::Error) -> Self {
        // multer reports the errors of the body as those of the stream that it reads.
        let cause = match &error {
            multer::Error::StreamReadFailed(cause) => cause.downcast_ref::<BodyError>(),
            _ => None,
        };
        match cause {
            Some(BodyError::TooSlow) => Self::TooSlow,
            Some(BodyError::TooLarge) => {
                HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is much larger than an upload can be.")
                    .into()
            }
            Some(BodyError::Incomplete) | None => RequestError::bad_request("The multipart body is malformed.").into(),
        }
    }
}

async fn read_parts(parts: &mut Multipart<'_>, max_text: usize, max_files: usize) -> Result<Request, PartError> {
    let operations = read_json_part(parts, "operations", max_text).await?;
    let map = read_json_part(parts, "map", max_text).await?;
    let mut request = Request::from_json(operations)?;
    let file_map = parse_file_map(&map)?;

    let mut room = max_files;
    let mut files: Vec<Option<UploadedFile>> = file_map.iter().map(|_| None).collect();
    while let Some(mut field) = parts.next_field().await? {
        let Some(index) = file_map.iter().position(|file| Some(file.part) == field.name()) else {
            return Err(RequestError::bad_request("A part is not listed in \"map\".").into());
        };
        let name = field.file_name().map(|name| name.chars().take(MAX_FILE_NAME_LENGTH).collect());
        let bytes = read_bounded(&mut field, room).await?;
        room -= bytes.as_ref().map_or(room, Bytes::len);
        if files[index].replace(UploadedFile { name, bytes }).is_some() {
            return Err(RequestError::bad_request("A file is sent twice.").into());
        }
    }
    let files: Option<Vec<_>> = files.into_iter().collect();
    let files = files.ok_or_else(|| RequestError::bad_request("A file listed in \"map\" is missing."))?;
    for (index, file) in file_map.iter().enumerate() {
        for path in &file.paths {
            set_placeholder(&mut request.variables, path, u8::try_from(index).unwrap_or(u8::MAX))?;
        }
    }
    request.files = files.into();
    Ok(request)
}

async fn read_json_part(parts: &mut Multipart<'_>, name: &str, limit: usize) -> Result<Json, PartError> {
    let missing = || {
        let order = "Send \"operations\", then \"map\", then the files.";
        RequestError::bad_request(format!("The part \"{name}\" is missing or out of order. {order}"))
    };
    let mut field = parts.next_field().await?.ok_or_else(missing)?;
    if field.name() != Some(name) {
        return Err(missing().into());
    }
    let bytes = read_bounded(&mut field, limit).await?.ok_or_else(|| HttpError::too_large(limit))?;
    Ok(json::from_slice(&bytes, &format!("The part \"{name}\""))?)
}

/// Returns `None` if the part is larger than `limit`. It is read to its end all the same.
async fn read_bounded(field: &mut Field<'_>, limit: usize) -> Result<Option<Bytes>, PartError> {
    let mut bytes = Some(BytesMut::new());
    while let Some(chunk) = field.chunk().await? {
        bytes = bytes.filter(|bytes| bytes.len() + chunk.len() <= limit);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes.map(BytesMut::freeze))
}

/// An entry of `map`.
struct MappedFile<'m> {
    /// The name of the part with the file.
    part: &'m str,
    /// The paths of its variables, without the prefix `variables.`.
    paths: Vec<&'m str>,
}

/// Reads `map`. A file can replace several variables, but a variable is replaced by one file.
fn parse_file_map(map: &Json) -> Result<Vec<MappedFile<'_>>, RequestError> {
    let invalid = || {
        let message = "\"map\" must give each file a list of paths below \"variables\", and each path once.";
        RequestError::bad_request(message)
    };
    let map = map.as_object().ok_or_else(invalid)?;
    if map.len() > MAX_FILES {
        return Err(RequestError::bad_request(format!("A request can have at most {MAX_FILES} files.")));
    }
    let mut seen = HashSet::new();
    let mut files = Vec::with_capacity(map.len());
    for (part, paths) in map {
        let paths = paths.as_array().filter(|paths| !paths.is_empty()).ok_or_else(invalid)?;
        if paths.len() > MAX_PATHS_PER_FILE {
            let message = format!("A file can replace at most {MAX_PATHS_PER_FILE} variables.");
            return Err(RequestError::bad_request(message));
        }
        let paths: Option<Vec<&str>> = paths.iter().map(|path| path.as_str()?.strip_prefix("variables.")).collect();
        let paths = paths.filter(|paths| paths.iter().all(|path| seen.insert(*path))).ok_or_else(invalid)?;
        files.push(MappedFile { part, paths });
    }
    Ok(files)
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
