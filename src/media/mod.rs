//! Processes uploaded images, detects the types of other files, and stores the bytes of both.
//!
//! The uploaded file of an image is never stored: it is decoded, turned upright, scaled, converted to sRGB and encoded again.
//! Everything else that it contains is lost: the location where a photo was taken, a script, a second file after the
//! image. Files for download are stored as they are, if their content is of an accepted type (`file_type`,
//! `archive`). Who owns an image or a file and who may see it belongs to `images` and `files`.

mod archive;
mod blocks;
mod colour;
mod file_type;
mod frames;
mod inspect;
mod orientation;
mod process;
mod queue;
mod repair;
mod store;

use std::fs::File;

use bytes::Bytes;
use tokio::sync::Notify;
use tracing::warn;

use crate::config::Config;
use crate::db::text_enum;
use crate::error::{Error, Result};
pub use file_type::{FileError, FileType};
use inspect::Inspected;
pub use inspect::MAX_PIXELS;
use queue::ProcessingQueue;
use store::MediaStore;
pub use store::ObjectContents;

/// The most memory that listing an archive takes, besides the archive.
const LISTING_MEMORY: u64 = 8 * 1024 * 1024;

/// The size of an image. An image that is smaller is not enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ImageSize {
    /// At most 160 pixels a side, for an avatar.
    Small,
    /// At most 640 pixels a side, for a list.
    Medium,
    /// At most 2,048 pixels a side.
    Full,
}

impl ImageSize {
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Full];

    /// The maximum length of the longer side, in pixels.
    pub fn max_pixels(self) -> u32 {
        match self {
            Self::Small => 160,
            Self::Medium => 640,
            Self::Full => 2_048,
        }
    }

    /// The name in URLs and in the media store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Full => "full",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }
}

/// What is stored under a name: an image in its sizes, or a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPart {
    Size(ImageSize),
    Whole,
}

impl MediaPart {
    pub const ALL: [Self; 4] =
        [Self::Size(ImageSize::Small), Self::Size(ImageSize::Medium), Self::Size(ImageSize::Full), Self::Whole];

    /// The name in the media store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Size(size) => size.name(),
            Self::Whole => "whole",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl From<ImageSize> for MediaPart {
    fn from(size: ImageSize) -> Self {
        Self::Size(size)
    }
}

/// The encoding of a stored image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Jpeg,
    /// For images with transparency.
    Png,
}

text_enum!(MediaType { Jpeg => "image/jpeg", Png => "image/png" });

impl MediaType {
    /// The file name extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Why a file is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// Not an image of a supported format, or a damaged one.
    Unsupported,
    /// A photo in the format HEIC.
    Heic,
    /// An image in the format AVIF.
    Avif,
    /// Too many pixels or frames.
    TooLarge,
}

/// A processed image, ready to be stored.
#[derive(Debug)]
pub struct ProcessedImage {
    pub media_type: MediaType,
    /// In pixels, of the largest size.
    pub width: u32,
    pub height: u32,
    /// A thumbhash in base64.
    pub placeholder: String,
    /// In the order of [`ImageSize::ALL`].
    pub sizes: [Bytes; 3],
}

impl ProcessedImage {
    /// The number of bytes of all sizes together.
    pub fn total_bytes(&self) -> usize {
        self.sizes.iter().map(Bytes::len).sum()
    }
}

/// The processing queue and the media store.
#[derive(Debug)]
pub struct Media {
    store: MediaStore,
    queue: ProcessingQueue,
    gc_wake: Notify,
}

impl Media {
    /// Opens the media store of the configuration.
    ///
    /// # Errors
    /// The message for the operator.
    pub fn open(config: &Config) -> Result<Self, String> {
        let store = MediaStore::open(config).map_err(|reason| format!("STUDYHALL_MEDIA_URL: {reason}"))?;
        // Half of the cores stay free for everything else.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { store, queue: ProcessingQueue::new((cores / 2).max(1)), gc_wake: Notify::new() })
    }

    /// Processes an uploaded file. A file that its header shows to be unsupported or too large does not enter the
    /// queue.
    ///
    /// # Errors
    /// Unavailable if too many files wait.
    pub async fn process(&self, file: Bytes) -> Result<Result<ProcessedImage, ImageError>> {
        let file = repair::repair(file);
        let Inspected { format, memory } = match inspect::inspect(&file) {
            Ok(inspected) => inspected,
            Err(error) => return Ok(Err(error)),
        };
        let outcome = self.queue.run(memory, move || process::process(&file, format)).await?;
        Ok(outcome.unwrap_or_else(|| {
            warn!(?format, "the image decoder panicked, the file is rejected");
            Err(ImageError::Unsupported)
        }))
    }

    /// Detects the type of a file for download. Archives are listed on a thread of the queue.
    ///
    /// # Errors
    /// Unavailable if too many files wait.
    pub async fn detect_file_type(&self, file: Bytes) -> Result<Result<FileType, FileError>> {
        let outcome = self.queue.run(LISTING_MEMORY, move || file_type::detect(&file)).await?;
        Ok(outcome.unwrap_or_else(|| {
            warn!("the detection of a file's type panicked, the file is rejected");
            Err(FileError::Unsupported)
        }))
    }

    /// Stores all sizes of an image under a new name.
    ///
    /// # Errors
    /// Unavailable if the media store fails. Some of the sizes may be stored then.
    pub async fn put(&self, name: &str, sizes: [Bytes; 3]) -> Result<()> {
        for (size, bytes) in ImageSize::ALL.into_iter().zip(sizes) {
            self.store.put(name, size.into(), bytes).await?;
        }
        Ok(())
    }

    /// Stores one part under a name.
    ///
    /// # Errors
    /// Unavailable if the media store fails.
    pub async fn put_part(&self, name: &str, part: MediaPart, bytes: Bytes) -> Result<()> {
        self.store.put(name, part, bytes).await
    }

    /// Stores a whole file under a name, without reading it into memory.
    ///
    /// # Errors
    /// Unavailable if the media store fails.
    pub async fn put_file(&self, name: &str, part: MediaPart, file: File) -> Result<()> {
        self.store.put_file(name, part, file).await
    }

    /// Opens one part, or returns `None` if it does not exist.
    ///
    /// # Errors
    /// Unavailable if the media store does not answer.
    pub async fn read(&self, name: &str, part: impl Into<MediaPart>) -> Result<Option<ObjectContents>> {
        self.store.read(name, part.into()).await
    }

    /// Stores, reads and removes an object, to find out whether the media store works.
    ///
    /// # Errors
    /// Unavailable if it does not.
    pub async fn probe(&self) -> Result<()> {
        const NAME: &str = "probe";
        self.store.put(NAME, MediaPart::Whole, Bytes::from_static(b"probe")).await?;
        let found = self.store.read(NAME, MediaPart::Whole).await?.is_some();
        self.store.remove(NAME).await?;
        if found { Ok(()) } else { Err(Error::internal("the media store does not return what it has stored")) }
    }

    /// Removes all parts of a name. Parts that do not exist are ignored.
    ///
    /// # Errors
    /// Unavailable if the media store does not answer.
    pub async fn remove(&self, name: &str) -> Result<()> {
        self.store.remove(name).await
    }

    /// Wakes the image garbage collection.
    pub fn wake(&self) {
        self.gc_wake.notify_one();
    }

    /// Waits for [`Media::wake`].
    pub async fn woken(&self) {
        self.gc_wake.notified().await;
    }
}
