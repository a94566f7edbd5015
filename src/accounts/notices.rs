//! Security notices: events about the security of an account, in the owner's private feed.

use super::AccountId;
use crate::clock::Timestamp;
use crate::db::{Result, Tx};
use crate::live::{self, Event, EventBody, EventKind, Feed};

/// What a security notice reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SecurityNoticeKind")]
pub enum NoticeKind {
    /// A device signed in.
    LoggedIn,
    /// The password was changed or reset.
    PasswordChanged,
    /// The email address was changed, or a change was undone.
    EmailChanged,
    /// The username was changed.
    UsernameChanged,
    /// The owner ended sessions with `revokeSession` or `revokeOtherSessions`.
    SessionRevoked,
    /// A refresh token was used again, and its session was ended.
    TokenReused,
}

const ALL: [NoticeKind; 6] = [
    NoticeKind::LoggedIn,
    NoticeKind::PasswordChanged,
    NoticeKind::EmailChanged,
    NoticeKind::UsernameChanged,
    NoticeKind::SessionRevoked,
    NoticeKind::TokenReused,
];

impl NoticeKind {
    /// Returns the number stored as the detail of an event. A number is never reused for another kind.
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

    /// Returns the kind of a security notice's event.
    pub fn from_event(event: &Event) -> Option<Self> {
        ALL.into_iter().find(|kind| Some(kind.number()) == event.detail)
    }
}

/// Appends a security notice to the owner's feed.
pub async fn append(tx: &mut Tx, now: Timestamp, account: AccountId, kind: NoticeKind) -> Result<Event> {
    let body = EventBody { kind: EventKind::SecurityNotice, subject: account.0, detail: Some(kind.number()) };
    live::append(tx, now, Feed(account.0), body).await
}
