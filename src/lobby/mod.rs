//! The lobby: the one public room. Members enter as themselves, anyone else as a guest with a pseudonym.
//!
//! Its messages are ordinary messages, in [`Room::LOBBY`](crate::conversations::Room). Users who enter and leave are
//! events in the same feed, so that every follower receives both in one order.
//!
//! | term | meaning |
//! | --- | --- |
//! | absent | in the lobby's list, but no longer connected, or never connected after entering |
//! | departed | a guest whose last session has ended; deleted ten minutes later |
//!
//! | module | purpose |
//! | --- | --- |
//! | [`rules`] | entering, leaving, sending messages, removing guests |
//! | [`reaper`] | removes users who are absent, or whose account or session has ended |
//! | [`following`] | the event stream |

pub mod following;
pub mod graphql;
pub mod reaper;
pub mod rules;
pub mod store;

use crate::accounts::Viewer;
use crate::clock::Timestamp;
use crate::conversations::Room;
use crate::profiles::User;

crate::global_ids! {
    LobbyId => "lob",
}

/// The id of the lobby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LobbyId(pub i64);

impl LobbyId {
    /// The id of the only lobby: the number of its room.
    pub const ONLY: Self = Self(Room::LOBBY.id.0);
}

/// The lobby as a viewer sees it.
#[derive(Clone, Copy, Debug)]
pub struct Lobby {
    pub viewer: Viewer,
}

/// A user in the lobby.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LobbyUser {
    #[sqlx(flatten)]
    pub user: User,
    /// The folded username at the time of entering. The list is sorted by it.
    pub name: String,
    pub came_at: Timestamp,
}
