//! Mails from the outbox to a real mail server and to files, on both databases.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use clap::Parser;
use rstest::rstest;
use secrecy::ExposeSecret;
use serde::Deserialize;
use studyhall::clock::{Clock, Timestamp};
use studyhall::config::Config;
use studyhall::db::{Db, Query};
use studyhall::locale::Locale;
use studyhall::mail::{self, Letter, LinkToken, Mail, Tally};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};

use crate::support::Engine;

/// Longer than any step takes. A test that waits this long has failed.
const TIMEOUT: Duration = Duration::from_secs(30);

const START: Timestamp = Timestamp(1_800_000_000_000_000);

#[rstest]
#[tokio::test]
async fn a_mail_becomes_a_private_file_named_by_its_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::new(engine).await;
    let node = campus.start(None);
    let link = LinkToken::new(&node.mail).unwrap();
    node.enqueue(&Letter::ResetPassword { username: "jane".to_owned(), nonce: link.nonce.clone() }).await;
    node.wait_for_delivered(1).await;
    node.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    node.wait_for_delivered(2).await;

    let files = campus.files();
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].lines().any(|line| line == link.token.expose_secret()), "{}", texts[0]);
    assert!(texts[1].contains("Subject: Your password was changed"));
    let mode = |path: &PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert!(files.iter().all(|file| mode(file) == 0o600));
    assert_eq!(campus.queued().await, 0);
    node.close().await;
}

#[rstest]
#[tokio::test]
async fn a_mail_of_a_rolled_back_transaction_is_never_sent(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::new(engine).await;
    let node = campus.start(None);
    let mut tx = campus.db.write().await.unwrap();
    let _ = mail::enqueue(&mut tx, &campus.clock, "jane@uni.example", (&Letter::AddressInUse, Locale::En), None)
        .await
        .unwrap();
    drop(tx);
    node.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    node.wait_for_delivered(1).await;
    assert_eq!(campus.files().len(), 1);
    node.close().await;
}

#[rstest]
#[tokio::test]
async fn a_mail_server_receives_the_mail(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut server = MailServer::start(0, 0).await;
    let campus = Campus::new(engine).await;
    let node = campus.start(Some(server.port));
    node.enqueue(&Letter::PasswordChanged { username: "Zoë".to_owned() }).await;
    let letter = server.next().await;
    assert_eq!(
        (letter.from.as_str(), letter.to.as_slice()),
        ("studyhall@hall.example", &["jane@uni.example".to_owned()][..])
    );
    assert!(letter.data.contains("Content-Type: multipart/alternative"));
    node.wait_for_delivered(1).await;
    assert_eq!(campus.queued().await, 0);
    node.close().await;
}

#[rstest]
#[tokio::test]
async fn a_mail_server_that_is_down_or_busy_receives_the_mail_later(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let campus = Campus::new(engine).await;
    let node = campus.start(Some(port));
    node.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    node.wait_for_tally(|tally| tally.failed == 1).await;

    let mut server = MailServer::start(port, 1).await;
    campus.clock.advance(Duration::from_secs(5));
    node.mail.wake();
    node.wait_for_tally(|tally| tally.failed == 2).await;
    campus.clock.advance(Duration::from_secs(10));
    node.mail.wake();
    server.next().await;
    node.wait_for_tally(|tally| *tally == Tally { delivered: 1, failed: 2 }).await;
    node.close().await;
}

