//! The files of a backup: in a directory, or in one tar archive. Each has a checksum.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::CHECKSUMS;
use crate::db::transfer::hex;
use crate::operate::Failure;

/// A larger file is not from a backup.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// Writes a backup under a temporary name, which it loses when it is complete.
pub(in crate::operate) struct ArchiveWriter {
    destination: PathBuf,
    partial: PathBuf,
    target: Option<Target>,
    /// The lines of `SHA256SUMS`.
    checksums: Vec<String>,
    pub(in crate::operate) files: u64,
    pub(in crate::operate) bytes: u64,
}

enum Target {
    /// The open directory has a lock.
    Directory(File),
    Tar(Box<tar::Builder<BufWriter<File>>>),
}

impl ArchiveWriter {
    /// # Errors
    /// When the destination exists, cannot be created, or another process writes to it.
    pub(in crate::operate) fn create(destination: &Path) -> Result<Self, String> {
        if fs::symlink_metadata(destination).is_ok() {
            return Err(format!("{} exists already; name another file or directory", destination.display()));
        }
        let name = destination.file_name().ok_or("name a new directory, or a file that ends with .tar")?;
        let mut partial_name = name.to_owned();
        partial_name.push(".partial");
        let partial = destination.with_file_name(partial_name);
        let cannot = |cause: std::io::Error| format!("{} cannot be written: {cause}", partial.display());
        let locked = |file: File| match file.try_lock() {
            Ok(()) => Ok(file),
            Err(_) => Err(format!("another process writes to {}", partial.display())),
        };
        let target = if destination.extension().is_some_and(|extension| extension == "tar") {
            let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&partial);
            let file = locked(file.map_err(cannot)?)?;
            file.set_len(0).map_err(cannot)?;
            Target::Tar(Box::new(tar::Builder::new(BufWriter::new(file))))
        } else {
            if partial.is_dir() {
                // Left by a process that was killed.
                let _lock = locked(File::open(&partial).map_err(cannot)?)?;
                fs::remove_dir_all(&partial).map_err(cannot)?;
            }
            DirBuilder::new().mode(0o700).create(&partial).map_err(cannot)?;
            Target::Directory(locked(File::open(&partial).map_err(cannot)?)?)
        };
        let destination = destination.to_owned();
        Ok(Self { destination, partial, target: Some(target), checksums: Vec::new(), files: 0, bytes: 0 })
    }

    /// Adds a file.
    pub(in crate::operate) fn add(&mut self, name: &str, contents: &[u8]) -> Result<(), String> {
        self.checksums.push(format!("{}  {name}\n", hex(&Sha256::digest(contents))));
        self.files += 1;
        self.bytes += u64::try_from(contents.len()).unwrap_or(u64::MAX);
        self.write(name, contents).map_err(|cause| format!("{} cannot be written: {cause}", self.partial.display()))
    }

    fn write(&mut self, name: &str, contents: &[u8]) -> std::io::Result<()> {
        match &mut self.target {
            Some(Target::Tar(builder)) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(u64::try_from(contents.len()).unwrap_or(u64::MAX));
                header.set_mode(0o600);
                header.set_entry_type(tar::EntryType::Regular);
                builder.append_data(&mut header, name, contents)
            }
            Some(Target::Directory(_)) => {
                let path = self.partial.join(name);
                if let Some(parent) = path.parent() {
                    DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
                }
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
                file.write_all(contents)
            }
            None => Ok(()),
        }
    }

    /// Writes the checksums, flushes everything to disk, and gives the backup its name.
    pub(in crate::operate) fn finish(mut self) -> Result<(u64, u64), String> {
        let checksums = self.checksums.concat();
        let finished = self.write(CHECKSUMS, checksums.as_bytes()).and_then(|()| match self.target.take() {
            Some(Target::Tar(builder)) => builder.into_inner()?.into_inner()?.sync_all(),
            Some(Target::Directory(directory)) => Ok(rustix::fs::syncfs(directory)?),
            None => Ok(()),
        });
        finished
            .and_then(|()| fs::rename(&self.partial, &self.destination))
            .and_then(|()| sync_parent(&self.destination))
            .map_err(|cause| format!("{} cannot be completed: {cause}", self.partial.display()))?;
        Ok((self.files, self.bytes))
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        // After an error. What a killed process leaves is removed by the next backup of this name.
        match self.target.take() {
            Some(Target::Tar(_)) => drop(fs::remove_file(&self.partial)),
            Some(Target::Directory(_)) => drop(fs::remove_dir_all(&self.partial)),
            None => {}
        }
    }
}

/// Makes a rename in the directory durable.
pub(super) fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

