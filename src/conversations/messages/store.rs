//! Statements about messages.

use super::{Message, MessageId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::{ConversationId, Room};
use crate::db::{List, Query, Result, Tx};
use crate::page::Page;

/// The columns of [`Message`].
macro_rules! message {
    () => {
        "messages.id, messages.conversation_id, messages.number, messages.author_id, messages.text, messages.sent_at,
         messages.edited_at, messages.deleted_at, messages.client_key"
    };
}

/// The message is not of somebody from whom a block parts the reader, `$1`.
macro_rules! not_blocked {
    () => {
        "not exists (select 1 from relations
                     where relations.user_id = $1 and relations.other_id = messages.author_id and relations.is_hidden)"
    };
}

/// The messages of a room, `$2`, that the reader sees. `$3`: a block hides nothing here.
macro_rules! in_room {
    ($columns:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from messages where conversation_id = $2 and ($3 or ",
            not_blocked!(),
            ") ",
            $rest
        )
    };
}

/// A page of the history: oldest first, in reverse where the page is read backwards.
pub async fn page(db: impl Query, reader: AccountId, room: Room, page: &Page<i64>) -> Result<Vec<Message>> {
    let above = page.after.unwrap_or(i64::MIN);
    let below = page.before.unwrap_or(i64::MAX);
    let sql = if page.is_backward {
        in_room!(message!(), "and number > $4 and number < $5 order by number desc limit $6")
    } else {
        in_room!(message!(), "and number > $4 and number < $5 order by number limit $6")
    };
    db.all(sql, &[&reader, &room.id, &room.shows_all(), &above, &below, &page.limit()]).await
}

pub async fn count(db: impl Query, reader: AccountId, room: Room) -> Result<i64> {
    let (count,): (i64,) = db.one(in_room!("count(*)", ""), &[&reader, &room.id, &room.shows_all()]).await?;
    Ok(count)
}

/// The messages that somebody sees: those of their conversations and of the lobby.
macro_rules! seen {
    ($condition:literal) => {
        concat!(
            "select ",
            message!(),
            " from messages join conversations on conversations.id = messages.conversation_id
              where (conversations.kind = 'lobby' or exists (
                         select 1 from conversation_members as mine
                         where mine.conversation_id = messages.conversation_id and mine.user_id = $1))
                and (conversations.kind = 'direct' or ",
            not_blocked!(),
            ") and ",
            $condition
        )
    };
}

pub async fn seen_by_ids(db: impl Query, viewer: AccountId, ids: &[MessageId]) -> Result<Vec<Message>> {
    let ids = List::new(ids.iter().copied());
    db.all(seen!("messages.id in (select value from json_each($2))"), &[&viewer, &ids]).await
}

pub async fn seen_by_id(db: impl Query, viewer: AccountId, id: MessageId) -> Result<Option<Message>> {
    db.opt(seen!("messages.id = $2"), &[&viewer, &id]).await
}

/// The newest message that the viewer sees in each of these conversations.
pub async fn last_of(db: impl Query, viewer: AccountId, rooms: &[ConversationId]) -> Result<Vec<Message>> {
    let sql = concat!(
        "select ",
        message!(),
        " from conversations join messages on messages.id = (
              select messages.id from messages
              where messages.conversation_id = conversations.id and (conversations.kind = 'direct' or ",
        not_blocked!(),
        ") order by messages.number desc limit 1)
         where conversations.id in (select value from json_each($2))"
    );
    db.all(sql, &[&viewer, &List::new(rooms.iter().copied())]).await
}

/// Takes a key for a new message; 0 rows when the author has used it. Whoever wants the same key meanwhile waits here.
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

/// A message with what it was made of, which is gone with its text.
#[derive(Debug, sqlx::FromRow)]
pub struct IdempotentRecord {
    #[sqlx(flatten)]
    pub message: Message,
    pub fingerprint: Option<Vec<u8>>,
}

/// Nothing for a key whose message went with its conversation.
pub async fn by_key(tx: &mut Tx, author: AccountId, key: &str) -> Result<Option<IdempotentRecord>> {
    let sql = concat!(
        "select ",
        message!(),
        ", fingerprint from message_keys join messages on messages.id = message_id
         where message_keys.author_id = $1 and message_keys.client_key = $2"
    );
    tx.opt(sql, &[&author, &key]).await
}

pub async fn insert(tx: &mut Tx, message: &Message) -> Result<u64> {
    let Message { id, conversation_id, number, author_id, text, sent_at, client_key, .. } = message;
    tx.run(
        "insert into messages (id, conversation_id, number, author_id, text, sent_at, client_key)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[id, conversation_id, number, author_id, text, sent_at, client_key],
    )
    .await
}

/// Nothing for one that is deleted.
pub async fn set_text(tx: &mut Tx, id: MessageId, text: &str, now: Timestamp) -> Result<Option<Message>> {
    let sql = concat!(
        "update messages set text = $2, edited_at = $3 where id = $1 and deleted_at is null returning ",
        message!()
    );
    tx.opt(sql, &[&id, &text, &now]).await
}

/// Takes away what a message says and leaves its place. Nothing for one that is deleted already.
pub async fn tombstone(tx: &mut Tx, id: MessageId, now: Timestamp) -> Result<Option<Message>> {
    let sql = concat!(
        "update messages set text = null, deleted_at = $2 where id = $1 and deleted_at is null returning ",
        message!()
    );
    tx.opt(sql, &[&id, &now]).await
}

/// Forgets what a message was made of. Its key stays taken.
pub async fn forget_fingerprint(tx: &mut Tx, id: MessageId) -> Result<u64> {
    tx.run("update message_keys set fingerprint = null where message_id = $1", &[&id]).await
}

/// Leaves somebody's messages without an author, because the account goes.
pub async fn anonymize_author(tx: &mut Tx, author: AccountId) -> Result<u64> {
    tx.run("update messages set author_id = null, client_key = null where author_id = $1", &[&author]).await
}

/// Deletes some of the messages of conversations that nobody is in any more, and returns which.
pub async fn delete_abandoned(tx: &mut Tx, limit: i64) -> Result<Vec<(MessageId,)>> {
    tx.all(
        "delete from messages where id in (
             select messages.id from conversations join messages on messages.conversation_id = conversations.id
             where abandoned_at is not null limit $1)
         returning id",
        &[&limit],
    )
    .await
}
