//! Files for download: upload, who may see them, and what they are attached to.
//!
//! A file belongs to the member who uploaded it. A *use* is an object that it is attached to: a post, a message, a
//! booking. The slices of these attach [`Attachments`], images and files together, in the transaction of their own
//! change, and detach both with [`rules::detach_all`]. Detecting the type and storing the bytes belongs to `media`.

pub mod graphql;
pub mod links;
mod names;
pub mod rights;
pub mod rules;
pub mod store;

use serde::{Serialize, Serializer};

use crate::accounts::AccountId;
use crate::db::text_enum;
use crate::images::{ImageId, ImageUse, ImageUseKind};
use crate::media::FileType;

crate::global_ids! {
    FileId => "fil",
}

/// The id of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, Serialize)]
#[sqlx(transparent)]
pub struct FileId(pub i64);

/// A stored file.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct File {
    pub id: FileId,
    /// `None` once the account is deleted: only reports show the file then.
    pub owner_id: Option<AccountId>,
    pub media_type: FileType,
    pub name: String,
    pub bytes: i64,
    /// The name of its bytes in the media store. Never sent to clients.
    pub storage_name: String,
}

/// The kind of an object that files are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileUseKind {
    Post,
    Message,
    Booking,
    /// The copy in a report, for moderators.
    Report,
}

text_enum!(FileUseKind {
    Post => "post",
    Message => "message",
    Booking => "booking",
    Report => "report",
});

/// An object that images and files are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct FileUse {
    pub kind: FileUseKind,
    #[sqlx(rename = "subject_id")]
    pub subject: i64,
}

impl FileUse {
    pub fn new(kind: FileUseKind, subject: i64) -> Self {
        Self { kind, subject }
    }
}

/// The same object, as the one that its images are attached to.
impl From<FileUse> for ImageUse {
    fn from(FileUse { kind, subject }: FileUse) -> Self {
        let kind = match kind {
            FileUseKind::Post => ImageUseKind::Post,
            FileUseKind::Message => ImageUseKind::Message,
            FileUseKind::Booking => ImageUseKind::Booking,
            FileUseKind::Report => ImageUseKind::Report,
        };
        Self::new(kind, subject)
    }
}

/// The images and files of a new object, not yet validated. `None` stands for a malformed id.
#[derive(Clone, Debug, Default)]
pub struct Attachments {
    pub images: Vec<Option<ImageId>>,
    pub files: Vec<Option<FileId>>,
}

impl Attachments {
    pub fn is_empty(&self) -> bool {
        self.images.is_empty() && self.files.is_empty()
    }
}

/// Serialized for fingerprints. Without files, only the images are: earlier versions have stored such fingerprints.
impl Serialize for Attachments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.files.is_empty() {
            self.images.serialize(serializer)
        } else {
            (&self.images, &self.files).serialize(serializer)
        }
    }
}
