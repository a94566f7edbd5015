//! The sentences of letters about invitations, about registrations that need approval, and about the queues of moderators.

use serde::{Deserialize, Serialize};

use super::text::plain;
use super::{Link, SIGN_UP_PAGE};
use crate::clock::Timestamp;
use crate::locale::Locale;
use crate::sentences::{Sentence, Value, instant_in_utc, say};

/// The reason for a letter about an invitation, a registration or the queues of moderators. The names in the outbox never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryNotice {
    /// To the address that an invitation is for.
    Invited {
        inviter: String,
        nonce: String,
        expires_at: Timestamp,
    },
    /// To an address that was used in another registration, while its own waits for approval.
    Waiting,
    Approved,
    Declined {
        /// As the moderator entered it; `None` if the server declined because none decided in time.
        reason: Option<String>,
    },
    /// To a moderator: what waits for a decision.
    Queues {
        reports: i64,
        registrations: i64,
    },
}

impl EntryNotice {
    pub(super) fn subject(&self) -> Sentence {
        match self {
            Self::Invited { .. } => say::InvitedSubject.into(),
            Self::Waiting => say::RegistrationWaitingSubject.into(),
            Self::Approved => say::RegistrationApprovedSubject.into(),
            Self::Declined { .. } => say::RegistrationDeclinedSubject.into(),
            Self::Queues { .. } => say::QueuesSubject.into(),
        }
    }

    pub(super) fn sentence(&self, locale: Locale) -> Sentence {
        match self {
            Self::Invited { inviter, expires_at, .. } => {
                let inviter = Value::name_for_others(plain(inviter), locale);
                say::Invited { end: instant_in_utc(*expires_at), inviter }.into()
            }
            Self::Waiting => say::RegistrationWaiting.into(),
            Self::Approved => say::RegistrationApproved.into(),
            Self::Declined { .. } => say::RegistrationDeclined.into(),
            Self::Queues { reports, registrations } => say::Queues {
                registrations: say::QueuesRegistrations { count: Value::Number(*registrations) }.into(),
                reports: say::QueuesReports { count: Value::Number(*reports) }.into(),
            }
            .into(),
        }
    }

    pub(super) fn advice(&self) -> Sentence {
        match self {
            Self::Invited { .. } => say::InvitedAdvice.into(),
            Self::Waiting => say::RegistrationWaitingAdvice.into(),
            Self::Approved => say::RegistrationApprovedAdvice.into(),
            Self::Declined { .. } => say::RegistrationDeclinedAdvice.into(),
            Self::Queues { .. } => say::QueuesAdvice.into(),
        }
    }

    /// Returns the reason of the moderator.
    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Declined { reason } => reason.as_deref(),
            Self::Invited { .. } | Self::Waiting | Self::Approved | Self::Queues { .. } => None,
        }
    }

    /// Returns what the link does, and the link: with a token, or to a page.
    pub(super) fn link(
        &self,
        with_token: impl Fn(&str, &str) -> Link,
        to_page: impl Fn(&str) -> Link,
    ) -> Option<(Sentence, Link)> {
        match self {
            Self::Invited { nonce, .. } => Some((say::InvitedAction.into(), with_token(SIGN_UP_PAGE, nonce))),
            Self::Approved => Some((say::RegistrationApprovedAction.into(), to_page("/login"))),
            Self::Queues { .. } => Some((say::QueuesAction.into(), to_page("/moderation"))),
            Self::Waiting | Self::Declined { .. } => None,
        }
    }
}

/// Asks to confirm a registration. `origin` is the device that it was made with, and when.
pub(super) fn confirmation(origin: Option<(Value, Value)>, needs_approval: bool) -> Sentence {
    match (origin, needs_approval) {
        (Some((device, at)), true) => say::ConfirmRegistrationForApprovalFrom { at, device }.into(),
        (Some((device, at)), false) => say::ConfirmRegistrationFrom { at, device }.into(),
        (None, true) => say::ConfirmRegistrationForApproval.into(),
        (None, false) => say::ConfirmRegistration.into(),
    }
}
