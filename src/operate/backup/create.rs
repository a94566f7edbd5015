//! Makes a backup while servers run.

use std::path::Path;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::archive::ArchiveWriter;
use super::hold::MediaHold;
use super::manifest::{FORMAT, KEYS, MANIFEST, Manifest, Summary, TableEntry, image_file};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::transfer::{Batch, Snapshot, read_text};
use crate::graphql::scalars::write_date_time;
use crate::media::{ImageSize, Media};
use crate::operate::{Failure, Progress};

/// How many images are read at the same time.
const CONCURRENT_IMAGES: usize = 8;

/// Writes a backup to `destination`.
///
/// # Errors
/// When the database, the images or the keys cannot be read, or the destination cannot be written.
pub(super) async fn create(config: &Config, destination: &Path) -> Result<Summary, Failure> {
    config.check()?;
    let url = config.direct_database_url();
    let unavailable = |error: crate::db::Error| Failure::from(error).at("STUDYHALL_DATABASE_URL");
    let snapshot = Snapshot::open(&url).await.map_err(unavailable)?;
    let schema_version = snapshot.schema_version;
    snapshot.close().await;
    if schema_version > crate::db::schema_version() {
        return Err(crate::db::Error::NewerSchema.into());
    }
    let mut archive = ArchiveWriter::create(destination)?;
    let db = app::open_database(config).await?;
    // Before the rows are read: whatever they refer to stays until the end.
    let hold = MediaHold::begin(db.clone(), schema_version).await;
    let snapshot = Snapshot::open(&url).await.map_err(unavailable)?;
    let written = write(config, snapshot, &mut archive).await;
    if let Some(hold) = hold {
        hold.release().await;
    }
    db.close().await;
    let manifest = written?;
    let (files, bytes) = archive.finish()?;
    Ok(manifest.summary(files, bytes))
}

async fn write(config: &Config, mut snapshot: Snapshot, archive: &mut ArchiveWriter) -> Result<Manifest, Failure> {
    let taken_at = write_date_time(Clock::system().now());
    let engine = if snapshot.is_sqlite() { "sqlite" } else { "postgresql" };
    let keys = std::fs::read(config.keys_file())
        .map_err(|cause| format!("STUDYHALL_KEYS_FILE: {} cannot be read: {cause}", config.keys_file().display()))?;
    archive.add(KEYS, &keys)?;
    let (tables, images) = write_rows(&mut snapshot, archive).await?;
    let schema_version = snapshot.schema_version;
    snapshot.close().await;
    let missing_images = write_images(config, &images, archive).await?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        schema_version,
        taken_at,
        tables,
        images: u64::try_from(images.len()).unwrap_or(u64::MAX),
        missing_images,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| error.to_string())?;
    archive.add(MANIFEST, &json)?;
    Ok(manifest)
}

/// Writes the rows of all tables. Returns what the manifest says of them, and the names of the images.
async fn write_rows(
    snapshot: &mut Snapshot,
    archive: &mut ArchiveWriter,
) -> Result<(Vec<TableEntry>, Vec<String>), Failure> {
    let mut total = 0;
    let shapes = snapshot.tables.clone();
    for shape in &shapes {
        total += snapshot.count(shape).await?;
    }
    let mut progress = Progress::new("rows", total);
    let (mut tables, mut images) = (Vec::new(), Vec::new());
    for shape in shapes {
        let mut entry = TableEntry { shape: shape.clone(), rows: 0, files: Vec::new() };
        let name_position = (shape.name == "images").then(|| shape.position("storage_name")).flatten();
        snapshot
            .read(&shape, async |batch: Batch| {
                let file = format!("rows/{}/{:06}.tsv", shape.name, entry.files.len() + 1);
                archive.add(&file, &batch.lines)?;
                if let Some(position) = name_position {
                    images.extend(batch.lines().filter_map(|line| read_text(line, position)));
                }
                entry.files.push(file);
                entry.rows += batch.rows;
                progress.add(batch.rows);
                Ok::<(), Failure>(())
            })
            .await?;
        tables.push(entry);
    }
    Ok((tables, images))
}

/// Writes the files of the images. Returns how many images have none, or not all.
async fn write_images(config: &Config, images: &[String], archive: &mut ArchiveWriter) -> Result<u64, Failure> {
    let media = Media::open(config)?;
    let mut progress = Progress::new("images", u64::try_from(images.len()).unwrap_or(u64::MAX));
    let mut missing = 0;
    let mut files = stream::iter(images).map(|name| read_image(&media, name)).buffered(CONCURRENT_IMAGES);
    while let Some((name, sizes)) = files.try_next().await? {
        let mut is_complete = true;
        for (size, bytes) in ImageSize::ALL.into_iter().zip(sizes) {
            match bytes {
                Some(bytes) => archive.add(&image_file(name, size.name()), &bytes)?,
                None => is_complete = false,
            }
        }
        missing += u64::from(!is_complete);
        progress.add(1);
    }
    Ok(missing)
}

async fn read_image<'a>(media: &Media, name: &'a str) -> Result<(&'a str, Vec<Option<Vec<u8>>>), Failure> {
    let mut sizes = Vec::with_capacity(ImageSize::ALL.len());
    for size in ImageSize::ALL {
        let unreadable = || Failure::from("STUDYHALL_MEDIA_URL: an image cannot be read");
        let Some(contents) = media.read(name, size).await.map_err(|_| unreadable())? else {
            sizes.push(None);
            continue;
        };
        let chunks: Vec<Bytes> = contents.stream.try_collect().await.map_err(|_| unreadable())?;
        sizes.push(Some(chunks.concat()));
    }
    Ok((name, sizes))
}
