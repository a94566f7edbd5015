//! Pictures: upload, who may see them, what uses them.
//!
//! An image belongs to whoever uploaded it and is shown by what uses it: an avatar, a post, a message. Other slices
//! attach images to their things with [`rules::attach`], in the transaction of their own change, detach them with
//! [`rules::detach_all`], and show them through [`graphql::ImagesOf`]. What the bytes of a picture are is the matter of
//! `media`.

pub mod gc;
pub mod graphql;
pub mod links;
pub mod rights;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::media::MediaType;

crate::global_ids! {
    ImageId => "img",
}

/// The id of an image.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct ImageId(pub i64);

/// An image as it is stored: upright, without whatever else the uploaded file told.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Image {
    pub id: ImageId,
    pub owner_id: AccountId,
    pub media_type: MediaType,
    /// Pixels of the largest size.
    pub width: i64,
    pub height: i64,
    /// A thumbhash in base64.
    pub placeholder: String,
    /// What its bytes are called where they lie. Not for clients.
    pub storage_name: String,
}

/// What shows an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ImageUseKind {
    /// The subject is an account.
    Avatar,
    Post,
    Message,
    Topic,
    Booking,
}

/// The place where an image is shown: a post, somebody's avatar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct ImageUse {
    pub kind: ImageUseKind,
    #[sqlx(rename = "subject_id")]
    pub subject: i64,
}

impl ImageUse {
    pub fn new(kind: ImageUseKind, subject: i64) -> Self {
        Self { kind, subject }
    }

    /// The avatar of this person.
    pub fn avatar(account: AccountId) -> Self {
        Self::new(ImageUseKind::Avatar, account.0)
    }
}
