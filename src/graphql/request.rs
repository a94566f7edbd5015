//! A GraphQL request, independent of its transport.

use async_graphql::Variables;
use serde_json::{Map, Value};

use super::document::cache::DocumentHash;
use super::upload::UploadedFiles;
use super::{RequestError, error::code, json};

/// The parameters of a request, checked for their types.
#[derive(Debug, Default)]
pub struct Request {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
    /// The document's hash, by Apollo's protocol for automatic persisted queries.
    pub persisted_hash: Option<DocumentHash>,
    pub files: UploadedFiles,
    /// Whether the response shows the operation's cost.
    pub shows_cost: bool,
    /// The cursor of the last event that the client received, for transports that resume streams.
    pub last_event_id: Option<String>,
}

impl Request {
    /// Reads a request from JSON. Unknown members are ignored, as GraphQL over HTTP requires. Blank members count as absent,
    /// as in a query string, except a document that is blank.
    ///
    /// # Errors
    /// When the body is not an object, a member has the wrong type, or both document and hash are missing.
    pub fn from_json(body: Value) -> Result<Self, RequestError> {
        let Value::Object(mut body) = body else {
            return Err(RequestError::bad_request("A request must be a single JSON object. Batches are not accepted."));
        };
        let query = string(&mut body, "query")?;
        let operation_name = string(&mut body, "operationName")?.filter(|name| !name.is_empty());
        let variables = Variables::from_json(Value::Object(object(&mut body, "variables")?));
        let mut extensions = object(&mut body, "extensions")?;
        let shows_cost = extensions.get("showCost").and_then(Value::as_bool).unwrap_or_default();
        let persisted = extensions.remove("persistedQuery");
        let persisted_hash =
            persisted.filter(|value| !value.is_null()).as_ref().map(read_persisted_hash).transpose()?;
        let query = query.filter(|query| !query.is_empty() || persisted_hash.is_none());
        if query.is_none() && persisted_hash.is_none() {
            return Err(RequestError::bad_request("The member \"query\" is missing."));
        }
        Ok(Self { query, operation_name, variables, persisted_hash, shows_cost, ..Self::default() })
    }

    /// Reads a request from the query string of a GET request. Empty parameters count as absent.
    ///
    /// # Errors
    /// As [`Self::from_json`], and when `variables` or `extensions` is not valid JSON.
    pub fn from_query_string(query_string: &str) -> Result<Self, RequestError> {
        let mut body = Map::new();
        for (name, value) in url::form_urlencoded::parse(query_string.as_bytes()) {
            let value = match &*name {
                "query" | "operationName" if !value.is_empty() => Value::String(value.into_owned()),
                "variables" | "extensions" if !value.is_empty() => {
                    json::from_slice(value.as_bytes(), &format!("The parameter \"{name}\""))?
                }
                _ => continue,
            };
            if body.insert(name.to_string(), value).is_some() {
                return Err(RequestError::bad_request(format!("The parameter \"{name}\" is sent twice.")));
            }
        }
        Self::from_json(Value::Object(body))
    }
}

fn string(body: &mut Map<String, Value>, name: &str) -> Result<Option<String>, RequestError> {
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
        // PHP encodes an empty object as a list, and forms send an empty text.
        Some(Value::Array(items)) if items.is_empty() => Ok(Map::new()),
        Some(Value::String(text)) if text.is_empty() => Ok(Map::new()),
        Some(_) => Err(RequestError::bad_request(format!("The member \"{name}\" must be an object."))),
    }
}

fn read_persisted_hash(value: &Value) -> Result<DocumentHash, RequestError> {
    let hash = value.get("sha256Hash").and_then(Value::as_str).and_then(hash_from_hex);
    match (value.get("version").and_then(Value::as_u64), hash) {
        (Some(1), Some(hash)) => Ok(hash),
        _ => Err(RequestError::new(
            code::BAD_REQUEST,
            "\"persistedQuery\" must have version 1 and a sha256Hash of 64 hexadecimal digits.",
        )),
    }
}

fn hash_from_hex(text: &str) -> Option<DocumentHash> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = DocumentHash::default();
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}
