//! Restores a backup into an empty place.
//!
//! The rows come last: a SQLite file gets its name, or the transaction of PostgreSQL ends, when everything else is there.
//! A command that was killed before leaves no database, and is run again.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::archive::{ArchiveReader, sync_parent};
use super::manifest::{KEYS, Manifest, Summary};
use super::verify;
use crate::app;
use crate::config::Config;
use crate::db;
use crate::db::transfer::Loader;
use crate::media::{Media, MediaPart};
use crate::operate::{Failure, Progress};

/// Restores a backup to the places of the settings.
///
/// # Errors
/// When the backup is damaged or of a newer version, or the place is not empty. Nothing was changed then.
pub(super) async fn restore(config: &Config, backup: &Path) -> Result<Summary, Failure> {
    app::prepare(config)?;
    let _lock = app::lock_data_dir(config)?;
    let (mut reader, manifest) = verify::open(backup)?;
    let url = config.direct_database_url();
    let file = db::sqlite_file(&url)?;
    if let Some(file) = file.as_ref().filter(|file| file.exists()) {
        return Err(not_empty(format!("{} exists", file.display())));
    }
    check_keys(config, &mut reader)?;
    let mut loader = match &file {
        Some(file) => open_partial(file).await?,
        None => open_postgres(&url, &manifest).await?,
    };
    restore_media(config, &mut reader).await?;
    loader.migrate(Some(manifest.schema_version)).await?;
    // Before the rows are committed: from then on a server can start, and would generate new keys.
    restore_keys(config, &mut reader)?;
    verify::load(&mut reader, &manifest, &mut loader).await?;
    loader.migrate(None).await?;
    loader.finish().await?;
    if let Some(file) = file {
        let partial = partial_of(&file);
        let named = fs::File::open(&partial)
            .and_then(|opened| opened.sync_all())
            .and_then(|()| fs::rename(&partial, &file))
            .and_then(|()| sync_parent(&file));
        named.map_err(|cause| format!("{} cannot be completed: {cause}", file.display()))?;
    }
    let (files, bytes) = reader.size();
    Ok(manifest.summary(files, bytes))
}

fn not_empty(what: impl std::fmt::Display) -> Failure {
    format!("{what}; a backup is restored into an empty place only").into()
}

/// Refuses other keys than those of the backup.
fn check_keys(config: &Config, reader: &mut ArchiveReader) -> Result<(), Failure> {
    let path = config.keys_file();
    match fs::read(&path) {
        Ok(existing) if existing == reader.read(KEYS)? => Ok(()),
        Ok(_) => Err(not_empty(format!("{} exists", path.display()))),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(format!("{} cannot be read: {cause}", path.display()).into()),
    }
}

fn restore_keys(config: &Config, reader: &mut ArchiveReader) -> Result<(), Failure> {
    let path = config.keys_file();
    let contents = reader.read(KEYS)?;
    let partial = partial_of(&path);
    let written =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial).and_then(|mut file| {
            file.write_all(&contents)?;
            file.sync_all()?;
            fs::rename(&partial, &path)?;
            sync_parent(&path)
        });
    written.map_err(|cause| format!("{} cannot be written: {cause}", path.display()).into())
}

/// Returns the temporary name of a file.
fn partial_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Opens a new SQLite file under a temporary name.
async fn open_partial(file: &Path) -> Result<Loader, Failure> {
    let partial = partial_of(file);
    for left in ["", "-wal", "-shm"] {
        // Left by a command that was killed.
        let mut name = partial.as_os_str().to_owned();
        name.push(left);
        match fs::remove_file(&name) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(format!("{} cannot be removed: {cause}", name.display()).into());
            }
            _ => {}
        }
    }
    let mut loader = Loader::open(&format!("sqlite://{}", db::encode_path(&partial)).into()).await?;
    loader.without_flushing()?;
    Ok(loader)
}

/// Connects to a PostgreSQL database without tables, or with the empty ones that an interrupted command has left.
async fn open_postgres(url: &SecretString, manifest: &Manifest) -> Result<Loader, Failure> {
    let mut loader = Loader::open(url).await.map_err(|error| Failure::from(error).at("STUDYHALL_DATABASE_URL"))?;
    match loader.schema_version().await? {
        None => Ok(loader),
        Some(version) if version <= manifest.schema_version && loader.count("accounts").await? == 0 => Ok(loader),
        Some(_) => Err(not_empty("STUDYHALL_DATABASE_URL: the database has tables")),
    }
}

async fn restore_media(config: &Config, reader: &mut ArchiveReader) -> Result<(), Failure> {
    let media = Media::open(config)?;
    let names: Vec<String> = reader.names().into_iter().filter(|name| name.starts_with("media/")).collect();
    let mut progress = Progress::new("images and files", u64::try_from(names.len()).unwrap_or(u64::MAX));
    for file in names {
        let unknown = || Failure::negative(format!("{file} is not an image or a file"));
        let mut parts = file.split('/').skip(2);
        let name = parts.next().filter(|name| name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let name = name.ok_or_else(unknown)?;
        let part = parts.next().and_then(MediaPart::from_name).ok_or_else(unknown)?;
        media
            .put_part(name, part, reader.read(&file)?.into())
            .await
            .map_err(|_| Failure::from("STUDYHALL_MEDIA_URL: an image or a file cannot be written"))?;
        progress.add(1);
    }
    Ok(())
}
