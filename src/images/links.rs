//! Signed image links: issued for one viewer or for everyone, valid for ten minutes.
//!
//! A link replaces the session of the request, but grants nothing by itself: opening it checks again whether the viewer
//! may see the image.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::ImageId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::keys::KeyRing;
use crate::media::ImageSize;

/// How long a link is valid.
const LINK_LIFETIME: Duration = Duration::from_mins(10);

/// The content of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageLink {
    pub image: ImageId,
    pub size: ImageSize,
    /// The account that the link was issued for; `None` if it was issued for everyone.
    pub viewer: Option<AccountId>,
    /// In seconds since the Unix epoch.
    pub expires: i64,
}

impl ImageLink {
    /// Creates a link that is valid from now on.
    pub fn new(image: ImageId, size: ImageSize, viewer: Option<AccountId>, now: Timestamp) -> Self {
        Self { image, size, viewer, expires: now.plus(LINK_LIFETIME).unix_seconds() }
    }

    /// Returns how long the link remains valid, or `None` if it has expired.
    pub fn remaining(&self, now: Timestamp) -> Option<Duration> {
        let remaining = u64::try_from(self.expires.saturating_sub(now.unix_seconds())).ok()?;
        Some(Duration::from_secs(remaining)).filter(|remaining| !remaining.is_zero())
    }

    /// Returns the signature that proves that this server issued the link.
    pub fn signature(&self, keys: &KeyRing) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(keys))
    }

    /// Returns whether a signature belongs to this link, in constant time.
    pub fn is_signature_valid(&self, keys: &KeyRing, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| bytes.ct_eq(&self.mac(keys)).into())
    }

    /// The numbers have a fixed length, so different links never have the same input. No account has the number 0.
    fn mac(&self, keys: &KeyRing) -> [u8; 32] {
        let viewer = self.viewer.map_or(0, |viewer| viewer.0);
        let numbers = [self.image.0, viewer, self.expires].map(i64::to_be_bytes);
        keys.derive_secret("image links", &[numbers.as_flattened(), self.size.name().as_bytes()].concat())
    }
}
