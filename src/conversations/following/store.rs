//! Statements about the messages of events, without regard to any viewer.

use crate::accounts::AccountId;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{ConversationId, ConversationKind};
use crate::db::{List, Query, Result};

/// A message and the kind of its room.
#[derive(Debug, sqlx::FromRow)]
pub struct MessageWithKind {
    #[sqlx(flatten)]
    pub message: Message,
    pub kind: ConversationKind,
}

/// Loads messages by their ids, with the kind of their rooms.
pub async fn with_kind(db: impl Query, ids: &[MessageId]) -> Result<Vec<MessageWithKind>> {
    db.all(
        "select messages.id, conversation_id, number, author_id, guest_name, text, sent_at, edited_at, deleted_at,
                client_key, reply_to_id, kind
         from json_each($1) as wanted cross join messages join conversations on conversations.id = conversation_id
         where messages.id = wanted.value",
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Loads the members of these conversations, each with the history bound.
pub async fn members_of(db: impl Query, ids: &List) -> Result<Vec<(ConversationId, AccountId, i64)>> {
    db.all(
        "select conversation_id, user_id, reads_after from conversation_members
         where conversation_id in (select value from json_each($1)) order by conversation_id, user_id",
        &[ids],
    )
    .await
}

/// Loads the users who have a block with these authors, in either direction, as pairs of author and user.
pub async fn blocked_between(db: impl Query, authors: &List) -> Result<Vec<(AccountId, AccountId)>> {
    db.all(
        "select other_id, user_id from relations
         where other_id in (select value from json_each($1)) and is_hidden order by other_id, user_id",
        &[authors],
    )
    .await
}
