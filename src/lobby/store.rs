//! Statements about the lobby: who is in it, and its guests.

use super::Present;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Db, List, Query, Result, Tx};
use crate::page::Page;

/// Guests whose session is not over.
pub async fn count_guests(db: &Db) -> Result<i64> {
    let (count,): (i64,) = db
        .one(
            "select count(*) from accounts where role = 'guest'
             and not exists (select 1 from departed_guests where user_id = accounts.id)",
            &[],
        )
        .await?;
    Ok(count)
}

pub async fn insert_guest(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("insert into accounts (id, role, created_at) values ($1, 'guest', $2)", &[&id, &now]).await
}

/// Lets somebody in; 0 rows when they are in already.
pub async fn insert(tx: &mut Tx, user: AccountId, name: &str, now: Timestamp) -> Result<u64> {
    tx.run(
        "insert into lobby_users (user_id, name, came_at, entered_at) values ($1, $2, $3, $3) on conflict do nothing",
        &[&user, &name, &now],
    )
    .await
}

/// Notes that somebody who is in says once more that they enter; 0 rows when they left meanwhile.
pub async fn enter_again(tx: &mut Tx, user: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("update lobby_users set entered_at = $2 where user_id = $1 and entered_at < $2", &[&user, &now]).await
}

pub async fn is_present(db: impl Query, user: AccountId) -> Result<bool> {
    let (is_present,): (bool,) =
        db.one("select exists (select 1 from lobby_users where user_id = $1)", &[&user]).await?;
    Ok(is_present)
}

/// Takes people out, and returns who was in.
pub async fn delete(tx: &mut Tx, users: &List) -> Result<Vec<(AccountId,)>> {
    tx.all("delete from lobby_users where user_id in (select value from json_each($1)) returning user_id", &[users])
        .await
}

/// Somebody is not connected, and was so since they entered, or entered before `$1`.
macro_rules! is_absent {
    () => {
        "not exists (select 1 from presences where presences.user_id = lobby_users.user_id and node_count > 0)
         and (entered_at <= $1 or entered_at <= (
             select last_seen_at from presences where presences.user_id = lobby_users.user_id))"
    };
}

pub async fn is_anybody_absent(db: impl Query, entered_before: Timestamp) -> Result<bool> {
    let sql = concat!("select exists (select 1 from lobby_users where ", is_absent!(), ")");
    let (is_anybody,): (bool,) = db.one(sql, &[&entered_before]).await?;
    Ok(is_anybody)
}

/// Takes everybody out who is not here any more, and returns who that was.
pub async fn delete_absent(tx: &mut Tx, entered_before: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(concat!("delete from lobby_users where ", is_absent!(), " returning user_id"), &[&entered_before]).await
}

/// Reads whom the viewer, `$1`, sees in the lobby.
macro_rules! listed {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from lobby_users join users on users.id = lobby_users.user_id
              where not exists (select 1 from relations where relations.user_id = $1
                                and other_id = lobby_users.user_id and is_hidden) ",
            $rest
        )
    };
}

/// The same with the columns of [`Present`].
macro_rules! present {
    ($rest:literal) => {
        listed!(
            "users.id, username, is_guest, first_name, last_name, field_of_study, study_year, about, joined_at,
             lobby_users.name, came_at",
            $rest
        )
    };
}

/// A page of who is in, by name, in reverse where the page is read backwards.
pub async fn page_by_name(db: impl Query, viewer: AccountId, page: &Page<(String, AccountId)>) -> Result<Vec<Present>> {
    let (after, after_id) = page.after.as_ref().map_or(("", i64::MIN), |(name, id)| (name.as_str(), id.0));
    let (before, before_id) = page.before.as_ref().map_or(("\u{10FFFF}", i64::MAX), |(name, id)| (name.as_str(), id.0));
    let sql = if page.is_backward {
        present!(
            "and (name, user_id) > ($2, $3) and (name, user_id) < ($4, $5) order by name desc, user_id desc limit $6"
        )
    } else {
        present!("and (name, user_id) > ($2, $3) and (name, user_id) < ($4, $5) order by name, user_id limit $6")
    };
    db.all(sql, &[&viewer, &after, &after_id, &before, &before_id, &page.limit()]).await
}

/// The same by the time they came.
pub async fn page_by_time(
    db: impl Query,
    viewer: AccountId,
    page: &Page<(Timestamp, AccountId)>,
) -> Result<Vec<Present>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MIN), AccountId(i64::MIN)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MAX), AccountId(i64::MAX)));
    let sql = if page.is_backward {
        present!(
            "and (came_at, user_id) > ($2, $3) and (came_at, user_id) < ($4, $5)
             order by came_at desc, user_id desc limit $6"
        )
    } else {
        present!(
            "and (came_at, user_id) > ($2, $3) and (came_at, user_id) < ($4, $5) order by came_at, user_id limit $6"
        )
    };
    db.all(sql, &[&viewer, &after, &after_id, &before, &before_id, &page.limit()]).await
}

pub async fn count(db: impl Query, viewer: AccountId) -> Result<i64> {
    let (count,): (i64,) = db.one(listed!("count(*)", ""), &[&viewer]).await?;
    Ok(count)
}

/// Marks those of these accounts as departed that are guests without a session, and returns the newly marked ones.
pub async fn insert_departed(tx: &mut Tx, accounts: &List, now: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "insert into departed_guests (user_id, left_at)
         select id, $2 from accounts where id in (select value from json_each($1)) and role = 'guest'
             and not exists (select 1 from sessions where sessions.account_id = accounts.id)
         on conflict do nothing returning user_id",
        &[accounts, &now],
    )
    .await
}

/// Tells whether somebody is a guest whose session is over.
pub async fn is_departed(tx: &mut Tx, user: AccountId) -> Result<bool> {
    let (is_departed,): (bool,) =
        tx.one("select exists (select 1 from departed_guests where user_id = $1)", &[&user]).await?;
    Ok(is_departed)
}

/// Lets others have the names of these guests. No name has a blank, so none is in the way of what is there instead.
pub async fn free_names(tx: &mut Tx, guests: &List) -> Result<u64> {
    tx.run(
        "update users set username_fold = 'departed ' || cast(id as text)
         where id in (select value from json_each($1))",
        &[guests],
    )
    .await
}

/// Guests who departed before then, and have not become members since.
pub async fn departed_before(tx: &mut Tx, left_before: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select user_id from departed_guests join accounts on accounts.id = user_id
         where left_at <= $1 and role = 'guest' order by user_id",
        &[&left_before],
    )
    .await
}

/// Deletes guests who departed before then. One who has become a member since is only forgotten here.
pub async fn delete_departed(tx: &mut Tx, left_before: Timestamp) -> Result<u64> {
    let guests = tx
        .run(
            "delete from accounts where role = 'guest'
             and id in (select user_id from departed_guests where left_at <= $1)",
            &[&left_before],
        )
        .await?;
    tx.run("delete from departed_guests where left_at <= $1", &[&left_before]).await?;
    Ok(guests)
}
