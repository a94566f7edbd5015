//! What users write about themselves: the public profile, the contact details that they share by choice, and links to
//! other sites.

pub mod contact;
pub mod graphql;
pub mod links;
pub mod rules;
pub mod store;

use super::Change;

/// The contact details of a user. [`contact`] decides which of them another member may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactDetails {
    pub email: Option<String>,
    pub student_number: Option<String>,
    pub occupation: Option<String>,
    pub home_address: Option<String>,
    pub county: Option<String>,
    pub country: Option<String>,
}

/// A user's profiles on other sites.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct SocialLinks {
    pub linkedin: Option<String>,
    pub facebook: Option<String>,
    pub github: Option<String>,
    pub instagram: Option<String>,
    pub twitter: Option<String>,
    pub youtube: Option<String>,
    pub website: Option<String>,
    pub description: Option<String>,
}

/// Changes to a profile.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub first_name: Change<String>,
    pub last_name: Change<String>,
    pub field_of_study: Change<String>,
    pub year: Change<i32>,
    pub skills: Change<Vec<String>>,
    pub about: Change<String>,
}

/// Changes to contact details.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    pub student_number: Change<String>,
    pub occupation: Change<String>,
    pub home_address: Change<String>,
    pub county: Change<String>,
    pub country: Change<String>,
}
