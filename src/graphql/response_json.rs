//! Writes the JSON of responses, the same for all transports.
//!
//! Objects that `eager` resolves, and responses that followers share, are JSON already: a [`Value::Binary`], which is copied
//! here. No field has a binary value of another kind.

use async_graphql::{Response, Value};
use bytes::Bytes;
use serde::Serialize;

/// For the names of the members of a response, and its cursor.
const MEMBERS_BYTES: usize = 128;

/// Writes a response: `errors` and `extensions` only if there are any.
pub fn write(json: &mut Vec<u8>, response: &Response) {
    if let Some(shared) = super::sharing::shared_json(response) {
        json.extend_from_slice(shared);
        return;
    }
    json.reserve(size(&response.data) + MEMBERS_BYTES);
    json.push(b'{');
    if !response.errors.is_empty() {
        json.extend_from_slice(b"\"errors\":");
        write_other(json, &response.errors);
        json.push(b',');
    }
    json.extend_from_slice(b"\"data\":");
    write_value(json, &response.data);
    if !response.extensions.is_empty() {
        json.extend_from_slice(b",\"extensions\":");
        write_other(json, &response.extensions);
    }
    json.push(b'}');
}

/// Returns the JSON of a response.
pub fn to_bytes(response: &Response) -> Bytes {
    let mut json = Vec::new();
    write(&mut json, response);
    json.into()
}

/// Returns the size of a value as JSON, in bytes. Escapes in strings are not counted.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null => 4,
        Value::Boolean(_) => 5,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Enum(name) => name.len() + 2,
        Value::Binary(json) => json.len(),
        Value::List(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Object(members) => 2 + members.iter().map(|(name, member)| name.len() + 4 + size(member)).sum::<usize>(),
    }
}

/// Returns the JSON of an object whose members have these keys and values.
pub(super) fn object<'v>(members: impl Iterator<Item = (&'v str, &'v Value)> + Clone) -> Value {
    let bytes = members.clone().map(|(key, value)| key.len() + 4 + size(value)).sum::<usize>();
    let mut json = Vec::with_capacity(2 + bytes);
    write_object(&mut json, members);
    Value::Binary(json.into())
}

/// Returns the JSON of a list.
pub(super) fn list(items: &[Value]) -> Value {
    let mut json = Vec::with_capacity(2 + items.iter().map(|item| 1 + size(item)).sum::<usize>());
    write_list(&mut json, items);
    Value::Binary(json.into())
}

fn write_object<'v>(json: &mut Vec<u8>, members: impl Iterator<Item = (&'v str, &'v Value)>) {
    json.push(b'{');
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            json.push(b',');
        }
        // A response key is a name, which has nothing to escape.
        json.push(b'"');
        json.extend_from_slice(key.as_bytes());
        json.extend_from_slice(b"\":");
        write_value(json, value);
    }
    json.push(b'}');
}

fn write_list(json: &mut Vec<u8>, items: &[Value]) {
    json.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        write_value(json, item);
    }
    json.push(b']');
}

fn write_value(json: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => json.extend_from_slice(b"null"),
        Value::Boolean(true) => json.extend_from_slice(b"true"),
        Value::Boolean(false) => json.extend_from_slice(b"false"),
        Value::Number(number) => write_other(json, number),
        Value::String(text) => write_string(json, text),
        Value::Enum(name) => write_string(json, name),
        Value::Binary(written) => json.extend_from_slice(written),
        Value::List(items) => write_list(json, items),
        Value::Object(members) => {
            write_object(json, members.iter().map(|(name, member)| (name.as_str(), member)));
        }
    }
}

/// Writes a string. Most texts have nothing to escape.
pub fn write_string(json: &mut Vec<u8>, text: &str) {
    if has_escapes(text.as_bytes()) {
        write_other(json, text);
        return;
    }
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

/// Returns true if a text has quotes, backslashes or control characters. Looks at eight bytes at once: most texts are too
/// short for the wide instructions that a loop over the bytes is compiled to.
fn has_escapes(text: &[u8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // The highest bit of each byte is set if the byte is lower than `limit`, and perhaps that of a byte after such a one.
    // A byte above 0x7f is no such one.
    let has_lower = |bytes: u64, limit: u64| bytes.wrapping_sub(EACH * limit) & !bytes & (EACH << 7);
    let has_byte = |bytes: u64, byte: u8| has_lower(bytes ^ (EACH * u64::from(byte)), 1);
    let is_found = |bytes: [u8; 8]| {
        let bytes = u64::from_le_bytes(bytes);
        has_lower(bytes, 0x20) | has_byte(bytes, b'"') | has_byte(bytes, b'\\') != 0
    };
    let (chunks, rest) = text.as_chunks::<8>();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    chunks.iter().any(|chunk| is_found(*chunk)) || is_found(last)
}

fn write_other(json: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Serialisation fails only for maps with keys that are not strings, and there are none.
    let _ = serde_json::to_writer(json, value);
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, ServerError};
    use async_graphql_value::indexmap::IndexMap;
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
            any::<String>().prop_map(Value::from),
            "[A-Z_]{1,9}".prop_map(|name| Value::Enum(Name::new(name))),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec(("[a-z]{1,5}", inner), 0..6).prop_map(|members| {
                    Value::Object(members.into_iter().map(|(name, member)| (Name::new(name), member)).collect())
                }),
            ]
        })
    }

    fn json_of(response: &Response) -> serde_json::Value {
        serde_json::from_slice(&to_bytes(response)).expect("it is JSON")
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_the_framework_would_write(data in value()) {
            let response = Response::new(data).extension("cursor", Value::from("a\"b"));
            prop_assert_eq!(json_of(&response), serde_json::to_value(&response).expect("it is JSON"));
        }

        #[test]
        fn written_parts_are_copied(first in value(), items in prop::collection::vec(value(), 0..5)) {
            let written = object([("first", &first), ("items", &list(&items))].into_iter());
            let members = [(Name::new("first"), first), (Name::new("items"), Value::List(items))];
            let framework = Response::new(Value::Object(IndexMap::from(members)));
            let nested = Response::new(Value::List(vec![written]));
            prop_assert_eq!(
                &json_of(&nested)["data"][0],
                &serde_json::to_value(&framework).expect("it is JSON")["data"]
            );
        }
    }

    proptest! {
        #[test]
        fn escapes_are_found(text in "[ -~\u{0}-\u{1f}\u{7f}-\u{ff}]{0,40}") {
            let needs_escapes = text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
            prop_assert_eq!(has_escapes(text.as_bytes()), needs_escapes);
        }

        #[test]
        fn a_single_escape_is_found(text in "[a-z]{0,20}", escape in prop_oneof![Just('"'), Just('\\'), Just('\n')], rest in "[é]{0,20}") {
            let text = format!("{text}{escape}{rest}");
            prop_assert!(has_escapes(text.as_bytes()));
        }
    }

    #[test]
    fn errors_come_before_the_data() {
        let mut response = Response::from_errors(vec![ServerError::new("No \"data\"", None)]);
        assert_eq!(to_bytes(&response), r#"{"errors":[{"message":"No \"data\""}],"data":null}"#);
        response.errors.clear();
        assert_eq!(to_bytes(&response), r#"{"data":null}"#);
    }
}
