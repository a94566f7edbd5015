//! What is said: in conversations, and in the lobby, whose messages are no different.

pub mod graphql;
pub mod rules;
pub mod sending;
pub mod store;

use super::ConversationId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::images::{ImageId, ImageUse, ImageUseKind};

crate::global_ids! {
    MessageId => "msg",
}

/// The id of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize)]
#[sqlx(transparent)]
pub struct MessageId(pub i64);

impl From<MessageId> for i64 {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

/// A message, or what is left of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// Its place in the history: the number of the event that told of it.
    pub number: i64,
    /// `None` once the account is deleted.
    pub author_id: Option<AccountId>,
    /// `None` where there are only pictures, and once it is deleted.
    pub text: Option<String>,
    pub sent_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    /// What its author's client calls it.
    pub client_key: Option<String>,
}

impl Message {
    /// Where the images of the message of this id are shown.
    pub(super) fn shows(id: MessageId) -> ImageUse {
        ImageUse::new(ImageUseKind::Message, id.0)
    }
}

/// What somebody wants to say, as it came.
#[derive(Clone, Debug)]
pub struct MessageDraft {
    pub text: Option<String>,
    /// `None` stands for what is no id of an image.
    pub images: Vec<Option<ImageId>>,
    pub client_key: Option<String>,
}

/// The same, checked.
#[derive(Clone, Debug)]
pub struct Checked {
    text: Option<String>,
    images: Vec<Option<ImageId>>,
    key: Option<String>,
    /// Tells it from another draft.
    fingerprint: Vec<u8>,
}
