//! Security notices: events about the security of an account, in the owner's private feed.

use super::{AccountId, mailing, store};
use crate::app::App;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::live::{Event, EventBody, EventKind, Feed};
use crate::mail::{AccountNotice, Letter};
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};

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
    /// An identity was linked or unlinked.
    IdentityChanged,
    /// A data export was requested.
    DataExportRequested,
}

const ALL: [NoticeKind; 8] = [
    NoticeKind::LoggedIn,
    NoticeKind::PasswordChanged,
    NoticeKind::EmailChanged,
    NoticeKind::UsernameChanged,
    NoticeKind::SessionRevoked,
    NoticeKind::TokenReused,
    NoticeKind::IdentityChanged,
    NoticeKind::DataExportRequested,
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
            Self::IdentityChanged => 7,
            Self::DataExportRequested => 8,
        }
    }

    /// Returns the kind with this number; `None` if a newer version added it.
    pub fn from_number(number: i64) -> Option<Self> {
        ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Returns the kind of a security notice's event.
    pub fn from_event(event: &Event) -> Option<Self> {
        event.detail.and_then(Self::from_number)
    }
}

/// Reports a change to the owner: an event in their feed, a notification, and a mail unless the rule sends its own one.
/// `device` is the name of the device concerned.
pub async fn publish(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    kind: NoticeKind,
    device: Option<&str>,
) -> Result<()> {
    append_event(effects, account, kind);
    let subject = Subject::new(SubjectKind::Account, account.0);
    let notification = NewNotification {
        detail: Some(kind.number()),
        device_name: device.map(str::to_owned),
        ..NewNotification::new(NotificationType::Security, account, subject)
    };
    notifications::notify(app, tx, effects, &[notification]).await?;
    match mailed(kind, device) {
        Some(notice) => mail(app, tx, effects, account, notice).await,
        None => Ok(()),
    }
}

/// Returns the reason for the mail about a notice; `None` for those whose rules send a mail with a link or an advice of
/// its own.
fn mailed(kind: NoticeKind, device: Option<&str>) -> Option<AccountNotice> {
    let device = device.map(str::to_owned);
    match kind {
        NoticeKind::LoggedIn => Some(AccountNotice::SignedIn { device: device.unwrap_or_default() }),
        NoticeKind::SessionRevoked => Some(AccountNotice::SessionRevoked { device }),
        NoticeKind::IdentityChanged => Some(AccountNotice::IdentityChanged),
        NoticeKind::DataExportRequested => Some(AccountNotice::ExportRequested),
        NoticeKind::PasswordChanged
        | NoticeKind::EmailChanged
        | NoticeKind::UsernameChanged
        | NoticeKind::TokenReused => None,
    }
}

/// Sends a mail about an account to its owner.
pub async fn mail(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    notice: AccountNotice,
) -> Result<()> {
    let Some(account) = store::by_id(&mut *tx, account).await? else { return Ok(()) };
    let letter = Letter::Notice { username: account.username.clone(), notice };
    mailing::notify(app, tx, effects, &account, &letter).await
}

/// Reports a login from a device that the account has signed in from before: an event without a notification.
pub fn publish_known_login(effects: &mut Effects, account: AccountId) {
    append_event(effects, account, NoticeKind::LoggedIn);
}

fn append_event(effects: &mut Effects, account: AccountId, kind: NoticeKind) {
    let body = EventBody { kind: EventKind::SecurityNotice, subject: account.0, detail: Some(kind.number()) };
    effects.append(Feed(account.0), body);
}
