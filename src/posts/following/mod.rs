//! The stream of what is posted, edited and deleted.

pub mod graphql;
pub mod rules;

use super::{Post, rules::may_delete};
use crate::accounts::{AccountId, Viewer};

/// A post at the moment of an event, and who may be told of it.
#[derive(Debug)]
pub struct PostSnapshot {
    /// The event for which it was looked up.
    pub number: i64,
    /// `None` when it is deleted.
    pub post: Option<Post>,
    /// Those whom a block parts from its author, in order.
    blocked: Vec<AccountId>,
}

impl PostSnapshot {
    /// Tells whether somebody may see the post.
    pub fn is_seen_by(&self, viewer: AccountId) -> bool {
        self.blocked.binary_search(&viewer).is_err()
    }

    /// Tells whether the viewer sees it as most do: nothing parts them, and it is not theirs to delete.
    pub fn is_plain_to(&self, viewer: Viewer) -> bool {
        self.is_seen_by(viewer.account) && self.post.as_ref().is_none_or(|post| !may_delete(viewer, post))
    }
}
