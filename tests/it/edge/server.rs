//! A server on its own port, and a client that sends raw HTTP.

use std::net::SocketAddr;

use clap::Parser;
use secrecy::ExposeSecret;
use serde_json::Value;
use studyhall::accounts::registration::Registration;
use studyhall::accounts::registration::profile::NewProfile;
use studyhall::accounts::registration::rules::register;
use studyhall::accounts::sessions::TokenTransport;
use studyhall::accounts::{Client, SessionId};
use studyhall::app::App;
use studyhall::clock::Clock;
use studyhall::config::Config;
use studyhall::graphql::Executor;
use studyhall::graphql::price_list::PriceList;
use studyhall::graphql::sharing::ViewerIndependent;
use studyhall::locale::Locale;
use studyhall::node;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::schema::{self, World};
use crate::support::PASSWORD;
use crate::support::campus::CHEAP_HASHING;

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

pub struct Server {
    pub address: SocketAddr,
    pub world: World,
    pub app: App,
    /// Deleted with the server.
    _dir: TempDir,
    signals: mpsc::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

/// A raw HTTP response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with settings in the form of the command line.
    pub async fn with(settings: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, settings).await
    }

    pub async fn on(listener: TcpListener, settings: &[&str]) -> Self {
        let address = listener.local_addr().expect("an address");
        let dir = tempfile::tempdir().expect("a directory");
        let (listen, data) = (format!("--listen={address}"), format!("--data-dir={}", dir.path().display()));
        let settings = ["studyhall", &listen, &data].into_iter().chain(settings.iter().copied());
        let config = Settings::parse_from(settings).config;
        let world = World::default();
        let app = node::start(config, Clock::system(), CHEAP_HASHING).await.expect("the app starts");
        let executor =
            Executor::new(&app.config, app.limiter.clone(), PriceList::default(), ViewerIndependent::default(), || {
                schema::source(&world)
            });
        let (signals, mut signal_receiver) = mpsc::channel(2);
        let signal_stream = futures_util::stream::poll_fn(move |cx| signal_receiver.poll_recv(cx));
        let served = tokio::spawn(studyhall::http::serve(app.clone(), executor, listener, signal_stream));
        Self { address, world, app, _dir: dir, signals, served }
    }

    /// Registers a member and returns the session with its access token or cookie.
    pub async fn session(&self, transport: TokenTransport) -> (SessionId, String) {
        let (address, locale) = (self.address.ip(), Locale::En);
        let client = Client { address, user_agent: None, device: None, may_set_cookies: true, locale };
        let form = Registration {
            email: "ada@campus.example".to_owned(),
            password: PASSWORD.into(),
            username: "ada".to_owned(),
            profile: NewProfile::default(),
            transport,
            device_name: None,
            invitation: None,
            note: None,
            locale: None,
        };
        let signed_in = register(&self.app, &client, None, form).await.expect("a member").expect("a session");
        let secret =
            if transport == TokenTransport::Cookie { signed_in.issued.secret } else { signed_in.issued.access_token };
        (signed_in.issued.session, secret.expose_secret().to_owned())
    }

    pub async fn signal(&self) {
        self.signals.send(()).await.expect("the server runs");
    }

    /// Waits until the server has stopped.
    pub async fn stopped(self) {
        self.served.await.expect("no panic").expect("a clean shutdown");
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Sends a head and a body, and reads the response.
    pub async fn send(&self, head: &str, body: impl AsRef<[u8]>) -> Response {
        let mut stream = self.connect().await;
        let body = body.as_ref();
        let head = format!("{}\r\nHost: {}\r\nContent-Length: {}\r\n\r\n", head.trim(), self.address, body.len());
        // The server can respond and close the connection before it has read everything.
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(body).await;
        read_response(&mut stream).await
    }

    pub async fn get(&self, path: &str, headers: &str) -> Response {
        self.send(&format!("GET {path} HTTP/1.1\r\n{headers}"), "").await
    }

    pub async fn post(&self, headers: &str, body: impl AsRef<[u8]>) -> Response {
        self.send(&format!("POST /graphql HTTP/1.1\r\n{headers}"), body).await
    }

    pub async fn json(&self, body: Value) -> Response {
        self.post("Content-Type: application/json\r\nAccept: application/graphql-response+json", body.to_string()).await
    }

    pub async fn query(&self, query: &str) -> Response {
        self.json(serde_json::json!({ "query": query })).await
    }

    /// Asserts that a simple query works.
    pub async fn assert_alive(&self) {
        assert_eq!(self.query("{ greeting }").await.json()["data"]["greeting"], "Hello you");
    }
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Returns the code of the first error.
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Returns true if `Vary` lists this request header.
    pub fn varies_with(&self, name: &str) -> bool {
        let lines = self.head.lines().filter_map(|line| line.strip_prefix("vary:"));
        lines.flat_map(|names| names.split(',')).any(|listed| listed.trim() == name)
    }
}

pub async fn read_response(stream: &mut TcpStream) -> Response {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let is_complete = length.is_some_and(|length: usize| body.len() >= length) || text.ends_with("0\r\n\r\n");
            if is_complete || head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 101") {
                break;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Response { status, head: head.to_owned(), body: body.to_owned() }
}
