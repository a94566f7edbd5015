//! Conversations of two or more members, and the messages in them.
//!
//! | term | meaning |
//! | --- | --- |
//! | conversation | a private thread: **direct** between two users, or a **group** of three or more |
//! | room | where messages are sent: a conversation or the lobby ([`Room`]) |
//! | member key | a hash of the members' ids, by which the conversation of a set of users is found |
//! | shown | listed for a member; until the first message only the user who started it sees a conversation |
//! | managed group | a group of `createGroup`, with a title and an owner who changes its members |
//! | history bound | the number after which a member can read: 0, or where they joined |
//!
//! Each room has a feed whose id is the room's id. The number of a message is the number of its event in that feed, and
//! its position in the history. Events are appended to the feed of the room and to the feed of every member.
//!
//! | module | purpose |
//! | --- | --- |
//! | this one | starting, finding, listing and leaving conversations |
//! | [`messages`] | messages in conversations and in the lobby; [`messages::rules`] explains how the lobby uses it |
//! | [`groups`] | groups with a title and an owner |
//! | [`reading`] | read markers and unread counts |
//! | [`mute`] | conversations that a member muted |
//! | [`typing`] | who is typing |
//! | [`following`] | the event streams, and which follower receives which event |
//!
//! Every change to a conversation starts with [`rules::lock`]: changes to one conversation run one after another, which
//! keeps the counters exact. Transactions lock rows in this order: accounts by id, conversations by id, keys,
//! relations, feeds.

pub mod following;
pub mod graphql;
pub mod groups;
pub mod messages;
pub mod mute;
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
    /// The position of the member's read marker.
    pub read_up_to: i64,
    /// The member reads what has a greater number: the history bound.
    pub reads_after: i64,
    /// The member's streams begin behind this number, where the member joined.
    pub joined_after: i64,
    /// The end of the mute; `None` if the conversation is not muted.
    pub muted_until: Option<Timestamp>,
    /// The title of a managed group; `None` for all other conversations.
    pub title: Option<String>,
    /// The owner of a managed group.
    pub owner_id: Option<AccountId>,
    /// Members who join from now on read everything.
    pub is_history_shared: bool,
}

impl Conversation {
    pub fn room(&self) -> Room {
        Room { id: self.id, kind: self.kind }
    }

    /// The messages that the member can read.
    pub fn history(&self) -> History {
        History { room: self.room(), reads_after: self.reads_after }
    }
}

/// Which conversations of the viewer's list to return. A member that is `None` restricts nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConversationFilter {
    /// Whether they have unread messages.
    pub is_unread: Option<bool>,
    /// A member who is not hidden from the viewer by a block.
    pub member: Option<AccountId>,
}

/// The messages of a room that a viewer can read, apart from those that a block hides.
#[derive(Clone, Copy, Debug)]
pub struct History {
    pub room: Room,
    /// The history bound: the viewer reads what has a greater number.
    pub reads_after: i64,
}

impl History {
    pub const LOBBY: Self = Self { room: Room::LOBBY, reads_after: 0 };
}

/// The key of what one viewer sees of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewerAndConversation {
    pub viewer: AccountId,
    pub conversation: ConversationId,
}
