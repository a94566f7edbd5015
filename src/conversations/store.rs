//! Statements about conversations and their members.

use super::{Conversation, ConversationFilter, ConversationId, Room};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Sql, Tx, count_rows};
use crate::is_locked;
use crate::page::Page;

/// Selects from the conversations that are shown to the viewer, `$1`.
macro_rules! shown {
    ($columns:expr, $condition:literal) => {
        shown!($columns, "", $condition)
    };
    ($columns:expr, $before_members:literal, $condition:literal) => {
        concat!(
            "select ",
            $columns,
            " from ",
            $before_members,
            "conversation_members as mine join conversations on conversations.id = mine.conversation_id
              where mine.user_id = $1 and mine.is_shown and ",
            $condition
        )
    };
}

/// The columns of [`Conversation`].
macro_rules! conversation {
    () => {
        "conversations.id, kind, mine.user_id, mine.updated_at, mine.unread, mine.read_up_to, mine.reads_after,
         mine.joined_after, mine.muted_until, title, owner_id, is_history_shared"
    };
}

pub async fn by_ids(db: impl Query, viewer: AccountId, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let ids = List::new(ids.iter().copied());
    db.all(
        shown!(conversation!(), "json_each($2) as wanted cross join ", "mine.conversation_id = wanted.value"),
        &[&viewer, &ids],
    )
    .await
}

pub async fn by_id(db: impl Query, viewer: AccountId, id: ConversationId) -> Result<Option<Conversation>> {
    db.opt(shown!(conversation!(), "id = $2"), &[&viewer, &id]).await
}

/// Loads a conversation as each of the members who can see it sees it.
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

/// Selects from the viewer's list by [`ConversationFilter`]: `$2` is whether unread messages are required or excluded,
/// and `$3` the member. A condition whose value is null holds.
macro_rules! listed {
    ($columns:expr, $rest:literal) => {
        concat!(
            shown!(
                $columns,
                "($2 is null or (mine.unread > 0) = $2)
                 and ($3 is null or exists (
                     select 1 from conversation_members as theirs
                     where theirs.conversation_id = mine.conversation_id and theirs.user_id = $3
                       and not exists (select 1 from relations where relations.user_id = $1
                                       and relations.other_id = $3 and relations.is_hidden)))"
            ),
            $rest
        )
    };
}

/// Loads a page of the viewer's list, the latest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    viewer: AccountId,
    ConversationFilter { is_unread, member }: ConversationFilter,
    page: &Page<(Timestamp, ConversationId)>,
) -> Result<Vec<Conversation>> {
    let (below, below_id) = page.after.unwrap_or((Timestamp(i64::MAX), ConversationId(i64::MAX)));
    let (above, above_id) = page.before.unwrap_or((Timestamp(i64::MIN), ConversationId(i64::MIN)));
    let sql = if page.is_backward {
        listed!(
            conversation!(),
            " and (mine.updated_at, mine.conversation_id) < ($4, $5)
              and (mine.updated_at, mine.conversation_id) > ($6, $7)
             order by mine.updated_at, mine.conversation_id limit $8"
        )
    } else {
        listed!(
            conversation!(),
            " and (mine.updated_at, mine.conversation_id) < ($4, $5)
              and (mine.updated_at, mine.conversation_id) > ($6, $7)
             order by mine.updated_at desc, mine.conversation_id desc limit $8"
        )
    };
    db.all(sql, &[&viewer, &is_unread, &member, &below, &below_id, &above, &above_id, &page.limit()]).await
}

pub async fn count(
    db: impl Query,
    viewer: AccountId,
    ConversationFilter { is_unread, member }: ConversationFilter,
) -> Result<i64> {
    let (count,): (i64,) = db.one(count_rows!(listed!("1", "")), &[&viewer, &is_unread, &member]).await?;
    Ok(count)
}

