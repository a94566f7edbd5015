//! JSON of requests, in which no object has a member twice: of two values the server would have to ignore one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::RequestError;

/// Reads JSON. `what` names its place in messages, like "The request body".
///
/// # Errors
/// When it is not JSON, or an object has a member twice.
pub fn from_slice(json: &[u8], what: &str) -> Result<Value, RequestError> {
    let read: Result<Unique, _> = serde_json::from_slice(json);
    read.map(|Unique(value)| value).map_err(|error| {
        // Whatever JSON allows and `Unique` rejects is a repeated member.
        RequestError::bad_request(if error.is_data() {
            format!("{what}: {error}.")
        } else {
            format!("{what} is not valid JSON.")
        })
    })
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
        for json in ["", "{", "{} {}", "{'a': 1}", "\u{feff}{}", "[1,]", "\"\\ud83d\""] {
            assert_eq!(read(json), Err("The body is not valid JSON.".to_owned()), "{json}");
        }
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
