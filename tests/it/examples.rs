//! The programs in `examples`, as they are built, against the program itself: what a reader tries first has to work.

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

/// Whatever is waited for comes within this time, or it does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program itself, and what it stands on.
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

/// An example that runs.
struct Example {
    process: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Example {
    /// Starts an example against the API at `address`, as the member if one is given.
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

    /// A guest in the lobby who has just come.
    async fn in_lobby(name: &str, address: SocketAddr, pseudonym: &str) -> Self {
        let mut example = Self::start(name, address, None, &[pseudonym]);
        let first = example.line().await;
        assert!(first.contains(pseudonym), "{first}");
        example
    }

    async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.lines.next_line()).await.expect("a line in time");
        line.expect("text").expect("another line")
    }

    /// What is said next. Who comes and goes meanwhile depends on how long a break took.
    async fn talk(&mut self) -> String {
        loop {
            let line = self.line().await;
            if !line.starts_with('*') {
                return line;
            }
        }
    }

    async fn types(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input");
        input.write_all(format!("{line}\n").as_bytes()).await.expect("it reads");
    }

    /// Ends the input, and returns what is still printed until the program ends well.
    async fn rest(mut self) -> Vec<String> {
        drop(self.input.take());
        self.ends().await
    }

    /// Does what Ctrl-C does.
    async fn interrupted(mut self) -> Vec<String> {
        let process = self.process.id().expect("it runs").to_string();
        let status = Command::new("kill").args(["-INT", &process]).status().await.expect("there is `kill`");
        assert!(status.success(), "{status}");
        self.ends().await
    }

    async fn ends(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        let end = async {
            while let Some(line) = self.lines.next_line().await.expect("text") {
                rest.push(line);
            }
            self.process.wait().await.expect("it ends")
        };
        let status = timeout(PATIENCE, end).await.expect("an end in time");
        assert!(status.success(), "{status}: {rest:?}");
        rest
    }
}

/// Where cargo puts examples: beside the directory of this program.
fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("this program has a file");
    here.parent().and_then(|deps| deps.parent()).expect("a profile's directory").join("examples").join(name)
}

/// A way to the server that can be cut and mended.
struct Wire {
    address: SocketAddr,
    is_whole: watch::Sender<bool>,
}

impl Wire {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let (is_whole, watched) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, server, watched.clone()));
            }
        });
        Self { address, is_whole }
    }

    fn cut(&self) {
        self.is_whole.send_replace(false);
    }

    fn mend(&self) {
        self.is_whole.send_replace(true);
    }
}

async fn carry(mut near: TcpStream, server: SocketAddr, mut is_whole: watch::Receiver<bool>) {
    if !*is_whole.borrow_and_update() {
        return;
    }
    let Ok(mut far) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        _ = is_whole.changed() => {}
    }
}

