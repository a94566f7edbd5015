//! Posts: public texts of members, the newest first, and the [`comments`] below them.
//!
//! All posts share one feed, [`Feed::POSTS`]. Each post has a feed of its own besides, with its comments and the
//! reactions to both.

pub mod comments;
pub mod following;
pub mod graphql;
pub mod mentions;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::files::{Attachments, FileUse, FileUseKind};
use crate::live::{Feed, FeedPosition};
use crate::profiles::Audience;

crate::global_ids! {
    PostId => "pst",
}

/// The id of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize)]
#[sqlx(transparent)]
pub struct PostId(pub i64);

impl From<PostId> for i64 {
    fn from(id: PostId) -> Self {
        id.0
    }
}

impl PostId {
    /// Returns the feed of the post, its comments and their reactions.
    pub fn feed(self) -> Feed {
        Feed(self.0)
    }
}

/// A public text of a member.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Post {
    pub id: PostId,
    pub author_id: AccountId,
    /// Its position among all posts: the number of its `PostAdded` event in the feed.
    pub number: i64,
    pub text: String,
    pub published_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// Of all comments, also those that a block hides from a viewer.
    pub comment_count: i64,
    /// The feed and the number of the event for which the post was loaded.
    #[sqlx(skip)]
    pub loaded_for: Option<(Feed, i64)>,
    #[sqlx(skip)]
    pub audience: Audience,
}

impl Post {
    /// Its position in the feed of posts.
    pub fn position(&self) -> FeedPosition {
        FeedPosition::new(self.number, self.published_at)
    }

    /// The use that images and files of this post are attached to.
    pub fn file_use(id: PostId) -> FileUse {
        FileUse::new(FileUseKind::Post, id.0)
    }
}

/// The content of a new post, not yet validated.
#[derive(Clone, Debug)]
pub struct PostDraft {
    pub text: String,
    pub attachments: Attachments,
    pub client_key: Option<String>,
}
