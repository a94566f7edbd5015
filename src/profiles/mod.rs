//! The public side of a person.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;

/// A person as others see them. The id is that of the account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: AccountId,
    pub username: String,
    pub is_guest: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub study_year: Option<i64>,
    pub about: Option<String>,
    pub joined_at: Timestamp,
}

/// What only its owner sees, unless it is shared.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct ContactDetails {
    pub student_number: Option<String>,
    pub occupation: Option<String>,
    pub home_address: Option<String>,
    pub county: Option<String>,
    pub country: Option<String>,
}
