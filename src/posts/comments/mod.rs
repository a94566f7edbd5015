//! Comments: flat lists of texts below posts, the oldest first.
//!
//! The number of a comment is the number of its `CommentAdded` event in the feed of its post, so a page and the stream
//! have the same order and the same cursors. Every change to a comment begins with its event, which locks the feed of
//! the post: changes around one post run one after another.

pub mod graphql;
pub mod rules;
pub mod store;

use super::PostId;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::live::{EventBody, EventKind, Feed, FeedPosition};
use crate::profiles::Audience;

crate::global_ids! {
    CommentId => "cmt",
}

/// The id of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize)]
#[sqlx(transparent)]
pub struct CommentId(pub i64);

impl From<CommentId> for i64 {
    fn from(id: CommentId) -> Self {
        id.0
    }
}

impl CommentId {
    /// The event of a new comment.
    pub fn added(self) -> EventBody {
        EventBody { kind: EventKind::CommentAdded, subject: self.0, detail: None }
    }

    /// The event of a comment that was edited or deleted.
    pub fn changed(self) -> EventBody {
        EventBody { kind: EventKind::CommentChanged, subject: self.0, detail: None }
    }
}

/// A text below a post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Comment {
    pub id: CommentId,
    pub post_id: PostId,
    pub post_author_id: AccountId,
    pub author_id: AccountId,
    /// Its position below the post: the number of its `CommentAdded` event in the feed of the post.
    pub number: i64,
    /// The comment that it replies to. It may be deleted, or hidden from a viewer.
    pub reply_to_id: Option<CommentId>,
    pub text: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    #[sqlx(skip)]
    pub audience: Audience,
}

impl Comment {
    /// Returns the feed of its post.
    pub fn feed(&self) -> Feed {
        self.post_id.feed()
    }

    /// Returns its position in that feed.
    pub fn position(&self) -> FeedPosition {
        FeedPosition::new(self.number, self.created_at)
    }
}

/// The content of a new comment, not yet validated.
#[derive(Clone, Debug)]
pub struct CommentDraft {
    /// `None` stands for a string that is not the id of a post.
    pub post: Option<PostId>,
    /// The comment to reply to; `Some(None)` stands for a string that is not the id of a comment.
    pub reply_to: Option<Option<CommentId>>,
    pub text: String,
    pub client_key: Option<String>,
}
