//! Statements about the messages that events tell of, whoever may see them.

use crate::accounts::AccountId;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{ConversationId, ConversationKind};
use crate::db::{List, Query, Result};

/// A message and what its room is.
#[derive(Debug, sqlx::FromRow)]
pub struct Placed {
    #[sqlx(flatten)]
    pub message: Message,
    pub kind: ConversationKind,
}

pub async fn placed(db: impl Query, ids: &[MessageId]) -> Result<Vec<Placed>> {
    db.all(
        "select messages.id, conversation_id, number, author_id, text, sent_at, edited_at, deleted_at, client_key, kind
         from messages join conversations on conversations.id = conversation_id
         where messages.id in (select value from json_each($1))",
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Who sees the messages of these conversations.
pub async fn members_of(db: impl Query, ids: &List) -> Result<Vec<(ConversationId, AccountId)>> {
    db.all(
        "select conversation_id, user_id from conversation_members
         where conversation_id in (select value from json_each($1)) order by conversation_id, user_id",
        &[ids],
    )
    .await
}

/// Whom blocks part from these authors.
pub async fn blocked_between(db: impl Query, authors: &List) -> Result<Vec<(AccountId, AccountId)>> {
    db.all(
        "select other_id, user_id from relations
         where other_id in (select value from json_each($1)) and is_hidden order by other_id, user_id",
        &[authors],
    )
    .await
}
