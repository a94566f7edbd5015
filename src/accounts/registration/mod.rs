//! Becoming a member, and ceasing to be one.

pub mod graphql;
pub mod profile;
pub mod rules;
pub mod store;

use secrecy::SecretString;

use super::names::{Email, Username};
use super::sessions::TokenTransport;
use profile::NewProfile;

/// What a newcomer fills in.
#[derive(Debug)]
pub struct Registration {
    pub email: String,
    pub password: SecretString,
    pub username: String,
    pub profile: NewProfile,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
}

/// A form that was found in order.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub email: Email,
    pub username: Username,
    pub profile: NewProfile,
}
