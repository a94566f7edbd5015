//! The private side of a person: registration, sessions, passwords, addresses.
//!
//! [`Viewer`] says who asks and [`Client`] from where. They are the slice types that the shared kit knows.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`registration`] | becoming a member, and ceasing to be one |
//! | [`sessions`] | signed-in devices |
//! | [`credentials`] | password and username: change, reset |
//! | [`addresses`] | email: confirm, change, undo |
//!
//! What these share:
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`authentication`], [`live_sessions`] | from a token or cookie to who asks; sessions this node has seen |
//! | [`cookies`], [`mail_tokens`] | what a browser keeps, what a mailed link carries |
//! | [`password_check`], [`attempts`], [`strength`] | checking a password, delays after wrong ones, weak passwords |
//! | [`names`], [`devices`] | what a name or address may be, and what a device is called |
//! | [`notices`] | what an owner is told about their security |
//! | [`staff`] | roles and locks, from the command line |

pub mod addresses;
pub mod attempts;
pub mod authentication;
pub mod cookies;
pub mod credentials;
pub mod devices;
pub mod graphql;
pub mod live_sessions;
pub mod mail_tokens;
pub mod names;
pub mod notices;
pub mod password_check;
pub mod registration;
pub mod rules;
pub mod sessions;
pub mod staff;
pub mod store;
pub mod strength;

use std::net::IpAddr;

use secrecy::SecretString;

use crate::clock::Timestamp;

pub use crate::ids::{AccountId, SessionId};

crate::global_ids! {
    AccountId => "usr",
    SessionId => "ses",
}

/// What an account may do beyond its own things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    /// Studies here.
    Member,
    /// Keeps order in the lobby and among topics.
    Moderator,
    /// Runs the place.
    Admin,
    /// Entered the lobby with a pseudonym only.
    Guest,
}

/// Who asks: a living session of an account. Read from the database or its cache at every request, never from a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account: AccountId,
    pub session: SessionId,
    pub role: Role,
    /// When the password was last asked in this session.
    pub authenticated_at: Timestamp,
}

impl Viewer {
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.role == Role::Guest
    }
}

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub user_agent: Option<String>,
    /// The mark of a device that has signed in before.
    pub device: Option<SecretString>,
    /// Cookies would be kept secret on the way.
    pub may_set_cookies: bool,
}