/// A locked conversation or the lobby, and what the viewer has to do with it.
#[derive(Debug, sqlx::FromRow)]
pub struct LockedRoom {
    #[sqlx(flatten)]
    pub room: Room,
    /// Whether it is a managed group.
    pub is_managed: bool,
    /// The owner of a managed group.
    pub owner_id: Option<AccountId>,
    /// Whether it is shown to the viewer; `None` if the viewer is not a member.
    pub is_shown: Option<bool>,
    /// Any other member; in a direct conversation the only one.
    pub other_id: Option<AccountId>,
}

macro_rules! select_room {
    ($rest:literal) => {
        concat!(
            "select id, kind, title is not null as is_managed, owner_id,
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
        "select conversation_id, user_id from json_each($1) as wanted cross join conversation_members
         where conversation_id = wanted.value order by conversation_id, user_id",
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Returns which of these conversations each of these users can see.
pub async fn shown_to(
    tx: &mut Tx,
    conversations: &List,
    users: &[AccountId],
) -> Result<Vec<(ConversationId, AccountId)>> {
    tx.all(
        "select conversation_id, user_id from conversation_members
         where conversation_id in (select value from json_each($1)) and user_id in (select value from json_each($2))
           and is_shown
         order by conversation_id, user_id",
        &[conversations, &List::new(users.iter().map(|user| user.0))],
    )
    .await
}

/// Loads the members of a conversation whose accounts are not locked, in order.
pub async fn unlocked_members(db: impl Query, id: ConversationId, now: Timestamp) -> Result<Vec<(AccountId,)>> {
    let sql = concat!(
        "select user_id from conversation_members join accounts on accounts.id = user_id
         where conversation_id = $1 and not ",
        is_locked!("$2"),
        " order by user_id"
    );
    db.all(sql, &[&id, &now]).await
}

/// Loads the pairs of members of a conversation that a block separates, in order, each in both directions.
pub async fn hidden_pairs(db: impl Query, id: ConversationId) -> Result<Vec<(AccountId, AccountId)>> {
    db.all(
        "select relations.user_id, relations.other_id from conversation_members as one
         join relations on relations.user_id = one.user_id and relations.is_hidden
         join conversation_members as other
             on other.conversation_id = one.conversation_id and other.user_id = relations.other_id
         where one.conversation_id = $1 order by relations.user_id, relations.other_id",
        &[&id],
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
        "select conversation_id, min(user_id) from json_each($2) as wanted cross join conversation_members
         where user_id <> $1 and conversation_id = wanted.value group by conversation_id",
        &[&viewer, &List::new(ids.iter().copied())],
    )
    .await
}

/// Loads the members who can see a conversation, without those that a block separates from the user.
pub async fn shown_members(tx: &mut Tx, id: ConversationId, user: AccountId) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select user_id from conversation_members where conversation_id = $1 and is_shown
         and not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                         and relations.other_id = $2 and relations.is_hidden)",
        &[&id, &user],
    )
    .await
}

/// The members of a room who can see what an author does there.
#[derive(Debug)]
pub struct Recipients {
    pub members: Vec<AccountId>,
    /// Whether a block hides it from another member.
    is_hidden_from_others: bool,
}

/// Loads the members who can see what this author does in the room.
pub async fn recipients(tx: &mut Tx, room: Room, author: AccountId) -> Result<Recipients> {
    let all: Vec<(AccountId, bool)> = tx
        .all(
            "select user_id, $3 or not exists (select 1 from relations
                                               where relations.user_id = conversation_members.user_id
                                                 and relations.other_id = $2 and relations.is_hidden)
             from conversation_members where conversation_id = $1",
            &[&room.id, &author, &room.ignores_blocks()],
        )
        .await?;
    let members: Vec<AccountId> = all.iter().filter(|(_, can_see)| *can_see).map(|(member, _)| *member).collect();
    Ok(Recipients { is_hidden_from_others: members.len() < all.len(), members })
}

