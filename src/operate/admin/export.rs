//! All data of a member, as one JSON document and the bytes of images and files.
//!
//! It contains the rows that belong to the person in every table ([`TABLES`] names the columns), except hashes and other
//! bytes: with those a reader could sign in.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Output, text_of};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::staff;
use crate::accounts::store::Account;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::transfer::{Batch, ColumnKind, Snapshot, TABLES, TableShape, read_text};
use crate::exports::document::{self, Written};
use crate::media::{ImageSize, MediaPart};
use crate::operate::backup::ArchiveWriter;
use crate::operate::{Failure, counted, print};

/// Columns that are left out although they are texts: `endpoint` and `url` are secret addresses of browsers and calendars.
const SECRETS: [&str; 4] = ["endpoint", "nonce", "password_hash", "url"];

/// Larger numbers are written as text: programs that read JSON round them.
const MAX_EXACT_NUMBER: u64 = 1 << 53;

/// What was written.
#[derive(Debug, Serialize)]
pub(super) struct Exported {
    pub rows: u64,
    pub images: u64,
    pub files: u64,
}

/// Writes the archive that the member gets by `requestDataExport`.
///
/// # Errors
/// When the file exists or cannot be written.
pub(super) async fn write_archive(app: &App, name: &str, path: &Path, output: Output) -> Result<(), Failure> {
    let account = staff::member(app, name).await?;
    let cannot = |cause: std::io::Error| Failure::from(format!("{} cannot be written: {cause}", path.display()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(cannot)?;
    let written = document::write(app, account.id, file).await;
    let flushed = match written {
        Ok((file, _, written)) => file.sync_all().map(|()| written).map_err(cannot),
        Err(error) => Err(error.into()),
    };
    let written = flushed.inspect_err(|_| drop(std::fs::remove_file(path)))?;
    AuditEvent::AccountExported.record_alone(app, account.id, Cause::Command).await?;
    print(output.json, &written, || {
        let Written { objects, images, files } = written;
        let (objects, images, files) = (counted(objects, "object"), counted(images, "image"), counted(files, "file"));
        format!("Wrote {objects}, {images} and {files} of {} to {}.", account.username, path.display())
    })
}

/// Writes the data of a member to a new directory or tar archive.
///
/// # Errors
/// When the destination exists or cannot be written.
pub(super) async fn export(app: &App, account: &Account, destination: &Path) -> Result<Exported, Failure> {
    let mut archive = ArchiveWriter::create(destination)?;
    let mut snapshot = Snapshot::open(&app.config.direct_database_url()).await?;
    let (mut tables, mut media, mut count) = (Map::new(), Vec::new(), 0);
    for table in TABLES.iter().filter(|table| !table.person.is_empty()) {
        let Some(shape) = snapshot.tables.iter().find(|shape| shape.name == table.name).cloned() else { continue };
        let mut rows = Vec::new();
        let part = match table.name {
            "images" => Some(MediaPart::Size(ImageSize::Full)),
            "files" => Some(MediaPart::Whole),
            _ => None,
        };
        let stored = part.zip(shape.position("storage_name"));
        snapshot
            .read_of_person(&shape, table.person, account.id.0, async |batch: Batch| {
                rows.extend(batch.lines().map(|line| row_of(&shape, line)));
                media.extend(batch.lines().filter_map(|line| {
                    let (part, position) = stored?;
                    Some((part, read_text(line, position)?))
                }));
                Ok::<(), Failure>(())
            })
            .await?;
        count += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        if !rows.is_empty() {
            tables.insert(table.name.to_owned(), Value::Array(rows));
        }
    }
    snapshot.close().await;
    let document = json!({
        "username": account.username,
        "exportedAt": text_of(app.clock.now()),
        "data": tables,
    });
    let document = serde_json::to_vec_pretty(&document).map_err(|error| error.to_string())?;
    archive.add("data.json", &document)?;
    let mut written = Exported { rows: count, images: 0, files: 0 };
    for (part, name) in &media {
        let unreadable = || Failure::from("STUDYHALL_MEDIA_URL: an image or a file cannot be read");
        let (directory, number) = match part {
            MediaPart::Size(_) => ("images", &mut written.images),
            MediaPart::Whole => ("files", &mut written.files),
        };
        if let Some(contents) = app.media.read(name, *part).await.map_err(|_| unreadable())? {
            let chunks: Vec<bytes::Bytes> = contents.stream.try_collect().await.map_err(|_| unreadable())?;
            archive.add(&format!("{directory}/{name}"), &chunks.concat())?;
            *number += 1;
        }
    }
    archive.finish()?;
    AuditEvent::AccountExported.record_alone(app, account.id, Cause::Command).await?;
    Ok(written)
}

fn row_of(shape: &TableShape, line: &[u8]) -> Value {
    let columns = shape.columns.iter().enumerate();
    let visible = columns.filter(|(_, column)| column.kind != ColumnKind::Blob && !SECRETS.contains(&&*column.name));
    let value = |position, kind, name: &str| match (read_text(line, position), kind) {
        (None, _) => Value::Null,
        (Some(text), ColumnKind::Integer) => number_of(&text, name),
        (Some(text), ColumnKind::Boolean) => Value::Bool(text == "1"),
        (Some(text), _) => Value::String(text),
    };
    Value::Object(visible.map(|(at, column)| (column.name.clone(), value(at, column.kind, &column.name))).collect())
}

fn number_of(text: &str, name: &str) -> Value {
    match text.parse::<i64>() {
        Ok(micros) if is_instant(name) => Value::String(text_of(Timestamp(micros))),
        Ok(number) if number.unsigned_abs() <= MAX_EXACT_NUMBER => number.into(),
        _ => Value::String(text.to_owned()),
    }
}

/// Returns whether a column contains instants.
fn is_instant(name: &str) -> bool {
    name.ends_with("_at") || name.ends_with("until")
}
