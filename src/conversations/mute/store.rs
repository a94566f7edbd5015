//! Statements about mutes.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::ConversationId;
use crate::db::{Query, Result, Tx};

/// Sets or removes the end of a member's mute; 0 rows if the conversation is not shown to the user.
pub async fn set_muted_until(tx: &mut Tx, id: ConversationId, user: AccountId, end: Option<Timestamp>) -> Result<u64> {
    tx.run(
        "update conversation_members set muted_until = $3
         where conversation_id = $1 and user_id = $2 and is_shown",
        &[&id, &user, &end],
    )
    .await
}
