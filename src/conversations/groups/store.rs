//! Statements about managed groups.

use super::ReportedChange;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::ConversationId;
use crate::db::{List, Query, Result, Scan, Tx};
use crate::is_locked;

/// Turns a new group into a managed one.
pub async fn set_managed(
    tx: &mut Tx,
    id: ConversationId,
    title: &str,
    owner: AccountId,
    is_history_shared: bool,
) -> Result<u64> {
    tx.run(
        "update conversations set title = $2, owner_id = $3, is_history_shared = $4 where id = $1",
        &[&id, &title, &owner, &is_history_shared],
    )
    .await
}

/// Changes the title; 0 rows if it is the same.
pub async fn set_title(tx: &mut Tx, id: ConversationId, title: &str) -> Result<u64> {
    tx.run("update conversations set title = $2 where id = $1 and title <> $2", &[&id, &title]).await
}

/// Changes whether the history is shared; 0 rows if it is the same.
pub async fn set_history_shared(tx: &mut Tx, id: ConversationId, is_shared: bool) -> Result<u64> {
    tx.run(
        "update conversations set is_history_shared = $2 where id = $1 and is_history_shared <> $2",
        &[&id, &is_shared],
    )
    .await
}

pub async fn set_owner(tx: &mut Tx, id: ConversationId, owner: AccountId) -> Result<u64> {
    tx.run("update conversations set owner_id = $2 where id = $1", &[&id, &owner]).await
}

/// Inserts members who join behind the event `head`, or from the start of the history if it is shared. They have read
/// what is there.
pub async fn insert_members(
    tx: &mut Tx,
    id: ConversationId,
    members: &[AccountId],
    head: i64,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into conversation_members (conversation_id, user_id, is_shown, updated_at, joined_at, joined_after,
                                           read_up_to, reads_after)
         select conversations.id, value, true, $4, $4, $3, $3, case when is_history_shared then 0 else $3 end
         from conversations join json_each($2) on true where conversations.id = $1",
        &[&id, &List::new(members.iter().map(|member| member.0)), &head, &now],
    )
    .await
}

/// Returns true if the user is a member and not hidden from the viewer by a block.
pub async fn is_visible_member(tx: &mut Tx, id: ConversationId, viewer: AccountId, user: AccountId) -> Result<bool> {
    let (is_member,): (bool,) = tx
        .one(
            "select exists (select 1 from conversation_members where conversation_id = $1 and user_id = $3)
                 and not exists (select 1 from relations where user_id = $2 and other_id = $3 and is_hidden)",
            &[&id, &viewer, &user],
        )
        .await?;
    Ok(is_member)
}

/// Returns the member who becomes the owner after this one: the longest-standing one whose account is not locked.
pub async fn successor(
    tx: &mut Tx,
    id: ConversationId,
    owner: AccountId,
    now: Timestamp,
) -> Result<Option<(AccountId,)>> {
    let sql = concat!(
        "select user_id from conversation_members join accounts on accounts.id = user_id
         where conversation_id = $1 and user_id <> $2 order by ",
        is_locked!("$3"),
        ", joined_at, user_id limit 1"
    );
    tx.opt(sql, &[&id, &owner, &now]).await
}

/// Loads the groups that a user owns, in locking order.
pub async fn owned_by(tx: &mut Tx, owner: AccountId) -> Result<Vec<(ConversationId,)>> {
    tx.all("select id from conversations where owner_id = $1 order by id", &[&owner]).await
}

/// Reserves a client key for a new group; 0 rows if the creator has used it. A concurrent transaction with the same key
/// waits here.
pub async fn claim_key(
    tx: &mut Tx,
    creator: AccountId,
    key: &str,
    id: ConversationId,
    fingerprint: &[u8],
) -> Result<u64> {
    tx.run(
        "insert into group_keys (creator_id, client_key, conversation_id, fingerprint) values ($1, $2, $3, $4)
         on conflict do nothing",
        &[&creator, &key, &id, &fingerprint],
    )
    .await
}

/// Loads the group that a client key belongs to, which may be deleted, and the fingerprint of its content.
pub async fn by_key(tx: &mut Tx, creator: AccountId, key: &str) -> Result<Option<(ConversationId, Vec<u8>)>> {
    tx.opt(
        "select conversation_id, fingerprint from group_keys where creator_id = $1 and client_key = $2",
        &[&creator, &key],
    )
    .await
}

/// Inserts what an event about a group refers to.
pub async fn insert_change(tx: &mut Tx, id: i64, reported: &ReportedChange, now: Timestamp) -> Result<u64> {
    let ReportedChange { conversation_id, change, actor_id, member_id } = reported;
    tx.run(
        "insert into group_changes (id, conversation_id, change, actor_id, member_id, made_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[&id, conversation_id, change, actor_id, member_id, &now],
    )
    .await
}

/// Loads what an event about a group refers to; `None` once the group is deleted.
pub async fn change(db: impl Query, id: i64) -> Result<Option<ReportedChange>> {
    db.opt("select conversation_id, change, actor_id, member_id from group_changes where id = $1", &[&id]).await
}

/// Deletes changes that no event refers to any more.
pub async fn delete_changes(tx: &mut Tx, made_before: Timestamp, limit: i64) -> Result<u64> {
    tx.run(
        Scan("delete from group_changes where id in (select id from group_changes where made_at < $1 limit $2)"),
        &[&made_before, &limit],
    )
    .await
}
