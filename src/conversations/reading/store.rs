//! Statements about read markers.

use super::ReadMarker;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::{ConversationId, Room};
use crate::db::{List, Query, Result, Tx};

/// Loads the read markers that the viewer can see: the viewer's own and, if the viewer shares read receipts, those of
/// other members who share theirs and have no block with the viewer.
pub async fn markers(db: impl Query, viewer: AccountId, conversations: &[ConversationId]) -> Result<Vec<ReadMarker>> {
    db.all(
        "select theirs.conversation_id, theirs.user_id, theirs.read_at, messages.id as message_id
         from conversation_members as mine
         join conversation_members as theirs on theirs.conversation_id = mine.conversation_id and theirs.read_up_to > 0
         left join messages on messages.conversation_id = theirs.conversation_id
             and messages.number = theirs.read_up_to
         left join settings as chosen on chosen.user_id = mine.user_id
         left join settings on settings.user_id = theirs.user_id
         where mine.user_id = $1 and mine.conversation_id in (select value from json_each($2))
           and (theirs.user_id = $1 or (
               coalesce(chosen.sends_read_receipts, true) and coalesce(settings.sends_read_receipts, true)
               and not exists (select 1 from relations where relations.user_id = $1
                               and relations.other_id = theirs.user_id and relations.is_hidden)))
         order by theirs.conversation_id, theirs.user_id",
        &[&viewer, &List::new(conversations.iter().copied())],
    )
    .await
}

/// A read marker, and a member who can see it.
#[derive(Debug, sqlx::FromRow)]
pub struct MarkerOfViewer {
    pub viewer_id: AccountId,
    #[sqlx(flatten)]
    pub marker: ReadMarker,
}

/// Loads the read marker of one member, once for each member who can see it as in [`markers`], in the order of their
/// ids. `place` is the conversation or one of its messages.
pub async fn marker_by_viewer(db: impl Query, reader: AccountId, place: i64) -> Result<Vec<MarkerOfViewer>> {
    db.all(
        "select mine.user_id as viewer_id, theirs.conversation_id, theirs.user_id, theirs.read_at,
                messages.id as message_id
         from conversation_members as theirs
         join conversation_members as mine on mine.conversation_id = theirs.conversation_id
         left join messages on messages.conversation_id = theirs.conversation_id
             and messages.number = theirs.read_up_to
         left join settings as chosen on chosen.user_id = mine.user_id
         left join settings on settings.user_id = theirs.user_id
         where theirs.user_id = $1 and theirs.read_up_to > 0
           and theirs.conversation_id = coalesce((select conversation_id from messages where id = $2), $2)
           and (mine.user_id = $1 or (
               coalesce(chosen.sends_read_receipts, true) and coalesce(settings.sends_read_receipts, true)
               and not exists (select 1 from relations where relations.user_id = mine.user_id
                               and relations.other_id = $1 and relations.is_hidden)))
         order by mine.user_id",
        &[&reader, &place],
    )
    .await
}

/// Moves a read marker forward and subtracts the messages it passes from the unread count; 0 rows if the marker is
/// already there or further on.
pub async fn advance_marker(
    tx: &mut Tx,
    conversation: Room,
    user: AccountId,
    number: i64,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update conversation_members set read_up_to = $3, read_at = $4, unread = unread - (
             select count(*) from messages
             where messages.conversation_id = $1 and messages.number > conversation_members.read_up_to
             and messages.number <= $3
             and messages.deleted_at is null and messages.author_id is distinct from $2
             and ($5 or not exists (select 1 from relations where relations.user_id = $2
                                    and relations.other_id = messages.author_id and relations.is_hidden)))
         where conversation_id = $1 and user_id = $2 and read_up_to < $3",
        &[&conversation.id, &user, &number, &now, &conversation.ignores_blocks()],
    )
    .await
}

/// Returns the sum of a user's unread counts.
pub async fn count_unread(db: impl Query, user: AccountId) -> Result<i64> {
    let (sum,): (i64,) = db
        .one(
            "select cast(coalesce(sum(unread), 0) as bigint) from conversation_members
             where user_id = $1 and unread > 0",
            &[&user],
        )
        .await?;
    Ok(sum)
}
