//! The event stream of the lobby: messages, and users who enter and leave, in the same order for every follower.

pub mod graphql;
pub mod rules;

use crate::accounts::AccountId;
use crate::profiles::User;

/// A user who entered or left, and the users who can see it.
#[derive(Debug)]
pub struct LobbySnapshot {
    /// `None` if the account no longer exists.
    pub user: Option<User>,
    /// The users with a block between them and this user, sorted.
    blocked: Vec<AccountId>,
}

impl LobbySnapshot {
    /// Returns true if the viewer can receive the event.
    pub fn is_visible_to(&self, viewer: AccountId) -> bool {
        self.blocked.binary_search(&viewer).is_err()
    }
}