#[rstest]
#[tokio::test]
async fn a_crash_between_sending_and_deleting_repeats_the_same_mail(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut server = MailServer::start(0, 0).await;
    let campus = Campus::new(engine).await;
    let node = campus.start(Some(server.port));
    node.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    let first = server.next().await;
    node.wait_for_delivered(1).await;
    node.close().await;

    // The state after a crash: the row is leased to a node that no longer runs.
    let id: i64 = first.header("Message-ID").trim_matches(['<', '>']).split_once('@').unwrap().0.parse().unwrap();
    let leased_until = START.plus(Duration::from_secs(50));
    campus
        .db
        .run(
            "insert into outbox (id, recipient, letter, created_at, attempts, due_at) values ($1, $2, $3, $4, 1, $5)",
            &[&id, &"jane@uni.example", &r#"{"kind":"password_changed","username":"jane"}"#, &START, &leased_until],
        )
        .await
        .unwrap();
    let node = campus.start(Some(server.port));
    campus.clock.advance(Duration::from_secs(50));
    node.mail.wake();
    let second = server.next().await;
    for header in ["Message-ID", "Date", "Subject"] {
        assert_eq!(first.header(header), second.header(header));
    }
    node.wait_for_delivered(1).await;
    assert_eq!(campus.queued().await, 0);
    node.close().await;
}

#[rstest]
#[tokio::test]
async fn a_mail_that_a_node_does_not_finish_is_sent_by_another_within_a_minute(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let campus = Campus::new(engine).await;
    let stuck = campus.start(Some(silent.local_addr().unwrap().port()));
    stuck.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    let connection = tokio::time::timeout(TIMEOUT, silent.accept()).await.expect("in time").unwrap();
    let mut server = MailServer::start(0, 0).await;
    let node = campus.start(Some(server.port));
    // The other node looks every 5 seconds.
    campus.clock.advance(Duration::from_secs(55));
    node.mail.wake();
    server.next().await;
    node.wait_for_delivered(1).await;
    assert_eq!(campus.queued().await, 0);
    node.close().await;
    drop(connection);
}

#[rstest]
#[tokio::test]
async fn two_nodes_send_each_mail_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let mut server = MailServer::start(0, 0).await;
    let campus = Campus::new(engine).await;
    let (one, two) = (campus.start(Some(server.port)), campus.start(Some(server.port)));
    let mut tx = campus.db.write().await.unwrap();
    for _ in 0..20 {
        let _ = mail::enqueue(&mut tx, &campus.clock, "jane@uni.example", (&Letter::AddressInUse, Locale::En), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    // Both find the same mails at the same time.
    one.mail.wake();
    two.mail.wake();
    let mut ids = std::collections::HashSet::new();
    for _ in 0..20 {
        ids.insert(server.next().await.header("Message-ID"));
    }
    assert_eq!(ids.len(), 20);
    one.close().await;
    two.close().await;
    assert_eq!(one.mail.tally().borrow().delivered + two.mail.tally().borrow().delivered, 20);
    assert_eq!(campus.queued().await, 0);
}

#[rstest]
#[tokio::test]
async fn a_mail_is_given_up_after_three_days(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let campus = Campus::new(engine).await;
    let node = campus.start(Some(port));
    node.enqueue(&Letter::PasswordChanged { username: "jane".to_owned() }).await;
    node.wait_for_tally(|tally| tally.failed == 1).await;
    assert_eq!(campus.queued().await, 1);
    campus.clock.advance(Duration::from_hours(72));
    node.mail.wake();
    node.wait_for_tally(|tally| tally.failed == 2).await;
    assert_eq!(campus.queued().await, 0);
    node.close().await;
}

/// The database and the data directory of a test.
struct Campus {
    db: Db,
    clock: Clock,
    directory: TempDir,
}

/// A node that sends mail.
struct Node {
    db: Db,
    clock: Clock,
    mail: Mail,
    tally: watch::Receiver<Tally>,
}

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

impl Campus {
    async fn new(engine: Engine) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let db = Db::open(&engine.create_database(directory.path()).await.into(), 4).await.unwrap();
        Self { db, clock: Clock::manual(START), directory }
    }

    fn start(&self, smtp_port: Option<u16>) -> Node {
        let mut flags = vec![
            "test".to_owned(),
            format!("--data-dir={}", self.directory.path().display()),
            "--public-url=https://hall.example".to_owned(),
        ];
        flags.extend(smtp_port.map(|port| format!("--smtp-url=smtp://127.0.0.1:{port}")));
        let config = Settings::parse_from(flags).config;
        let mail = Mail::open(&config, "hall", self.db.clone(), self.clock.clone(), [7; 32], [8; 32]).unwrap();
        mail.start();
        Node { db: self.db.clone(), clock: self.clock.clone(), tally: mail.tally(), mail }
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.directory.path().join("outbox")).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    async fn queued(&self) -> i64 {
        let (count,): (i64,) = self.db.one("select count(*) from outbox", &[]).await.unwrap();
        count
    }
}

impl Node {
    async fn enqueue(&self, letter: &Letter) {
        let mut tx = self.db.write().await.unwrap();
        let _ = mail::enqueue(&mut tx, &self.clock, "jane@uni.example", (letter, Locale::En), None).await.unwrap();
        tx.commit().await.unwrap();
        self.mail.wake();
    }

    async fn wait_for_delivered(&self, count: u64) {
        self.wait_for_tally(|tally| tally.delivered == count).await;
    }

    async fn wait_for_tally(&self, condition: impl FnMut(&Tally) -> bool) {
        let mut tally = self.tally.clone();
        tokio::time::timeout(TIMEOUT, tally.wait_for(condition)).await.expect("in time").unwrap();
    }

    async fn close(&self) {
        self.mail.close().await;
    }
}

/// A mail server in its own process, which ends when its input is closed.
struct MailServer {
    port: u16,
    letters: mpsc::UnboundedReceiver<String>,
    process: Child,
    input: Option<ChildStdin>,
}

/// A mail that the mail server received.
#[derive(Deserialize)]
struct ReceivedMail {
    from: String,
    to: Vec<String>,
    data: String,
}

impl ReceivedMail {
    fn header(&self, name: &str) -> String {
        let line = self.data.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.expect("the header").to_owned()
    }
}

impl MailServer {
    async fn start(port: u16, refusals: u32) -> Self {
        let mut process = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/smtp_peer.py"))
            .args([port.to_string(), refusals.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with aiosmtpd");
        let output = BufReader::new(process.stdout.take().unwrap());
        let (lines, mut letters) = mpsc::unbounded_channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let first = tokio::time::timeout(TIMEOUT, letters.recv()).await.expect("in time").expect("the server started");
        Self { port: first.parse().unwrap(), letters, input: process.stdin.take(), process }
    }

    async fn next(&mut self) -> ReceivedMail {
        let line = tokio::time::timeout(TIMEOUT, self.letters.recv()).await.expect("in time").expect("the server runs");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
