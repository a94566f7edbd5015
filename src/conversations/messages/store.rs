//! Statements about messages.

use super::{Message, MessageId, MessageSelection};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::{ConversationId, History, Room};
use crate::db::{List, Query, Result, Scan, Texts, Tx, count_rows};
use crate::page::Page;
use crate::profiles::mentions::NamedUser;

/// The number of messages that lose their author in one transaction before the account is deleted.
const ANONYMIZE_BATCH_SIZE: i64 = 500;

/// The columns of [`Message`].
macro_rules! columns {
    () => {
        "messages.id, messages.conversation_id, messages.number, messages.author_id, messages.guest_name,
         messages.text, messages.sent_at, messages.edited_at, messages.deleted_at, messages.client_key,
         messages.reply_to_id"
    };
}

/// The condition that there is no block between the author and the viewer, `$1`.
macro_rules! not_blocked {
    () => {
        "not exists (select 1 from relations
                     where relations.user_id = $1 and relations.other_id = messages.author_id and relations.is_hidden)"
    };
}

/// Selects from the messages of a room, `$2`, with a number above `$4` that the viewer, `$1`, can see. `$3` is true if
/// blocks hide nothing in it. `$5` is null, or whether the messages after the read marker `$6` that the unread count
/// counts are required or excluded.
macro_rules! in_room {
    ($columns:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from messages where conversation_id = $2 and number > $4 and ($3 or ",
            not_blocked!(),
            ") and ($5 is null or (number > $6 and deleted_at is null and author_id is distinct from $1) = $5) ",
            $rest
        )
    };
}

/// The values of `$4`, `$5` and `$6` of [`in_room!`]. No unread message has a number up to that of the read marker.
fn bounds(history: History, selection: MessageSelection, after: i64) -> (i64, Option<bool>, i64) {
    match selection {
        MessageSelection::All => (after.max(history.reads_after), None, 0),
        MessageSelection::ByMarker { is_unread: true, read_up_to } => (after.max(read_up_to), Some(true), read_up_to),
        MessageSelection::ByMarker { is_unread: false, read_up_to } => {
            (after.max(history.reads_after), Some(false), read_up_to)
        }
    }
}

/// Loads a page of the history, oldest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    viewer: AccountId,
    history: History,
    selection: MessageSelection,
    page: &Page<i64>,
) -> Result<Vec<Message>> {
    let (above, is_unread, read_up_to) = bounds(history, selection, page.after.unwrap_or(i64::MIN));
    let below = page.before.unwrap_or(i64::MAX);
    let room = history.room;
    let sql = if page.is_backward {
        in_room!(columns!(), "and number < $7 order by number desc limit $8")
    } else {
        in_room!(columns!(), "and number < $7 order by number limit $8")
    };
    let ignores_blocks = room.ignores_blocks();
    db.all(sql, &[&viewer, &room.id, &ignores_blocks, &above, &is_unread, &read_up_to, &below, &page.limit()]).await
}

pub async fn count(db: impl Query, viewer: AccountId, history: History, selection: MessageSelection) -> Result<i64> {
    let (above, is_unread, read_up_to) = bounds(history, selection, i64::MIN);
    let (room, ignores_blocks) = (history.room, history.room.ignores_blocks());
    let (count,): (i64,) = db
        .one(count_rows!(in_room!("1", "")), &[&viewer, &room.id, &ignores_blocks, &above, &is_unread, &read_up_to])
        .await?;
    Ok(count)
}

/// Selects from all messages that the viewer, `$1`, can see: those of the lobby, and those of the viewer's conversations
/// after the history bound.
macro_rules! visible {
    ($condition:literal) => {
        visible!("", $condition)
    };
    ($before_messages:literal, $condition:literal) => {
        concat!(
            "select ",
            columns!(),
            " from ",
            $before_messages,
            "messages join conversations on conversations.id = messages.conversation_id
              where (conversations.kind = 'lobby' or exists (
                         select 1 from conversation_members as mine
                         where mine.conversation_id = messages.conversation_id and mine.user_id = $1
                           and mine.reads_after < messages.number))
                and (conversations.kind = 'direct' or ",
            not_blocked!(),
            ") and ",
            $condition
        )
    };
}

pub async fn visible_by_ids(db: impl Query, viewer: AccountId, ids: &[MessageId]) -> Result<Vec<Message>> {
    let ids = List::new(ids.iter().copied());
    db.all(visible!("json_each($2) as wanted cross join ", "messages.id = wanted.value"), &[&viewer, &ids]).await
}

pub async fn visible_by_id(db: impl Query, viewer: AccountId, id: MessageId) -> Result<Option<Message>> {
    db.opt(visible!("messages.id = $2"), &[&viewer, &id]).await
}

/// Loads a message for a moderator who works on a report, whether or not the moderator can see it otherwise.
pub async fn by_id_unfiltered(db: impl Query, id: MessageId) -> Result<Option<Message>> {
    db.opt(concat!("select ", columns!(), " from messages where id = $1"), &[&id]).await
}

/// Loads messages for moderators who work on reports, whether or not they can see them otherwise.
pub async fn by_ids_unfiltered(db: impl Query, ids: &[MessageId]) -> Result<Vec<Message>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from json_each($1) as wanted cross join messages where messages.id = wanted.value"
    );
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

