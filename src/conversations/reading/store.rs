//! Statements about read markers.

use super::ReadMarker;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::store::unread_after;
use crate::conversations::{ConversationId, Room};
use crate::db::{List, Query, Result, Tx};

/// The column of a read marker, `theirs`, that its viewer, `mine`, sees. The other members see a marker where it was
/// before its member moved it back.
macro_rules! seen {
    ($own:literal, $shared:literal) => {
        concat!(
            "case when theirs.user_id <> mine.user_id and theirs.shared_up_to > theirs.read_up_to then theirs.",
            $shared,
            " else theirs.",
            $own,
            " end"
        )
    };
}

/// Selects read markers with the viewers, `mine`, who can see them: a viewer's own and, if the viewer shares read receipts,
/// those of other members who share theirs and have no block with the viewer. A member who has not moved the marker since
/// they joined has none.
macro_rules! visible_markers {
    ($columns:literal, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            "theirs.conversation_id, theirs.user_id, ",
            seen!("read_at", "shared_at"),
            " as read_at, ",
            seen!("read_up_to", "shared_up_to"),
            " as number, messages.id as message_id, messages.sent_at
             from conversation_members as mine
             join conversation_members as theirs on theirs.conversation_id = mine.conversation_id
             left join messages on messages.conversation_id = theirs.conversation_id and messages.number = ",
            seen!("read_up_to", "shared_up_to"),
            " left join settings as chosen on chosen.user_id = mine.user_id
             left join settings on settings.user_id = theirs.user_id
             where ",
            seen!("read_at", "shared_at"),
            " is not null and (theirs.user_id = mine.user_id or (
                   coalesce(chosen.sends_read_receipts, true) and coalesce(settings.sends_read_receipts, true)
                   and not exists (select 1 from relations where relations.user_id = mine.user_id
                                   and relations.other_id = theirs.user_id and relations.is_hidden)))
             and ",
            $condition
        )
    };
}

/// Loads the read markers that the viewer can see, without those before the first message.
pub async fn markers(db: impl Query, viewer: AccountId, conversations: &[ConversationId]) -> Result<Vec<ReadMarker>> {
    let sql = concat!(
        visible_markers!("", "mine.user_id = $1 and mine.conversation_id in (select value from json_each($2)) and "),
        seen!("read_up_to", "shared_up_to"),
        " > theirs.reads_after order by theirs.conversation_id, theirs.user_id"
    );
    db.all(sql, &[&viewer, &List::new(conversations.iter().copied())]).await
}

/// A read marker, and a member who can see it.
#[derive(Debug, sqlx::FromRow)]
pub struct MarkerOfViewer {
    pub viewer_id: AccountId,
    #[sqlx(flatten)]
    pub marker: ReadMarker,
}

/// Loads the read marker of one member, once for each member who can see it as in [`markers`], and for its member also
/// before the first message. `place` is the conversation or one of its messages.
pub async fn marker_by_viewer(db: impl Query, reader: AccountId, place: i64) -> Result<Vec<MarkerOfViewer>> {
    let sql = concat!(
        visible_markers!(
            "mine.user_id as viewer_id, ",
            "theirs.user_id = $1
             and theirs.conversation_id = coalesce((select conversation_id from messages where id = $2), $2)
             and (mine.user_id = $1 or "
        ),
        seen!("read_up_to", "shared_up_to"),
        " > theirs.reads_after)"
    );
    db.all(sql, &[&reader, &place]).await
}

/// Moves a read marker forward and counts what is unread after it; `None` if the marker is already there or further on.
/// Returns where the other members saw the marker before, if it had been moved back; else 0 or less than the number.
pub async fn advance_marker(
    tx: &mut Tx,
    conversation: Room,
    user: AccountId,
    number: i64,
    now: Timestamp,
) -> Result<Option<(i64,)>> {
    let sql = concat!(
        "update conversation_members set read_up_to = $3,
             read_at = case when read_at >= $4 then read_at + 1 else $4 end, unread = ",
        unread_after!("$3"),
        " where conversation_id = $1 and user_id = $2 and read_up_to < $3 returning shared_up_to"
    );
    tx.opt(sql, &[&conversation.id, &user, &number, &now]).await
}

/// Moves a read marker back to the message before this number, and counts what is unread after it; 0 rows if the marker
/// is before the number already. The position that the other members see stays.
pub async fn retract_marker(
    tx: &mut Tx,
    conversation: Room,
    user: AccountId,
    number: i64,
    now: Timestamp,
) -> Result<u64> {
    let sql = concat!(
        "update conversation_members set
             shared_at = case when shared_up_to >= read_up_to then shared_at else read_at end,
             shared_up_to = case when shared_up_to >= read_up_to then shared_up_to else read_up_to end,
             read_up_to = coalesce((select max(number) from messages
                                    where messages.conversation_id = conversation_members.conversation_id
                                      and messages.number < $3
                                      and messages.number > conversation_members.reads_after), reads_after),
             read_at = case when read_at >= $4 then read_at + 1 else $4 end, unread = ",
        // No message is between the message before and this one.
        unread_after!("$3 - 1"),
        " where conversation_id = $1 and user_id = $2 and read_up_to >= $3"
    );
    tx.run(sql, &[&conversation.id, &user, &number, &now]).await
}

/// Returns the sum of a user's unread counts in the conversations that are not muted.
pub async fn count_unread(db: impl Query, user: AccountId, now: Timestamp) -> Result<i64> {
    let (sum,): (i64,) = db
        .one(
            "select cast(coalesce(sum(unread), 0) as bigint) from conversation_members
             where user_id = $1 and unread > 0 and (muted_until is null or muted_until <= $2)",
            &[&user, &now],
        )
        .await?;
    Ok(sum)
}
