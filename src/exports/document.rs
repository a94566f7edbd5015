//! The content of an export: one JSON document, and the images and files that it lists.

use std::fs::File;
use std::io::{self, Write};

use futures_util::TryStreamExt;
use serde_json::{Map, Value, json};
use tracing::warn;

use super::archive::ZipWriter;
use super::uses::{self, Uses};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::BookingStatus;
use crate::clock::{Timestamp, write_date_time};
use crate::db::transfer::{Batch, DataKind, Form, SECTIONS, Section, Snapshot, TableShape, read_text};
use crate::error::{Error, Result};
use crate::ids::write_global;
use crate::media::{ImageSize, MediaPart};

/// The file with the data, and its version. A section or a member that is added does not change it.
pub const DOCUMENT: &str = "data.json";
const FORMAT: u32 = 1;

/// What was written.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Written {
    /// Objects of the document.
    pub objects: u64,
    pub images: u64,
    pub files: u64,
}

/// The bytes of an image or a file, and their place in the export.
pub(super) struct Attachment {
    storage_name: String,
    part: MediaPart,
    pub(super) path: String,
}

/// Writes the data of an account as they are at one moment, as a ZIP archive. Returns the file and its size.
///
/// # Errors
/// When the database, the media store or the disk fails.
pub async fn write(app: &App, account: AccountId, file: File) -> Result<(File, u64, Written)> {
    let mut zip = ZipWriter::new(file);
    let target = &mut zip;
    let mut written = Written::default();
    let mut attachments = Vec::new();
    let now = app.clock.now();
    let mut snapshot = Snapshot::open(&app.config.direct_database_url()).await?;
    let uses = Uses::read(&mut snapshot, account).await?;
    target.begin(DOCUMENT).map_err(Error::internal)?;
    let head = format!("{{\n\"format\": {FORMAT},\n\"exportedAt\": {}", json!(write_instant(now.0)));
    target.write_all(head.as_bytes()).map_err(Error::internal)?;
    for section in SECTIONS {
        let Some(shape) = snapshot.tables.iter().find(|shape| shape.name == section.table).cloned() else { continue };
        let mut list = SectionWriter::begin(section, target).map_err(Error::internal)?;
        snapshot
            .read_of_person(&shape, section.person, account.0, async |batch: Batch| {
                for line in batch.lines() {
                    let Some(mut object) = section.object(&shape, line, account.0, write_instant) else { continue };
                    if let Some(attachment) = attachment_of(section, &shape, line) {
                        object.insert("path".to_owned(), attachment.path.as_str().into());
                        attachments.push(attachment);
                    }
                    for (member, paths) in uses.of_object(section, &shape, line) {
                        object.insert(member.to_owned(), paths.into());
                    }
                    if section.kind == DataKind::Bookings {
                        object.insert("status".to_owned(), status_of(&shape, line, now).into());
                    }
                    list.add(&object, target)?;
                    written.objects += 1;
                }
                Ok::<(), Error>(())
            })
            .await?;
        list.end(target).map_err(Error::internal)?;
    }
    snapshot.close().await;
    target.write_all(b"\n}\n").map_err(Error::internal)?;
    for attachment in attachments {
        let is_image = matches!(attachment.part, MediaPart::Size(_));
        let Some(mut contents) = app.media.read(&attachment.storage_name, attachment.part).await? else {
            // Deleted since the snapshot.
            warn!(path = attachment.path, "an image or a file is missing in a data export");
            continue;
        };
        target.begin(&attachment.path).map_err(Error::internal)?;
        while let Some(chunk) = contents.stream.try_next().await.map_err(Error::internal)? {
            target.write_all(&chunk).map_err(Error::internal)?;
        }
        *if is_image { &mut written.images } else { &mut written.files } += 1;
    }
    let (file, bytes) = zip.finish().map_err(Error::internal)?;
    Ok((file, bytes, written))
}

/// Writes the objects of a section, as a list or as a single one.
struct SectionWriter {
    is_single: bool,
    is_empty: bool,
}

impl SectionWriter {
    fn begin(section: &Section, target: &mut impl Write) -> io::Result<Self> {
        write!(target, ",\n{}: {}", json!(section.name), if section.is_single { "" } else { "[" })?;
        Ok(Self { is_single: section.is_single, is_empty: true })
    }

