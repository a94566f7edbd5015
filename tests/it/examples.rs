//! The programs in `examples`, run against the real program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::crash;
use crate::support::{Engine, PASSWORD, Person};

/// How long a test waits for anything before it fails.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A running program with its database.
struct Server {
    address: SocketAddr,
    _process: Child,
    _dir: TempDir,
}

impl Server {
    async fn start(engine: Engine) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let database = engine.create_database(dir.path()).await;
        let (process, address) = crash::start(dir.path(), &database).await;
        Self { address, _process: process, _dir: dir }
    }

    async fn member(&self, username: &str) -> Person {
        Person::new(self.address).register(username).await
    }
}

/// A running example.
struct Example {
    process: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Example {
    /// Starts an example against the API at `address`, signed in as `member` if there is one.
    fn start(name: &str, address: SocketAddr, member: Option<&Person>, arguments: &[&str]) -> Self {
        let mut command = Command::new(program(name));
        if let Some(member) = member {
            command.env("STUDYHALL_IDENTIFIER", &member.username).env("STUDYHALL_PASSWORD", PASSWORD);
        }
        let mut process = command
            .env("STUDYHALL_URL", format!("http://{address}/graphql"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start ({error}); `cargo build --examples` builds it"));
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { input: process.stdin.take(), process, lines }
    }

    /// Starts an example that enters the lobby, and waits until it has entered.
    async fn in_lobby(name: &str, address: SocketAddr, pseudonym: &str) -> Self {
        let mut example = Self::start(name, address, None, &[pseudonym]);
        let first = example.line().await;
        assert!(first.contains(pseudonym), "{first}");
        example
    }

    async fn line(&mut self) -> String {
        let line = timeout(TIMEOUT, self.lines.next_line()).await.expect("a line before the timeout");
        line.expect("text").expect("another line")
    }

    /// Returns the next message. Skips guests who enter or leave, because that depends on timing.
    async fn next_message(&mut self) -> String {
        loop {
            let line = self.line().await;
            if !line.starts_with('*') {
                return line;
            }
        }
    }

    async fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input");
        input.write_all(format!("{line}\n").as_bytes()).await.expect("it reads");
    }

    /// Closes the input, and returns what the program prints until it exits successfully.
    async fn finish(mut self) -> Vec<String> {
        drop(self.input.take());
        self.exit().await
    }

    /// Sends SIGINT, and returns what the program prints until it exits successfully.
    async fn interrupt(mut self) -> Vec<String> {
        let process = self.process.id().expect("it runs").to_string();
        let status = Command::new("kill").args(["-INT", &process]).status().await.expect("`kill` is installed");
        assert!(status.success(), "{status}");
        self.exit().await
    }

    async fn exit(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        let end = async {
            while let Some(line) = self.lines.next_line().await.expect("text") {
                rest.push(line);
            }
            self.process.wait().await.expect("it exits")
        };
        let status = timeout(TIMEOUT, end).await.expect("an exit before the timeout");
        assert!(status.success(), "{status}: {rest:?}");
        rest
    }
}

/// Returns the path of an example: cargo builds examples beside the directory of this program.
fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("this program has a file");
    here.parent().and_then(|deps| deps.parent()).expect("a profile's directory").join("examples").join(name)
}

/// A TCP proxy to the server whose connections can be cut.
struct Proxy {
    address: SocketAddr,
    is_connected: watch::Sender<bool>,
}

impl Proxy {
    async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let (is_connected, watched) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server, watched.clone()));
            }
        });
        Self { address, is_connected }
    }

    fn cut(&self) {
        self.is_connected.send_replace(false);
    }

    fn restore(&self) {
        self.is_connected.send_replace(true);
    }
}

async fn forward(mut client: TcpStream, server: SocketAddr, mut is_connected: watch::Receiver<bool>) {
    if !*is_connected.borrow_and_update() {
        return;
    }
    let Ok(mut upstream) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut upstream) => {}
        _ = is_connected.changed() => {}
    }
}

