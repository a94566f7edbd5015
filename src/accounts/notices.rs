//! What an account's owner is told about its security, in the feed of everything private.

use super::AccountId;
use crate::clock::Timestamp;
use crate::db::{Result, Tx};
use crate::live::{self, Event, EventBody, EventKind, Feed};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SecurityNoticeKind")]
pub enum Notice {
    /// A device signed in.
    LoggedIn,
    /// The password was changed or reset.
    PasswordChanged,
    /// The address was changed, or changed back.
    EmailChanged,
    /// The username was changed.
    UsernameChanged,
    /// Sessions were ended by hand.
    SessionRevoked,
    /// A refresh token came twice; its session was ended.
    TokenReused,
}

const ALL: [Notice; 6] = [
    Notice::LoggedIn,
    Notice::PasswordChanged,
    Notice::EmailChanged,
    Notice::UsernameChanged,
    Notice::SessionRevoked,
    Notice::TokenReused,
];

impl Notice {
    /// The number by which events carry it. Numbers are never given anew.
    fn number(self) -> i64 {
        match self {
            Self::LoggedIn => 1,
            Self::PasswordChanged => 2,
            Self::EmailChanged => 3,
            Self::UsernameChanged => 4,
            Self::SessionRevoked => 5,
            Self::TokenReused => 6,
        }
    }

    /// Returns the notice that an event carries.
    pub fn of(event: &Event) -> Option<Self> {
        ALL.into_iter().find(|notice| Some(notice.number()) == event.detail)
    }
}

/// Tells the owner, within the transaction of what happened.
pub async fn append(tx: &mut Tx, now: Timestamp, account: AccountId, notice: Notice) -> Result<Event> {
    let body = EventBody { kind: EventKind::SecurityNotice, subject: account.0, detail: Some(notice.number()) };
    live::append(tx, now, Feed(account.0), body).await
}