/// Loads one of the viewer's own messages, also from a conversation that the viewer has left.
pub async fn own_by_id(db: impl Query, viewer: AccountId, id: MessageId) -> Result<Option<Message>> {
    db.opt(concat!("select ", columns!(), " from messages where author_id = $1 and id = $2"), &[&viewer, &id]).await
}

/// Returns true if the message is in a room of the viewer and not before the history bound, whether or not a block hides
/// it.
pub async fn is_in_room_of(db: impl Query, viewer: AccountId, id: MessageId) -> Result<bool> {
    let (is_in_room,): (bool,) = db
        .one(
            "select exists (select 1 from messages where id = $2 and (conversation_id = $3 or exists (
                 select 1 from conversation_members as mine
                 where mine.conversation_id = messages.conversation_id and mine.user_id = $1
                   and mine.reads_after < messages.number)))",
            &[&viewer, &id, &Room::LOBBY.id],
        )
        .await?;
    Ok(is_in_room)
}

/// Loads the first message that is unread for the viewer in each of these conversations.
pub async fn first_unread(db: impl Query, viewer: AccountId, conversations: &[ConversationId]) -> Result<Vec<Message>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from json_each($2) as wanted cross join conversation_members as mine
          join conversations on conversations.id = mine.conversation_id
          join messages on messages.id = (
              select messages.id from messages
              where messages.conversation_id = mine.conversation_id and messages.number > mine.read_up_to
                and messages.deleted_at is null and messages.author_id is distinct from $1
                and (conversations.kind = 'direct' or ",
        not_blocked!(),
        ") order by messages.number limit 1)
         where mine.user_id = $1 and mine.conversation_id = wanted.value"
    );
    db.all(sql, &[&viewer, &List::new(conversations.iter().copied())]).await
}

/// Loads the latest message that the viewer can see in each of these conversations.
pub async fn last_messages(
    db: impl Query,
    viewer: AccountId,
    conversations: &[ConversationId],
) -> Result<Vec<Message>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from json_each($2) as wanted cross join conversation_members as mine
          join conversations on conversations.id = mine.conversation_id
          join messages on messages.id = (
              select messages.id from messages
              where messages.conversation_id = mine.conversation_id and messages.number > mine.reads_after
                and (conversations.kind = 'direct' or ",
        not_blocked!(),
        ") order by messages.number desc limit 1)
         where mine.user_id = $1 and mine.conversation_id = wanted.value"
    );
    db.all(sql, &[&viewer, &List::new(conversations.iter().copied())]).await
}

/// Reserves a client key for a new message; 0 rows if the author has used it. A concurrent transaction with the same
/// key waits here.
pub async fn claim_key(
    tx: &mut Tx,
    author: AccountId,
    key: &str,
    message: MessageId,
    fingerprint: &[u8],
) -> Result<u64> {
    tx.run(
        "insert into message_keys (author_id, client_key, message_id, fingerprint) values ($1, $2, $3, $4)
         on conflict do nothing",
        &[&author, &key, &message, &fingerprint],
    )
    .await
}

/// A message and the fingerprint of the draft it was created from. Deleting the message clears the fingerprint.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub message: Message,
    pub fingerprint: Option<Vec<u8>>,
}

/// Loads the message that a client key belongs to; `None` if it was deleted together with its conversation.
pub async fn by_key(tx: &mut Tx, author: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = concat!(
        "select ",
        columns!(),
        ", fingerprint from message_keys join messages on messages.id = message_id
         where message_keys.author_id = $1 and message_keys.client_key = $2"
    );
    tx.opt(sql, &[&author, &key]).await
}

pub async fn insert(tx: &mut Tx, message: &Message) -> Result<u64> {
    let Message { id, conversation_id, number, author_id, guest_name, text, sent_at, .. } = message;
    let Message { client_key, reply_to_id, .. } = message;
    tx.run(
        "insert into messages (id, conversation_id, number, author_id, guest_name, text, sent_at, client_key,
                               reply_to_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[id, conversation_id, number, author_id, guest_name, text, sent_at, client_key, reply_to_id],
    )
    .await
}

/// Stores that the unread messages of a conversation are to be pushed at `due_at` to the members with a push subscription
/// who have not muted it, without the author of this message.
pub async fn insert_pushes(tx: &mut Tx, message: &Message, now: Timestamp, due_at: Timestamp) -> Result<u64> {
    tx.run(
        "insert into pushes (account_id, kind, subject_id, caused_at, newest_at, attempts, due_at)
         select user_id, 'message', conversation_id, $3, $3, 0, $4 from conversation_members
         where conversation_id = $1 and user_id is distinct from $2 and (muted_until is null or muted_until <= $3)
           and exists (select 1 from push_subscriptions where account_id = user_id)
         on conflict (account_id, kind, subject_id) do update set newest_at = excluded.newest_at",
        &[&message.conversation_id, &message.author_id, &now, &due_at],
    )
    .await
}

