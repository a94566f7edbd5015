//! Messages, in conversations and in the lobby: both send, store and deliver them in the same way.

pub mod graphql;
pub mod mentions;
pub mod notifications;
pub mod rules;
pub mod sending;
pub mod store;

use super::ConversationId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::files::{Attachments, FileUse, FileUseKind};
use crate::live::FeedPosition;
use crate::profiles::Audience;

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

/// A message. A deleted one keeps its row and its number, without text, images and files.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// Its position in the history: the number of its `MessageAdded` event in the feed of the room.
    pub number: i64,
    /// `None` after the account was deleted.
    pub author_id: Option<AccountId>,
    /// The pseudonym under which a guest wrote it. It stays when the guest is gone.
    pub guest_name: Option<String>,
    /// `None` if the message has only images or files, or was deleted.
    pub text: Option<String>,
    pub sent_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    /// The client key. Only the author sees it.
    pub client_key: Option<String>,
    /// The message of the same room that this one replies to.
    pub reply_to_id: Option<MessageId>,
    #[sqlx(skip)]
    pub audience: Audience,
}

impl Message {
    /// Its position in the feed of the room.
    pub fn position(&self) -> FeedPosition {
        FeedPosition::new(self.number, self.sent_at)
    }

    /// The use that images and files of this message are attached to.
    pub fn file_use(id: MessageId) -> FileUse {
        FileUse::new(FileUseKind::Message, id.0)
    }
}

/// Which messages of a history to return.
#[derive(Clone, Copy, Debug, Default)]
pub enum MessageSelection {
    #[default]
    All,
    /// Those that the unread count of a member counts, if `is_unread`; else all others.
    ByMarker {
        is_unread: bool,
        /// The position of the member's read marker.
        read_up_to: i64,
    },
}

/// The content of a new message, not yet validated.
#[derive(Clone, Debug, Default)]
pub struct MessageDraft {
    pub text: Option<String>,
    pub attachments: Attachments,
    /// The message to reply to. The inner `None` stands for a string that is not the id of a message.
    pub reply_to: Option<Option<MessageId>>,
    pub client_key: Option<String>,
}

/// A validated draft.
#[derive(Clone, Debug)]
pub struct ValidDraft {
    text: Option<String>,
    attachments: Attachments,
    reply_to: Option<MessageId>,
    client_key: Option<String>,
    /// SHA-256 of the content. A repeated request has the same one.
    fingerprint: Vec<u8>,
}
