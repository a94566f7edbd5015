//! The program, killed while it serves requests: everything that it acknowledged is there after a restart.

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

use crate::support::database::random_u64;
use crate::support::people::{LOGIN, REGISTER};
use crate::support::{Engine, PASSWORD, Person};

const ROUNDS: u64 = 4;
const CLIENTS: usize = 6;

/// Starts the program and returns once it accepts requests.
pub async fn start(dir: &Path, database: &str) -> (Child, SocketAddr) {
    start_with(dir, database, &[]).await
}

/// Starts the program with further settings.
pub async fn start_with(dir: &Path, database: &str, flags: &[&str]) -> (Child, SocketAddr) {
    loop {
        // Another process may take the port in between. Then the loop tries another one.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let mut child = Command::new(env!("CARGO_BIN_EXE_studyhall"))
            .arg(format!("--listen={address}"))
            .arg(format!("--data-dir={}", dir.display()))
            .arg(format!("--database-url={database}"))
            .args(["--rate-limits=off", "--log=info", "--password-queue-per-address=64"])
            .args(flags)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("the log is piped")).lines();
        let mut last = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains("serving at") {
                // The program would block on a full pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return (child, address);
            }
            last = line;
        }
        assert!(last.contains("cannot listen"), "the program does not start: {last}");
    }
}

/// The sessions that the server acknowledged, by username.
type Acknowledged = Arc<Mutex<BTreeMap<String, Vec<Value>>>>;

