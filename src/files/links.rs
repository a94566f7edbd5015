//! Signed download links: issued for one viewer, valid for ten minutes.
//!
//! A link replaces the session of the request, but grants nothing by itself: each download checks again whether the viewer
//! may see the file.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::FileId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::keys::KeyRing;

/// How long a link is valid.
const LINK_LIFETIME: Duration = Duration::from_mins(10);

/// The content of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLink {
    pub file: FileId,
    /// The account that the link was issued for.
    pub viewer: AccountId,
    /// In seconds since the Unix epoch.
    pub expires: i64,
}

impl FileLink {
    /// Creates a link that is valid from now on.
    pub fn new(file: FileId, viewer: AccountId, now: Timestamp) -> Self {
        Self { file, viewer, expires: now.plus(LINK_LIFETIME).unix_seconds() }
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires <= now.unix_seconds()
    }

    /// Returns the signature that proves that this server issued the link.
    pub fn signature(&self, keys: &KeyRing) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(keys))
    }

    /// Returns whether a signature belongs to this link, in constant time.
    pub fn is_signature_valid(&self, keys: &KeyRing, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| bytes.ct_eq(&self.mac(keys)).into())
    }

    fn mac(&self, keys: &KeyRing) -> [u8; 32] {
        let numbers = [self.file.0, self.viewer.0, self.expires].map(i64::to_be_bytes);
        keys.derive_secret("file links", numbers.as_flattened())
    }
}
