//! Locks: an account that moderators or the operator have locked has no session and cannot sign in.
//!
//! A lock with an end is over at that instant, for every reader: whether an account is locked is a question about an
//! instant, in Rust ([`AccountLock`]) and in SQL (`is_locked!`).

use crate::clock::Timestamp;

/// The lock of an account as it is stored, which may be over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountLock {
    locked_at: Option<Timestamp>,
    lock_ends_at: Option<Timestamp>,
}

/// A lock that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveLock {
    pub locked_at: Timestamp,
    /// `None` for a lock without an end.
    pub ends_at: Option<Timestamp>,
}

impl AccountLock {
    /// Returns the lock if it holds at this instant.
    pub fn active(self, now: Timestamp) -> Option<ActiveLock> {
        let locked_at = self.locked_at.filter(|_| self.lock_ends_at.is_none_or(|ends_at| ends_at > now))?;
        Some(ActiveLock { locked_at, ends_at: self.lock_ends_at })
    }

    pub fn is_active(self, now: Timestamp) -> bool {
        self.active(now).is_some()
    }
}

/// The condition that a row of `accounts` is locked at the instant `$now`.
#[macro_export]
macro_rules! is_locked {
    ($now:literal) => {
        concat!("(accounts.locked_at is not null and coalesce(accounts.lock_ends_at > ", $now, ", true))")
    };
}
