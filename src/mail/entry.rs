//! The sentences of letters about invitations, about registrations that need approval, and about the queues of moderators.

use serde::{Deserialize, Serialize};

use super::{Link, SIGN_UP_PAGE};
use crate::clock::Timestamp;

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
    pub(super) fn subject(&self) -> &'static str {
        match self {
            Self::Invited { .. } => "You are invited to Studyhall",
            Self::Waiting => "Your registration waits for approval",
            Self::Approved => "Your registration was approved",
            Self::Declined { .. } => "Your registration was declined",
            Self::Queues { .. } => "Reports or registrations wait",
        }
    }

    /// `plain` prepares a text of a user, `formatted` an instant.
    pub(super) fn sentence(&self, plain: fn(&str) -> String, formatted: fn(Timestamp) -> String) -> String {
        match self {
            Self::Invited { inviter, expires_at, .. } => format!(
                "{} invites you to register at Studyhall with this email address. The invitation is valid until {} (UTC).",
                plain(inviter),
                formatted(*expires_at)
            ),
            Self::Waiting => {
                "Someone tried to register at Studyhall with this email address. Your registration with it \
                              waits for the approval of a moderator, so nothing was changed."
                    .to_owned()
            }
            Self::Approved => "A moderator approved your registration at Studyhall. You can sign in now.".to_owned(),
            Self::Declined { .. } => {
                "Your registration at Studyhall was declined. All data of the registration was deleted.".to_owned()
            }
            Self::Queues { reports, registrations } => {
                let reports = counted(*reports, "report", "reports");
                let registrations = counted(*registrations, "registration", "registrations");
                format!("These wait for a moderator: {reports}, {registrations}.")
            }
        }
    }

    pub(super) fn advice(&self) -> &'static str {
        match self {
            Self::Invited { .. } => {
                "The link can be used once, and is for this address only. If you do not know this member, or do not want to \
                 register, you can ignore this email: no account is created without the link."
            }
            Self::Waiting => {
                "You receive an email when a moderator has decided. If this was not you, you can ignore this email."
            }
            Self::Approved => "Your username is in the greeting above.",
            Self::Declined { .. } => "Please contact the operators of this server if you think that this is a mistake.",
            Self::Queues { .. } => "You receive this email once a day while something waits.",
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
    ) -> Option<(&'static str, Link)> {
        match self {
            Self::Invited { nonce, .. } => Some(("Register", with_token(SIGN_UP_PAGE, nonce))),
            Self::Approved => Some(("Sign in", to_page("/login"))),
            Self::Waiting | Self::Declined { .. } | Self::Queues { .. } => None,
        }
    }
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
