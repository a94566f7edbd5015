//! The one public room, which a pseudonym is enough to enter.
//!
//! What is said there are messages like all others, in [`Room::LOBBY`](crate::conversations::Room). Who comes and goes
//! is told in the same feed, so that everybody sees both in one order.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rules`] | entering, leaving, speaking, sending guests away |
//! | [`reaper`] | who is not here any more: nobody of theirs is connected, or their account or session is over |
//! | [`following`] | the stream of all that |

pub mod following;
pub mod graphql;
pub mod reaper;
pub mod rules;
pub mod store;

use crate::accounts::Viewer;
use crate::clock::Timestamp;
use crate::profiles::User;

/// The room, as somebody sees it.
#[derive(Clone, Copy, Debug)]
pub struct Lobby {
    pub viewer: Viewer,
}

/// Somebody who is in the room.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Present {
    #[sqlx(flatten)]
    pub user: User,
    /// The username, folded, as it was when they came.
    pub name: String,
    pub came_at: Timestamp,
}
