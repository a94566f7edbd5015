//! Which images and files of the export belong to which of its objects.

use std::collections::{BTreeMap, HashMap};

use super::document::attachment_of;
use crate::accounts::AccountId;
use crate::db::transfer::{Batch, DataKind, SECTIONS, Section, Snapshot, TableShape, read_text};
use crate::error::{Error, Result};

/// The sections whose objects have images, and the column with the object's id. Some have files, too.
const PLACES: [(&str, &str, &[&str]); 6] = [
    ("profile", "id", &[IMAGES]),
    ("posts", "id", &[IMAGES, FILES]),
    ("conversations", "conversation_id", &[IMAGES]),
    ("messages", "id", &[IMAGES, FILES]),
    ("topics", "id", &[IMAGES]),
    ("bookings", "id", &[IMAGES, FILES]),
];

/// The members of an object with the paths in the archive.
const IMAGES: &str = "images";
const FILES: &str = "files";

/// The tables with the uses, and their columns with the id of the image or file.
const TABLES: [(DataKind, &str, &str, &str); 2] =
    [(DataKind::Images, IMAGES, "image_uses", "image_id"), (DataKind::Files, FILES, "file_uses", "file_id")];

/// Returns the members of a section's objects that list images and files.
pub fn members(section: &Section) -> &'static [&'static str] {
    place(section).map_or(&[], |(_, members)| members)
}

fn place(section: &Section) -> Option<(&'static str, &'static [&'static str])> {
    let place = PLACES.iter().find(|(name, ..)| *name == section.name);
    place.map(|(_, column, members)| (*column, *members))
}

/// The paths of a member's images and files by what they are attached to, in the order in which they are shown.
#[derive(Debug, Default)]
pub struct Uses(HashMap<(&'static str, i64), BTreeMap<i64, String>>);

impl Uses {
    /// Reads the uses of what belongs to a member. Their number is limited like that of the images and files.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(snapshot: &mut Snapshot, account: AccountId) -> Result<Self> {
        let mut uses = Self::default();
        for (kind, member, table, column) in TABLES {
            let Some(section) = SECTIONS.iter().find(|section| section.kind == kind) else { continue };
            let (Some(shape), Some(use_shape)) = (shape_of(snapshot, section.table), shape_of(snapshot, table)) else {
                continue;
            };
            let mut paths = HashMap::new();
            snapshot
                .read_of_person(&shape, section.person, account.0, async |batch: Batch| {
                    for line in batch.lines() {
                        let path = attachment_of(section, &shape, line).map(|attachment| attachment.path);
                        paths.extend(integer(&shape, line, "id").zip(path));
                    }
                    Ok::<(), Error>(())
                })
                .await?;
            snapshot
                .read_of_parents(
                    &use_shape,
                    (column, section.table),
                    section.person,
                    account.0,
                    async |batch: Batch| {
                        for line in batch.lines() {
                            let value = |column: &str| integer(&use_shape, line, column);
                            let path = value(column).and_then(|id| paths.get(&id));
                            if let (Some(subject), Some(position), Some(path)) =
                                (value("subject_id"), value("position"), path)
                            {
                                uses.0.entry((member, subject)).or_default().insert(position, path.clone());
                            }
                        }
                        Ok::<(), Error>(())
                    },
                )
                .await?;
        }
        Ok(uses)
    }

    /// Returns the paths that are listed in an object, by the name of the member.
    pub fn of_object(&self, section: &Section, shape: &TableShape, line: &[u8]) -> Vec<(&'static str, Vec<&str>)> {
        let Some((column, members)) = place(section) else { return Vec::new() };
        let subject = integer(shape, line, column);
        let paths = |member: &'static str| {
            let paths = subject.and_then(|subject| self.0.get(&(member, subject)));
            paths.into_iter().flat_map(BTreeMap::values).map(String::as_str).collect()
        };
        members.iter().map(|member| (*member, paths(member))).collect()
    }
}

fn shape_of(snapshot: &Snapshot, table: &str) -> Option<TableShape> {
    snapshot.tables.iter().find(|shape| shape.name == table).cloned()
}

fn integer(shape: &TableShape, line: &[u8], column: &str) -> Option<i64> {
    read_text(line, shape.position(column)?)?.parse().ok()
}
