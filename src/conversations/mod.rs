//! Conversations of two or more members, and the messages in them.
//!
//! | term | meaning |
//! | --- | --- |
//! | conversation | a private thread: **direct** between two users, or a **group** of three or more |
//! | room | where messages are sent: a conversation or the lobby ([`Room`]) |
//! | member key | a hash of the members' ids, by which the conversation of a set of users is found |
//! | shown | listed for a member; until the first message only the user who started it sees a conversation |
//!
//! Each room has a feed whose id is the room's id. The number of a message is the number of its event in that feed, and
//! its position in the history. Events are appended to the feed of the room and to the feed of every member.
//!
//! | module | purpose |
//! | --- | --- |
//! | this one | starting, finding, listing and leaving conversations |
//! | [`messages`] | messages in conversations and in the lobby; [`messages::rules`] explains how the lobby uses it |
//! | [`reading`] | read markers and unread counts |
//! | [`typing`] | who is typing |
//! | [`following`] | the event streams, and which follower receives which event |
//!
//! Every change to a conversation starts with [`rules::lock`]: changes to one conversation run one after another, which
//! keeps the counters exact. Transactions lock rows in this order: accounts by id, conversations by id, keys,
//! relations, feeds.

pub mod following;
pub mod graphql;
pub mod messages;
pub mod reading;
pub mod rules;
pub mod store;
pub mod typing;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::text_enum;
use crate::live::Feed;

crate::global_ids! {
    ConversationId => "cnv",
}

/// The id of a conversation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct ConversationId(pub i64);

impl From<ConversationId> for i64 {
    fn from(id: ConversationId) -> Self {
        id.0
    }
}

/// Who can be in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConversationKind {
    /// Two users. Each pair of users has at most one.
    Direct,
    /// Three or more users when it was started.
    Group,
    /// Everyone. It has no list of members.
    Lobby,
}

text_enum!(ConversationKind { Direct => "direct", Group => "group", Lobby => "lobby" });

/// A conversation or the lobby, as the place of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Room {
    pub id: ConversationId,
    pub kind: ConversationKind,
}

impl Room {
    pub const LOBBY: Self = Self { id: ConversationId(Feed::LOBBY.0), kind: ConversationKind::Lobby };

    /// Returns the feed of the room's events.
    pub fn feed(self) -> Feed {
        Feed(self.id.0)
    }

    /// Returns true if a block hides no messages here: two users can still read their direct conversation.
    pub fn ignores_blocks(self) -> bool {
        self.kind == ConversationKind::Direct
    }
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Conversation {
    pub id: ConversationId,
    pub kind: ConversationKind,
    /// The member.
    pub user_id: AccountId,
    pub updated_at: Timestamp,
    pub unread: i64,
}

impl Conversation {
    pub fn room(&self) -> Room {
        Room { id: self.id, kind: self.kind }
    }
}

/// The key of what one viewer sees of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewerAndConversation {
    pub viewer: AccountId,
    pub conversation: ConversationId,
}
