//! Who may see whether a user is online. `live` decides whether a user is connected.
//!
//! A user's presence is hidden from everyone if the user does not show it or is locked, from users that a block separates
//! from them, and from guests unless the user is in the lobby. A transaction that changes any of this appends an event to
//! [`Feed::PRESENCE`](crate::live::Feed::PRESENCE), so that followers check again.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::{AccountId, Viewer};
use crate::clock::Timestamp;
use crate::profiles::User;

/// Whether a user is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Presence {
    pub is_online: bool,
    /// When the last connection ended. `None` while the user is online, and if they never were.
    pub last_seen_at: Option<Timestamp>,
}

impl Presence {
    /// The presence of a user whose real presence is hidden from the viewer.
    pub const HIDDEN: Self = Self { is_online: false, last_seen_at: None };
}

/// The presence of a user at the time of an event, and who may see it.
#[derive(Debug)]
pub struct PresenceSnapshot {
    /// `None` after the account is deleted.
    user: Option<User>,
    presence: Presence,
    /// The setting `shows_presence`, and whether the account is not locked.
    is_shown: bool,
    is_in_lobby: bool,
    /// The users that a block separates from this one, in order.
    blocked: Vec<AccountId>,
}

impl PresenceSnapshot {
    /// Returns the presence as the viewer may see it.
    fn visible_to(&self, viewer: Viewer) -> Presence {
        let is_own = self.user.as_ref().is_some_and(|user| user.id == viewer.account);
        let is_in_scope = self.is_in_lobby || !viewer.is_guest();
        let is_visible = self.is_shown && is_in_scope && !self.is_blocked(viewer);
        if is_own || is_visible { self.presence } else { Presence::HIDDEN }
    }

    /// Returns whether a block separates the viewer from the user.
    fn is_blocked(&self, viewer: Viewer) -> bool {
        self.blocked.binary_search(&viewer.account).is_ok()
    }
}
