//! Reactions: emoji that members add to messages, posts and comments.
//!
//! They are reported by the feed of their subject: of the post, the conversation or the lobby. A change begins with a lock
//! that all changes of the subject take, the feed of the post or the conversation, so that the limits are exact.

pub mod emoji;
pub mod graphql;
pub mod rules;
pub mod snapshots;
pub mod store;

use crate::accounts::AccountId;
use crate::conversations::messages::{Message, MessageId};
use crate::notifications::{Subject, SubjectKind};
use crate::posts::comments::{Comment, CommentId};
use crate::posts::{Post, PostId};

/// The id of what members can react to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactableId {
    Comment(CommentId),
    Message(MessageId),
    Post(PostId),
}

impl ReactableId {
    /// Returns the id that reactions are stored with. Ids of all kinds come from one generator and do not collide.
    pub fn raw(self) -> i64 {
        match self {
            Self::Comment(id) => id.0,
            Self::Message(id) => id.0,
            Self::Post(id) => id.0,
        }
    }

    /// Returns what a notification about it has as its subject.
    pub fn subject(self) -> Subject {
        let kind = match self {
            Self::Comment(_) => SubjectKind::Comment,
            Self::Message(_) => SubjectKind::Message,
            Self::Post(_) => SubjectKind::Post,
        };
        Subject::new(kind, self.raw())
    }
}

/// What members can react to.
#[derive(Clone, Debug)]
pub enum ReactableContent {
    Comment(Comment),
    Message(Message),
    Post(Post),
}

impl ReactableContent {
    /// Returns the author; `None` once the account is deleted.
    pub fn author(&self) -> Option<AccountId> {
        match self {
            Self::Comment(comment) => Some(comment.author_id),
            Self::Message(message) => message.author_id,
            Self::Post(post) => Some(post.author_id),
        }
    }
}

/// The reactions to a subject with one emoji, as a viewer sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmojiCount {
    pub subject: i64,
    pub emoji: &'static str,
    pub user_count: i64,
    pub viewer_has_reacted: bool,
}
