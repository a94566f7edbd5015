//! Private threads of two or more members.
//!
//! A conversation has a feed of its own, with its id: a message's number there is also its place in the history. What
//! happens is told in that feed and in the feed of every member.
//!
//! | subject | what it is for |
//! | --- | --- |
//! | here | starting, finding, listing and leaving conversations |
//! | [`messages`] | what is said, in conversations and in the lobby; [`messages::rules`] says how the lobby uses it |
//! | [`reading`] | read markers, and how much is unread |
//! | [`typing`] | who is typing |
//! | [`following`] | the streams, and who is told what |
//!
//! Whatever changes a conversation begins with [`rules::lock`], so that changes come one after another and counters stay
//! exact. Transactions take their rows in this order: accounts by id, conversations by id, keys, relations, feeds.

pub mod following;
pub mod graphql;
pub mod messages;
pub mod reading;
pub mod rules;
pub mod store;
pub mod typing;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
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

/// Whose conversation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ConversationKind {
    /// Two people's. There is one for each pair.
    Direct,
    /// What three or more people started.
    Group,
    /// Everybody's.
    Lobby,
}

/// Where messages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Room {
    pub id: ConversationId,
    pub kind: ConversationKind,
}

impl Room {
    pub const LOBBY: Self = Self { id: ConversationId(Feed::LOBBY.0), kind: ConversationKind::Lobby };

    /// What happens here is told in this feed.
    pub fn feed(self) -> Feed {
        Feed(self.id.0)
    }

    /// People whom a block parts see each other's messages all the same: only in their own thread.
    pub fn shows_all(self) -> bool {
        self.kind == ConversationKind::Direct
    }
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Conversation {
    #[sqlx(flatten)]
    pub room: Room,
    pub user_id: AccountId,
    pub updated_at: Timestamp,
    pub unread: i64,
}

/// A conversation in somebody's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    pub viewer: AccountId,
    pub conversation: ConversationId,
}
