//! The types of Rust that are stored in SQLite.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Encode, Type};

use super::driver::{Rusqlite, StorageClass, Value, ValueRef};

/// Implements a type whose values have one storage class.
macro_rules! stored {
    ($type:ty, $class:ident, |$value:ident| $encoded:expr, $found:pat => $decoded:expr) => {
        impl Type<Rusqlite> for $type {
            fn type_info() -> StorageClass {
                StorageClass::$class
            }
        }

        impl Encode<'_, Rusqlite> for $type {
            fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
                let $value = self;
                buffer.push(Value::$class($encoded));
                Ok(IsNull::No)
            }
        }

        impl<'r> Decode<'r, Rusqlite> for $type {
            fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
                match value {
                    $found => Ok($decoded),
                    other => Err(mismatch(other, StorageClass::$class)),
                }
            }
        }
    };
}

stored!(i64, Integer, |value| *value, ValueRef::Integer(value) => value);
stored!(bool, Integer, |value| i64::from(*value), ValueRef::Integer(value) => value != 0);
stored!(f64, Real, |value| *value, ValueRef::Real(value) => value);
stored!(String, Text, |value| value.clone(), ValueRef::Text(value) => value.to_owned());
stored!(Vec<u8>, Blob, |value| value.clone(), ValueRef::Blob(value) => value.to_owned());

fn mismatch(found: ValueRef<'_>, expected: StorageClass) -> BoxDynError {
    format!("{} instead of {expected}", sqlx::ValueRef::type_info(&found)).into()
}

impl Type<Rusqlite> for str {
    fn type_info() -> StorageClass {
        StorageClass::Text
    }
}

impl Encode<'_, Rusqlite> for &'_ str {
    fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Text((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl<'r> Decode<'r, Rusqlite> for &'r str {
    fn decode(value: ValueRef<'r>) -> Result<Self, BoxDynError> {
        match value {
            ValueRef::Text(value) => Ok(value),
            other => Err(mismatch(other, StorageClass::Text)),
        }
    }
}

impl Type<Rusqlite> for [u8] {
    fn type_info() -> StorageClass {
        StorageClass::Blob
    }
}

impl Encode<'_, Rusqlite> for &'_ [u8] {
    fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
        buffer.push(Value::Blob((*self).to_owned()));
        Ok(IsNull::No)
    }
}

impl<'q, T> Encode<'q, Rusqlite> for Option<T>
where
    T: Encode<'q, Rusqlite> + Type<Rusqlite> + 'q,
{
    fn encode_by_ref(&self, buffer: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
        match self {
            Some(value) => value.encode_by_ref(buffer),
            None => Ok(IsNull::Yes),
        }
    }
}
