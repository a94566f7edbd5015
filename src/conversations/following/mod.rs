//! The event streams of a conversation, an inbox and the lobby.
//!
//! Events contain ids. The object of an event is loaded when the event is delivered, so that followers receive nothing
//! that was deleted or hidden from them in the meantime. While followers are live, one load serves all of them on this
//! node ([`snapshots`]).

pub mod graphql;
pub mod rules;
pub mod snapshots;
pub mod store;

use crate::accounts::{AccountId, Viewer};
use crate::conversations::messages::{Message, rules::can_delete};
use crate::conversations::reading::ReadMarker;
use crate::conversations::{ConversationKind, Room};
use crate::live::Event;

/// A message at the time of delivery, and the users who can see it.
#[derive(Debug)]
pub struct MessageSnapshot {
    pub message: Message,
    pub room: Room,
    /// The members, sorted. Empty for the lobby, which everyone can see.
    members: Vec<AccountId>,
    /// The users with a block between them and the author, sorted.
    blocked: Vec<AccountId>,
}

/// A read marker at the time of delivery, and the members who can see it.
#[derive(Debug)]
pub struct ReadSnapshot {
    pub marker: ReadMarker,
    /// Sorted.
    viewers: Vec<AccountId>,
}

impl ReadSnapshot {
    pub fn is_visible_to(&self, user: AccountId) -> bool {
        self.viewers.binary_search(&user).is_ok()
    }
}

/// What an event reports. All copies of an event, in the feeds of a conversation and of its members, have it in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    subject: i64,
    detail: Option<i64>,
}

impl From<&Event> for Occurrence {
    fn from(event: &Event) -> Self {
        Self { subject: event.subject, detail: event.detail }
    }
}

impl MessageSnapshot {
    /// Returns true if the user can receive events about the message.
    pub fn is_visible_to(&self, user: AccountId) -> bool {
        let is_in_room = self.room.kind == ConversationKind::Lobby || self.members.binary_search(&user).is_ok();
        is_in_room && (self.room.ignores_blocks() || self.blocked.binary_search(&user).is_err())
    }

    /// Returns true if the viewer sees the message as most followers do, so that one result serves all of them: the
    /// viewer is not the author and cannot delete it.
    pub fn is_shareable_with(&self, viewer: Viewer) -> bool {
        self.message.author_id != Some(viewer.account) && !can_delete(viewer, &self.message)
    }
}
