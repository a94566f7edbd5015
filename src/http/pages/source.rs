//! The built pages: files of a directory, or files embedded in the program.

use std::future::{Ready, ready};
use std::io::{self, Cursor, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::Router;
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, File, Metadata};

use crate::config::Config;

/// The output directory of the web build, relative to the project.
const BUILD_DIR: &str = "web/dist";

/// The embedded pages, with the feature `embed-web`.
#[cfg(feature = "embed-web")]
#[expect(clippy::unreadable_literal, reason = "the list is generated")]
const EMBEDDED: Option<EmbeddedFiles> = Some(EmbeddedFiles(include!(concat!(env!("OUT_DIR"), "/pages.rs"))));
#[cfg(not(feature = "embed-web"))]
const EMBEDDED: Option<EmbeddedFiles> = None;

/// Where the built pages are. Paths are relative to the build directory, like `assets/app.js`.
#[derive(Clone)]
pub(in crate::http) enum PageSource {
    Directory(PathBuf),
    Embedded(EmbeddedFiles),
}

impl PageSource {
    /// A configured directory takes precedence, so that pages can change without a build of the program.
    pub(in crate::http) fn from_config(config: &Config) -> Self {
        match (&config.web_dir, EMBEDDED) {
            (Some(dir), _) => Self::Directory(dir.clone()),
            (None, Some(files)) => Self::Embedded(files),
            (None, None) => Self::Directory(BUILD_DIR.into()),
        }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// `NotFound` when the page was not built.
    pub(super) async fn read(&self, name: &str) -> io::Result<String> {
        match self {
            Self::Directory(dir) => tokio::fs::read_to_string(dir.join(name)).await,
            Self::Embedded(files) => {
                let bytes = files.find(Path::new(name))?.content.into_inner();
                str::from_utf8(bytes).map(str::to_owned).map_err(io::Error::other)
            }
        }
    }

    /// Returns a service for a directory of the build.
    pub(super) fn serve(&self, name: &str) -> Router {
        // The build writes a `.br` and a `.gz` next to files that compress well. Compressing each response would take the CPU time
        // that logins need.
        match self {
            Self::Directory(dir) => {
                let files = ServeDir::new(dir.join(name));
                Router::new().fallback_service(files.precompressed_br().precompressed_gzip())
            }
            Self::Embedded(files) => {
                let files = ServeDir::with_backend(name, *files);
                Router::new().fallback_service(files.precompressed_br().precompressed_gzip())
            }
        }
    }
}

/// The files embedded in the program, sorted by path.
#[derive(Clone, Copy)]
pub(in crate::http) struct EmbeddedFiles(&'static [EmbeddedFile]);

struct EmbeddedFile {
    path: &'static str,
    bytes: &'static [u8],
    /// Since the Unix epoch.
    modified: Duration,
}

impl EmbeddedFiles {
    fn find(self, path: &Path) -> io::Result<EmbeddedReader> {
        let path = path.strip_prefix(".").unwrap_or(path).to_str().ok_or(io::ErrorKind::NotFound)?;
        let index = self.0.binary_search_by_key(&path, |file| file.path).map_err(|_| io::ErrorKind::NotFound)?;
        let file = &self.0[index];
        let modified = SystemTime::UNIX_EPOCH + file.modified;
        let metadata = EmbeddedMetadata { length: file.bytes.len() as u64, modified };
        Ok(EmbeddedReader { content: Cursor::new(file.bytes), metadata })
    }
}

/// Lets `ServeDir` serve embedded files, so that both sources answer ranges and conditional requests alike.
impl Backend for EmbeddedFiles {
    type File = EmbeddedReader;
    type Metadata = EmbeddedMetadata;
    type OpenFuture = Ready<io::Result<EmbeddedReader>>;
    type MetadataFuture = Ready<io::Result<EmbeddedMetadata>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.find(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.find(&path).map(|file| file.metadata))
    }
}

pub(in crate::http) struct EmbeddedReader {
    content: Cursor<&'static [u8]>,
    metadata: EmbeddedMetadata,
}

#[derive(Clone, Copy)]
pub(in crate::http) struct EmbeddedMetadata {
    length: u64,
    modified: SystemTime,
}

impl File for EmbeddedReader {
    type Metadata = EmbeddedMetadata;
    type MetadataFuture<'a> = Ready<io::Result<EmbeddedMetadata>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.metadata))
    }
}

impl Metadata for EmbeddedMetadata {
    fn is_dir(&self) -> bool {
        false
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.modified)
    }

    fn len(&self) -> u64 {
        self.length
    }
}

impl AsyncRead for EmbeddedReader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.content).poll_read(cx, buffer)
    }
}