/// Registers and signs in, again and again, until the server is killed.
async fn run_client(address: SocketAddr, name: String, acknowledged: Acknowledged, progress: Arc<Notify>) {
    for number in 0.. {
        let username = format!("{name}x{number}");
        let anonymous = Person::new(address);
        let email = format!("{username}@campus.example");
        let register = json!({ "email": email, "password": PASSWORD, "username": username });
        let login = json!({ "identifier": username, "password": PASSWORD });
        for (query, field, input) in [(REGISTER, "register", register), (LOGIN, "login", login)] {
            let request = anonymous.request(reqwest::Method::POST, "/graphql");
            let body = json!({ "query": query, "variables": { "input": input } });
            let Ok(response) = request.json(&body).send().await else { return };
            let Ok(body) = response.json::<Value>().await else { return };
            let session = body["data"][field]["session"].clone();
            if session.is_object() {
                acknowledged.lock().expect("a list").entry(username.clone()).or_default().push(session);
                progress.notify_one();
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn acknowledged_sessions_survive_a_kill(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_database(dir.path()).await;
    let acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        let (mut child, address) = start(dir.path(), &database).await;
        let progress = Arc::new(Notify::new());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| run_client(address, format!("r{round}c{client}"), acknowledged.clone(), progress.clone()))
            .map(tokio::spawn)
            .collect();
        for _ in 0..5 + random_u64() % 10 {
            progress.notified().await;
        }
        child.kill().await.expect("SIGKILL is sent");
        for client in clients {
            client.await.expect("the client ends");
        }
    }

    let (mut child, address) = start(dir.path(), &database).await;
    let acknowledged = acknowledged.lock().expect("a list").clone();
    assert!(acknowledged.values().map(Vec::len).sum::<usize>() >= 20);
    for (username, sessions) in &acknowledged {
        for session in sessions {
            let token = session["accessToken"].as_str().map(str::to_owned);
            let person = Person { access_token: token, ..Person::new(address) };
            let data = person.query("{ viewer { user { username } sessions { totalCount } } }").await;
            assert_eq!(data["viewer"]["user"]["username"], json!(username));
            let count = data["viewer"]["sessions"]["totalCount"].as_u64().expect("a count");
            // A session that was not acknowledged may exist as well.
            assert!((sessions.len() as u64..=2).contains(&count), "{username}: {count} of {}", sessions.len());
        }
    }
    child.kill().await.expect("SIGKILL is sent");

    let db = Db::open(&database.into(), 2).await.expect("the database opens");
    let usernames: Vec<(String,)> = db.all("select username from users", &[]).await.expect("the usernames");
    let (accounts,): (i64,) = db.one("select count(*) from accounts", &[]).await.expect("a count");
    assert_eq!(i64::try_from(usernames.len()), Ok(accounts));
    for username in acknowledged.keys() {
        assert_eq!(usernames.iter().filter(|(name,)| name == username).count(), 1, "{username}");
    }
    // Every feed has its events without a gap, and every login its security notice.
    let (gaps,): (i64,) = db
        .one("select count(*) from feeds where head <> (select count(*) from feed_events where feed = feeds.id)", &[])
        .await
        .expect("a count");
    assert_eq!(gaps, 0);
    let (without_notice,): (i64,) = db
        .one(
            "select count(*) from accounts
             where (select count(*) from sessions where account_id = accounts.id) <> 1 +
                   (select count(*) from feed_events where feed = accounts.id and kind = 'security_notice')
                or (select count(*) from notifications where account_id = accounts.id) <>
                   (select count(*) from feed_events where feed = accounts.id and kind = 'notification_added')",
            &[],
        )
        .await
        .expect("a count");
    assert_eq!(without_notice, 0, "an account has one session by registration, and one for each notice");
    if engine == Engine::Sqlite {
        let (result,): (String,) = db.one("pragma integrity_check", &[]).await.expect("the check runs");
        assert_eq!(result, "ok");
    }
}

const CREATE_POST: &str = "mutation P($text: String!) {
    createPost(input: { text: $text }) { postEdge { node { text } } userErrors { code } }
}";

/// Publishes posts, again and again, until the server is killed.
async fn publish(person: Person, name: String, acknowledged: Arc<Mutex<Vec<String>>>, progress: Arc<Notify>) {
    for number in 0.. {
        let text = format!("{name} {number}");
        let request = person.request(reqwest::Method::POST, "/graphql");
        let body = json!({ "query": CREATE_POST, "variables": { "text": text } });
        let Ok(response) = request.json(&body).send().await else { return };
        let Ok(body) = response.json::<Value>().await else { return };
        assert_eq!(body["data"]["createPost"]["postEdge"]["node"]["text"], json!(text), "{body}");
        acknowledged.lock().expect("a list").push(text);
        progress.notify_one();
    }
}

/// Many writers at once: on SQLite each commit is that of a group, and one is always open.
#[rstest]
#[tokio::test]
async fn a_kill_inside_a_group_commit_loses_no_acknowledged_post_and_leaves_no_half_of_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const WRITERS: usize = 20;
    let dir = tempfile::tempdir().expect("a directory");
    let database = engine.create_database(dir.path()).await;
    let acknowledged = Arc::<Mutex<Vec<String>>>::default();
    let mut token = None;
    for round in 0..ROUNDS {
        let (mut child, address) = start(dir.path(), &database).await;
        if token.is_none() {
            token = Person::new(address).register("ada").await.access_token;
        }
        let ada = Person { access_token: token.clone(), ..Person::new(address) };
        let progress = Arc::new(Notify::new());
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| publish(ada.clone(), format!("r{round}w{writer}"), acknowledged.clone(), progress.clone()))
            .map(tokio::spawn)
            .collect();
        for _ in 0..WRITERS as u64 + random_u64() % 40 {
            progress.notified().await;
        }
        child.kill().await.expect("SIGKILL is sent");
        for writer in writers {
            writer.await.expect("the writer ends");
        }
    }

    let db = Db::open(&database.into(), 2).await.expect("the database opens");
    db.migrate().await.expect("the database is whole");
    let stored: Vec<(String,)> = db.all("select text from posts", &[]).await.expect("the posts");
    let acknowledged = acknowledged.lock().expect("a list").clone();
    assert!(acknowledged.len() >= WRITERS);
    for text in &acknowledged {
        assert_eq!(stored.iter().filter(|(stored,)| stored == text).count(), 1, "{text}");
    }
    // Each post has its event under the same number in the feed of posts, without a gap.
    let sql = "select (select count(*) from posts), (select head from feeds where id = 1),
         (select count(*) from posts join feed_events on feed = 1 and feed_events.number = posts.number)";
    let (posts, head, events): (i64, i64, i64) = db.one(sql, &[]).await.expect("the counts");
    assert_eq!((head, events), (posts, posts));
    if engine == Engine::Sqlite {
        let (result,): (String,) = db.one("pragma integrity_check", &[]).await.expect("the check runs");
        assert_eq!(result, "ok");
    }
}
