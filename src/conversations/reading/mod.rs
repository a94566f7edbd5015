//! Read markers and unread counts. Loading a page marks nothing as read: clients move the marker explicitly.

pub mod counts;
pub mod graphql;
pub mod rules;
pub mod store;

use super::ConversationId;
use super::messages::MessageId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// How far a member has read a conversation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReadMarker {
    pub conversation_id: ConversationId,
    /// The member.
    pub user_id: AccountId,
    pub read_at: Timestamp,
    /// The position of the marker in the history.
    pub number: i64,
    /// The last message that the member has read; `None` for a marker before the first message.
    pub message_id: Option<MessageId>,
    /// When that message was sent.
    pub sent_at: Option<Timestamp>,
}