/// Loads the users with one of these keys of names that a message of the author can mention: the members of the
/// conversation, or the users in the lobby, without those that a block hides.
pub async fn mentionable_users(tx: &mut Tx, room: Room, author: AccountId, keys: &Texts) -> Result<Vec<NamedUser>> {
    tx.all(
        "select users.id, username from users
         where username_fold in (select value from json_each($4))
           and (exists (select 1 from conversation_members
                        where conversation_members.user_id = users.id and conversation_id = $1)
                or ($3 and exists (select 1 from lobby_users where lobby_users.user_id = users.id)))
           and not exists (select 1 from relations where relations.user_id = $2
                           and relations.other_id = users.id and relations.is_hidden)",
        &[&room.id, &author, &(room == Room::LOBBY), keys],
    )
    .await
}

/// When a message is changed at `$now`: not before it was sent or last edited, whatever the clock says.
macro_rules! changed_at {
    ($now:literal) => {
        concat!(
            "case when coalesce(edited_at, sent_at) >= ",
            $now,
            " then coalesce(edited_at, sent_at) + 1 else ",
            $now,
            " end"
        )
    };
}

/// Changes the text of a message; `None` if it is deleted.
pub async fn set_text(tx: &mut Tx, id: MessageId, text: Option<String>, now: Timestamp) -> Result<Option<Message>> {
    let sql = concat!(
        "update messages set text = $2, edited_at = ",
        changed_at!("$3"),
        " where id = $1 and deleted_at is null returning ",
        columns!()
    );
    tx.opt(sql, &[&id, &text, &now]).await
}

/// Deletes the text of a message and keeps its row; `None` if it is deleted already.
pub async fn tombstone(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<Option<Message>> {
    let sql = concat!(
        "update messages set text = null, deleted_at = ",
        changed_at!("$2"),
        " where id = $1 and deleted_at is null returning ",
        columns!()
    );
    tx.opt(sql, &[&id, &now]).await
}

/// Deletes the fingerprint of a message's draft. Its client key stays reserved.
pub async fn clear_fingerprint(tx: &mut Tx, id: MessageId) -> Result<u64> {
    tx.run("update message_keys set fingerprint = null where message_id = $1", &[&id]).await
}

/// Removes the author from all messages of an account that is being deleted. Messages that have only images become
/// deleted ones, because the images go with the account; returns these and their conversations.
pub async fn anonymize_author(
    tx: &mut Tx,
    author: AccountId,
    now: Timestamp,
) -> Result<Vec<(ConversationId, MessageId)>> {
    let emptied: Vec<(ConversationId, MessageId)> = tx
        .all(
            Scan(concat!(
                "update messages set deleted_at = ",
                changed_at!("$2"),
                " where author_id = $1 and text is null and deleted_at is null returning conversation_id, id"
            )),
            &[&author, &now],
        )
        .await?;
    tx.run(Scan("update messages set author_id = null, client_key = null where author_id = $1"), &[&author]).await?;
    Ok(emptied)
}

/// Loads the next messages of an account that will be deleted, except those that have only images and become deleted ones
/// with it.
pub async fn next_to_anonymize(tx: &mut Tx, author: AccountId) -> Result<Vec<(ConversationId, MessageId)>> {
    tx.all(
        "select conversation_id, id from messages
         where author_id = $1 and (text is not null or deleted_at is not null)
         order by conversation_id, number limit $2",
        &[&author, &ANONYMIZE_BATCH_SIZE],
    )
    .await
}

/// Removes the author from these messages of an account that will be deleted.
pub async fn anonymize(tx: &mut Tx, author: AccountId, messages: &List) -> Result<u64> {
    tx.run(
        "update messages set author_id = null, client_key = null, guest_name = null
         where id in (select value from json_each($2)) and author_id = $1",
        &[&author, messages],
    )
    .await
}

/// Removes the pseudonyms from the messages that a member wrote as a guest.
pub async fn clear_guest_names(tx: &mut Tx, author: AccountId) -> Result<u64> {
    tx.run("update messages set guest_name = null where author_id = $1 and guest_name is not null", &[&author]).await
}

/// Returns true if an account has written in this room.
pub async fn has_written(db: impl Query, author: AccountId, room: ConversationId) -> Result<bool> {
    let (has_written,): (bool,) = db
        .one("select exists (select 1 from messages where author_id = $1 and conversation_id = $2)", &[&author, &room])
        .await?;
    Ok(has_written)
}

/// Deletes up to `limit` messages of abandoned conversations, and returns their ids.
pub async fn delete_abandoned(tx: &mut Tx, limit: i64) -> Result<Vec<(MessageId,)>> {
    tx.all(
        Scan(
            "delete from messages where id in (
             select messages.id from conversations join messages on messages.conversation_id = conversations.id
             where abandoned_at is not null limit $1)
         returning id",
        ),
        &[&limit],
    )
    .await
}
