//! Where the built pages come from: a directory, or this program itself.

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

/// Where the build puts them, for a server that is started in the project's directory.
const BUILT: &str = "web/dist";

/// The pages in this program, where it was built with them.
#[cfg(feature = "embed-web")]
#[expect(clippy::unreadable_literal, reason = "the list is for the compiler")]
const EMBEDDED: Option<Embedded> = Some(Embedded(include!(concat!(env!("OUT_DIR"), "/pages.rs"))));
#[cfg(not(feature = "embed-web"))]
const EMBEDDED: Option<Embedded> = None;

/// Where the built pages come from. The paths of both are those below the directory, as `assets/app.js`.
#[derive(Clone)]
pub(in crate::http) enum PageSource {
    Directory(PathBuf),
    Program(Embedded),
}

impl PageSource {
    /// A directory that is named wins: whoever changes the pages need not build the program.
    pub(in crate::http) fn of(config: &Config) -> Self {
        match (&config.web_dir, EMBEDDED) {
            (Some(dir), _) => Self::Directory(dir.clone()),
            (None, Some(files)) => Self::Program(files),
            (None, None) => Self::Directory(BUILT.into()),
        }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// `NotFound` where it was not built; others when it is there and cannot be read.
    pub(super) async fn read(&self, name: &str) -> io::Result<String> {
        match self {
            Self::Directory(dir) => tokio::fs::read_to_string(dir.join(name)).await,
            Self::Program(files) => {
                let bytes = files.find(Path::new(name))?.content.into_inner();
                str::from_utf8(bytes).map(str::to_owned).map_err(io::Error::other)
            }
        }
    }

    /// A service for the directory of this name.
    pub(super) fn serve(&self, name: &str) -> Router {
        // The build lays a `.gz` beside what is worth it; compressing each answer anew would cost what login needs.
        match self {
            Self::Directory(dir) => Router::new().fallback_service(ServeDir::new(dir.join(name)).precompressed_gzip()),
            Self::Program(files) => {
                Router::new().fallback_service(ServeDir::with_backend(name, *files).precompressed_gzip())
            }
        }
    }
}

/// Files in this program, in the order of their paths.
#[derive(Clone, Copy)]
pub(in crate::http) struct Embedded(&'static [EmbeddedFile]);

struct EmbeddedFile {
    path: &'static str,
    bytes: &'static [u8],
    /// Since the beginning of Unix time.
    modified: Duration,
}

impl Embedded {
    fn find(self, path: &Path) -> io::Result<OpenFile> {
        let path = path.strip_prefix(".").unwrap_or(path).to_str().ok_or(io::ErrorKind::NotFound)?;
        let place = self.0.binary_search_by_key(&path, |file| file.path).map_err(|_| io::ErrorKind::NotFound)?;
        let file = &self.0[place];
        let modified = SystemTime::UNIX_EPOCH + file.modified;
        Ok(OpenFile { content: Cursor::new(file.bytes), about: About { length: file.bytes.len() as u64, modified } })
    }
}

/// What `ServeDir` asks of a directory: whatever it knows of HTTP holds for both.
impl Backend for Embedded {
    type File = OpenFile;
    type Metadata = About;
    type OpenFuture = Ready<io::Result<OpenFile>>;
    type MetadataFuture = Ready<io::Result<About>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.find(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.find(&path).map(|file| file.about))
    }
}

pub(in crate::http) struct OpenFile {
    content: Cursor<&'static [u8]>,
    about: About,
}

#[derive(Clone, Copy)]
pub(in crate::http) struct About {
    length: u64,
    modified: SystemTime,
}

impl File for OpenFile {
    type Metadata = About;
    type MetadataFuture<'a> = Ready<io::Result<About>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.about))
    }
}

impl Metadata for About {
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

impl AsyncRead for OpenFile {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.content).poll_read(cx, buffer)
    }
}

impl AsyncSeek for OpenFile {
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
        EmbeddedFile { path: "assets/a.js.gz", bytes: b"packed", modified: Duration::ZERO },
        EmbeddedFile { path: "assets/b.ttf", bytes: b"a font", modified: Duration::ZERO },
        EmbeddedFile { path: "graphiql.html", bytes: b"the editor", modified: Duration::ZERO },
        EmbeddedFile { path: "index.html", bytes: b"the client", modified: Duration::ZERO },
    ];

    /// Asks and returns all that a browser sees, but for the day on which a file was made, and the tag made of it.
    async fn ask(source: &PageSource, method: &str, path: &str, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
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
    async fn a_directory_and_the_program_answer_alike() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("assets")).expect("a directory");
        for file in FILES {
            std::fs::write(dir.path().join(file.path), file.bytes).expect("a file");
        }
        let (directory, program) = (PageSource::Directory(dir.path().into()), PageSource::Program(Embedded(FILES)));
        let gzip: &[(&str, &str)] = &[("accept-encoding", "gzip")];
        let browser: &[(&str, &str)] = &[("accept", "text/html")];
        for (method, path, headers, expected) in [
            ("GET", "/", &[][..], "the client"),
            ("HEAD", "/", &[], ""),
            ("GET", "/graphiql", &[], "the editor"),
            ("GET", "/people/ada", browser, "the client"),
            ("GET", "/assets/a.js", &[], "plain"),
            ("GET", "/assets/a.js", gzip, "packed"),
            ("HEAD", "/assets/a.js", gzip, ""),
            ("GET", "/assets/b.ttf", gzip, "a font"),
            ("GET", "/assets/b.ttf", &[("range", "bytes=2-3")], "fo"),
            ("GET", "/assets/b.ttf", &[("range", "bytes=9-")], ""),
            ("GET", "/assets/b.ttf", &[("if-none-match", "*")], ""),
            ("POST", "/assets/a.js", &[], ""),
            ("GET", "/assets/none.js", browser, ""),
            ("GET", "/assets/", &[], ""),
            ("GET", "/assets/%2e%2e/index.html", &[], ""),
        ] {
            let from_directory = ask(&directory, method, path, headers).await;
            assert_eq!(String::from_utf8_lossy(&from_directory.1), expected, "{method} {path} {headers:?}");
            assert_eq!(ask(&program, method, path, headers).await, from_directory, "{method} {path} {headers:?}");
        }
    }

    #[tokio::test]
    async fn what_is_not_built_is_missed_alike() {
        let (directory, program) = (PageSource::Directory("/nonexistent".into()), PageSource::Program(Embedded(&[])));
        for path in ["/", "/graphiql", "/people/ada", "/assets/a.js"] {
            let headers = [("accept", "text/html")];
            assert_eq!(ask(&program, "GET", path, &headers).await, ask(&directory, "GET", path, &headers).await);
        }
    }

    #[cfg(feature = "embed-web")]
    #[tokio::test]
    async fn the_build_is_in_the_program() {
        let program = EMBEDDED.map(PageSource::Program).expect("the feature is on");
        let (head, body) = ask(&program, "GET", "/", &[]).await;
        let page = String::from_utf8(body).expect("text");
        let (_, from_script) = page.split_once("src=\"/assets/").expect("a script");
        let (script, _) = from_script.split_once('"').expect("its end");
        assert!(head.starts_with("200"), "{head}");
        let (head, _) = ask(&program, "GET", &format!("/assets/{script}"), &[("accept-encoding", "gzip")]).await;
        assert!(head.starts_with("200") && head.contains("immutable") && head.contains("gzip"), "{head}");
        assert!(ask(&program, "GET", "/graphiql", &[]).await.0.starts_with("200"));
    }
}