#[rstest]
#[tokio::test]
async fn two_lobby_clients_exchange_messages(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let mut ada = Example::in_lobby("lobby", server.address, "ada").await;
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    ada.type_line("good morning").await;
    assert_eq!(grace.line().await, "<ada> good morning");
    grace.type_line("").await;
    grace.type_line("to you too").await;
    assert_eq!(ada.line().await, "<grace> to you too");
    // The last line is sent before the program exits, and its guest leaves at once.
    grace.type_line("bye").await;
    assert_eq!(grace.finish().await, [""; 0]);
    assert_eq!([ada.line().await, ada.line().await], ["<grace> bye", "* grace has left"]);
    assert_eq!(ada.finish().await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_lobby_client_misses_no_message_while_its_connection_is_cut(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let server = Server::start(engine).await;
    let proxy = Proxy::start(server.address).await;
    let mut ada = Example::in_lobby("lobby", proxy.address, "ada").await;
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    let mut linus = Example::in_lobby("lobby", server.address, "linus").await;
    for round in 1..=2 {
        proxy.cut();
        ada.type_line(&format!("can you hear me? {round}")).await;
        grace.type_line(&format!("where is ada? {round}")).await;
        assert_eq!(linus.next_message().await, format!("<grace> where is ada? {round}"));
        proxy.restore();
        assert_eq!(linus.next_message().await, format!("<ada> can you hear me? {round}"));
        assert_eq!(grace.next_message().await, format!("<ada> can you hear me? {round}"));
        assert_eq!(ada.next_message().await, format!("<grace> where is ada? {round}"));
    }
    drop(ada.finish().await);
    grace.type_line("there she goes").await;
    assert_eq!(linus.next_message().await, "<grace> there she goes");
}

#[rstest]
#[tokio::test]
async fn a_lobby_bot_answers_commands_but_not_other_bots(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let mut ada = Example::in_lobby("lobby", server.address, "ada").await;
    let bots = [
        Example::in_lobby("lobby_bot", server.address, "one_bot").await,
        Example::in_lobby("lobby_bot", server.address, "two_bot").await,
    ];
    assert_eq!([ada.line().await, ada.line().await], ["* one_bot is here", "* two_bot is here"]);
    let clocks = ["!time", "!time Asia/Tokyo", "!time Nowhere/Here"];
    let answers = ["(UTC).", "(Asia/Tokyo).", "I do not know that time zone. Its name is like Europe/Lisbon."];
    for (question, answer) in clocks.into_iter().zip(answers) {
        // The bots ignore ordinary messages and unknown commands.
        for line in ["good morning", "!dance", question] {
            ada.type_line(line).await;
        }
        let mut both = [ada.line().await, ada.line().await];
        both.sort_unstable();
        for (line, bot) in both.iter().zip(["<one_bot> ", "<two_bot> "]) {
            assert!(line.starts_with(bot) && line.ends_with(answer), "{line}");
        }
    }
    // There were exactly two answers to each question, and none follow.
    for _ in 0..3 {
        ada.type_line("!help").await;
    }
    let help = [ada.line().await, ada.line().await, ada.line().await, ada.line().await];
    assert!(help.iter().all(|line| line.contains("I know !help and !time")), "{help:?}");
    // Each bot has answered ada five times, its limit per guest and minute. Other guests still get answers.
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    grace.type_line("!help").await;
    assert_eq!(ada.line().await, "<grace> !help");
    let others = [ada.line().await, ada.line().await];
    assert!(others.iter().all(|line| line.contains("I know !help and !time")), "{others:?}");
    // A bot answers what mentions it, with a reply.
    for (question, answer) in
        [("Hello @one_bot!", "<one_bot> I know !help"), ("@one_bot time Asia/Tokyo @two_bott", "(Asia/Tokyo).")]
    {
        grace.type_line(question).await;
        assert_eq!(ada.line().await, format!("<grace> {question}"));
        let line = ada.line().await;
        assert!(line.starts_with("<one_bot> ") && line.contains(answer), "{line}");
    }
    let replies = "{ lobby { messages(last: 4) { nodes { text replyTo { text } } } } }";
    let mary = server.member("mary").await;
    mary.enter_lobby().await;
    assert_eq!(ada.line().await, "* mary is here");
    let newest = mary.query(replies).await["lobby"]["messages"]["nodes"].clone();
    assert_eq!(newest[1]["replyTo"]["text"], "Hello @one_bot!", "{newest}");
    let [one, two] = bots;
    assert!(one.interrupt().await.contains(&"<grace> !help".to_owned()));
    assert_eq!(ada.line().await, "* one_bot has left");
    drop(two.interrupt().await);
    assert_eq!(ada.line().await, "* two_bot has left");
    assert_eq!(ada.interrupt().await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn the_booking_example_books_the_first_slot(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let (ada, grace) = (server.member("ada").await, server.member("grace").await);
    let tomorrow = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).tomorrow().expect("a day");
    let at = |hour: i8| tomorrow.with().hour(hour).minute(0).second(0).subsec_nanosecond(0).build().expect("a time");
    let windows = json!([{ "startsAt": at(9).timestamp().to_string(), "endsAt": at(12).timestamp().to_string() }]);
    ada.teaches("Knots and bends", &json!({ "weeklyHours": [], "windows": windows })).await;
    ada.teaches("Sails", &json!({ "weeklyHours": [], "windows": [] })).await;

    let arguments = ["knots", "--time-zone", "Asia/Tokyo", "--days", "3", "--question", "Why?"];
    let printed = Example::start("book", server.address, Some(&grace), &arguments).finish().await;
    let day = tomorrow.strftime("%A, %-d %B %Y").to_string();
    let booked = format!("booked: Knots and bends with ada, {day}, 18:00 to 19:00 (JST)");
    assert_eq!(printed, ["3 slots in 3 days".to_owned(), booked]);
    let bookings = "{ bookings(role: STUDENT) { edges { node { startsAt status question mentor { username } } } } }";
    let booking = |hour: i8, status: &str, question: Value| {
        let starts_at = at(hour).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        json!({ "node": { "startsAt": starts_at, "status": status, "question": question, "mentor": { "username": "ada" } } })
    };
    assert_eq!(grace.query(bookings).await["bookings"]["edges"], json!([booking(9, "UPCOMING", json!("Why?"))]));

    // That mentor allows one booking per day, so another student books the next slot and cancels it.
    let linus = server.member("linus").await;
    let printed = Example::start("book", server.address, Some(&linus), &["--cancel"]).finish().await;
    assert_eq!(printed.first().map(String::as_str), Some("2 slots in 7 days"));
    assert_eq!(printed.last().map(String::as_str), Some("cancelled again"));
    assert_eq!(linus.query(bookings).await["bookings"]["edges"], json!([booking(10, "CANCELLED", Value::Null)]));
}

#[rstest]
#[tokio::test]
async fn the_load_example_counts_requests_and_has_no_errors(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let server = Server::start(engine).await;
    let ada = server.member("ada").await;
    let arguments = ["--clients", "4", "--requests", "200", "--seconds", "20"];
    let printed = Example::start("load", server.address, Some(&ada), &arguments).finish().await;
    let [rate, times, errors] = printed.as_slice() else { panic!("{printed:?}") };
    assert!(rate.starts_with("200 requests in ") && rate.ends_with(" a second"), "{rate}");
    assert!(times.starts_with("p50 ") && times.contains(", p99 "), "{times}");
    assert_eq!(errors, "0 errors {}");
}
