//! The event streams of all posts, and of one post with its comments and reactions.
//!
//! Events contain ids. A post or comment is loaded when its event is delivered, once for all followers on this node, so
//! that followers receive nothing that was deleted or hidden from them in the meantime.

pub mod graphql;
pub mod rules;

use super::comments::{Comment, rules as comments};
use super::{Post, rules::can_delete};
use crate::accounts::{AccountId, Viewer};
use crate::live::Feed;

/// A post at the time of delivery, and the users who can see it.
#[derive(Debug)]
pub struct PostSnapshot {
    /// The number of the event for which the post was loaded.
    pub number: i64,
    /// `None` if the post is deleted.
    pub post: Option<Post>,
    /// The users with a block between them and the author, sorted.
    blocked: Vec<AccountId>,
}

impl PostSnapshot {
    /// A post as it was found for an event, given by its feed and number.
    fn new(post: Option<Post>, blocked: Vec<(AccountId,)>, (feed, number): (Feed, i64)) -> Self {
        let post = post.map(|post| Post { loaded_for: Some((feed, number)), ..post });
        Self { number, post, blocked: blocked.into_iter().map(|(other,)| other).collect() }
    }

    /// Returns true if the viewer can see the post.
    pub fn is_visible_to(&self, viewer: AccountId) -> bool {
        self.blocked.binary_search(&viewer).is_err()
    }

    /// Returns true if the viewer sees the post as most followers do, so that one result serves all of them: there is
    /// no block, and the viewer cannot delete the post.
    pub fn is_shareable_with(&self, viewer: Viewer) -> bool {
        self.is_visible_to(viewer.account) && self.post.as_ref().is_none_or(|post| !can_delete(viewer, post))
    }
}

/// A comment at the time of delivery, and the users who can see it.
#[derive(Debug)]
pub struct CommentSnapshot {
    /// The number of the event for which the comment was loaded.
    pub number: i64,
    /// `None` if the comment is deleted.
    comment: Option<Comment>,
    /// The users with a block between them and the author, sorted.
    blocked: Vec<AccountId>,
}

impl CommentSnapshot {
    /// Returns the comment; `None` if it is deleted or hidden from the viewer.
    pub fn visible_to(&self, viewer: AccountId) -> Option<&Comment> {
        self.comment.as_ref().filter(|_| self.blocked.binary_search(&viewer).is_err())
    }

    /// Returns true if the viewer sees the comment as most followers do: there is no block, and the viewer cannot delete
    /// the comment.
    pub fn is_shareable_with(&self, viewer: Viewer) -> bool {
        let is_visible = self.blocked.binary_search(&viewer.account).is_err();
        is_visible && self.comment.as_ref().is_none_or(|comment| !comments::can_delete(viewer, comment))
    }
}
