//! The links that end a subscription (RFC 8058): who receives a mail, and because of which kinds of notifications.
//!
//! A token is the subscription with a message authentication code. It needs no row, and is valid as long as the account:
//! it only ever turns mail off.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::ids::AccountId;

const CONTENT_BYTES: usize = 10;
const CODE_BYTES: usize = 16;

/// The recipient of a mail, and the numbers of the kinds that it is about, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub account: AccountId,
    pub kinds: u16,
}

impl Subscription {
    fn to_bytes(self) -> [u8; CONTENT_BYTES] {
        let mut bytes = [0; CONTENT_BYTES];
        bytes[..8].copy_from_slice(&self.account.0.to_be_bytes());
        bytes[8..].copy_from_slice(&self.kinds.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (account, kinds) = bytes.split_first_chunk()?;
        let kinds = kinds.try_into().ok().map(u16::from_be_bytes)?;
        Some(Self { account: AccountId(i64::from_be_bytes(*account)), kinds })
    }

    /// Returns the subscription as the outbox stores it.
    pub(super) fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_bytes())
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        Self::from_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }
}

/// The key that signs tokens.
#[derive(Clone)]
pub(super) struct SubscriptionKey(hmac::Key);

impl SubscriptionKey {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    pub(super) fn token(&self, subscription: Subscription) -> String {
        let content = subscription.to_bytes();
        let code = hmac::sign(&self.0, &content);
        URL_SAFE_NO_PAD.encode([&content, &code.as_ref()[..CODE_BYTES]].concat())
    }

    /// Returns the subscription of a token; `None` for any other text.
    pub(super) fn open(&self, token: &str) -> Option<Subscription> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, code) = bytes.split_at_checked(CONTENT_BYTES)?;
        let expected = hmac::sign(&self.0, content);
        let is_valid = bool::from(code.ct_eq(&expected.as_ref()[..CODE_BYTES]));
        Subscription::from_bytes(content).filter(|_| is_valid)
    }
}

impl std::fmt::Debug for SubscriptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubscriptionKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_with_its_key_only_and_is_not_changed() {
        let (key, other) = (SubscriptionKey::new(&[1; 32]), SubscriptionKey::new(&[2; 32]));
        let subscription = Subscription { account: AccountId(-7), kinds: 0b10_0000_0001 };
        let token = key.token(subscription);
        assert_eq!(key.open(&token), Some(subscription));
        assert_eq!(Subscription::from_text(&subscription.to_text()), Some(subscription));
        assert_eq!(other.open(&token), None);
        for position in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(key.open(&changed), None, "{changed}");
        }
        for text in ["", "A", &token[..20], &format!("{token}AAAA"), &subscription.to_text()] {
            assert_eq!(key.open(text), None, "{text}");
        }
    }
}
