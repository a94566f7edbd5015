//! Accounts: registration, sessions, passwords and email addresses. The public side of a user is in `profiles`.
//!
//! [`Viewer`] is the account and session of a request, [`Client`] its network address and device. The shared kit
//! (`graphql`) knows these types and no others of a slice.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | [`registration`] | creating and deleting a member's account |
//! | [`sessions`] | login, refresh, logout; the signed-in devices of an account |
//! | [`credentials`] | password and username: change, reset |
//! | [`addresses`] | email address: confirm, change, undo |
//! | [`identities`] | sign-in at identity providers |
//! | [`invitations`] | URLs that admit people to registration |
//!
//! Shared by the subjects:
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`authentication`], [`session_cache`] | from a token or cookie to the viewer; cached sessions |
//! | [`cookies`], [`mail_tokens`] | session and device cookies; the tokens of links in mails |
//! | [`password_check`], [`attempts`], [`strength`] | verifying a password, delays after wrong ones, weak passwords |
//! | [`audit`] | the audit log: who did what to an account, when, and from where |
//! | [`names`], [`devices`] | valid usernames and email addresses; the default name of a device |
//! | [`mailing`] | letters to accounts and addresses, counted for each address |
//! | [`notices`] | security notices to the owner of an account |
//! | [`staff`], [`mod@lock`] | roles and locks, the log of staff actions; whether an account is locked |

pub mod addresses;
pub mod attempts;
pub mod audit;
pub mod authentication;
pub mod cookies;
pub mod credentials;
pub mod devices;
pub mod graphql;
pub mod identities;
pub mod invitations;
pub mod lock;
pub mod mail_tokens;
pub mod mailing;
pub mod names;
pub mod notices;
pub mod password_check;
pub mod registration;
pub mod rules;
pub mod session_cache;
pub mod sessions;
pub mod staff;
pub mod store;
pub mod strength;

use std::net::IpAddr;

use secrecy::SecretString;

use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::locale::Locale;

pub use crate::ids::{AccountId, SessionId};

crate::global_ids! {
    AccountId => "usr",
    SessionId => "ses",
    ViewerId => "vwr",
}

/// The id of the viewer as an object of the graph: the number of their account. It differs from the id of the public profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewerId(pub i64);

/// The role of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum Role {
    /// A registered user.
    Member,
    /// A member who can also delete posts, comments and lobby messages of others, remove guests from the lobby, edit any
    /// topic, and use `Query.moderation`.
    Moderator,
    /// A member who runs the server: has the rights of a moderator, and changes roles.
    Admin,
    /// A user who entered the lobby with a pseudonym and has not registered.
    Guest,
}

text_enum!(Role { Member => "member", Moderator => "moderator", Admin => "admin", Guest => "guest" });

/// The account and session that a request is authenticated as. Loaded from the database or the session cache for every
/// request; the claims of a token are never used for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub account: AccountId,
    pub session: SessionId,
    pub role: Role,
    /// When the password was last verified in this session.
    pub authenticated_at: Timestamp,
    /// The language that the member has chosen; `None` for that of the server. Guests have none.
    pub locale: Option<Locale>,
}

impl Viewer {
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.role == Role::Guest
    }
}

/// The network address and the device that a request comes from.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub user_agent: Option<String>,
    /// The secret of the device cookie; `None` if the device has not signed in before.
    pub device: Option<SecretString>,
    /// Whether a cookie set on this connection stays secret.
    pub may_set_cookies: bool,
    /// The language that the request asks for.
    pub locale: Locale,
}
