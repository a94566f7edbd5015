//! Statements about conversations and their members.

use super::{Conversation, ConversationId, Room};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Sql, Tx, count_rows};
use crate::page::Page;

/// Selects from the conversations that are shown to the viewer, `$1`.
macro_rules! shown {
    ($columns:expr, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            " from conversation_members as mine join conversations on id = mine.conversation_id
              where mine.user_id = $1 and mine.is_shown and ",
            $condition
        )
    };
}

/// The columns of [`Conversation`].
macro_rules! conversation {
    () => {
        "id, kind, mine.user_id, mine.updated_at, mine.unread"
    };
}

pub async fn by_ids(db: impl Query, viewer: AccountId, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let ids = List::new(ids.iter().copied());
    db.all(shown!(conversation!(), "id in (select value from json_each($2))"), &[&viewer, &ids]).await
}

pub async fn by_id(db: impl Query, viewer: AccountId, id: ConversationId) -> Result<Option<Conversation>> {
    db.opt(shown!(conversation!(), "id = $2"), &[&viewer, &id]).await
}

/// Loads a conversation as each of its members sees it, of those to whom it is shown.
pub async fn by_member(db: impl Query, id: ConversationId) -> Result<Vec<Conversation>> {
    let sql = concat!(
        "select ",
        conversation!(),
        " from conversation_members as mine join conversations on id = mine.conversation_id
          where mine.conversation_id = $1 and mine.is_shown"
    );
    db.all(sql, &[&id]).await
}

pub async fn by_key(db: impl Query, viewer: AccountId, key: &[u8]) -> Result<Option<Conversation>> {
    let sql = shown!(conversation!(), "id = (select conversation_id from conversation_keys where member_key = $2)");
    db.opt(sql, &[&viewer, &key]).await
}

/// A direct conversation and its other member.
#[derive(Debug, sqlx::FromRow)]
pub struct DirectConversation {
    pub other_id: AccountId,
    #[sqlx(flatten)]
    pub conversation: Conversation,
}

/// Loads the viewer's direct conversations with these users.
pub async fn direct_with(db: impl Query, viewer: AccountId, others: &[AccountId]) -> Result<Vec<DirectConversation>> {
    let sql = concat!(
        "select theirs.user_id as other_id, ",
        conversation!(),
        " from conversation_members as theirs
          join conversation_members as mine on mine.conversation_id = theirs.conversation_id
          join conversations on id = theirs.conversation_id
          where theirs.user_id in (select value from json_each($2)) and theirs.user_id <> $1
            and mine.user_id = $1 and mine.is_shown and kind = 'direct'"
    );
    db.all(sql, &[&viewer, &List::new(others.iter().map(|other| other.0))]).await
}

/// Loads a page of the viewer's list, the latest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    viewer: AccountId,
    page: &Page<(Timestamp, ConversationId)>,
) -> Result<Vec<Conversation>> {
    let (below, below_id) = page.after.unwrap_or((Timestamp(i64::MAX), ConversationId(i64::MAX)));
    let (above, above_id) = page.before.unwrap_or((Timestamp(i64::MIN), ConversationId(i64::MIN)));
    let sql = if page.is_backward {
        shown!(
            conversation!(),
            "(mine.updated_at, mine.conversation_id) < ($2, $3) and (mine.updated_at, mine.conversation_id) > ($4, $5)
             order by mine.updated_at, mine.conversation_id limit $6"
        )
    } else {
        shown!(
            conversation!(),
            "(mine.updated_at, mine.conversation_id) < ($2, $3) and (mine.updated_at, mine.conversation_id) > ($4, $5)
             order by mine.updated_at desc, mine.conversation_id desc limit $6"
        )
    };
    db.all(sql, &[&viewer, &below, &below_id, &above, &above_id, &page.limit()]).await
}

pub async fn count(db: impl Query, viewer: AccountId) -> Result<i64> {
    let (count,): (i64,) = db.one(count_rows!(shown!("1", "true")), &[&viewer]).await?;
    Ok(count)
}

