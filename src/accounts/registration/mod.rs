//! Creating and deleting a member's account.

pub mod graphql;
pub mod profile;
pub mod receipts;
pub mod retired;
pub mod rules;
pub mod store;

use secrecy::SecretString;

use super::names::{Email, Username};
use super::sessions::TokenTransport;
use crate::locale::Locale;
use profile::NewProfile;

/// A registration as submitted.
#[derive(Debug)]
pub struct Registration {
    pub email: String,
    pub password: SecretString,
    pub username: String,
    pub profile: NewProfile,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
    /// The tag of the language of the member; `None` for that of the request.
    pub locale: Option<String>,
}

/// The validated data of a new member.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub email: Email,
    pub username: Username,
    pub profile: NewProfile,
    /// The language; `None` for that of the server.
    pub locale: Option<Locale>,
}
