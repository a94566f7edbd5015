//! The addresses of pictures: signed for one viewer, good for ten minutes.
//!
//! A link holds no session and proves nothing but itself: whoever opens it is asked again whether the viewer it was made
//! for still may see the image.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::ImageId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::keys::KeyRing;
use crate::media::Size;

/// How long a link is good.
const LIFE: Duration = Duration::from_mins(10);

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub image: ImageId,
    pub size: Size,
    /// For whom it was made.
    pub viewer: AccountId,
    /// In whole seconds since 1970.
    pub expires: i64,
}

impl Link {
    /// Makes a link that is good from now on.
    pub fn new(image: ImageId, size: Size, viewer: AccountId, now: Timestamp) -> Self {
        Self { image, size, viewer, expires: now.plus(LIFE).unix_seconds() }
    }

    /// Returns how long the link is still good; `None` once it is not.
    pub fn rest(&self, now: Timestamp) -> Option<Duration> {
        let rest = u64::try_from(self.expires.saturating_sub(now.unix_seconds())).ok()?;
        Some(Duration::from_secs(rest)).filter(|rest| !rest.is_zero())
    }

    /// Returns what proves that this server made the link.
    pub fn signature(&self, keys: &KeyRing) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(keys))
    }

    /// Tells whether a signature is this link's. It takes as long for every wrong one.
    pub fn is_signed(&self, keys: &KeyRing, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|given| given.ct_eq(&self.mac(keys)).into())
    }

    /// Every part has a fixed length, so no two links read alike.
    fn mac(&self, keys: &KeyRing) -> [u8; 32] {
        let numbers = [self.image.0, self.viewer.0, self.expires].map(i64::to_be_bytes);
        keys.derive_secret("image links", &[numbers.as_flattened(), self.size.name().as_bytes()].concat())
    }
}
