//! What the database knows of presence. In each transaction the rows of people come first, in the order of their ids,
//! and the feed last: two nodes that write of the same people wait for each other and never in a circle.

use crate::clock::Timestamp;
use crate::db::{Db, List, Query, Result, Texts, Tx};
use crate::live::feeds::{Event, EventKind, Feed, append_each};

/// Writes that these people are connected to the node, as long as it has its lease. Returns what there is to tell: who was
/// connected nowhere before.
pub(super) async fn come(db: &Db, node: i64, users: &[i64], now: Timestamp) -> Result<Vec<Event>> {
    let mut tx = db.write().await?;
    // Accounts that are deleted by now are passed over.
    let came: Vec<(i64,)> = tx
        .all(
            "insert into node_users (node, user_id)
             select $1, id from users where id in (select value from json_each($2))
                 and exists (select 1 from nodes where token = $1) order by id
             on conflict do nothing returning user_id",
            &[&node, &List::new(users.iter().copied())],
        )
        .await?;
    let came = List::new(came.into_iter().map(|(user,)| user));
    let counts: Vec<(i64, i64)> = tx
        .all(
            "insert into presences (user_id, node_count, last_seen_at)
             select value, 1, $2 from json_each($1) where true order by value
             on conflict (user_id) do update
             set node_count = presences.node_count + 1, last_seen_at = excluded.last_seen_at
             returning user_id, node_count",
            &[&came, &now],
        )
        .await?;
    let first = counts.into_iter().filter(|(_, count)| *count == 1).map(|(user, _)| user).collect();
    append_changes(tx, first, now).await
}

/// Writes that these people are connected to the node no more, since then. Returns what there is to tell: who is
/// connected nowhere now.
pub(super) async fn go(db: &Db, node: i64, left: &[(Timestamp, i64)], now: Timestamp) -> Result<Vec<Event>> {
    let mut tx = db.write().await?;
    let gone: Vec<(i64,)> = tx
        .all(
            "delete from node_users where node = $1 and user_id in (select value from json_each($2)) returning user_id",
            &[&node, &List::new(left.iter().map(|(_, user)| *user))],
        )
        .await?;
    let is_gone = |user: i64| gone.contains(&(user,));
    let last = lower(&mut tx, left.iter().copied().filter(|(_, user)| is_gone(*user))).await?;
    append_changes(tx, last, now).await
}

/// Takes some people of a dead node out, unless its lease turns out to last beyond `until`. `None` when nobody is left.
pub(super) async fn clear_some(
    db: &Db,
    node: i64,
    until: Timestamp,
    seen_at: Timestamp,
    now: Timestamp,
    most: usize,
) -> Result<Option<Vec<Event>>> {
    let mut tx = db.write().await?;
    tx.run("delete from nodes where token = $1 and renewed_until <= $2", &[&node, &until]).await?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let gone: Vec<(i64,)> = tx
        .all(
            "delete from node_users where node = $1 and not exists (select 1 from nodes where token = $1)
             and user_id in (select user_id from node_users where node = $1 order by user_id limit $2)
             returning user_id",
            &[&node, &most],
        )
        .await?;
    let is_over = gone.is_empty();
    let last = lower(&mut tx, gone.into_iter().map(|(user,)| (seen_at, user))).await?;
    let events = append_changes(tx, last, now).await?;
    Ok((!is_over).then_some(events))
}

/// Counts one node less for each of these people, last seen then, and returns those who have none left.
async fn lower(tx: &mut Tx, left: impl Iterator<Item = (Timestamp, i64)>) -> Result<Vec<i64>> {
    // A time of 16 digits, then the id: one text for what belongs together.
    let left = Texts::new(left.map(|(at, user)| format!("{:016}{user}", at.0)));
    let counts: Vec<(i64, i64)> = tx
        .all(
            "insert into presences (user_id, node_count, last_seen_at)
             select cast(substr(value, 17) as bigint), 0, cast(substr(value, 1, 16) as bigint)
             from json_each($1) where true order by 1
             on conflict (user_id) do update set node_count = presences.node_count - 1,
                 last_seen_at = case when excluded.last_seen_at > presences.last_seen_at
                                     then excluded.last_seen_at else presences.last_seen_at end
             returning user_id, node_count",
            &[&left],
        )
        .await?;
    Ok(counts.into_iter().filter(|(_, count)| *count == 0).map(|(user, _)| user).collect())
}

async fn append_changes(mut tx: Tx, users: Vec<i64>, now: Timestamp) -> Result<Vec<Event>> {
    let events = if users.is_empty() {
        Vec::new()
    } else {
        append_each(&mut tx, now, Feed::PRESENCE, EventKind::PresenceChanged, users, None).await?
    };
    tx.commit().await?;
    Ok(events)
}

/// Returns the leases that ran only until then, but the own one.
pub(super) async fn leases_until(db: &Db, until: Timestamp, own: i64) -> Result<Vec<(i64, Timestamp)>> {
    db.all("select token, renewed_until from nodes where renewed_until <= $1 and token <> $2", &[&until, &own]).await
}

/// Returns nodes that have people and no lease, but the own one.
pub(super) async fn nodes_without_lease(db: &Db, own: i64) -> Result<Vec<(i64,)>> {
    db.all(
        "select distinct node from node_users
         where node <> $1 and not exists (select 1 from nodes where token = node)",
        &[&own],
    )
    .await
}
