//! Reads JSON as clients send it, the same for all transports.
//!
//! No object has a member twice: of two values the server would have to ignore one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::RequestError;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How deep the parser reads.
const MAX_DEPTH: usize = 127;

/// `\u` and four digits.
const ESCAPE_LENGTH: usize = 6;

/// Reads JSON. `what` names its place in messages, like "The request body". A byte order mark before it is skipped.
///
/// JavaScript cuts text between the two halves of a character, and escapes the half as a lone surrogate. No Unicode text
/// can contain one, so it becomes U+FFFD, as in the encodings of the web: the rest of the operation is fine.
///
/// # Errors
/// When it is not JSON, or an object has a member twice.
pub fn from_slice(json: &[u8], what: &str) -> Result<Value, RequestError> {
    parse(json).map_err(|error| {
        RequestError::bad_request(match error {
            // Whatever JSON allows and `Unique` rejects is a repeated member.
            error if error.is_data() => format!("{what}: {error}."),
            error if is_too_deep(&error) => format!("{what} is nested deeper than {MAX_DEPTH} levels."),
            error => format!("{what} is not valid JSON: {error}."),
        })
    })
}

/// Reads a value, without a message for the client.
///
/// # Errors
/// As [`from_slice`].
fn parse(json: &[u8]) -> Result<Value, serde_json::Error> {
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    // Almost all JSON has no lone surrogate, so they are looked for only after it was rejected.
    let read = serde_json::from_slice(json).or_else(|error| match replace_lone_surrogates(json) {
        Some(replaced) => serde_json::from_slice(&replaced),
        None => Err(error),
    });
    read.map(|Unique(value)| value)
}

/// The parser names this fault only in its message.
fn is_too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

/// Returns `None` if there is no lone surrogate.
fn replace_lone_surrogates(json: &[u8]) -> Option<Vec<u8>> {
    let mut replaced: Option<Vec<u8>> = None;
    let mut position = 0;
    while let Some(offset) = json[position..].iter().position(|byte| *byte == b'\\') {
        position += offset;
        position += match (escaped_unit(json, position), escaped_unit(json, position + ESCAPE_LENGTH)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 2 * ESCAPE_LENGTH,
            (Some(0xd800..0xe000), _) => {
                let text = replaced.get_or_insert_with(|| json.to_vec());
                text[position..position + ESCAPE_LENGTH].copy_from_slice(b"\\ufffd");
                ESCAPE_LENGTH
            }
            (Some(_), _) => ESCAPE_LENGTH,
            // Another escape: two bytes.
            (None, _) => 2,
        };
        if position >= json.len() {
            break;
        }
    }
    replaced
}

/// Returns the UTF-16 unit that is escaped at `position`.
fn escaped_unit(json: &[u8], position: usize) -> Option<u16> {
    let digits = json.get(position..position + ESCAPE_LENGTH)?.strip_prefix(b"\\u")?;
    let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_hexadecimal)?;
    u16::from_str_radix(text, 16).ok()
}

/// A value without repeated members.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unique(value))) = members.next_entry::<String, Unique>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the member \"{name}\" is given twice")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Result<Value, String> {
        from_slice(json.as_bytes(), "The body").map_err(|error| error.errors()[0].message.clone())
    }

    #[test]
    fn a_member_is_given_once() {
        assert!(read(r#"{"a": {"b": 1}, "c": [{"b": 1}, {"b": 2}]}"#).is_ok());
        for json in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": 1, "\u0061": 2}}]"#] {
            let message = read(json).expect_err(json);
            assert!(message.contains("the member \"a\" is given twice"), "{message}");
        }
        for json in ["", "{", "{} {}", "{'a': 1}", "[1,]"] {
            let message = read(json).expect_err(json);
            assert!(message.starts_with("The body is not valid JSON: "), "{json}: {message}");
        }
    }

    #[test]
    fn half_a_character_becomes_the_replacement_character() {
        for (json, expected) in [
            (r#""a \ud83d""#, "a \u{fffd}"),
            (r#""\ude00 b""#, "\u{fffd} b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\n\\ud83d""#, "\u{fffd}\n\\ud83d"),
            (r#""\uD83D\u0041""#, "\u{fffd}A"),
            ("\u{feff}\"\\ud83d\\ude00\"", "\u{1f600}"),
        ] {
            assert_eq!(parse(json.as_bytes()).expect("JSON"), Value::from(expected), "{json}");
        }
    }

    #[test]
    fn json_with_another_fault_is_rejected() {
        for json in [r#""\ud83d"#, r#""\ud83d" x"#, "{} {}", r#""\ud8"#, "\"\u{0}\"", r#""\"#, ""] {
            assert!(parse(json.as_bytes()).is_err(), "{json}");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }

    proptest! {
        #[test]
        fn other_json_has_its_usual_value(numbers in prop::collection::vec(any::<f64>(), 0..4), text: String, deep in 0_usize..20) {
            let mut value = serde_json::json!({ "numbers": numbers, "text": text, "more": [null, true, 1, -1, u64::MAX] });
            for _ in 0..deep {
                value = serde_json::json!([{ "in": value }]);
            }
            let json = value.to_string();
            prop_assert_eq!(read(&json), Ok(serde_json::from_str(&json).expect("it is JSON")));
        }
    }
}
