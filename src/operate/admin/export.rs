//! All data of a member, as one JSON document and the files of the images.
//!
//! It contains the rows that belong to the person in every table ([`TABLES`] names the columns), except hashes and other
//! bytes: with those a reader could sign in.

use std::path::Path;

use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::text_of;
use crate::accounts::audit::AuditEvent;
use crate::accounts::store::Account;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::transfer::{Batch, ColumnKind, Snapshot, TABLES, TableShape, read_text};
use crate::media::ImageSize;
use crate::operate::Failure;
use crate::operate::backup::ArchiveWriter;

/// Columns that are left out although they are texts.
const SECRETS: [&str; 1] = ["password_hash"];

/// Larger numbers are written as text: programs that read JSON round them.
const MAX_EXACT_NUMBER: u64 = 1 << 53;

/// What was written.
#[derive(Debug, Serialize)]
pub(super) struct Exported {
    pub rows: u64,
    pub images: u64,
}

/// Writes the data of a member to a new directory or tar archive.
///
/// # Errors
/// When the destination exists or cannot be written.
pub(super) async fn export(app: &App, account: &Account, destination: &Path) -> Result<Exported, Failure> {
    let mut archive = ArchiveWriter::create(destination)?;
    let mut snapshot = Snapshot::open(&app.config.direct_database_url()).await?;
    let (mut tables, mut images, mut count) = (Map::new(), Vec::new(), 0);
    for table in TABLES.iter().filter(|table| !table.person.is_empty()) {
        let Some(shape) = snapshot.tables.iter().find(|shape| shape.name == table.name).cloned() else { continue };
        let mut rows = Vec::new();
        let name_position = (table.name == "images").then(|| shape.position("storage_name")).flatten();
        snapshot
            .read_of_person(&shape, table.person, account.id.0, async |batch: Batch| {
                rows.extend(batch.lines().map(|line| row_of(&shape, line)));
                images.extend(batch.lines().filter_map(|line| read_text(line, name_position?)));
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
    let mut written = 0;
    for name in &images {
        let unreadable = || Failure::from("STUDYHALL_MEDIA_URL: an image cannot be read");
        if let Some(contents) = app.media.read(name, ImageSize::Full).await.map_err(|_| unreadable())? {
            let chunks: Vec<bytes::Bytes> = contents.stream.try_collect().await.map_err(|_| unreadable())?;
            archive.add(&format!("images/{name}"), &chunks.concat())?;
            written += 1;
        }
    }
    archive.finish()?;
    AuditEvent::AccountExported.log(Some(account.id), None);
    Ok(Exported { rows: count, images: written })
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
