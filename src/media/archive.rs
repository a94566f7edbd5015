//! Lists the entries of a ZIP archive without unpacking any of them (APPNOTE 6.3.10).
//!
//! The two directories of an archive, the central one and the headers before the entries, must agree: a program that reads
//! the other one would see other files. Archives in several parts, larger than 4 GiB or with encrypted entries are rejected,
//! and so is everything before, between (overlaps) or behind the entries that could be a second file.

use std::borrow::Cow;
use std::collections::HashSet;

use super::FileError;

const MAX_ENTRIES: usize = 10_000;

const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
const CENTRAL_HEADER: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const ZIP64_LOCATOR: &[u8] = b"PK\x06\x07";

const LOCAL_HEADER_LENGTH: usize = 30;
const CENTRAL_HEADER_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
const ZIP64_LOCATOR_LENGTH: usize = 20;

/// The extra field of ZIP64.
const ZIP64_FIELD: u16 = 1;

/// General purpose flags: encryption, a data descriptor after the entry, strong encryption, an encrypted directory.
const ENCRYPTED: u16 = 1;
const HAS_DESCRIPTOR: u16 = 1 << 3;
const STRONGLY_ENCRYPTED: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;

/// The listed entries of an archive.
pub(super) struct Archive<'a> {
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    /// As text. Names in old encodings keep their ASCII letters only, which are those that matter here.
    name: Cow<'a, str>,
    raw_name: &'a [u8],
    /// Without compression.
    is_stored: bool,
    /// From the header to the end of the content, in bytes.
    start: usize,
    end: usize,
    content: &'a [u8],
}

impl<'a> Archive<'a> {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_ref())
    }

    /// Returns the content of the first entry, if it has this name and is not compressed.
    pub(super) fn stored_content(&self, name: &str) -> Option<&'a [u8]> {
        let first = self.entries.first()?;
        (first.name == name && first.is_stored).then_some(first.content)
    }
}

/// Lists an archive.
pub(super) fn list(bytes: &[u8]) -> Result<Archive<'_>, FileError> {
    let end = find_end(bytes).ok_or(FileError::Damaged)?;
    let record = Fields(bytes.get(end..).ok_or(FileError::Damaged)?);
    let is_zip64 = end.checked_sub(ZIP64_LOCATOR_LENGTH).is_some_and(|at| bytes[at..].starts_with(ZIP64_LOCATOR));
    let (disk, directory_disk) = (record.u16(4)?, record.u16(6)?);
    let (count_on_disk, count) = (record.u16(8)?, record.u16(10)?);
    let (size, offset) = (record.u32(12)?, record.u32(16)?);
    if is_zip64 || disk != 0 || directory_disk != 0 || count_on_disk != count {
        return Err(FileError::Damaged);
    }
    if usize::from(count) > MAX_ENTRIES {
        return Err(FileError::TooManyEntries);
    }
    if offset.checked_add(size) != Some(end) {
        return Err(FileError::Damaged);
    }
    let mut entries = Vec::with_capacity(count.into());
    let mut at = offset;
    for _ in 0..count {
        let (entry, next) = read_entry(bytes, at, offset)?;
        entries.push(entry);
        at = next;
    }
    if at != end {
        return Err(FileError::Damaged);
    }
    entries.sort_by_key(|entry| entry.start);
    let mut free = 0;
    for entry in &entries {
        if entry.start < free || (free == 0 && entry.start > 0) {
            return Err(FileError::Damaged);
        }
        free = entry.end;
    }
    let mut names = HashSet::with_capacity(entries.len());
    if !entries.iter().all(|entry| names.insert(entry.raw_name)) {
        return Err(FileError::Damaged);
    }
    Ok(Archive { entries })
}

/// Returns the position of the last record, which ends with the file.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_LENGTH)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| {
        let record = Fields(&bytes[*at..]);
        let ends_file = record.u16(20).is_ok_and(|comment| at + END_LENGTH + usize::from(comment) == bytes.len());
        ends_file && record.0.starts_with(END)
    })
}

