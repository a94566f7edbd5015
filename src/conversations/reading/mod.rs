//! How far members have read, and how much they have not. Reading a page marks nothing: people say so themselves.

pub mod graphql;
pub mod rules;
pub mod store;

use super::ConversationId;
use super::messages::MessageId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// How far somebody has read a conversation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Marker {
    pub conversation_id: ConversationId,
    pub user_id: AccountId,
    pub read_at: Timestamp,
    /// The message up to which they have read.
    pub message_id: Option<MessageId>,
}