    fn add(&mut self, object: &Map<String, Value>, target: &mut impl Write) -> Result<()> {
        let separator: &[u8] = match (self.is_single, self.is_empty) {
            (true, true) => b"",
            (true, false) => return Err(Error::internal("a section has more than one object")),
            (false, true) => b"\n",
            (false, false) => b",\n",
        };
        self.is_empty = false;
        target.write_all(separator).map_err(Error::internal)?;
        serde_json::to_writer(target, object).map_err(Error::internal)
    }

    fn end(self, target: &mut impl Write) -> io::Result<()> {
        target.write_all(match (self.is_single, self.is_empty) {
            (true, true) => b"null",
            (true, false) => b"",
            (false, _) => b"]",
        })
    }
}

pub(super) fn attachment_of(section: &Section, shape: &TableShape, line: &[u8]) -> Option<Attachment> {
    let text = |column: &str| read_text(line, shape.position(column)?);
    let id: i64 = text("id")?.parse().ok()?;
    let (part, path) = match section.kind {
        DataKind::Images => {
            let extension = if text("media_type")? == "image/png" { "png" } else { "jpg" };
            (MediaPart::Size(ImageSize::Full), format!("images/{}.{extension}", write_global("img", id)))
        }
        DataKind::Files => (MediaPart::Whole, format!("files/{}-{}", write_global("fil", id), text("name")?)),
        _ => return None,
    };
    Some(Attachment { storage_name: text("storage_name")?, part, path })
}

/// Returns the status of a booking, as the API does.
fn status_of(shape: &TableShape, line: &[u8], now: Timestamp) -> Option<&'static str> {
    let text = |column: &str| read_text(line, shape.position(column)?);
    let instant = |column: &str| text(column)?.parse().ok().map(Timestamp);
    let (status, refusal) = (text("status")?, text("refusal"));
    let stored = (status.as_str(), refusal.as_deref());
    BookingStatus::of_columns(stored, instant("approval_expires_at"), instant("ends_at")?, now)
        .map(BookingStatus::as_str)
}

fn write_instant(micros: i64) -> String {
    write_date_time(Timestamp(micros))
}

/// Returns the JSON schema of the document (draft 2020-12).
pub fn json_schema() -> Value {
    let mut properties = Map::new();
    properties.insert("format".to_owned(), json!({ "const": FORMAT }));
    properties.insert("exportedAt".to_owned(), instant());
    for section in SECTIONS {
        let mut members: Map<String, Value> =
            section.fields.iter().map(|field| (field.name.to_owned(), member(field.form))).collect();
        if matches!(section.kind, DataKind::Images | DataKind::Files) {
            members.insert("path".to_owned(), json!({ "type": "string" }));
        }
        for name in uses::members(section) {
            members.insert((*name).to_owned(), json!({ "type": "array", "items": { "type": "string" } }));
        }
        if section.kind == DataKind::Bookings {
            members.insert("status".to_owned(), member(Form::Text));
        }
        let object = json!({ "type": "object", "required": sorted_names(&members), "properties": members });
        let schema = if section.is_single {
            json!({ "anyOf": [object, { "type": "null" }] })
        } else {
            json!({ "type": "array", "items": object })
        };
        properties.insert(section.name.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A data export of Studyhall",
        "type": "object",
        "required": sorted_names(&properties),
        "properties": properties,
    })
}

fn sorted_names(members: &Map<String, Value>) -> Vec<&String> {
    let mut names: Vec<&String> = members.keys().collect();
    names.sort();
    names
}

fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// Every member can be null: unset, or a text of another user.
fn member(form: Form) -> Value {
    match form {
        Form::Id(prefix) => json!({ "type": ["string", "null"], "pattern": format!("^{prefix}_[0-9a-z]{{13}}$") }),
        Form::Text | Form::LocalTime => json!({ "type": ["string", "null"] }),
        Form::Integer => json!({ "type": ["integer", "null"] }),
        Form::Boolean => json!({ "type": ["boolean", "null"] }),
        Form::Instant => json!({ "type": ["string", "null"], "format": "date-time" }),
        Form::Json => json!({}),
    }
}
