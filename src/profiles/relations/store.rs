//! SQL for pairs of users.

use super::{BlockedUser, Relation};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx, count_rows};
use crate::is_locked;
use crate::page::Page;
use crate::profiles::ViewerAndUser;

/// Returns how each of `users` is related to the viewer.
pub async fn between(db: impl Query, viewer: AccountId, users: &[AccountId], now: Timestamp) -> Result<Vec<Relation>> {
    let users = List::new(users.iter().map(|user| user.0));
    let sql = concat!(
        "select users.id as user_id, is_guest, coalesce(message_policy, 'everyone') as message_policy,
                blocked_at is not null as has_blocked, coalesce(is_hidden, false) as is_hidden,
                coalesce(partners_until, 0) > $3 as is_partner, ",
        is_locked!("$3"),
        " as is_locked
         from json_each($2) as wanted cross join users
         join accounts on accounts.id = users.id
         left join settings on settings.user_id = users.id
         left join relations on relations.user_id = $1 and other_id = users.id
         where users.id = wanted.value"
    );
    db.all(sql, &[&viewer, &users, &now]).await
}

/// Returns the users that a block separates from `user`, in order.
pub async fn hidden_from(db: impl Query, user: AccountId) -> Result<Vec<(AccountId,)>> {
    db.all("select user_id from relations where other_id = $1 and is_hidden order by user_id", &[&user]).await
}

/// Returns the users that a block separates from `user`, in order, and since when.
pub async fn hidden_since(db: impl Query, user: AccountId) -> Result<Vec<(AccountId, Timestamp)>> {
    db.all(
        "select theirs.user_id,
                case when theirs.blocked_at is null or mine.blocked_at < theirs.blocked_at
                     then coalesce(mine.blocked_at, 0) else theirs.blocked_at end
         from relations as theirs
         left join relations as mine on mine.user_id = theirs.other_id and mine.other_id = theirs.user_id
         where theirs.other_id = $1 and theirs.is_hidden order by theirs.user_id",
        &[&user],
    )
    .await
}

/// Returns the users that a block separates from each of `users`, in order, as pairs of user and other.
pub async fn hidden_from_each(db: impl Query, users: &[AccountId]) -> Result<Vec<(AccountId, AccountId)>> {
    db.all(
        "select other_id, user_id from json_each($1) as wanted cross join relations
         where other_id = wanted.value and is_hidden order by other_id, user_id",
        &[&List::new(users.iter().map(|user| user.0))],
    )
    .await
}

pub async fn is_hidden(db: impl Query, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<bool> {
    let (is_hidden,): (bool,) = db
        .one(
            "select exists (select 1 from relations where user_id = $1 and other_id = $2 and is_hidden)",
            &[&viewer, &user],
        )
        .await?;
    Ok(is_hidden)
}

pub async fn has_blocked(db: impl Query, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<bool> {
    let (blocked,): (bool,) = db
        .one(
            "select exists (select 1 from relations where user_id = $1 and other_id = $2 and blocked_at is not null)",
            &[&viewer, &user],
        )
        .await?;
    Ok(blocked)
}

/// Sets or removes the time of a block, and updates whether the two users are hidden from each other.
pub async fn set_blocked(
    tx: &mut Tx,
    ViewerAndUser { viewer, user }: ViewerAndUser,
    blocked_at: Option<Timestamp>,
) -> Result<()> {
    // Locks both rows in the order of the ids first, so that a booking that writes them too cannot deadlock.
    let (first, second) = (viewer.min(user), viewer.max(user));
    tx.run(
        "insert into relations (user_id, other_id) values ($1, $2), ($2, $1)
         on conflict (user_id, other_id) do update set is_hidden = relations.is_hidden",
        &[&first, &second],
    )
    .await?;
    // Lists have the latest block first, so a later one has a later time, whatever the clock says.
    tx.run(
        "update relations set is_hidden = is_hidden or cast($3 as bigint) is not null,
             blocked_at = case when cast($3 as bigint) is null then null else (
                 select case when coalesce(max(others.blocked_at), 0) >= $3 then max(others.blocked_at) + 1 else $3 end
                 from relations as others where others.user_id = $1 and others.blocked_at is not null) end
         where user_id = $1 and other_id = $2",
        &[&viewer, &user, &blocked_at],
    )
    .await?;
    tx.run(
        "update relations set is_hidden = exists (
             select 1 from relations as one where one.blocked_at is not null
             and ((one.user_id = $1 and one.other_id = $2) or (one.user_id = $2 and one.other_id = $1)))
         where (user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)",
        &[&viewer, &user],
    )
    .await?;
    Ok(())
}

/// Deletes the rows of a pair if they contain nothing beyond the defaults.
pub async fn delete_empty(tx: &mut Tx, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<u64> {
    tx.run(
        "delete from relations where ((user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1))
         and not is_hidden and partners_until = 0",
        &[&viewer, &user],
    )
    .await
}

/// Sets until when two users are booking partners.
pub async fn set_partners_until(tx: &mut Tx, one: AccountId, other: AccountId, until: Timestamp) -> Result<u64> {
    // In the order of `set_blocked`.
    let (first, second) = (one.min(other), one.max(other));
    tx.run(
        "insert into relations (user_id, other_id, partners_until) values ($1, $2, $3), ($2, $1, $3)
         on conflict (user_id, other_id) do update set partners_until = excluded.partners_until",
        &[&first, &second, &until],
    )
    .await
}

pub async fn count_blocked_users(db: impl Query, viewer: AccountId) -> Result<i64> {
    let (count,): (i64,) = db
        .one(count_rows!("select 1 from relations where user_id = $1 and blocked_at is not null"), &[&viewer])
        .await?;
    Ok(count)
}

macro_rules! select_blocked {
    ($rest:literal) => {
        concat!(
            "select id, username, is_guest, first_name, last_name, field_of_study, study_year, about, joined_at,
                    blocked_at
             from relations join users on users.id = other_id
             where user_id = $1 and blocked_at is not null
               and (blocked_at, other_id) < ($2, $3) and (blocked_at, other_id) > ($4, $5) ",
            $rest
        )
    };
}

/// Returns a page of the users that the viewer blocks, latest block first.
pub async fn blocked_users(
    db: impl Query,
    viewer: AccountId,
    page: &Page<(Timestamp, AccountId)>,
) -> Result<Vec<BlockedUser>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MAX), AccountId(i64::MAX)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MIN), AccountId(i64::MIN)));
    let sql = if page.is_backward {
        select_blocked!("order by blocked_at, other_id limit $6")
    } else {
        select_blocked!("order by blocked_at desc, other_id desc limit $6")
    };
    db.all(sql, &[&viewer, &after, &after_id, &before, &before_id, &page.limit()]).await
}