/// A locked conversation or the lobby, and what the viewer has to do with it.
#[derive(Debug, sqlx::FromRow)]
pub struct LockedRoom {
    #[sqlx(flatten)]
    pub room: Room,
    /// Whether it is shown to the viewer; `None` if the viewer is not a member.
    pub is_shown: Option<bool>,
    /// Any other member; in a direct conversation the only one.
    pub other_id: Option<AccountId>,
}

macro_rules! select_room {
    ($rest:literal) => {
        concat!(
            "select id, kind,
                    (select is_shown from conversation_members
                     where conversation_id = $1 and user_id = $2) as is_shown,
                    (select user_id from conversation_members
                     where conversation_id = $1 and user_id <> $2 limit 1) as other_id
             from conversations where id = $1",
            $rest
        )
    };
}

/// Locks a conversation until the end of the transaction. SQLite has one writer, so a transaction locks everything.
pub async fn lock(tx: &mut Tx, id: ConversationId, viewer: AccountId) -> Result<Option<LockedRoom>> {
    let sql = Sql { sqlite: select_room!(""), postgres: select_room!(" for no key update") };
    tx.opt(sql, &[&id, &viewer]).await
}

/// Reserves a member key for a conversation; 0 rows if the key is taken. A concurrent transaction with the same key
/// waits here.
pub async fn insert_key(tx: &mut Tx, key: &[u8], id: ConversationId) -> Result<u64> {
    tx.run(
        "insert into conversation_keys (member_key, conversation_id) values ($1, $2) on conflict do nothing",
        &[&key, &id],
    )
    .await
}

pub async fn delete_key(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    tx.run("delete from conversation_keys where conversation_id = $1", &[&id]).await
}

pub async fn id_by_key(tx: &mut Tx, key: &[u8]) -> Result<Option<(ConversationId,)>> {
    tx.opt("select conversation_id from conversation_keys where member_key = $1", &[&key]).await
}

pub async fn insert(tx: &mut Tx, room: Room, now: Timestamp) -> Result<u64> {
    tx.run("insert into conversations (id, kind, created_at) values ($1, $2, $3)", &[&room.id, &room.kind, &now]).await
}

/// Inserts members. Until the first message the conversation is shown to the user who started it only.
pub async fn insert_members(
    tx: &mut Tx,
    id: ConversationId,
    members: &[AccountId],
    starter: AccountId,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into conversation_members (conversation_id, user_id, is_shown, updated_at)
         select $1, value, value = $3, $4 from json_each($2)",
        &[&id, &List::new(members.iter().map(|member| member.0)), &starter, &now],
    )
    .await
}

/// Shows a conversation to a member who starts it again.
pub async fn set_shown(tx: &mut Tx, id: ConversationId, user: AccountId) -> Result<u64> {
    tx.run(
        "update conversation_members set is_shown = true
         where conversation_id = $1 and user_id = $2 and not is_shown",
        &[&id, &user],
    )
    .await
}

/// Loads the members of these conversations.
pub async fn members_of(db: impl Query, ids: &[ConversationId]) -> Result<Vec<(ConversationId, AccountId)>> {
    db.all(
        "select conversation_id, user_id from conversation_members
         where conversation_id in (select value from json_each($1)) order by conversation_id, user_id",
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Loads one other member of each of these conversations; in a direct conversation there is only one.
pub async fn other_members(
    db: impl Query,
    viewer: AccountId,
    ids: &[ConversationId],
) -> Result<Vec<(ConversationId, AccountId)>> {
    db.all(
        "select conversation_id, min(user_id) from conversation_members
         where user_id <> $1 and conversation_id in (select value from json_each($2)) group by conversation_id",
        &[&viewer, &List::new(ids.iter().copied())],
    )
    .await
}

/// Loads the members who can see what this author does in the room.
pub async fn recipients(tx: &mut Tx, room: Room, author: AccountId) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select user_id from conversation_members where conversation_id = $1
         and ($3 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))",
        &[&room.id, &author, &room.ignores_blocks()],
    )
    .await
}

