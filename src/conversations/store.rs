//! Statements about conversations and who is in them.

use super::{Conversation, ConversationId, Room};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};
use crate::page::Page;

/// Reads conversations as the viewer, `$1`, sees them.
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

pub async fn by_key(db: impl Query, viewer: AccountId, key: &[u8]) -> Result<Option<Conversation>> {
    let sql = shown!(conversation!(), "id = (select conversation_id from conversation_keys where member_key = $2)");
    db.opt(sql, &[&viewer, &key]).await
}

/// The direct thread with somebody.
#[derive(Debug, sqlx::FromRow)]
pub struct Direct {
    pub other_id: AccountId,
    #[sqlx(flatten)]
    pub conversation: Conversation,
}

/// The direct threads that somebody has with these people.
pub async fn direct_with(db: impl Query, viewer: AccountId, others: &[AccountId]) -> Result<Vec<Direct>> {
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

/// A page of somebody's list, the latest first, in reverse where the page is read backwards.
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
    let (count,): (i64,) = db.one(shown!("count(*)", "true"), &[&viewer]).await?;
    Ok(count)
}

/// A conversation that is held, and whether somebody is in it besides the one who asks.
#[derive(Debug, sqlx::FromRow)]
pub struct LockedConversation {
    #[sqlx(flatten)]
    pub room: Room,
    /// Whether the one who asks sees it; `None` when they are not in it.
    pub is_shown: Option<bool>,
    /// Somebody else who is in it; in a direct thread, the other one.
    pub other_id: Option<AccountId>,
}

/// Keeps everybody else from changing a conversation until the transaction is over.
pub async fn lock(tx: &mut Tx, id: ConversationId, viewer: AccountId) -> Result<Option<LockedConversation>> {
    tx.opt(
        "update conversations set kind = kind where id = $1
         returning id, kind,
                   (select is_shown from conversation_members
                    where conversation_id = $1 and user_id = $2) as is_shown,
                   (select user_id from conversation_members
                    where conversation_id = $1 and user_id <> $2 limit 1) as other_id",
        &[&id, &viewer],
    )
    .await
}

/// Says of whom a conversation is; 0 rows when these people have one. Whoever starts it meanwhile waits here.
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

/// Lets people in. Only the one who starts the conversation sees it before something is said.
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

/// Shows a conversation to somebody who starts it once more.
pub async fn show(tx: &mut Tx, id: ConversationId, user: AccountId) -> Result<u64> {
    tx.run(
        "update conversation_members set is_shown = true
         where conversation_id = $1 and user_id = $2 and not is_shown",
        &[&id, &user],
    )
    .await
}

/// Who is in these conversations.
pub async fn members_of(db: impl Query, ids: &[ConversationId]) -> Result<Vec<(ConversationId, AccountId)>> {
    db.all(
        "select conversation_id, user_id from conversation_members
         where conversation_id in (select value from json_each($1)) order by conversation_id, user_id",
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Somebody else who is in each of these conversations; in a direct thread, the other one.
pub async fn others_in(
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

/// Who sees what this author does here.
pub async fn receivers(tx: &mut Tx, room: Room, author: AccountId) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select user_id from conversation_members where conversation_id = $1
         and ($3 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))",
        &[&room.id, &author, &room.shows_all()],
    )
    .await
}

/// Counts a new message for everybody who sees it, moves the conversation up in their lists, and returns who they are.
pub async fn receive(tx: &mut Tx, room: Room, author: AccountId, now: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "update conversation_members
         set is_shown = true, updated_at = $3, unread = unread + case when user_id = $2 then 0 else 1 end
         where conversation_id = $1
         and ($4 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))
         returning user_id",
        &[&room.id, &author, &now, &room.shows_all()],
    )
    .await
}

/// Takes a deleted message out of the counters of whoever had not read it.
pub async fn uncount(tx: &mut Tx, room: Room, author: AccountId, number: i64) -> Result<u64> {
    tx.run(
        "update conversation_members set unread = unread - 1
         where conversation_id = $1 and user_id <> $2 and read_up_to < $3
         and ($4 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))",
        &[&room.id, &author, &number, &room.shows_all()],
    )
    .await
}

/// Counts anew what a member of these groups has not read, because other messages are hidden from them than before.
pub async fn recount(tx: &mut Tx, groups: &List, user: AccountId) -> Result<u64> {
    tx.run(
        "update conversation_members set unread = (
             select count(*) from messages
             where messages.conversation_id = conversation_members.conversation_id
             and messages.number > conversation_members.read_up_to
             and messages.deleted_at is null and messages.author_id is distinct from $2
             and not exists (select 1 from relations where relations.user_id = $2
                             and relations.other_id = messages.author_id and relations.is_hidden))
         where user_id = $2 and conversation_id in (select value from json_each($1))",
        &[groups, &user],
    )
    .await
}

/// All that somebody is in, in the order in which they are held.
pub async fn rooms_of(tx: &mut Tx, user: AccountId) -> Result<Vec<Room>> {
    tx.all(
        "select id, kind from conversation_members join conversations on id = conversation_id
         where user_id = $1 order by id",
        &[&user],
    )
    .await
}

/// The groups that two people are in, in the order in which they are held.
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

/// Whom a block parts from somebody, of those who are in these conversations.
pub async fn parted_in(tx: &mut Tx, user: AccountId, rooms: &List) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select distinct conversation_members.user_id from conversation_members
         join relations on relations.user_id = conversation_members.user_id
             and relations.other_id = $1 and relations.is_hidden
         where conversation_id in (select value from json_each($2)) order by conversation_members.user_id",
        &[&user, rooms],
    )
    .await
}

pub async fn delete_member(tx: &mut Tx, id: ConversationId, user: AccountId) -> Result<u64> {
    tx.run("delete from conversation_members where conversation_id = $1 and user_id = $2", &[&id, &user]).await
}

/// Takes back a conversation that lost the race for its key.
pub async fn delete(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    tx.run("delete from conversations where id = $1", &[&id]).await
}

pub async fn set_abandoned(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<u64> {
    tx.run("update conversations set abandoned_at = $2 where id = $1", &[&id, &now]).await
}

/// Deletes the conversations that nobody is in and that hold nothing any more; returns which.
pub async fn delete_empty(tx: &mut Tx, limit: i64) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        "delete from conversations where id in (
             select id from conversations where abandoned_at is not null
             and not exists (select 1 from messages where messages.conversation_id = conversations.id) limit $1)
         returning id",
        &[&limit],
    )
    .await
}
