//! Checks a backup without changing anything.

use std::path::Path;

use super::archive::ArchiveReader;
use super::manifest::{FILES, FORMAT, IMAGES, KEYS, MANIFEST, Manifest, MediaTable, Summary, TableEntry, media_file};
use crate::db::transfer::{Batch, Loader, read_text, table_names};
use crate::operate::{Failure, Progress};

/// Opens a backup and checks all files.
///
/// # Errors
/// When it is damaged, or of a newer version.
pub(super) fn open(path: &Path) -> Result<(ArchiveReader, Manifest), Failure> {
    let mut reader = ArchiveReader::open(path)?;
    let manifest = reader.read(MANIFEST)?;
    let damaged = |cause: serde_json::Error| Failure::negative(format!("{MANIFEST} is damaged: {cause}"));
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(damaged)?;
    if manifest.format != FORMAT || manifest.schema_version > crate::db::schema_version() {
        return Err(format!(
            "the backup is from version {} of studyhall, with schema version {}; run that version or a later one",
            manifest.program, manifest.schema_version
        )
        .into());
    }
    let is_known =
        |table: &TableEntry| table.shape.has_plain_names() && table_names().any(|name| name == table.shape.name);
    if let Some(table) = manifest.tables.iter().find(|table| !is_known(table)) {
        return Err(Failure::negative(format!("{MANIFEST} names an unknown table, {:?}", table.shape.name)));
    }
    if !reader.contains(KEYS) {
        return Err(Failure::negative(format!("{KEYS} is missing")));
    }
    let names = reader.names();
    let mut progress = Progress::new("files", u64::try_from(names.len()).unwrap_or(u64::MAX));
    for name in names {
        reader.read(&name)?;
        progress.add(1);
    }
    Ok((reader, manifest))
}

/// Checks every file, loads the rows into a temporary database, and looks for the bytes of images and files.
pub(super) async fn verify(path: &Path) -> Result<Summary, Failure> {
    let (mut reader, manifest) = open(path)?;
    let mut loader = Loader::temporary()?;
    loader.migrate(Some(manifest.schema_version)).await?;
    load(&mut reader, &manifest, &mut loader).await.map_err(|failure| Failure::negative(failure.message))?;
    check_media(&mut reader, &manifest, &IMAGES, manifest.missing_images)?;
    check_media(&mut reader, &manifest, &FILES, manifest.missing_uploaded_files)?;
    let (files, bytes) = reader.size();
    Ok(manifest.summary(files, bytes))
}

/// Loads all rows in one transaction and checks that they form a database.
pub(super) async fn load(reader: &mut ArchiveReader, manifest: &Manifest, loader: &mut Loader) -> Result<(), Failure> {
    let mut progress = Progress::new("rows", manifest.rows());
    loader.begin().await?;
    loader.clear().await?;
    for TableEntry { shape, rows, files } in &manifest.tables {
        for file in files {
            let lines = reader.read(file)?;
            let rows = lines.iter().map(|byte| u64::from(*byte == b'\n')).sum();
            let batch = Batch { lines, rows };
            loader
                .load(shape, batch)
                .await
                .map_err(|error| Failure::from(error).at(format!("the table {}", shape.name)))?;
            progress.add(rows);
        }
        let found = loader.count(&shape.name).await?;
        if found != *rows {
            return Err(Failure::negative(format!("the table {} has {found} rows instead of {rows}", shape.name)));
        }
    }
    loader.check_integrity()?;
    Ok(loader.commit().await?)
}

/// Compares the objects of the media store with the rows. Those that were missing when the backup was made may be.
fn check_media(
    reader: &mut ArchiveReader,
    manifest: &Manifest,
    media: &MediaTable,
    known_missing: u64,
) -> Result<(), Failure> {
    let Some(table) = manifest.tables.iter().find(|table| table.shape.name == media.name) else { return Ok(()) };
    let Some(position) = table.shape.position("storage_name") else { return Ok(()) };
    let mut missing = 0;
    for file in &table.files {
        let lines = Batch { lines: reader.read(file)?, rows: 0 };
        for name in lines.lines().filter_map(|line| read_text(line, position)) {
            let is_complete = media.parts.iter().all(|part| reader.contains(&media_file(&name, *part)));
            missing += u64::from(!is_complete);
        }
    }
    if missing == known_missing {
        return Ok(());
    }
    Err(Failure::negative(format!("the bytes of {missing} {} are missing", media.name)))
}
