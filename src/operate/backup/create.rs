//! Makes a backup while servers run.

use std::path::Path;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::archive::ArchiveWriter;
use super::hold::MediaHold;
use super::manifest::{FILES, FORMAT, IMAGES, KEYS, MANIFEST, Manifest, MediaTable, Summary, TableEntry, media_file};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::transfer::{Batch, Snapshot, read_text};
use crate::graphql::scalars::write_date_time;
use crate::media::Media;
use crate::operate::{Failure, Progress};

/// How many images and files are read at the same time.
const CONCURRENT_READS: usize = 8;

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
    let (tables, images, files) = write_rows(&mut snapshot, archive).await?;
    let schema_version = snapshot.schema_version;
    snapshot.close().await;
    let media = Media::open(config)?;
    let missing_images = write_media(&media, (&IMAGES, &images), archive).await?;
    let missing_uploaded_files = write_media(&media, (&FILES, &files), archive).await?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        schema_version,
        taken_at,
        tables,
        images: u64::try_from(images.len()).unwrap_or(u64::MAX),
        missing_images,
        uploaded_files: u64::try_from(files.len()).unwrap_or(u64::MAX),
        missing_uploaded_files,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| error.to_string())?;
    archive.add(MANIFEST, &json)?;
    Ok(manifest)
}

/// Writes the rows of all tables. Returns what the manifest says of them, and the names of the images and of the files.
async fn write_rows(
    snapshot: &mut Snapshot,
    archive: &mut ArchiveWriter,
) -> Result<(Vec<TableEntry>, Vec<String>, Vec<String>), Failure> {
    let mut total = 0;
    let shapes = snapshot.tables.clone();
    for shape in &shapes {
        total += snapshot.count(shape).await?;
    }
    let mut progress = Progress::new("rows", total);
    let (mut tables, mut images, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for shape in shapes {
        let mut entry = TableEntry { shape: shape.clone(), rows: 0, files: Vec::new() };
        let names =
            [(&IMAGES, &mut images), (&FILES, &mut files)].into_iter().find(|(table, _)| table.name == shape.name);
        let mut names = names.and_then(|(_, names)| Some((shape.position("storage_name")?, names)));
        snapshot
            .read(&shape, async |batch: Batch| {
                let file = format!("rows/{}/{:06}.tsv", shape.name, entry.files.len() + 1);
                archive.add(&file, &batch.lines)?;
                if let Some((position, names)) = &mut names {
                    names.extend(batch.lines().filter_map(|line| read_text(line, *position)));
                }
                entry.files.push(file);
                entry.rows += batch.rows;
                progress.add(batch.rows);
                Ok::<(), Failure>(())
            })
            .await?;
        tables.push(entry);
    }
    Ok((tables, images, files))
}

/// Writes the images or the files. Returns of how many the bytes are missing, or a part of them.
async fn write_media(
    media: &Media,
    (table, names): (&'static MediaTable, &[String]),
    archive: &mut ArchiveWriter,
) -> Result<u64, Failure> {
    let mut progress = Progress::new(table.name, u64::try_from(names.len()).unwrap_or(u64::MAX));
    let mut missing = 0;
    let mut objects = stream::iter(names).map(|name| read_parts(media, table, name)).buffered(CONCURRENT_READS);
    while let Some((name, parts)) = objects.try_next().await? {
        let mut is_complete = true;
        for (part, bytes) in table.parts.iter().zip(parts) {
            match bytes {
                Some(bytes) => archive.add(&media_file(name, *part), &bytes)?,
                None => is_complete = false,
            }
        }
        missing += u64::from(!is_complete);
        progress.add(1);
    }
    Ok(missing)
}

async fn read_parts<'a>(
    media: &Media,
    table: &MediaTable,
    name: &'a str,
) -> Result<(&'a str, Vec<Option<Vec<u8>>>), Failure> {
    let mut parts = Vec::with_capacity(table.parts.len());
    for part in table.parts {
        let unreadable = || Failure::from("STUDYHALL_MEDIA_URL: an image or a file cannot be read");
        let Some(contents) = media.read(name, *part).await.map_err(|_| unreadable())? else {
            parts.push(None);
            continue;
        };
        let chunks: Vec<Bytes> = contents.stream.try_collect().await.map_err(|_| unreadable())?;
        parts.push(Some(chunks.concat()));
    }
    Ok((name, parts))
}
