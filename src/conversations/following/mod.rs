//! Following what is said, in one conversation, in an inbox or in the lobby.
//!
//! An event knows ids. What it tells of is loaded when it is delivered, so nobody is sent what was deleted while it waited
//! to be read, or what they may not see any more. Live, one load serves all followers on this node ([`scenes`]).

pub mod graphql;
pub mod rules;
pub mod snapshots;
pub mod store;

use crate::accounts::{AccountId, Viewer};
use crate::conversations::messages::{Message, rules::may_delete};
use crate::conversations::{ConversationKind, Room};

/// A message at the moment of an event, and who sees it.
#[derive(Debug)]
pub struct MessageSnapshot {
    pub message: Message,
    pub room: Room,
    /// In order. Empty for the lobby, where everybody is.
    members: Vec<AccountId>,
    /// Those whom a block parts from its author, in order.
    blocked: Vec<AccountId>,
}

impl MessageSnapshot {
    /// Tells whether somebody may be told of the event.
    pub fn is_seen_by(&self, user: AccountId) -> bool {
        let is_there = self.room.kind == ConversationKind::Lobby || self.members.binary_search(&user).is_ok();
        is_there && (self.room.shows_all() || self.blocked.binary_search(&user).is_err())
    }

    /// Tells whether the viewer is told of the message as most are: it is not their own, and not theirs to delete.
    pub fn is_plain_to(&self, viewer: Viewer) -> bool {
        self.message.author_id != Some(viewer.account) && !may_delete(viewer, &self.message)
    }
}
