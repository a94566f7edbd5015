//! Public texts of members, newest first. What follows them is one feed for everybody.

pub mod following;
pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::images::{ImageId, ImageUse, ImageUseKind};

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

/// A public text of a member.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Post {
    pub id: PostId,
    pub author_id: AccountId,
    /// Its place among all posts: the number of the event that told of it.
    pub number: i64,
    pub text: String,
    pub published_at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

impl Post {
    /// Where the images of the post of this id are shown.
    pub fn shows(id: PostId) -> ImageUse {
        ImageUse::new(ImageUseKind::Post, id.0)
    }
}

/// What somebody wants to post, as it came.
#[derive(Clone, Debug)]
pub struct PostDraft {
    pub text: String,
    /// `None` stands for what is no id of an image.
    pub images: Vec<Option<ImageId>>,
    pub client_key: Option<String>,
}
