//! Following the lobby: what is said there and who comes and goes, in one order for everybody.

pub mod graphql;
pub mod rules;

use crate::accounts::AccountId;
use crate::profiles::User;

/// Somebody who came or left, and who may be told.
#[derive(Debug)]
pub struct LobbySnapshot {
    /// `None` once the account is gone.
    pub user: Option<User>,
    /// Those whom a block parts from them, in order.
    blocked: Vec<AccountId>,
}

impl LobbySnapshot {
    /// Tells whether somebody may be told of it.
    pub fn is_seen_by(&self, viewer: AccountId) -> bool {
        self.blocked.binary_search(&viewer).is_err()
    }
}
