//! The statements of presence. Each transaction locks the rows of users first, in the order of their ids, and the feed
//! last, so that nodes which write about the same users never deadlock.

use crate::clock::Timestamp;
use crate::db::{Db, List, Query, Result, Scan, Texts, Tx};
use crate::live::feeds::{Event, EventKind, Feed, append_for_subjects};

/// Stores that these users are connected to the node, if its lease still exists. Returns an event for each user who was
/// connected to no node before.
pub(super) async fn insert_connected(db: &Db, node: i64, users: &[i64], now: Timestamp) -> Result<Vec<Event>> {
    let mut tx = db.write().await?;
    // Deleted accounts are skipped.
    let inserted: Vec<(i64,)> = tx
        .all(
            "insert into node_users (node, user_id)
             select $1, id from users where id in (select value from json_each($2))
                 and exists (select 1 from nodes where token = $1) order by id
             on conflict do nothing returning user_id",
            &[&node, &List::new(users.iter().copied())],
        )
        .await?;
    let inserted = List::new(inserted.into_iter().map(|(user,)| user));
    let counts: Vec<(i64, i64)> = tx
        .all(
            "insert into presences (user_id, node_count, last_seen_at)
             select value, 1, $2 from json_each($1) where true order by value
             on conflict (user_id) do update
             set node_count = presences.node_count + 1, last_seen_at = excluded.last_seen_at
             returning user_id, node_count",
            &[&inserted, &now],
        )
        .await?;
    let first = counts.into_iter().filter(|(_, count)| *count == 1).map(|(user, _)| user).collect();
    append_changes(tx, first, now).await
}

/// Deletes the connection of these users to the node, last seen at the given times. Returns an event for each user who
/// is connected to no node now.
pub(super) async fn delete_disconnected(
    db: &Db,
    node: i64,
    disconnected: &[(Timestamp, i64)],
    now: Timestamp,
) -> Result<Vec<Event>> {
    let mut tx = db.write().await?;
    let deleted: Vec<(i64,)> = tx
        .all(
            "delete from node_users where node = $1 and user_id in (select value from json_each($2)) returning user_id",
            &[&node, &List::new(disconnected.iter().map(|(_, user)| *user))],
        )
        .await?;
    let is_deleted = |user: i64| deleted.contains(&(user,));
    let disconnected = disconnected.iter().copied().filter(|(_, user)| is_deleted(*user));
    let last = decrement_node_counts(&mut tx, disconnected).await?;
    append_changes(tx, last, now).await
}

/// Deletes the connections of up to `limit` users to a dead node, unless its lease lasts beyond `until` after all.
/// Returns an event for each user who is connected to no node now; `None` when the node has no users left.
pub(super) async fn delete_batch_of_node(
    db: &Db,
    node: i64,
    until: Timestamp,
    seen_at: Timestamp,
    now: Timestamp,
    limit: usize,
) -> Result<Option<Vec<Event>>> {
    let mut tx = db.write().await?;
    tx.run("delete from nodes where token = $1 and renewed_until <= $2", &[&node, &until]).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let deleted: Vec<(i64,)> = tx
        .all(
            "delete from node_users where node = $1 and not exists (select 1 from nodes where token = $1)
             and user_id in (select user_id from node_users where node = $1 order by user_id limit $2)
             returning user_id",
            &[&node, &limit],
        )
        .await?;
    let is_done = deleted.is_empty();
    let last = decrement_node_counts(&mut tx, deleted.into_iter().map(|(user,)| (seen_at, user))).await?;
    let events = append_changes(tx, last, now).await?;
    Ok((!is_done).then_some(events))
}

/// Decrements the node count of these users, last seen at the given times. Returns those whose count is 0 now.
async fn decrement_node_counts(tx: &mut Tx, disconnected: impl Iterator<Item = (Timestamp, i64)>) -> Result<Vec<i64>> {
    // The time in 16 digits, then the id: a list binds one column only.
    let disconnected = Texts::new(disconnected.map(|(at, user)| format!("{:016}{user}", at.0)));
    let counts: Vec<(i64, i64)> = tx
        .all(
            "insert into presences (user_id, node_count, last_seen_at)
             select cast(substr(value, 17) as bigint), 0, cast(substr(value, 1, 16) as bigint)
             from json_each($1) where true order by 1
             on conflict (user_id) do update set node_count = presences.node_count - 1,
                 last_seen_at = case when excluded.last_seen_at > presences.last_seen_at
                                     then excluded.last_seen_at else presences.last_seen_at end
             returning user_id, node_count",
            &[&disconnected],
        )
        .await?;
    Ok(counts.into_iter().filter(|(_, count)| *count == 0).map(|(user, _)| user).collect())
}

async fn append_changes(mut tx: Tx, users: Vec<i64>, now: Timestamp) -> Result<Vec<Event>> {
    let events = if users.is_empty() {
        Vec::new()
    } else {
        append_for_subjects(&mut tx, now, Feed::PRESENCE, EventKind::PresenceChanged, users, None).await?
    };
    tx.commit().await?;
    Ok(events)
}

/// Returns the leases that expire by `until`, except this node's.
pub(super) async fn leases_until(db: &Db, until: Timestamp, own_token: i64) -> Result<Vec<(i64, Timestamp)>> {
    db.all(
        Scan("select token, renewed_until from nodes where renewed_until <= $1 and token <> $2"),
        &[&until, &own_token],
    )
    .await
}

/// Returns the nodes with users but without a lease, except this node.
pub(super) async fn nodes_without_lease(db: &Db, own_token: i64) -> Result<Vec<(i64,)>> {
    db.all(
        Scan(
            "select distinct node from node_users
         where node <> $1 and not exists (select 1 from nodes where token = node)",
        ),
        &[&own_token],
    )
    .await
}
