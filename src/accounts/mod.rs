//! The private side of a person: registration, sessions, passwords, addresses.
//!
//! [`Viewer`] says who asks. It is the one slice type that the shared kit knows.

use crate::clock::Timestamp;

/// The id of an account, and of the user who is its public side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

/// The id of one signed-in device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct SessionId(pub i64);

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
