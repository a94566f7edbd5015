//! The event streams of a conversation, an inbox and the lobby.
//!
//! Events contain ids. The object of an event is loaded when the event is delivered, so that followers receive nothing
//! that was deleted or hidden from them in the meantime. While followers are live, one load serves all of them on this
//! node ([`snapshots`]).

pub mod graphql;
pub mod rules;
pub mod snapshots;
pub mod store;

use std::collections::HashMap;

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
    /// The members with their history bounds, sorted. Empty for the lobby, which everyone can see.
    members: Vec<(AccountId, i64)>,
    /// The users with a block between them and the author, sorted.
    blocked: Vec<AccountId>,
    /// The message that it replies to; `None` also once that one is gone.
    reply_to: Option<ReplyTarget>,
    /// The users with a block between them and a mentioned user, sorted.
    blocked_from_mentioned: Vec<AccountId>,
}

/// What decides who sees the message that another one replies to.
#[derive(Clone, Debug)]
struct ReplyTarget {
    message: Message,
    /// The users with a block between them and its author, sorted.
    blocked: Vec<AccountId>,
}

/// A read marker at the time of delivery, as each of the members sees it who can see it.
#[derive(Debug)]
pub struct ReadSnapshot(HashMap<AccountId, ReadMarker>);

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
        self.can_read(user, self.message.number)
            && (self.room.ignores_blocks() || self.blocked.binary_search(&user).is_err())
    }

    /// Returns true if the viewer sees the message as most followers do, so that one result serves all of them: the
    /// viewer is not the author and cannot delete it, and sees all mentioned users and the message that it replies to. A
    /// chain of replies is not looked through.
    pub fn is_shareable_with(&self, viewer: Viewer) -> bool {
        let is_as_others =
            |message: &Message| message.author_id != Some(viewer.account) && !can_delete(viewer, message);
        let sees_target = self.reply_to.as_ref().is_none_or(|ReplyTarget { message, blocked }| {
            is_as_others(message)
                && message.reply_to_id.is_none()
                && self.can_read(viewer.account, message.number)
                && blocked.binary_search(&viewer.account).is_err()
        });
        is_as_others(&self.message)
            && sees_target
            && self.blocked_from_mentioned.binary_search(&viewer.account).is_err()
    }

    /// Returns whether the user is a member of the message's group and has someone to write to there; `None` if it is in no
    /// group.
    fn can_send_to_group(&self, user: AccountId) -> Option<bool> {
        let is_member = self.members.binary_search_by_key(&user, |(member, _)| *member).is_ok();
        (self.room.kind == ConversationKind::Group).then_some(is_member && self.members.len() > 1)
    }

    /// Returns true if the user reads messages of this number in the room.
    fn can_read(&self, user: AccountId, number: i64) -> bool {
        let bound = self.members.binary_search_by_key(&user, |(member, _)| *member);
        let bound = bound.ok().and_then(|at| self.members.get(at)).map(|(_, bound)| *bound);
        self.room.kind == ConversationKind::Lobby || bound.is_some_and(|bound| bound < number)
    }
}
