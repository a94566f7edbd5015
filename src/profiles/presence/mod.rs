//! Who is online, in the eyes of others. That somebody is connected is the matter of `live`; here is who may know.
//!
//! Nobody knows it of those who do not show it, nor across a block, nor do guests of anybody outside the lobby. Whatever
//! changes that tells [`Feed::PRESENCE`](crate::live::Feed::PRESENCE), so that those who follow look again.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::{AccountId, Viewer};
use crate::clock::Timestamp;
use crate::profiles::User;

/// Whether somebody is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Presence {
    pub is_online: bool,
    /// When a connection of theirs was last known to live; `None` while one does, and for those who never had one.
    pub last_seen_at: Option<Timestamp>,
}

impl Presence {
    /// What is told of somebody of whom nothing may be known.
    pub const ABSENT: Self = Self { is_online: false, last_seen_at: None };
}

/// Somebody's presence at the moment of an event, and who may know it.
#[derive(Debug)]
pub struct PresenceSnapshot {
    /// `None` once the account is gone.
    user: Option<User>,
    presence: Presence,
    /// They show it.
    is_shown: bool,
    is_in_lobby: bool,
    /// Those whom a block parts from them, in order.
    blocked: Vec<AccountId>,
}

impl PresenceSnapshot {
    /// Returns the presence as somebody else sees it.
    fn seen_by(&self, viewer: Viewer) -> Presence {
        let is_own = self.user.as_ref().is_some_and(|user| user.id == viewer.account);
        let is_near = self.is_in_lobby || !viewer.is_guest();
        let is_seen = self.is_shown && is_near && self.blocked.binary_search(&viewer.account).is_err();
        if is_own || is_seen { self.presence } else { Presence::ABSENT }
    }
}
