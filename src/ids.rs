//! The ids of accounts and sessions, which every module may know.
//!
//! Other ids are defined in the slice of their objects. These two are here because events, tokens and keys refer to
//! accounts and sessions without knowing the slice `accounts`. The text of a global id is here because links in mails
//! and calendars contain it.

/// The id of an account, and of its public side, the user.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

/// The id of a session: one signed-in device.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct SessionId(pub i64);

/// 64 bits in groups of five bits.
pub(crate) const DIGITS: usize = 13;
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Returns the text of a global id: the prefix of its type, `_`, and the number in Crockford base 32. A page has a hundred.
pub fn write_global(prefix: &str, raw: i64) -> String {
    let bits = raw.cast_unsigned();
    let mut text = String::with_capacity(prefix.len() + 1 + DIGITS);
    text.push_str(prefix);
    text.push('_');
    for position in (0..DIGITS).rev() {
        let digit = usize::try_from((bits >> (5 * position)) & 31).unwrap_or_default();
        text.push(char::from(ALPHABET[digit]));
    }
    text
}
