//! Signed download links: issued for one viewer, valid for ten minutes.
//!
//! A link replaces the session of the request, but grants nothing by itself: each download checks again whether the viewer
//! may see the object.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use url::Url;

use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::ids::write_global;

/// The purpose of links to files.
pub const FILES: &str = "file links";

/// How long a link is valid.
const LINK_LIFETIME: Duration = Duration::from_mins(10);

/// The content of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadLink {
    /// Distinguishes the links of different kinds of objects.
    pub purpose: &'static str,
    /// The id of the object.
    pub object: i64,
    /// The account that the link was issued for.
    pub viewer: AccountId,
    /// In seconds since the Unix epoch.
    pub expires: i64,
}

impl DownloadLink {
    /// Creates a link that is valid from now on.
    pub fn new(purpose: &'static str, object: i64, viewer: AccountId, now: Timestamp) -> Self {
        Self { purpose, object, viewer, expires: now.plus(LINK_LIFETIME).unix_seconds() }
    }

    /// Returns the URL of the link below this path.
    pub fn url(&self, app: &App, path: &str) -> Url {
        let mut url = app.config.public_url().clone();
        url.set_path(path);
        url.query_pairs_mut()
            .append_pair("viewer", &write_global("usr", self.viewer.0))
            .append_pair("expires", &self.expires.to_string())
            .append_pair("signature", &URL_SAFE_NO_PAD.encode(self.mac(app)));
        url
    }

    /// Returns whether the link has not expired and this is its signature, compared in constant time.
    pub fn is_valid(&self, app: &App, signature: &str) -> bool {
        let is_signed = URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| bytes.ct_eq(&self.mac(app)).into());
        is_signed && self.expires > app.clock.now().unix_seconds()
    }

    /// The numbers have a fixed length, so different links never have the same input.
    fn mac(&self, app: &App) -> [u8; 32] {
        let numbers = [self.object, self.viewer.0, self.expires].map(i64::to_be_bytes);
        app.keys.derive_secret(self.purpose, numbers.as_flattened())
    }
}
