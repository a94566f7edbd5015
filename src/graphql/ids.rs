//! Global ids: three letters for the type, `_`, and the 64 bits of the id in Crockford base 32.
//!
//! Clients treat them as opaque. The server reads the type from the letters, so that an id of another type is simply not
//! found, and a malformed one too.

use async_graphql::ID;

const PREFIX_LENGTH: usize = 3;
/// 64 bits in groups of five.
const DIGITS: usize = 13;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An id that clients see.
pub trait GlobalId: Copy {
    /// The three letters of its type.
    const PREFIX: &'static str;

    fn from_raw(raw: i64) -> Self;
    fn raw(self) -> i64;

    fn to_global(self) -> ID {
        ID(encode(Self::PREFIX, self.raw()))
    }

    /// Returns `None` for whatever is not an id of this type.
    fn from_global(id: &ID) -> Option<Self> {
        let (prefix, raw) = decode(id)?;
        (prefix == Self::PREFIX).then(|| Self::from_raw(raw))
    }
}

/// Gives newtypes over `i64` their letters.
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

fn encode(prefix: &str, raw: i64) -> String {
    let bits = raw.cast_unsigned();
    let digits = (0..DIGITS).rev().map(|place| {
        let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or_default();
        char::from(ALPHABET[digit])
    });
    format!("{prefix}_").chars().chain(digits).collect()
}

/// Returns the letters and the number of a well-formed id. Each id has one spelling only.
pub fn decode(id: &str) -> Option<(&str, i64)> {
    let (prefix, digits) = id.split_once('_')?;
    if prefix.len() != PREFIX_LENGTH || digits.len() != DIGITS || digits.as_bytes()[0] > b'f' {
        return None;
    }
    let mut bits = 0_u64;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
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
        fn every_number_has_one_spelling(raw: i64) {
            let id = encode("usr", raw);
            prop_assert_eq!(decode(&id), Some(("usr", raw)));
            prop_assert_eq!(id.len(), 17);
        }

        #[test]
        fn no_text_is_fatal_and_none_has_two_spellings(text: String) {
            if let Some((prefix, raw)) = decode(&text) {
                prop_assert_eq!(encode(prefix, raw), text);
            }
        }
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        for text in
            ["", "usr", "usr_", "usr_0000000000000x", "USR_0000000000001", "usr_000000000000O", "usr_g000000000000"]
        {
            let found = decode(text);
            assert!(found.is_none() || text.starts_with("USR"), "{text} was read as {found:?}");
        }
    }
}