/// Counts a new message for every member who can see it, moves the conversation to the top of their lists, and returns
/// these members.
pub async fn deliver_message(tx: &mut Tx, room: Room, author: AccountId, now: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "update conversation_members
         set is_shown = true, updated_at = $3, unread = unread + case when user_id = $2 then 0 else 1 end
         where conversation_id = $1
         and ($4 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))
         returning user_id",
        &[&room.id, &author, &now, &room.ignores_blocks()],
    )
    .await
}

/// Decrements the unread count of every member who had not read a message that is now deleted.
pub async fn decrement_unread(tx: &mut Tx, room: Room, author: AccountId, number: i64) -> Result<u64> {
    tx.run(
        "update conversation_members set unread = unread - 1
         where conversation_id = $1 and user_id <> $2 and read_up_to < $3
         and ($4 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))",
        &[&room.id, &author, &number, &room.ignores_blocks()],
    )
    .await
}

/// Recomputes a member's unread counts in these groups after the set of messages hidden from them has changed.
pub async fn recount_unread(tx: &mut Tx, groups: &List, user: AccountId) -> Result<u64> {
    tx.run(
        Scan(
            "update conversation_members set unread = (
             select count(*) from messages
             where messages.conversation_id = conversation_members.conversation_id
             and messages.number > conversation_members.read_up_to
             and messages.deleted_at is null and messages.author_id is distinct from $2
             and not exists (select 1 from relations where relations.user_id = $2
                             and relations.other_id = messages.author_id and relations.is_hidden))
         where user_id = $2 and conversation_id in (select value from json_each($1))",
        ),
        &[groups, &user],
    )
    .await
}

/// Loads all conversations of a user, in locking order.
pub async fn rooms_of_user(tx: &mut Tx, user: AccountId) -> Result<Vec<Room>> {
    tx.all(
        "select id, kind from conversation_members join conversations on id = conversation_id
         where user_id = $1 order by id",
        &[&user],
    )
    .await
}

/// Loads the groups that both users are members of, in locking order.
pub async fn shared_groups(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        "select id from conversation_members as mine
         join conversation_members as theirs on theirs.conversation_id = mine.conversation_id and theirs.user_id = $2
         join conversations on id = mine.conversation_id
         where mine.user_id = $1 and kind = 'group' order by id",
        &[&one, &other],
    )
    .await
}

/// Loads the members of these conversations who have a block with the user, in either direction.
pub async fn blocked_members(tx: &mut Tx, user: AccountId, conversations: &List) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select distinct conversation_members.user_id from conversation_members
         join relations on relations.user_id = conversation_members.user_id
             and relations.other_id = $1 and relations.is_hidden
         where conversation_id in (select value from json_each($2)) order by conversation_members.user_id",
        &[&user, conversations],
    )
    .await
}

pub async fn delete_member(tx: &mut Tx, id: ConversationId, user: AccountId) -> Result<u64> {
    tx.run("delete from conversation_members where conversation_id = $1 and user_id = $2", &[&id, &user]).await
}

/// Deletes a conversation that lost the race for its key.
pub async fn delete(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    tx.run("delete from conversations where id = $1", &[&id]).await
}

pub async fn set_abandoned(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<u64> {
    tx.run("update conversations set abandoned_at = $2 where id = $1", &[&id, &now]).await
}

/// Deletes abandoned conversations without messages, and returns their ids.
pub async fn delete_empty(tx: &mut Tx, limit: i64) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        Scan(
            "delete from conversations where id in (
             select id from conversations where abandoned_at is not null
             and not exists (select 1 from messages where messages.conversation_id = conversations.id) limit $1)
         returning id",
        ),
        &[&limit],
    )
    .await
}