#[rstest]
#[tokio::test]
async fn two_terminals_talk(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let mut ada = Example::in_lobby("lobby", server.address, "ada").await;
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    ada.types("good morning").await;
    assert_eq!(grace.line().await, "<ada> good morning");
    grace.types("").await;
    grace.types("to you too").await;
    assert_eq!(ada.line().await, "<grace> to you too");
    // What is typed last is said before the program leaves, and it leaves at once.
    grace.types("bye").await;
    assert_eq!(grace.rest().await, [""; 0]);
    assert_eq!([ada.line().await, ada.line().await], ["<grace> bye", "* grace has left"]);
    assert_eq!(ada.rest().await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_terminal_misses_nothing_while_its_connection_is_cut(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let server = Server::start(engine).await;
    let wire = Wire::to(server.address).await;
    let mut ada = Example::in_lobby("lobby", wire.address, "ada").await;
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    let mut linus = Example::in_lobby("lobby", server.address, "linus").await;
    for round in 1..=2 {
        wire.cut();
        ada.types(&format!("can you hear me? {round}")).await;
        grace.types(&format!("where is ada? {round}")).await;
        assert_eq!(linus.talk().await, format!("<grace> where is ada? {round}"));
        wire.mend();
        assert_eq!(linus.talk().await, format!("<ada> can you hear me? {round}"));
        assert_eq!(grace.talk().await, format!("<ada> can you hear me? {round}"));
        assert_eq!(ada.talk().await, format!("<grace> where is ada? {round}"));
    }
    drop(ada.rest().await);
    grace.types("there she goes").await;
    assert_eq!(linus.talk().await, "<grace> there she goes");
}

#[rstest]
#[tokio::test]
async fn a_bot_answers_commands_and_no_bot(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
        // Neither talk nor commands of others are answered.
        for line in ["good morning", "!dance", question] {
            ada.types(line).await;
        }
        let mut both = [ada.line().await, ada.line().await];
        both.sort_unstable();
        for (line, bot) in both.iter().zip(["<one_bot> ", "<two_bot> "]) {
            assert!(line.starts_with(bot) && line.ends_with(answer), "{line}");
        }
    }
    // Nothing but the two answers to each came in between, and nothing comes after them.
    for _ in 0..3 {
        ada.types("!help").await;
    }
    let help = [ada.line().await, ada.line().await, ada.line().await, ada.line().await];
    assert!(help.iter().all(|line| line.contains("I know !help and !time")), "{help:?}");
    // Each bot has given five answers: enough for a minute.
    let mut grace = Example::in_lobby("lobby", server.address, "grace").await;
    assert_eq!(ada.line().await, "* grace is here");
    grace.types("!help").await;
    assert_eq!(ada.line().await, "<grace> !help");
    let others = [ada.line().await, ada.line().await];
    assert!(others.iter().all(|line| line.contains("I know !help and !time")), "{others:?}");
    let [one, two] = bots;
    assert!(one.interrupted().await.contains(&"<grace> !help".to_owned()));
    assert_eq!(ada.line().await, "* one_bot has left");
    drop(two.interrupted().await);
    assert_eq!(ada.line().await, "* two_bot has left");
    assert_eq!(ada.interrupted().await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_script_books_the_first_slot(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let (ada, grace) = (server.member("ada").await, server.member("grace").await);
    let tomorrow = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).tomorrow().expect("a day");
    let at = |hour: i8| tomorrow.with().hour(hour).minute(0).second(0).subsec_nanosecond(0).build().expect("a time");
    let windows = json!([{ "startsAt": at(9).timestamp().to_string(), "endsAt": at(12).timestamp().to_string() }]);
    ada.teaches("Knots and bends", &json!({ "weeklyHours": [], "windows": windows })).await;
    ada.teaches("Sails", &json!({ "weeklyHours": [], "windows": [] })).await;

    let arguments = ["knots", "--time-zone", "Asia/Tokyo", "--days", "3", "--question", "Why?"];
    let printed = Example::start("book", server.address, Some(&grace), &arguments).rest().await;
    let day = tomorrow.strftime("%A, %-d %B %Y").to_string();
    let booked = format!("booked: Knots and bends with ada, {day}, 18:00 to 19:00 (JST)");
    assert_eq!(printed, ["3 slots in 3 days".to_owned(), booked]);
    let bookings = "{ bookings(role: STUDENT) { edges { node { startsAt status question mentor { username } } } } }";
    let booking = |hour: i8, status: &str, question: Value| {
        let starts_at = at(hour).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        json!({ "node": { "startsAt": starts_at, "status": status, "question": question, "mentor": { "username": "ada" } } })
    };
    assert_eq!(grace.query(bookings).await["bookings"]["edges"], json!([booking(9, "UPCOMING", json!("Why?"))]));

    // One a day is allowed by that mentor, so somebody else has to take the next one, and gives it back.
    let linus = server.member("linus").await;
    let printed = Example::start("book", server.address, Some(&linus), &["--cancel"]).rest().await;
    assert_eq!(printed.first().map(String::as_str), Some("2 slots in 7 days"));
    assert_eq!(printed.last().map(String::as_str), Some("cancelled again"));
    assert_eq!(linus.query(bookings).await["bookings"]["edges"], json!([booking(10, "CANCELLED", Value::Null)]));
}

#[rstest]
#[tokio::test]
async fn load_is_counted_and_free_of_errors(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let server = Server::start(engine).await;
    let ada = server.member("ada").await;
    let arguments = ["--clients", "4", "--requests", "200", "--seconds", "20"];
    let printed = Example::start("load", server.address, Some(&ada), &arguments).rest().await;
    let [rate, times, errors] = printed.as_slice() else { panic!("{printed:?}") };
    assert!(rate.starts_with("200 requests in ") && rate.ends_with(" a second"), "{rate}");
    assert!(times.starts_with("p50 ") && times.contains(", p99 "), "{times}");
    assert_eq!(errors, "0 errors {}");
}
