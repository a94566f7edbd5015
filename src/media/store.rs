//! Where the bytes of pictures lie: a directory, or a bucket of an S3-compatible store.
//!
//! Objects are called `<first two letters of the name>/<name>/<size>`, so that no directory grows too large.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::time::timeout;
use tracing::error;

use super::Size;
use crate::config::{Config, MediaLocation};
use crate::error::{Error, Result};

/// What takes longer has failed. The store may still do it.
const TIMEOUT: Duration = Duration::from_secs(15);

const TRY_AGAIN: Duration = Duration::from_secs(5);

/// The bytes of one object.
pub struct Contents {
    pub length: u64,
    pub stream: BoxStream<'static, Result<Bytes, io::Error>>,
}

#[derive(Debug)]
pub(super) struct Store {
    objects: Arc<dyn ObjectStore>,
    /// Below this path of the bucket.
    prefix: Path,
    /// The directory, where the objects are files.
    root: Option<PathBuf>,
}

impl Store {
    pub(super) fn open(config: &Config) -> Result<Self, String> {
        match config.media_location()? {
            MediaLocation::Directory(root) => {
                make_private(&root).map_err(|cause| format!("{} cannot be made: {cause}", root.display()))?;
                let files = LocalFileSystem::new_with_prefix(&root).map_err(|cause| cause.to_string())?;
                // A row tells of these bytes as soon as they are here: they must outlast a power cut as the row does.
                Ok(Self { objects: Arc::new(files.with_fsync(true)), prefix: Path::default(), root: Some(root) })
            }
            MediaLocation::Bucket { url, options } => {
                let (objects, prefix) =
                    object_store::parse_url_opts(&url, options).map_err(|cause| cause.to_string())?;
                Ok(Self { objects: objects.into(), prefix, root: None })
            }
        }
    }

    pub(super) async fn put(&self, name: &str, size: Size, bytes: Bytes) -> Result<()> {
        let path = self.directory(name).join(size.name());
        if let Some(root) = &self.root {
            let directory = root.join(self.directory(name).as_ref());
            blocking(move || make_private(&directory)).await?;
        }
        answer(self.objects.put(&path, bytes.into())).await?;
        if let Some(root) = &self.root {
            // Its directory let nobody in meanwhile.
            let file = root.join(path.as_ref());
            blocking(move || std::fs::set_permissions(file, PermissionsExt::from_mode(0o600))).await?;
        }
        Ok(())
    }

    pub(super) async fn read(&self, name: &str, size: Size) -> Result<Option<Contents>> {
        let path = self.directory(name).join(size.name());
        match timeout(TIMEOUT, self.objects.get(&path)).await {
            Ok(Ok(found)) => {
                let length = found.meta.size;
                let stream = found.into_stream().map(|chunk| chunk.map_err(io::Error::other)).boxed();
                Ok(Some(Contents { length, stream }))
            }
            Ok(Err(object_store::Error::NotFound { .. })) => Ok(None),
            Ok(Err(cause)) => Err(unavailable(&cause)),
            Err(late) => Err(unavailable(&late)),
        }
    }

    /// A directory goes whole, with what a write that was cut off left in it.
    pub(super) async fn remove(&self, name: &str) -> Result<()> {
        let directory = self.directory(name);
        if let Some(root) = &self.root {
            let directory = root.join(directory.as_ref());
            return blocking(move || match std::fs::remove_dir_all(directory) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            })
            .await;
        }
        let removals = Size::ALL.map(|size| {
            let path = directory.clone().join(size.name());
            async move {
                match self.objects.delete(&path).await {
                    Err(object_store::Error::NotFound { .. }) => Ok(()),
                    other => other,
                }
            }
        });
        answer(try_join_all(removals)).await?;
        Ok(())
    }

    fn directory(&self, name: &str) -> Path {
        let letters: String = name.chars().take(2).collect();
        self.prefix.clone().join(letters).join(name)
    }
}

async fn answer<T>(work: impl Future<Output = Result<T, object_store::Error>>) -> Result<T> {
    match timeout(TIMEOUT, work).await {
        Ok(done) => done.map_err(|cause| unavailable(&cause)),
        Err(late) => Err(unavailable(&late)),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    match timeout(TIMEOUT, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => done.map_err(|cause| unavailable(&cause)),
        Ok(Err(cause)) => Err(unavailable(&cause)),
        Err(late) => Err(unavailable(&late)),
    }
}

/// Full, gone, not permitted: nothing that the client could do about it, and the log says which.
fn unavailable(cause: &dyn std::error::Error) -> Error {
    error!(%cause, "the media store does not work");
    Error::Unavailable(TRY_AGAIN)
}

fn make_private(directory: &FilePath) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}
