//! Sessions, one for each signed-in device: login, refresh, logout.

pub mod graphql;
pub mod rules;
pub mod store;
pub mod tokens;

use std::time::Duration;

use secrecy::SecretString;

use super::{AccountId, Role, SessionId};
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::locale::Locale;

/// A refresh token that was replaced less than this long ago still gets the newest one, because the answer may have been
/// lost. Long enough for a laptop that sleeps at that moment.
pub const REFRESH_GRACE_PERIOD: Duration = Duration::from_mins(1);

const DAY: Duration = Duration::from_hours(24);
/// A session ends after this long without use ..
pub const MEMBER_IDLE_TIMEOUT: Duration = Duration::from_secs(14 * DAY.as_secs());
/// .. and after this long at the latest.
pub const MEMBER_SESSION_LIFETIME: Duration = Duration::from_secs(30 * DAY.as_secs());
pub const GUEST_IDLE_TIMEOUT: Duration = Duration::from_mins(30);
pub const GUEST_SESSION_LIFETIME: Duration = Duration::from_hours(12);

/// How the client receives and sends the secret of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SessionTransport")]
pub enum TokenTransport {
    /// The payload contains the tokens; the client sends the access token as a bearer token.
    #[default]
    Token,
    /// The server sets an `HttpOnly` cookie; the payload contains none.
    Cookie,
}

text_enum!(TokenTransport { Token => "token", Cookie => "cookie" });

impl TokenTransport {
    pub fn is_cookie(self) -> bool {
        self == Self::Cookie
    }
}

/// A stored session, with the role and the language of its account.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub id: SessionId,
    pub account_id: AccountId,
    pub role: Role,
    /// The language of the account.
    pub locale: Option<Locale>,
    pub device_name: String,
    pub transport: TokenTransport,
    pub generation: i64,
    /// When the current generation replaced the one before it.
    pub rotated_at: Timestamp,
    /// When that one replaced its predecessor.
    pub previous_rotated_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub authenticated_at: Timestamp,
    pub idle_seconds: i64,
    pub expires_at: Timestamp,
}

impl Session {
    /// Returns whether the session has not expired at `now`. It can have been ended before.
    pub fn is_active(&self, now: Timestamp) -> bool {
        now < self.ends_at()
    }

    /// Returns when the token of this generation was replaced, if it is one of the last two before the current one.
    pub fn replaced_at(&self, generation: i64) -> Option<Timestamp> {
        match self.generation - generation {
            1 => Some(self.rotated_at),
            2 => self.previous_rotated_at,
            _ => None,
        }
    }

    /// Returns when the session expires if it is not used again.
    pub fn ends_at(&self) -> Timestamp {
        let idle = Duration::from_secs(u64::try_from(self.idle_seconds).unwrap_or_default());
        self.expires_at.min(self.last_used_at.plus(idle))
    }
}

/// The tokens issued for a session. The secrets exist only here; the database stores a hash.
#[derive(Debug)]
pub struct IssuedSession {
    pub session: SessionId,
    pub access_token: SecretString,
    pub access_expires_at: Timestamp,
    /// The refresh token, or the value of the session cookie.
    pub secret: SecretString,
    pub transport: TokenTransport,
    /// When the session cookie expires.
    pub expires_at: Timestamp,
}
