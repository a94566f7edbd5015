//! Mute: a member's choice that the messages of a conversation cause neither push nor email, and do not count in the
//! sum of unread messages. It ends by itself at its instant, so nothing is written when it does.

pub mod graphql;
pub mod rules;
pub mod store;

use super::Conversation;
use crate::clock::Timestamp;

/// Stored as the end of a mute that has none.
const NO_END: Timestamp = Timestamp(i64::MAX);

/// Returns true if the member has muted the conversation.
pub fn is_muted(conversation: &Conversation, now: Timestamp) -> bool {
    conversation.muted_until.is_some_and(|end| end > now)
}

/// Returns when the mute ends; `None` if the conversation is not muted, or the mute has no end.
pub fn end_of_mute(conversation: &Conversation, now: Timestamp) -> Option<Timestamp> {
    conversation.muted_until.filter(|end| *end > now && *end != NO_END)
}
