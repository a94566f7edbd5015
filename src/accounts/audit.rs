//! Audit lines in the log: who signs in from where, and what operators change. The target is `audit`, so that a filter
//! of the log or another program can select them. They contain ids and addresses, but no names.

use std::net::IpAddr;

use super::AccountId;

/// An event of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    LoggedIn,
    PasswordWrong,
    /// A password was not checked, because of wrong ones before.
    PasswordDelayed,
    LoginLocked,
    PasswordChanged,
    IdentityChanged,
    AccountCreated,
    AccountDeleted,
    AccountExported,
    RoleChanged,
    AccountLocked,
    AccountUnlocked,
}

impl AuditEvent {
    fn name(self) -> &'static str {
        match self {
            Self::LoggedIn => "logged_in",
            Self::PasswordWrong => "password_wrong",
            Self::PasswordDelayed => "password_delayed",
            Self::LoginLocked => "login_locked",
            Self::PasswordChanged => "password_changed",
            Self::IdentityChanged => "identity_changed",
            Self::AccountCreated => "account_created",
            Self::AccountDeleted => "account_deleted",
            Self::AccountExported => "account_exported",
            Self::RoleChanged => "role_changed",
            Self::AccountLocked => "account_locked",
            Self::AccountUnlocked => "account_unlocked",
        }
    }

    /// Logs the event, after the commit. `address` is that of the client; an operator's command has none.
    pub fn log(self, account: Option<AccountId>, address: Option<IpAddr>) {
        let account = account.map(|account| account.0);
        let address = address.map(tracing::field::display);
        tracing::info!(target: "audit", event = self.name(), address, account);
    }
}