/// Reads the header at `at` in the directory, and compares it with the one before the entry. Returns where the next one
/// begins.
fn read_entry(bytes: &[u8], at: usize, directory: usize) -> Result<(Entry<'_>, usize), FileError> {
    let central = Fields(bytes.get(at..).ok_or(FileError::Damaged)?);
    central.require(CENTRAL_HEADER)?;
    let (flags, method) = (central.u16(8)?, central.u16(10)?);
    let (compressed, size) = (central.u32(20)?, central.u32(24)?);
    let (name_length, extra_length) = (usize::from(central.u16(28)?), usize::from(central.u16(30)?));
    let (comment_length, disk, start) = (usize::from(central.u16(32)?), central.u16(34)?, central.u32(42)?);
    if flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED) != 0 {
        return Err(FileError::Encrypted);
    }
    let name = central.slice(CENTRAL_HEADER_LENGTH, name_length)?;
    let extra = central.slice(CENTRAL_HEADER_LENGTH + name_length, extra_length)?;
    if disk != 0 || has_zip64_field(extra) {
        return Err(FileError::Damaged);
    }

    let local = Fields(bytes.get(start..directory).ok_or(FileError::Damaged)?);
    local.require(LOCAL_HEADER)?;
    let (local_flags, local_sizes) = (local.u16(6)?, (local.u32(18)?, local.u32(22)?));
    let local_extra_length = usize::from(local.u16(28)?);
    if local_flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED) != 0 {
        return Err(FileError::Encrypted);
    }
    // With a descriptor behind the entry, writers leave the sizes open.
    let has_sizes = local_sizes == (compressed, size);
    let are_open = local_flags & HAS_DESCRIPTOR != 0 && [(0, 0), (0xFFFF_FFFF, 0xFFFF_FFFF)].contains(&local_sizes);
    let agrees = local.u16(8)? == method
        && local.u16(26).map(usize::from)? == name_length
        && local.slice(LOCAL_HEADER_LENGTH, name_length)? == name
        && (has_sizes || are_open);
    let content_at = LOCAL_HEADER_LENGTH + name_length + local_extra_length;
    let content = local.slice(content_at, compressed)?;
    if !agrees || leads_out(name) || (method == 0 && compressed != size) {
        return Err(FileError::Damaged);
    }
    let entry = Entry {
        name: String::from_utf8_lossy(name),
        raw_name: name,
        is_stored: method == 0,
        start,
        end: start + content_at + compressed,
        content,
    };
    Ok((entry, at + CENTRAL_HEADER_LENGTH + name_length + extra_length + comment_length))
}

/// Returns true for a name that leads out of the directory into which a program unpacks the archive.
fn leads_out(name: &[u8]) -> bool {
    let mut segments = name.split(|byte| matches!(byte, b'/' | b'\\'));
    segments.any(|segment| segment == b"..") || name.contains(&0) || name.is_empty()
}

fn has_zip64_field(extra: &[u8]) -> bool {
    let mut rest = Fields(extra);
    while let (Ok(id), Ok(length)) = (rest.u16(0), rest.u16(2)) {
        if id == ZIP64_FIELD {
            return true;
        }
        rest = Fields(rest.0.get(4 + usize::from(length)..).unwrap_or_default());
    }
    false
}

/// Bytes from which little-endian numbers are read.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn require(self, signature: &[u8]) -> Result<(), FileError> {
        if self.0.starts_with(signature) { Ok(()) } else { Err(FileError::Damaged) }
    }

    fn slice(self, at: usize, length: usize) -> Result<&'a [u8], FileError> {
        at.checked_add(length).and_then(|end| self.0.get(at..end)).ok_or(FileError::Damaged)
    }

    fn u16(self, at: usize) -> Result<u16, FileError> {
        let bytes = self.slice(at, 2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(self, at: usize) -> Result<usize, FileError> {
        let bytes = self.slice(at, 4)?;
        usize::try_from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).map_err(|_| FileError::Damaged)
    }
}
