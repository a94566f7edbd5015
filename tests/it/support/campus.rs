//! A complete Studyhall in this process: real sockets, a new database, and a clock that moves only when a test moves
//! it.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use studyhall::app::App;
use studyhall::clock::{Clock, Timestamp};
use studyhall::config::Config;
use studyhall::node;
use studyhall::passwords::HashCost;
use studyhall::{http, schema};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Engine, Person};

/// Saturday 2026-11-21, 09:30 UTC.
const START: Timestamp = Timestamp(1_795_253_400_000_000);

/// The cost of hashing has tests of its own; here it would only slow them down.
pub const CHEAP_HASHING: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

/// A running node with its database.
pub struct Campus {
    pub app: App,
    pub address: SocketAddr,
    /// Removed with the campus.
    _dir: TempDir,
    /// Stops the server when it is dropped.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    database: String,
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl Campus {
    /// Starts a node on a new database of this engine.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// Starts a node with settings, given as flags: `["--registration=confirmed"]`.
    pub async fn start_with(engine: Engine, flags: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory is made");
        let database = engine.create_database(dir.path()).await;
        Self::open(dir, &database, flags, START).await
    }

    /// Starts a node with keys of its own on an existing database.
    pub async fn start_on(database: &str) -> Self {
        Self::start_at(database, &[]).await
    }

    /// Starts a node with keys of its own and settings on an existing database.
    pub async fn start_at(database: &str, flags: &[&str]) -> Self {
        Self::open(tempfile::tempdir().expect("a directory is made"), database, flags, START).await
    }

    async fn open(dir: TempDir, database: &str, flags: &[&str], now: Timestamp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the listener has an address");
        let own = [
            "studyhall".to_owned(),
            format!("--listen={address}"),
            format!("--data-dir={}", dir.path().display()),
            format!("--database-url={database}"),
            "--database-connections=4".to_owned(),
            // Tests sign in side by side, all from one address. How many of them wait at once depends on the machine.
            "--password-queue-per-address=64".to_owned(),
        ];
        let flags = own.into_iter().chain(flags.iter().map(|flag| (*flag).to_owned()));
        let config = Settings::try_parse_from(flags).expect("the flags are right").config;
        let app = node::start(config, Clock::manual(now), CHEAP_HASHING).await.expect("the app starts");
        let (stop, stopped) = oneshot::channel();
        let running = app.clone();
        let server = tokio::spawn(async move {
            let signals = futures_util::stream::once(async move { drop(stopped.await) });
            let executor = schema::executor(&running);
            http::serve(running, executor, listener, Box::pin(signals)).await.expect("the server runs");
        });
        let database = database.to_owned();
        Self { app, address, _dir: dir, stop, server, database }
    }

    /// Starts another node on the same database, with the same keys and a clock of its own.
    pub async fn another_node(&self, flags: &[&str]) -> Self {
        self.another_node_at(flags, START).await
    }

    /// Like `another_node`, with a clock that shows `now`.
    pub async fn another_node_at(&self, flags: &[&str], now: Timestamp) -> Self {
        let dir = tempfile::tempdir().expect("a directory is made");
        let keys = format!("--keys-file={}", self.app.config.keys_file().display());
        let flags: Vec<&str> = flags.iter().copied().chain([keys.as_str()]).collect();
        Self::open(dir, &self.database, &flags, now).await
    }

    /// Returns a client of the same session that sends its requests to this node.
    pub fn client_for(&self, person: &Person) -> Person {
        Person { address: self.address, ..person.clone() }
    }

    /// Stops the server and waits until it has ended.
    pub async fn stop(self) {
        drop(self.stop);
        self.server.await.expect("the server ends well");
    }

    /// Moves the clock forward.
    pub fn advance(&self, time: Duration) {
        self.app.clock.advance(time);
    }

    /// Returns a client that is not signed in.
    pub fn anonymous(&self) -> Person {
        Person::new(self.address)
    }

    /// Registers a member who confirms the email address with the first letter, and returns a client that is signed in.
    pub async fn confirmed_member(&self, username: &str) -> Person {
        let person = self.member(username).await;
        person.confirm_email(&self.mailed_token(&person.email(), 1).await).await;
        person
    }

    /// Returns the pair of name and value for the `cookie` header of a device with this secret.
    pub fn device_cookie(&self, secret: &str) -> String {
        format!("studyhall-device-{}={secret}", self.address.port())
    }

    /// Registers a member and returns a client that is signed in.
    pub async fn member(&self, username: &str) -> Person {
        self.anonymous().register(username).await
    }
}
