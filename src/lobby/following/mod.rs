//! The event stream of the lobby: messages, and users who enter and leave, in the same order for every follower.

pub mod graphql;
pub mod rules;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::profiles::User;

/// A user who entered or left, and the users who can see it.
#[derive(Debug)]
pub struct LobbySnapshot {
    /// `None` if the account no longer exists.
    pub user: Option<User>,
    /// The users with a block between them and this user, sorted, and since when.
    blocked: Vec<(AccountId, Timestamp)>,
}

impl LobbySnapshot {
    /// Returns since when a block hides the user from the viewer; `None` if none does.
    pub fn hidden_since(&self, viewer: AccountId) -> Option<Timestamp> {
        let position = self.blocked.binary_search_by_key(&viewer, |(other, _)| *other).ok()?;
        self.blocked.get(position).map(|(_, since)| *since)
    }
}