/// Counts a new message for these members, and moves the conversation to the top of their lists. Runs after the message's
/// events were appended: a member's list has the order of the member's feed.
pub async fn deliver_message(tx: &mut Tx, room: Room, author: AccountId, recipients: &Recipients) -> Result<u64> {
    // Without a list where it would have all members: SQLite copies it into a table, which takes most of the time.
    let some = recipients.is_hidden_from_others.then(|| List::new(recipients.members.iter().map(|member| member.0)));
    tx.run(
        "update conversation_members
         set is_shown = true, unread = unread + case when user_id = $2 then 0 else 1 end,
             updated_at = coalesce((select newest_at from feeds where feeds.id = user_id), updated_at)
         where conversation_id = $1 and ($3 is null or user_id in (select value from json_each($3)))",
        &[&room.id, &author, &some],
    )
    .await
}

/// Decrements the unread count of every member who had not read a message that is now deleted.
pub async fn decrement_unread(tx: &mut Tx, room: Room, author: AccountId, number: i64) -> Result<u64> {
    tx.run(
        "update conversation_members set unread = unread - 1
         where conversation_id = $1 and user_id <> $2 and read_up_to < $3 and unread > 0
         and ($4 or not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                                and relations.other_id = $2 and relations.is_hidden))",
        &[&room.id, &author, &number, &room.ignores_blocks()],
    )
    .await
}

/// The number of messages after `$number` that are unread for a member: those by others that are not deleted and that no
/// block hides. The one definition that every counter follows.
macro_rules! unread_after {
    ($number:literal) => {
        concat!(
            "(select count(*) from messages
              where messages.conversation_id = conversation_members.conversation_id
                and messages.number > ",
            $number,
            " and messages.deleted_at is null and messages.author_id is distinct from conversation_members.user_id
              and (not exists (select 1 from relations where relations.user_id = conversation_members.user_id
                               and relations.other_id = messages.author_id and relations.is_hidden)
                   or exists (select 1 from conversations where conversations.id = messages.conversation_id
                              and kind = 'direct')))"
        )
    };
}

pub(super) use unread_after;

/// Selects the members of these conversations, `$1`, whose unread count is wrong, with the right one, and those who do not
/// see a conversation with unread messages.
macro_rules! wrong_counts {
    ($condition:literal) => {
        concat!(
            "select conversation, member, fresh from (
                 select conversation_id as conversation, user_id as member, unread as counted,
                        is_shown as is_listed, ",
            unread_after!("conversation_members.read_up_to"),
            " as fresh from conversation_members
                 where conversation_id in (select value from json_each($1))",
            $condition,
            ") as counts where fresh <> counted or (fresh > 0 and not is_listed)"
        )
    };
}

/// Counts the unread messages of these members again, or of all members without any, in these conversations. A member who saw
/// no message because of a block sees the conversation from now on. Returns the members with a change.
pub async fn recount_unread(
    tx: &mut Tx,
    conversations: &List,
    users: &[AccountId],
) -> Result<Vec<(ConversationId, AccountId)>> {
    let sql = concat!(
        "update conversation_members set unread = fresh, is_shown = is_shown or fresh > 0 from (",
        wrong_counts!(" and ($2 or user_id in (select value from json_each($3)))"),
        ") as wrong where conversation_id = conversation and user_id = member returning conversation_id, user_id"
    );
    let list = List::new(users.iter().map(|user| user.0));
    tx.all(Scan(sql), &[conversations, &users.is_empty(), &list]).await
}

/// Returns those of these conversations in which an unread count is wrong.
pub async fn with_wrong_counts(db: impl Query, conversations: &List) -> Result<Vec<(ConversationId,)>> {
    let sql = concat!("select distinct conversation from (", wrong_counts!(""), ") as wrong order by conversation");
    db.all(Scan(sql), &[conversations]).await
}

/// Returns a page of all conversations, by their ids.
pub async fn ids_after(db: impl Query, after: ConversationId, limit: i64) -> Result<Vec<(ConversationId,)>> {
    db.all("select id from conversations where id > $1 and kind <> 'lobby' order by id limit $2", &[&after, &limit])
        .await
}

/// A conversation that a user is a member of, or has written in.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct RoomOfUser {
    #[sqlx(flatten)]
    pub room: Room,
    pub is_member: bool,
}

