//! The program itself, killed in the middle of its work: what it acknowledged is there when it is back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{Db, Query};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

use crate::support::database::rand_u64;
use crate::support::people::{LOGIN, REGISTER};
use crate::support::{Engine, PASSWORD, Person};

const ROUNDS: u64 = 4;
const CLIENTS: usize = 6;

/// Starts the program and returns once it serves.
pub async fn start(dir: &Path, database: &str) -> (Child, SocketAddr) {
    loop {
        // Somebody else may take the port in between; then it does not start, and another is tried.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let mut child = Command::new(env!("CARGO_BIN_EXE_studyhall"))
            .arg(format!("--listen={address}"))
            .arg(format!("--data-dir={}", dir.display()))
            .arg(format!("--database-url={database}"))
            .args(["--rate-limits=off", "--log=info", "--password-queue-per-address=64"])
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains("serving at") {
                // Somebody has to read what it says, or it stops.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return (child, address);
            }
        }
    }
}

/// What was acknowledged: a name and a session of it.
type Acknowledged = Arc<Mutex<BTreeMap<String, Vec<Value>>>>;

/// Registers and signs in, over and over, until the server is gone.
async fn work(address: SocketAddr, name: String, acknowledged: Acknowledged, progress: Arc<Notify>) {
    for number in 0.. {
        let username = format!("{name}x{number}");
        let nobody = Person::new(address);
        let email = format!("{username}@campus.example");
        let register = json!({ "email": email, "password": PASSWORD, "username": username });
        let login = json!({ "identifier": username, "password": PASSWORD });
        for (query, field, input) in [(REGISTER, "register", register), (LOGIN, "login", login)] {
            let request = nobody.request(reqwest::Method::POST, "/graphql");
            let body = json!({ "query": query, "variables": { "input": input } });
            let Ok(response) = request.json(&body).send().await else { return };
            let Ok(answer) = response.json::<Value>().await else { return };
            let session = answer["data"][field]["session"].clone();
            if session.is_object() {
                acknowledged.lock().expect("a list").entry(username.clone()).or_default().push(session);
                progress.notify_one();
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_was_acknowledged_survives_being_killed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.fresh_database(dir.path()).await;
    let acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        let (mut child, address) = start(dir.path(), &database).await;
        let progress = Arc::new(Notify::new());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| work(address, format!("r{round}c{client}"), acknowledged.clone(), progress.clone()))
            .map(tokio::spawn)
            .collect();
        for _ in 0..5 + rand_u64() % 10 {
            progress.notified().await;
        }
        // SIGKILL.
        child.kill().await.expect("it is killed");
        for client in clients {
            client.await.expect("the client ends");
        }
    }

    let (mut child, address) = start(dir.path(), &database).await;
    let list = acknowledged.lock().expect("a list").clone();
    assert!(list.values().map(Vec::len).sum::<usize>() >= 20);
    for (username, sessions) in &list {
        for session in sessions {
            let token = session["accessToken"].as_str().map(str::to_owned);
            let person = Person { access_token: token, ..Person::new(address) };
            let seen = person.see("{ viewer { user { username } sessions { totalCount } } }").await;
            assert_eq!(seen["viewer"]["user"]["username"], json!(username));
            let count = seen["viewer"]["sessions"]["totalCount"].as_u64().expect("a count");
            // One that was not acknowledged may be there as well.
            assert!((sessions.len() as u64..=2).contains(&count), "{username}: {count} of {}", sessions.len());
        }
    }
    child.kill().await.expect("it is killed");

    let db = Db::open(&database.into(), 2).await.expect("the database opens");
    let names: Vec<(String,)> = db.all("select username from users", &[]).await.expect("the names");
    let (accounts,): (i64,) = db.one("select count(*) from accounts", &[]).await.expect("a count");
    assert_eq!(i64::try_from(names.len()), Ok(accounts));
    for username in list.keys() {
        assert_eq!(names.iter().filter(|(name,)| name == username).count(), 1, "{username}");
    }
    // A login that is there has its notice, and every feed its events without a gap.
    let (gaps,): (i64,) = db
        .one("select count(*) from feeds where head <> (select count(*) from feed_events where feed = feeds.id)", &[])
        .await
        .expect("a count");
    assert_eq!(gaps, 0);
    let (silent,): (i64,) = db
        .one(
            "select count(*) from accounts where 1 + coalesce((select head from feeds where feeds.id = accounts.id), 0)
                 <> (select count(*) from sessions where account_id = accounts.id)",
            &[],
        )
        .await
        .expect("a count");
    assert_eq!(silent, 0, "one session by registration, and one for each notice");
    if engine == Engine::Sqlite {
        let (verdict,): (String,) = db.one("pragma integrity_check", &[]).await.expect("it is checked");
        assert_eq!(verdict, "ok");
    }
}
