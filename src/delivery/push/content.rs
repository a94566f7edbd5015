//! What a push says: JSON that the service worker of the web client shows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::notifications::NotificationKind;

/// The longest sentence, in characters: a payload has at most 3 KiB.
const MAX_BODY_LENGTH: usize = 400;

/// The payload of a push.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushContent {
    /// As in `NotificationKind`.
    pub kind: String,
    /// The name of the server.
    pub title: String,
    pub body: String,
    /// The page to open.
    pub url: String,
    /// A later push with the same tag replaces this one.
    pub tag: String,
    /// Null for messages.
    pub notification_id: Option<String>,
}

impl PushContent {
    pub fn new(kind: NotificationKind, title: &str, body: &str, url: String, tag: String) -> Self {
        let kind = kind.as_str().to_uppercase();
        let body = body.chars().take(MAX_BODY_LENGTH).collect();
        Self { kind, title: title.to_owned(), body, url, tag, notification_id: None }
    }

    /// Returns the tag as push services accept it: 32 characters.
    pub fn topic(&self) -> String {
        URL_SAFE_NO_PAD.encode(&Sha256::digest(self.tag.as_bytes())[..24])
    }
}
