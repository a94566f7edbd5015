//! Makes uploaded files into pictures, and keeps their bytes.
//!
//! Nothing of an uploaded file is stored: it is decoded, turned upright, scaled and encoded anew, so that whatever else
//! it held (the place where it was taken, a script, a second file behind the picture) is gone. To whom a picture belongs
//! and who may see it is the matter of `images`.

mod frames;
mod inspect;
mod process;
mod slots;
mod store;

use bytes::Bytes;
use tokio::sync::Notify;
use tracing::warn;

use crate::config::Config;
use crate::error::Result;
use slots::Slots;
pub use store::Contents;
use store::Store;

/// How large a picture is wanted. Smaller pictures are never enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "ImageSize")]
pub enum Size {
    /// At most 160 pixels a side: beside a name.
    Small,
    /// At most 640 pixels a side: in a list.
    Medium,
    /// At most 2,048 pixels a side.
    Full,
}

impl Size {
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Full];

    /// The longest side, in pixels.
    pub fn pixels(self) -> u32 {
        match self {
            Self::Small => 160,
            Self::Medium => 640,
            Self::Full => 2_048,
        }
    }

    /// Its name in addresses and in the store.
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

/// How stored pictures are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum MediaType {
    #[sqlx(rename = "image/jpeg")]
    Jpeg,
    /// Where something shines through.
    #[sqlx(rename = "image/png")]
    Png,
}

impl MediaType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The ending of file names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// Not a picture of an accepted kind, or a damaged one.
    NotAPicture,
    /// Too many pixels or frames.
    TooLarge,
}

/// A picture, ready to be stored.
#[derive(Debug)]
pub struct Picture {
    pub media_type: MediaType,
    /// Pixels of the largest size.
    pub width: u32,
    pub height: u32,
    /// A thumbhash in base64.
    pub placeholder: String,
    /// In the order of [`Size::ALL`].
    pub sizes: [Bytes; 3],
}

impl Picture {
    /// The bytes of all sizes together.
    pub fn bytes(&self) -> usize {
        self.sizes.iter().map(Bytes::len).sum()
    }
}

/// Where pictures are made and kept.
#[derive(Debug)]
pub struct Media {
    store: Store,
    slots: Slots,
    awake: Notify,
}

impl Media {
    /// Opens the place that the settings name.
    ///
    /// # Errors
    /// The sentence to print.
    pub fn open(config: &Config) -> Result<Self, String> {
        let store = Store::open(config).map_err(|reason| format!("STUDYHALL_MEDIA_URL: {reason}"))?;
        // Half of the cores are left for everything that is not a picture.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { store, slots: Slots::new((cores / 2).max(1)), awake: Notify::new() })
    }

    /// Makes a picture of a file. What is none, or is too large, is known from the first bytes and waits for no slot.
    ///
    /// # Errors
    /// Unavailable when too many files wait.
    pub async fn process(&self, file: Bytes) -> Result<Result<Picture, ImageError>> {
        let format = match inspect::inspect(&file) {
            Ok(format) => format,
            Err(image_error) => return Ok(Err(image_error)),
        };
        let outcome = self.slots.run(move || process::process(&file, format)).await?;
        Ok(outcome.unwrap_or_else(|| {
            warn!(?format, "a decoder panicked; the file is refused");
            Err(ImageError::NotAPicture)
        }))
    }

    /// Stores the sizes of a picture under a name that was never used.
    ///
    /// # Errors
    /// Unavailable when the store does not take them; some may be stored then.
    pub async fn put(&self, name: &str, sizes: [Bytes; 3]) -> Result<()> {
        for (size, bytes) in Size::ALL.into_iter().zip(sizes) {
            self.store.put(name, size, bytes).await?;
        }
        Ok(())
    }

    /// Opens a picture; `None` when there is none.
    ///
    /// # Errors
    /// Unavailable when the store does not answer.
    pub async fn read(&self, name: &str, size: Size) -> Result<Option<Contents>> {
        self.store.read(name, size).await
    }

    /// Removes all sizes of a picture, as far as they are there.
    ///
    /// # Errors
    /// Unavailable when the store does not answer.
    pub async fn remove(&self, name: &str) -> Result<()> {
        self.store.remove(name).await
    }

    /// Wakes whoever removes what is no longer needed.
    pub fn wake(&self) {
        self.awake.notify_one();
    }

    /// Waits to be woken.
    pub async fn woken(&self) {
        self.awake.notified().await;
    }
}
