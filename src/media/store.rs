//! The media store: a directory, or a bucket of an S3-compatible service.
//!
//! The path of an object is `<first two characters of the name>/<name>/<part>`, so that no directory grows too large.

use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use futures_util::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tracing::error;

use super::MediaPart;
use crate::config::{Config, MediaLocation};
use crate::error::{Error, Result};

/// An operation that takes longer counts as failed. It may still complete.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The same for a file that is stored in pieces.
const FILE_TIMEOUT: Duration = Duration::from_mins(10);

/// When the client can retry after a failed operation.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The bytes of one object.
pub struct ObjectContents {
    pub length: u64,
    pub stream: BoxStream<'static, Result<Bytes, io::Error>>,
}

#[derive(Debug)]
pub(super) struct MediaStore {
    objects: Arc<dyn ObjectStore>,
    /// The path of all objects within the bucket.
    prefix: Path,
    /// The directory, if the objects are files.
    root: Option<PathBuf>,
}

impl MediaStore {
    pub(super) fn open(config: &Config) -> Result<Self, String> {
        match config.media_location()? {
            MediaLocation::Directory(root) => {
                create_private_dir(&root).map_err(|cause| format!("cannot create {}: {cause}", root.display()))?;
                let files = LocalFileSystem::new_with_prefix(&root).map_err(|cause| cause.to_string())?;
                // A row refers to these bytes as soon as they are written, so they have to be as durable as the row.
                Ok(Self { objects: Arc::new(files.with_fsync(true)), prefix: Path::default(), root: Some(root) })
            }
            MediaLocation::Bucket { url, options } => {
                let (objects, prefix) =
                    object_store::parse_url_opts(&url, options).map_err(|cause| cause.to_string())?;
                Ok(Self { objects: objects.into(), prefix, root: None })
            }
        }
    }

    pub(super) async fn put(&self, name: &str, part: MediaPart, bytes: Bytes) -> Result<()> {
        let path = self.prepare_directory(name, part).await?;
        with_timeout(self.objects.put(&path, bytes.into())).await?;
        self.protect(&path).await
    }

    /// Like [`MediaStore::put`], for a file of any size, in pieces.
    pub(super) async fn put_file(&self, name: &str, part: MediaPart, file: File) -> Result<()> {
        let path = self.prepare_directory(name, part).await?;
        let mut file = tokio::fs::File::from_std(file);
        let mut writer = BufWriter::new(Arc::clone(&self.objects), path.clone());
        let copied = async {
            tokio::io::copy(&mut file, &mut writer).await?;
            writer.shutdown().await
        };
        match timeout(FILE_TIMEOUT, copied).await {
            Ok(copied) => copied.map_err(|cause| unavailable(&cause))?,
            Err(elapsed) => return Err(unavailable(&elapsed)),
        }
        self.protect(&path).await
    }

    /// Creates the directory of an object, if the objects are files, and returns the path of the object.
    async fn prepare_directory(&self, name: &str, part: MediaPart) -> Result<Path> {
        if let Some(root) = &self.root {
            let directory = root.join(self.directory(name).as_ref());
            run_blocking(move || create_private_dir(&directory)).await?;
        }
        Ok(self.directory(name).join(part.name()))
    }

    /// Sets the permissions of an object that is a file. Until then, those of the directory protect it.
    async fn protect(&self, path: &Path) -> Result<()> {
        match &self.root {
            Some(root) => {
                let file = root.join(path.as_ref());
                run_blocking(move || std::fs::set_permissions(file, PermissionsExt::from_mode(0o600))).await
            }
            None => Ok(()),
        }
    }

    pub(super) async fn read(&self, name: &str, part: MediaPart) -> Result<Option<ObjectContents>> {
        let path = self.directory(name).join(part.name());
        match timeout(TIMEOUT, self.objects.get(&path)).await {
            Ok(Ok(object)) => {
                let length = object.meta.size;
                let stream = object.into_stream().map(|chunk| chunk.map_err(io::Error::other)).boxed();
                Ok(Some(ObjectContents { length, stream }))
            }
            Ok(Err(object_store::Error::NotFound { .. })) => Ok(None),
            Ok(Err(cause)) => Err(unavailable(&cause)),
            Err(elapsed) => Err(unavailable(&elapsed)),
        }
    }

    /// Removes all parts. In a directory, this includes the temporary files of interrupted writes.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        let directory = self.directory(name);
        if let Some(root) = &self.root {
            let directory = root.join(directory.as_ref());
            return run_blocking(move || match std::fs::remove_dir_all(directory) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            })
            .await;
        }
        let removals = MediaPart::ALL.map(|part| {
            let path = directory.clone().join(part.name());
            async move {
                match self.objects.delete(&path).await {
                    Err(object_store::Error::NotFound { .. }) => Ok(()),
                    other => other,
                }
            }
        });
        with_timeout(try_join_all(removals)).await?;
        Ok(())
    }

    fn directory(&self, name: &str) -> Path {
        let shard: String = name.chars().take(2).collect();
        self.prefix.clone().join(shard).join(name)
    }
}

async fn with_timeout<T>(work: impl Future<Output = Result<T, object_store::Error>>) -> Result<T> {
    match timeout(TIMEOUT, work).await {
        Ok(output) => output.map_err(|cause| unavailable(&cause)),
        Err(elapsed) => Err(unavailable(&elapsed)),
    }
}

async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    match timeout(TIMEOUT, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(output)) => output.map_err(|cause| unavailable(&cause)),
        Ok(Err(cause)) => Err(unavailable(&cause)),
        Err(elapsed) => Err(unavailable(&elapsed)),
    }
}

/// Logs why the store failed (full, unreachable, not permitted). The client only learns that it can retry.
fn unavailable(cause: &dyn std::error::Error) -> Error {
    error!(%cause, "the media store failed");
    Error::Unavailable(RETRY_AFTER)
}

fn create_private_dir(directory: &FilePath) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}