impl AsyncSeek for EmbeddedReader {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.content).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.content).poll_complete(cx)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::{HeaderValue, Request, header};
    use tower::ServiceExt;

    use super::*;
    use crate::http::pages;

    const FILES: &[EmbeddedFile] = &[
        EmbeddedFile { path: "assets/a.js", bytes: b"plain", modified: Duration::ZERO },
        EmbeddedFile { path: "assets/a.js.br", bytes: b"smallest", modified: Duration::ZERO },
        EmbeddedFile { path: "assets/a.js.gz", bytes: b"packed", modified: Duration::ZERO },
        EmbeddedFile { path: "assets/b.ttf", bytes: b"a font", modified: Duration::ZERO },
        EmbeddedFile { path: "graphiql.html", bytes: b"the editor", modified: Duration::ZERO },
        EmbeddedFile { path: "index.html", bytes: b"the client", modified: Duration::ZERO },
        EmbeddedFile { path: "manifest.webmanifest", bytes: b"the names", modified: Duration::ZERO },
        EmbeddedFile { path: "offline.html", bytes: b"no connection", modified: Duration::ZERO },
        EmbeddedFile { path: "service-worker.js", bytes: b"the worker", modified: Duration::ZERO },
    ];

    /// Returns status, headers and body of a response, without the values of `ETag` and `Last-Modified`.
    async fn send(source: &PageSource, method: &str, path: &str, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let response = pages::routes::<()>(source.clone()).oneshot(request).await.expect("an answer");
        let (mut parts, body) = response.into_parts();
        for name in [header::ETAG, header::LAST_MODIFIED] {
            if let Some(value) = parts.headers.get_mut(name) {
                *value = HeaderValue::from_static("..");
            }
        }
        let head = format!("{} {:?}", parts.status, parts.headers);
        (head, to_bytes(body, 1024 * 1024).await.expect("a body").to_vec())
    }

    #[tokio::test]
    async fn a_directory_and_embedded_files_are_served_alike() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("assets")).expect("a directory");
        for file in FILES {
            std::fs::write(dir.path().join(file.path), file.bytes).expect("a file");
        }
        let (directory, embedded) =
            (PageSource::Directory(dir.path().into()), PageSource::Embedded(EmbeddedFiles(FILES)));
        let gzip: &[(&str, &str)] = &[("accept-encoding", "gzip")];
        let browser: &[(&str, &str)] = &[("accept", "text/html")];
        for (method, path, headers, expected) in [
            ("GET", "/", &[][..], "the client"),
            ("HEAD", "/", &[], ""),
            ("GET", "/graphiql", &[], "the editor"),
            ("GET", "/manifest.webmanifest", &[], "the names"),
            ("GET", "/offline.html", browser, "no connection"),
            ("GET", "/service-worker.js", &[], "the worker"),
            ("GET", "/people/ada", browser, "the client"),
            ("GET", "/assets/a.js", &[], "plain"),
            ("GET", "/assets/a.js", gzip, "packed"),
            ("HEAD", "/assets/a.js", gzip, ""),
            ("GET", "/assets/a.js", &[("accept-encoding", "gzip, deflate, br, zstd")], "smallest"),
            ("GET", "/assets/b.ttf", gzip, "a font"),
            ("GET", "/assets/b.ttf", &[("range", "bytes=2-3")], "fo"),
            ("GET", "/assets/b.ttf", &[("range", "bytes=9-")], ""),
            ("GET", "/assets/b.ttf", &[("if-none-match", "*")], ""),
            ("POST", "/assets/a.js", &[], ""),
            ("GET", "/assets/none.js", browser, ""),
            ("GET", "/assets/", &[], ""),
            ("GET", "/assets/%2e%2e/index.html", &[], ""),
        ] {
            let expected_response = send(&directory, method, path, headers).await;
            assert_eq!(String::from_utf8_lossy(&expected_response.1), expected, "{method} {path} {headers:?}");
            assert_eq!(send(&embedded, method, path, headers).await, expected_response, "{method} {path} {headers:?}");
        }
    }

    #[tokio::test]
    async fn a_missing_build_is_reported_alike_by_both_sources() {
        let (directory, embedded) =
            (PageSource::Directory("/nonexistent".into()), PageSource::Embedded(EmbeddedFiles(&[])));
        for path in ["/", "/graphiql", "/people/ada", "/assets/a.js", "/offline.html", "/service-worker.js"] {
            let headers = [("accept", "text/html")];
            assert_eq!(send(&embedded, "GET", path, &headers).await, send(&directory, "GET", path, &headers).await);
        }
    }

    #[cfg(feature = "embed-web")]
    #[tokio::test]
    async fn embedded_files_contain_the_build() {
        let embedded = EMBEDDED.map(PageSource::Embedded).expect("the feature is enabled");
        let (head, body) = send(&embedded, "GET", "/", &[]).await;
        let page = String::from_utf8(body).expect("text");
        let (_, from_script) = page.split_once("src=\"/assets/").expect("a script");
        let (script, _) = from_script.split_once('"').expect("its end");
        assert!(head.starts_with("200"), "{head}");
        let (head, _) = send(&embedded, "GET", &format!("/assets/{script}"), &[("accept-encoding", "gzip")]).await;
        assert!(head.starts_with("200") && head.contains("immutable") && head.contains("gzip"), "{head}");
        assert!(send(&embedded, "GET", "/graphiql", &[]).await.0.starts_with("200"));
    }
}
