//! Where connections arrive: a TCP address, and a Unix socket if the settings name one.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tracing::info;

/// The owner and the group of the server, to which a proxy can belong.
const SOCKET_MODE: u32 = 0o660;

#[derive(Debug)]
pub(super) struct Listeners {
    pub(super) tcp: TcpListener,
    unix: Option<UnixSocket>,
}

/// A Unix socket, whose file is removed with it.
#[derive(Debug)]
struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
}

/// An accepted connection.
#[derive(Debug)]
pub(super) enum Accepted {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

impl Listeners {
    /// # Errors
    /// When the path is in use, or the socket cannot be made there.
    pub(super) fn open(tcp: TcpListener, path: Option<&Path>) -> io::Result<Self> {
        info!(address = %tcp.local_addr()?, "listening");
        let named = |path: &Path, cause: io::Error| {
            io::Error::new(cause.kind(), format!("STUDYHALL_LISTEN_UNIX: cannot listen on {}: {cause}", path.display()))
        };
        let unix = path.map(|path| UnixSocket::bind(path).map_err(|cause| named(path, cause))).transpose()?;
        Ok(Self { tcp, unix })
    }

    /// Waits for a connection.
    pub(super) async fn accept(&self) -> io::Result<Accepted> {
        let unix = async {
            match &self.unix {
                Some(socket) => socket.listener.accept().await.map(|(stream, _)| Accepted::Unix(stream)),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            tcp = self.tcp.accept() => tcp.map(|(stream, peer)| Accepted::Tcp(stream, peer)),
            unix = unix => unix,
        }
    }
}

impl UnixSocket {
    fn bind(path: &Path) -> io::Result<Self> {
        // A server that was killed leaves its file.
        match BlockingStream::connect(path) {
            Ok(_) => return Err(io::Error::new(ErrorKind::AddrInUse, "another server listens there")),
            Err(cause) if cause.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path)?,
            Err(_) => {}
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, PermissionsExt::from_mode(SOCKET_MODE))?;
        info!(path = %path.display(), "listening");
        Ok(Self { listener, path: path.to_owned() })
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
