//! Images: upload, who may see them, and where they are used.
//!
//! An image belongs to the user who uploaded it. A *use* is an object that shows it: an avatar, a post, a message, a
//! topic, a booking, a group. Other slices attach images to their objects with [`rules::attach`], in the transaction of their
//! own change, detach them with [`rules::detach_all`], and load them with [`graphql::ImagesOf`]. Decoding, encoding and
//! storing the bytes belongs to `media`.

pub mod gc;
pub mod graphql;
pub mod links;
pub mod rights;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::db::text_enum;
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

/// A stored image: upright, without the metadata of the uploaded file.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Image {
    pub id: ImageId,
    /// `None` once the account is deleted: only reports show the image then.
    pub owner_id: Option<AccountId>,
    pub media_type: MediaType,
    /// In pixels, of the largest size.
    pub width: i64,
    pub height: i64,
    /// A thumbhash in base64.
    pub placeholder: String,
    /// The name of its objects in the media store. Never sent to clients.
    pub storage_name: String,
}

/// The kind of an object that shows an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageUseKind {
    /// The subject is the account.
    Avatar,
    Post,
    Message,
    Topic,
    Booking,
    /// The subject is the conversation.
    Group,
    /// The copy in a report, for moderators.
    Report,
}

text_enum!(ImageUseKind {
    Avatar => "avatar",
    Post => "post",
    Message => "message",
    Topic => "topic",
    Booking => "booking",
    Group => "group",
    Report => "report",
});

/// An object that shows images.
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

    /// The avatar of an account.
    pub fn avatar(account: AccountId) -> Self {
        Self::new(ImageUseKind::Avatar, account.0)
    }
}
