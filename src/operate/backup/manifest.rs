//! What a backup contains.

use serde::{Deserialize, Serialize};

use crate::db::transfer::TableShape;
use crate::media::{ImageSize, MediaPart};

/// The names of the files at the top of a backup.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const CHECKSUMS: &str = "SHA256SUMS";
pub(super) const KEYS: &str = "keys.json";

/// The only format so far.
pub(super) const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub format: u32,
    /// The version of the program that made the backup.
    pub program: String,
    pub engine: String,
    /// The number of the newest migration.
    pub schema_version: i64,
    pub taken_at: String,
    pub tables: Vec<TableEntry>,
    pub images: u64,
    /// Images whose bytes were missing when the backup was made.
    pub missing_images: u64,
    /// Files for download. Backups of earlier versions have none.
    #[serde(default)]
    pub uploaded_files: u64,
    #[serde(default)]
    pub missing_uploaded_files: u64,
}

/// A table whose rows name objects in the media store, and the parts of each.
pub(super) struct MediaTable {
    pub name: &'static str,
    pub parts: &'static [MediaPart],
}

pub(super) const IMAGES: MediaTable = MediaTable {
    name: "images",
    parts: &[MediaPart::Size(ImageSize::Small), MediaPart::Size(ImageSize::Medium), MediaPart::Size(ImageSize::Full)],
};
pub(super) const FILES: MediaTable = MediaTable { name: "files", parts: &[MediaPart::Whole] };

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TableEntry {
    #[serde(flatten)]
    pub shape: TableShape,
    pub rows: u64,
    /// The files with the rows, in their order.
    pub files: Vec<String>,
}

/// The result of a command.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub schema_version: i64,
    pub engine: String,
    pub taken_at: String,
    pub tables: u64,
    pub rows: u64,
    pub images: u64,
    pub missing_images: u64,
    pub uploaded_files: u64,
    pub missing_uploaded_files: u64,
    /// The files of the backup itself.
    pub files: u64,
    pub bytes: u64,
}

impl Manifest {
    pub(super) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    pub(super) fn summary(&self, files: u64, bytes: u64) -> Summary {
        Summary {
            schema_version: self.schema_version,
            engine: self.engine.clone(),
            taken_at: self.taken_at.clone(),
            tables: u64::try_from(self.tables.len()).unwrap_or(u64::MAX),
            rows: self.rows(),
            images: self.images,
            missing_images: self.missing_images,
            uploaded_files: self.uploaded_files,
            missing_uploaded_files: self.missing_uploaded_files,
            files,
            bytes,
        }
    }
}

/// Returns the name of an object of the media store in a backup: where it is in the data directory, too.
pub(super) fn media_file(name: &str, part: MediaPart) -> String {
    let shard: String = name.chars().take(2).collect();
    format!("media/{shard}/{name}/{}", part.name())
}