/// Loads all conversations that a user is a member of or has written in, in locking order, without the lobby.
pub async fn rooms_of_user(tx: &mut Tx, user: AccountId) -> Result<Vec<RoomOfUser>> {
    tx.all(
        "select id, kind, exists (select 1 from conversation_members
                                  where conversation_id = conversations.id and user_id = $1) as is_member
         from conversations
         where kind <> 'lobby' and id in (
             select conversation_id from conversation_members where user_id = $1
             union select conversation_id from messages where author_id = $1)
         order by id",
        &[&user],
    )
    .await
}

/// Loads the groups in which a block between two users hides messages, in locking order: one of them is a member, and
/// the other one is a member or was one.
pub async fn common_groups(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        "select conversations.id from conversation_members as mine
         join conversations on conversations.id = mine.conversation_id
         where kind = 'group' and (mine.user_id = $1 or mine.user_id = $2) and (
             exists (select 1 from conversation_members as theirs
                     where theirs.conversation_id = mine.conversation_id
                     and theirs.user_id = case when mine.user_id = $1 then $2 else $1 end)
             or exists (select 1 from messages where messages.conversation_id = mine.conversation_id
                        and author_id = case when mine.user_id = $1 then $2 else $1 end))
         group by conversations.id order by conversations.id",
        &[&one, &other],
    )
    .await
}

/// Returns true if two users share a conversation, or one of them is a member where the other one has written, or has
/// written in the lobby.
pub async fn are_acquainted(db: impl Query, one: AccountId, other: AccountId) -> Result<bool> {
    let (are_acquainted,): (bool,) = db
        .one(
            "select exists (
                 select 1 from conversation_members as mine where mine.user_id in ($1, $2) and mine.is_shown and (
                     exists (select 1 from conversation_members as theirs
                             where theirs.conversation_id = mine.conversation_id
                             and theirs.user_id = case when mine.user_id = $1 then $2 else $1 end)
                     or exists (select 1 from messages where messages.conversation_id = mine.conversation_id
                                and author_id = case when mine.user_id = $1 then $2 else $1 end)))
                 or exists (select 1 from messages where author_id = $2 and conversation_id = $3)",
            &[&one, &other, &Room::LOBBY.id],
        )
        .await?;
    Ok(are_acquainted)
}

/// Returns those of these conversations of which the user is no member, and in which no message is the user's.
pub async fn without_trace(tx: &mut Tx, user: AccountId, conversations: &List) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        "select id from conversations
         where id in (select value from json_each($2))
           and not exists (select 1 from conversation_members
                           where conversation_id = conversations.id and user_id = $1)
           and not exists (select 1 from messages where author_id = $1 and conversation_id = conversations.id)",
        &[&user, conversations],
    )
    .await
}

/// Returns those of these conversations that have a member with a block between them and the user, in locking order.
pub async fn with_blocked_members(
    tx: &mut Tx,
    user: AccountId,
    conversations: &List,
) -> Result<Vec<(ConversationId,)>> {
    tx.all(
        "select distinct conversation_id from conversation_members
         join relations on relations.user_id = conversation_members.user_id
             and relations.other_id = $1 and relations.is_hidden
         where conversation_id in (select value from json_each($2)) order by conversation_id",
        &[&user, conversations],
    )
    .await
}

/// Loads the other groups that have exactly these members, the user among them, and that no key leads to. The earliest
/// is first.
pub async fn groups_without_key(
    tx: &mut Tx,
    user: AccountId,
    members: &[AccountId],
    except: ConversationId,
) -> Result<Vec<(ConversationId,)>> {
    let count = i64::try_from(members.len()).unwrap_or(i64::MAX);
    tx.all(
        "select id from conversation_members as mine join conversations on id = mine.conversation_id
         where mine.user_id = $1 and kind = 'group' and title is null and id <> $2
           and not exists (select 1 from conversation_keys where conversation_keys.conversation_id = id)
           and (select count(*) from conversation_members as theirs where theirs.conversation_id = id) = $3
           and (select count(*) from conversation_members as theirs where theirs.conversation_id = id
                and theirs.user_id in (select value from json_each($4))) = $3
         order by id",
        &[&user, &except, &count, &List::new(members.iter().map(|member| member.0))],
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
