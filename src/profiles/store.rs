//! Statements about people.

use super::{ContactDetails, User};
use crate::accounts::AccountId;
use crate::db::{List, Query, Result};

macro_rules! select_user {
    ($condition:literal) => {
        concat!(
            "select id, username, is_guest, first_name, last_name, field_of_study, study_year, about, joined_at
             from users where ",
            $condition
        )
    };
}

/// One person, as most requests ask. The benches run it beside ours.
pub const BY_ID: &str = select_user!("id = $1");

pub async fn by_id(db: impl Query, id: AccountId) -> Result<Option<User>> {
    db.opt(BY_ID, &[&id]).await
}

pub async fn by_ids(db: impl Query, ids: &[AccountId]) -> Result<Vec<User>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(select_user!("id in (select value from json_each($1))"), &[&ids]).await
}

pub async fn by_username(db: impl Query, fold: &str) -> Result<Option<User>> {
    db.opt(select_user!("username_fold = $1"), &[&fold]).await
}

/// Skills of several people, each person's in their own order.
pub async fn skills_of(db: impl Query, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(
        "select user_id, skill from user_skills where user_id in (select value from json_each($1))
         order by user_id, position",
        &[&ids],
    )
    .await
}

pub async fn contact_of(db: impl Query, id: AccountId) -> Result<Option<ContactDetails>> {
    db.opt(
        "select student_number, occupation, home_address, county, country from contact_details where user_id = $1",
        &[&id],
    )
    .await
}
