//! Writes ZIP archives without compression (APPNOTE 6.3.10), entry after entry, without keeping them in memory.
//!
//! Images and most files are compressed already. The sizes and the checksum of an entry are known at its end and are then
//! written into its header.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

const HEADER_LENGTH: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day that the format knows: the document has the time of the export.
const DATE: u16 = 0x21;
/// Where the header of an entry has the checksum.
const CHECKSUM_OFFSET: u64 = 14;

/// An archive that is being written.
pub struct ZipWriter {
    out: BufWriter<File>,
    position: u64,
    /// The headers of the directory.
    directory: Vec<u8>,
    entries: u16,
    open: Option<OpenEntry>,
}

struct OpenEntry {
    name: String,
    start: u64,
    size: u64,
    checksum: crc32fast::Hasher,
}

impl ZipWriter {
    pub fn new(file: File) -> Self {
        Self { out: BufWriter::new(file), position: 0, directory: Vec::new(), entries: 0, open: None }
    }

    /// Begins an entry. What is written from now on is its content.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end()?;
        let start = self.position;
        let mut header = b"PK\x03\x04".to_vec();
        header.extend(fields(name, 0, 0)?);
        header.extend(0_u16.to_le_bytes());
        header.extend(name.as_bytes());
        self.put(&header)?;
        self.open = Some(OpenEntry { name: name.to_owned(), start, size: 0, checksum: crc32fast::Hasher::new() });
        Ok(())
    }

    /// Completes the header of the entry, and adds it to the directory.
    fn end(&mut self) -> io::Result<()> {
        let Some(entry) = self.open.take() else { return Ok(()) };
        let checksum = entry.checksum.finalize();
        let size = number::<u32>(entry.size)?;
        self.out.seek(SeekFrom::Start(entry.start + CHECKSUM_OFFSET))?;
        for value in [checksum, size, size] {
            self.out.write_all(&value.to_le_bytes())?;
        }
        self.out.seek(SeekFrom::Start(self.position))?;
        let header = &mut self.directory;
        header.extend(b"PK\x01\x02");
        header.extend(HEADER_LENGTH.to_le_bytes());
        header.extend(fields(&entry.name, checksum, size)?);
        // Extra field, comment, disk, attributes.
        header.extend([0; 12]);
        header.extend(number::<u32>(entry.start)?.to_le_bytes());
        header.extend(entry.name.as_bytes());
        self.entries = self.entries.checked_add(1).ok_or_else(too_large)?;
        Ok(())
    }

    /// Writes the directory, and returns the file and its size.
    pub fn finish(mut self) -> io::Result<(File, u64)> {
        self.end()?;
        let start = number::<u32>(self.position)?;
        let directory = std::mem::take(&mut self.directory);
        self.put(&directory)?;
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(self.entries.to_le_bytes());
        end.extend(self.entries.to_le_bytes());
        end.extend(number::<u32>(directory.len())?.to_le_bytes());
        end.extend(start.to_le_bytes());
        end.extend(0_u16.to_le_bytes());
        self.put(&end)?;
        let mut file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok((file, self.position))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.position += number::<u64>(bytes.len())?;
        Ok(())
    }
}

/// Appends to the open entry.
impl Write for ZipWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let entry = self.open.as_mut().ok_or_else(|| io::Error::other("no entry is open"))?;
        entry.checksum.update(bytes);
        entry.size += number::<u64>(bytes.len())?;
        self.put(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The fields that both headers of an entry share.
fn fields(name: &str, checksum: u32, size: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(24);
    // The version, the flags, no compression, the time and the date.
    for value in [HEADER_LENGTH, FLAGS, 0, 0, DATE] {
        bytes.extend(value.to_le_bytes());
    }
    for value in [checksum, size, size] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(number::<u16>(name.len())?.to_le_bytes());
    Ok(bytes)
}

fn number<T>(value: impl TryInto<T>) -> io::Result<T> {
    value.try_into().map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::other("the archive would exceed the limits of ZIP")
}
