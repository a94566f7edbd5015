//! The sentences of letters about the security of an account, about data exports, and about decisions of moderators.

use serde::{Deserialize, Serialize};

use super::letters::Fact;
use crate::locale::Locale;
use crate::sentences::{Sentence, say};

/// The reason for a letter about an account. The names in the outbox never change: a row can be older than the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountNotice {
    /// A device signed in that had not done so before. The name of the device is as it was sent.
    SignedIn {
        device: String,
    },
    /// The owner ended a session, or all others.
    SessionRevoked {
        device: Option<String>,
    },
    IdentityChanged,
    /// To the address that the account has again.
    EmailRestored,
    ExportRequested,
    ExportReady,
    ExportFailed,
    /// `message` is as the moderators entered it.
    Warned {
        message: Option<String>,
    },
    TextRemoved {
        message: Option<String>,
    },
    ReportUpheld,
    ReportDismissed,
}

impl AccountNotice {
    pub(super) fn subject(&self) -> Sentence {
        match self {
            Self::SignedIn { .. } => say::NoticeSignedInSubject.into(),
            Self::SessionRevoked { .. } => say::TokenReusedSubject.into(),
            Self::IdentityChanged => say::NoticeIdentityChangedSubject.into(),
            Self::EmailRestored => say::EmailChangedSubject.into(),
            Self::ExportRequested => say::NoticeExportRequestedSubject.into(),
            Self::ExportReady => say::NoticeExportReadySubject.into(),
            Self::ExportFailed => say::NoticeExportFailedSubject.into(),
            Self::Warned { .. } => say::NoticeWarnedSubject.into(),
            Self::TextRemoved { .. } => say::NoticeTextRemovedSubject.into(),
            Self::ReportUpheld | Self::ReportDismissed => say::NoticeReportSubject.into(),
        }
    }

    /// Returns the sentence of the notification that the letter is about.
    pub(super) fn sentence(&self) -> Sentence {
        match self {
            Self::SignedIn { .. } => say::NewsLoggedIn.into(),
            Self::SessionRevoked { .. } => say::NewsSessionRevoked.into(),
            Self::IdentityChanged => say::NewsIdentityChanged.into(),
            Self::EmailRestored => say::NewsEmailChanged.into(),
            Self::ExportRequested => say::NewsExportRequested.into(),
            Self::ExportReady => say::NewsExportReady.into(),
            Self::ExportFailed => say::NewsExportFailed.into(),
            Self::Warned { .. } => say::NewsWarned.into(),
            Self::TextRemoved { .. } => say::NewsTextRemoved.into(),
            Self::ReportUpheld => say::NewsReportUpheld.into(),
            Self::ReportDismissed => say::NewsReportDismissed.into(),
        }
    }

    pub(super) fn advice(&self) -> Sentence {
        match self {
            Self::SignedIn { .. }
            | Self::SessionRevoked { .. }
            | Self::IdentityChanged
            | Self::EmailRestored
            | Self::ExportRequested => say::LetterIfNotYou.into(),
            Self::ExportReady => say::NoticeExportReadyAdvice.into(),
            Self::ExportFailed => say::NoticeExportFailedAdvice.into(),
            Self::Warned { .. } | Self::TextRemoved { .. } => say::AccountLockedAdvice.into(),
            Self::ReportUpheld | Self::ReportDismissed => say::AdviceNothing.into(),
        }
    }

    /// Returns the device, or the message of the moderators.
    pub(super) fn facts(&self, locale: Locale) -> Vec<Fact> {
        let fact: Option<(Sentence, _)> = match self {
            Self::SignedIn { device } | Self::SessionRevoked { device: Some(device) } => {
                Some((say::FactDevice.into(), device))
            }
            Self::Warned { message: Some(message) } | Self::TextRemoved { message: Some(message) } => {
                Some((say::FactMessage.into(), message))
            }
            _ => None,
        };
        fact.map(|(name, text)| Fact::of_user(name, text, locale)).into_iter().collect()
    }
}
