//! One GraphQL request as every transport hands it on.

use async_graphql::Variables;
use serde_json::{Map, Value};

use super::document::cache::Hash;
use super::upload::UploadedFiles;
use super::{RequestError, error::code};

/// The members of a request, each of its right type.
#[derive(Debug, Default)]
pub struct Request {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
    /// The document's hash, by Apollo's protocol of automatic persisted queries.
    pub persisted: Option<Hash>,
    pub files: UploadedFiles,
    /// The cursor that the client saw last, where its transport resumes by itself.
    pub last_seen: Option<String>,
}

impl Request {
    /// Reads the JSON form. Members that nobody knows are ignored, as the protocol wants.
    ///
    /// # Errors
    /// When it is not an object, a member has the wrong type, or there is no document.
    pub fn from_json(body: Value) -> Result<Self, RequestError> {
        let Value::Object(mut body) = body else {
            return Err(RequestError::bad_request("A request is one JSON object. Batches are not accepted."));
        };
        let query = text(&mut body, "query")?;
        let operation_name = text(&mut body, "operationName")?;
        let variables = Variables::from_json(Value::Object(object(&mut body, "variables")?));
        let persisted = object(&mut body, "extensions")?.remove("persistedQuery");
        let persisted = persisted.filter(|value| !value.is_null()).as_ref().map(persisted_hash).transpose()?;
        if query.is_none() && persisted.is_none() {
            return Err(RequestError::bad_request("The member \"query\" is missing."));
        }
        Ok(Self { query, operation_name, variables, persisted, ..Self::default() })
    }

    /// Reads the form in which GET carries a request. Empty parameters count as absent.
    ///
    /// # Errors
    /// As for the JSON form, and when `variables` or `extensions` is not JSON.
    pub fn from_parameters(parameters: &str) -> Result<Self, RequestError> {
        let mut body = Map::new();
        for (name, value) in url::form_urlencoded::parse(parameters.as_bytes()) {
            let value = match &*name {
                "query" | "operationName" if !value.is_empty() => Value::String(value.into_owned()),
                "variables" | "extensions" if !value.is_empty() => serde_json::from_str(&value)
                    .map_err(|_| RequestError::bad_request(format!("The parameter \"{name}\" is not JSON.")))?,
                _ => continue,
            };
            if body.insert(name.to_string(), value).is_some() {
                return Err(RequestError::bad_request(format!("The parameter \"{name}\" is given twice.")));
            }
        }
        Self::from_json(Value::Object(body))
    }
}

fn text(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, RequestError> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(RequestError::bad_request(format!("The member \"{name}\" must be a string."))),
    }
}

fn object(body: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, RequestError> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(RequestError::bad_request(format!("The member \"{name}\" must be an object."))),
    }
}

fn persisted_hash(value: &Value) -> Result<Hash, RequestError> {
    let hash = value.get("sha256Hash").and_then(Value::as_str).and_then(from_hex);
    match (value.get("version").and_then(Value::as_u64), hash) {
        (Some(1), Some(hash)) => Ok(hash),
        _ => Err(RequestError::new(
            code::BAD_REQUEST,
            "\"persistedQuery\" needs version 1 and a sha256Hash in hexadecimal.",
        )),
    }
}

fn from_hex(text: &str) -> Option<Hash> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}
