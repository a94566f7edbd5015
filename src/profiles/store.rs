//! SQL for users.

use super::{User, ViewerAndUser};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};
use crate::is_locked;

// The skills are ordered in a subquery: for an `order by` inside the aggregate, SQLite creates a table for each user.
macro_rules! select_user {
    ($condition:literal) => {
        select_user!("", $condition)
    };
    ($before_users:literal, $condition:literal) => {
        concat!(
            "select users.id, username, is_guest, first_name, last_name, field_of_study, study_year, about, joined_at,
                    coalesce((select string_agg(skill, '\n') from (
                                  select skill from user_skills where user_id = users.id order by position) as ordered),
                             '') as skill_lines
             from ",
            $before_users,
            "users where ",
            $condition
        )
    };
}

/// Selects only users that no block separates from the viewer, who is `$1`.
macro_rules! select_visible {
    ($($from_and_condition:literal),+) => {
        concat!(
            select_user!($($from_and_condition),+),
            " and not exists (select 1 from relations where user_id = $1 and other_id = users.id and is_hidden)"
        )
    };
}

/// The most frequent statement. Public for the benchmarks, which run it without the server.
pub const BY_ID: &str = select_visible!("id = $2");

pub async fn by_id(db: impl Query, ViewerAndUser { viewer, user }: ViewerAndUser) -> Result<Option<User>> {
    db.opt(BY_ID, &[&viewer, &user]).await
}

/// The statement of every list of users.
pub const BY_IDS: &str = select_visible!("json_each($2) as wanted cross join ", "users.id = wanted.value");

pub async fn by_ids(db: impl Query, viewer: AccountId, ids: &[AccountId]) -> Result<Vec<User>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(BY_IDS, &[&viewer, &ids]).await
}

pub async fn by_username(db: impl Query, viewer: AccountId, fold: &str) -> Result<Option<User>> {
    db.opt(select_visible!("username_fold = $2"), &[&viewer, &fold]).await
}

/// A condition: the user has chosen that everyone can see them as a mentor, and is not locked at the instant `$now`.
macro_rules! is_public_mentor {
    ($now:literal) => {
        concat!(
            "exists (select 1 from settings where user_id = users.id and is_mentor_page_public)
             and not exists (select 1 from accounts where accounts.id = users.id and ",
            is_locked!($now),
            ")"
        )
    };
}

/// Returns a user with a public mentor page, except across a block with the viewer.
pub async fn public_mentor_by_username(
    db: impl Query,
    viewer: AccountId,
    fold: &str,
    now: Timestamp,
) -> Result<Option<User>> {
    let sql = concat!(select_visible!("username_fold = $2"), " and ", is_public_mentor!("$3"));
    db.opt(sql, &[&viewer, &fold, &now]).await
}

/// Returns true if everyone can see a user as a mentor.
pub async fn is_public_mentor(db: impl Query, user: AccountId, now: Timestamp) -> Result<bool> {
    let sql = concat!("select exists (select 1 from users where id = $1 and ", is_public_mentor!("$2"), ")");
    let (is_public,): (bool,) = db.one(sql, &[&user, &now]).await?;
    Ok(is_public)
}

/// Returns a user regardless of blocks.
pub async fn by_id_unfiltered(db: impl Query, id: AccountId) -> Result<Option<User>> {
    db.opt(select_user!("id = $1"), &[&id]).await
}

/// Returns users regardless of blocks.
pub async fn by_ids_unfiltered(db: impl Query, ids: &[AccountId]) -> Result<Vec<User>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(select_user!("json_each($1) as wanted cross join ", "users.id = wanted.value"), &[&ids]).await
}

/// The skills of several users, each in the user's own order.
pub const SKILLS_OF: &str = "select user_id, skill from json_each($1) as wanted cross join user_skills
     where user_id = wanted.value order by user_id, position";

pub async fn skills_of(db: impl Query, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(SKILLS_OF, &[&ids]).await
}

pub async fn update(tx: &mut Tx, user: &User) -> Result<u64> {
    tx.run(
        "update users set first_name = $2, last_name = $3, field_of_study = $4, study_year = $5, about = $6
         where id = $1",
        &[&user.id, &user.first_name, &user.last_name, &user.field_of_study, &user.study_year, &user.about],
    )
    .await
}

pub async fn delete_skills(tx: &mut Tx, id: AccountId) -> Result<u64> {
    tx.run("delete from user_skills where user_id = $1", &[&id]).await
}

pub async fn insert_skill(tx: &mut Tx, id: AccountId, position: i64, skill: &str) -> Result<u64> {
    tx.run("insert into user_skills (user_id, position, skill) values ($1, $2, $3)", &[&id, &position, &skill]).await
}