/// Reads a backup.
#[derive(Debug)]
pub(super) struct ArchiveReader {
    source: Source,
    /// The files that are there, and their sizes.
    files: BTreeMap<String, u64>,
    checksums: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Source {
    Directory(PathBuf),
    /// With the position of each file.
    Tar(File, BTreeMap<String, u64>),
}

impl ArchiveReader {
    /// # Errors
    /// When it cannot be read, or is not a backup.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let cannot = |cause: std::io::Error| Failure::from(format!("{} cannot be read: {cause}", path.display()));
        let mut files = BTreeMap::new();
        let source = if fs::metadata(path).map_err(cannot)?.is_dir() {
            list_files(path, path, &mut files).map_err(cannot)?;
            Source::Directory(path.to_owned())
        } else {
            let mut archive = tar::Archive::new(File::open(path).map_err(cannot)?);
            let mut positions = BTreeMap::new();
            let damaged = |cause: std::io::Error| Failure::negative(format!("the archive is damaged: {cause}"));
            for entry in archive.entries_with_seek().map_err(damaged)? {
                let entry = entry.map_err(damaged)?;
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                files.insert(name.clone(), entry.size());
                positions.insert(name, entry.raw_file_position());
            }
            Source::Tar(archive.into_inner(), positions)
        };
        let mut reader = Self { source, files, checksums: BTreeMap::new() };
        if !reader.files.contains_key(CHECKSUMS) {
            return Err(Failure::negative(format!(
                "{} is not a complete backup: {CHECKSUMS} is missing",
                path.display()
            )));
        }
        let text = String::from_utf8(reader.read_unchecked(CHECKSUMS)?);
        let text = text.map_err(|_| Failure::negative(format!("{CHECKSUMS} is damaged")))?;
        for line in text.lines() {
            let (sum, name) =
                line.split_once("  ").ok_or_else(|| Failure::negative(format!("{CHECKSUMS} is damaged")))?;
            reader.checksums.insert(name.to_owned(), sum.to_owned());
        }
        reader.check_names()?;
        Ok(reader)
    }

    /// Compares the files that are there with those that have a checksum.
    fn check_names(&self) -> Result<(), Failure> {
        if let Some(name) = self.checksums.keys().find(|name| !self.files.contains_key(*name)) {
            return Err(Failure::negative(format!("{name} is missing")));
        }
        let is_known = |name: &str| name == CHECKSUMS || self.checksums.contains_key(name);
        match self.files.keys().find(|name| !is_known(name)) {
            Some(name) => Err(Failure::negative(format!("{name} has no checksum"))),
            None => Ok(()),
        }
    }

    /// Returns the names of the files with a checksum, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        self.checksums.keys().cloned().collect()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.checksums.contains_key(name)
    }

    /// Returns the number of files, and their bytes.
    pub(super) fn size(&self) -> (u64, u64) {
        (
            u64::try_from(self.checksums.len()).unwrap_or(u64::MAX),
            self.checksums.keys().map(|name| self.files[name]).sum(),
        )
    }

    /// Returns the contents of a file.
    ///
    /// # Errors
    /// When its checksum is wrong.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        let expected = self.checksums.get(name).cloned();
        let expected = expected.ok_or_else(|| Failure::negative(format!("{name} is missing")))?;
        let contents = self.read_unchecked(name)?;
        if hex(&Sha256::digest(&contents)) == expected {
            return Ok(contents);
        }
        Err(Failure::negative(format!("{name} is damaged: its checksum is wrong")))
    }

    fn read_unchecked(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        let size = self.files.get(name).copied().unwrap_or(0);
        if size > MAX_FILE_BYTES {
            return Err(Failure::negative(format!("{name} is too large for a file of a backup")));
        }
        let mut contents = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        let read = match &mut self.source {
            Source::Directory(root) => {
                File::open(root.join(name)).and_then(|file| file.take(size).read_to_end(&mut contents))
            }
            Source::Tar(file, positions) => file
                .seek(SeekFrom::Start(positions.get(name).copied().unwrap_or(0)))
                .and_then(|_| file.take(size).read_to_end(&mut contents)),
        };
        read.map_err(|cause| Failure::from(format!("{name} cannot be read: {cause}")))?;
        Ok(contents)
    }
}

fn list_files(root: &Path, directory: &Path, files: &mut BTreeMap<String, u64>) -> std::io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            list_files(root, &path, files)?;
        } else {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let parts = relative.components().filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy()),
                _ => None,
            });
            files.insert(parts.collect::<Vec<_>>().join("/"), entry.metadata()?.len());
        }
    }
    Ok(())
}
