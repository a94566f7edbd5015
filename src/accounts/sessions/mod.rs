//! Signed-in devices: log in, go on, log out.

pub mod graphql;
pub mod rules;
pub mod store;
pub mod tokens;

use std::time::Duration;

use secrecy::SecretString;

use super::{AccountId, Role, SessionId};
use crate::clock::Timestamp;

/// A repeated refresh within this time gets the same answer again: its first answer may have been lost.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);

const DAY: Duration = Duration::from_hours(24);
/// A member's session ends when it is not used for so long, and at the latest after so long.
pub const MEMBER_IDLE: Duration = Duration::from_secs(14 * DAY.as_secs());
pub const MEMBER_LIFETIME: Duration = Duration::from_secs(30 * DAY.as_secs());
/// The same for guests.
pub const GUEST_IDLE: Duration = Duration::from_mins(30);
pub const GUEST_LIFETIME: Duration = Duration::from_hours(12);

/// How a session's secret travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum, sqlx::Type)]
#[graphql(name = "SessionTransport")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TokenTransport {
    /// Tokens in the answer, sent along as a bearer token.
    #[default]
    Token,
    /// An `HttpOnly` cookie; the answer carries no token.
    Cookie,
}

/// A session as it is stored, with what its account may do.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub account_id: AccountId,
    pub role: Role,
    pub device_name: String,
    pub transport: TokenTransport,
    pub generation: i64,
    pub rotated_at: Timestamp,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub authenticated_at: Timestamp,
    pub idle_seconds: i64,
    pub expires_at: Timestamp,
}

impl Session {
    /// Tells whether the session still lives at `now`, as far as time goes.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.ends_at()
    }

    /// When the session ends if it is not used any more.
    pub fn ends_at(&self) -> Timestamp {
        let idle = Duration::from_secs(u64::try_from(self.idle_seconds).unwrap_or_default());
        self.expires_at.min(self.last_used_at.plus(idle))
    }
}

/// What a client gets to go on with. The only time its secrets are seen.
#[derive(Debug)]
pub struct Issued {
    pub session: SessionId,
    pub access_token: SecretString,
    pub access_expires_at: Timestamp,
    /// The refresh token, or what the cookie holds.
    pub secret: SecretString,
    pub transport: TokenTransport,
    /// When the cookie is to be forgotten.
    pub expires_at: Timestamp,
}
