//! A database that refuses writes, is being vacuumed or migrated, or stands behind a pooler.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor};
use sqlx_postgres::PgConnection;
use studyhall::db::transfer::Snapshot;
use studyhall::db::{self, Db, List, Query};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinSet;

use crate::support::people::LOGIN;
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Requests `/readyz` until it has this status.
async fn wait_until_ready_is(campus: &Campus, status: u16) {
    let monitor = campus.anonymous();
    while Person::send(monitor.request(Method::GET, "/readyz")).await.status != status {}
}

async fn run(connection: &mut PgConnection, sql: String) {
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.expect("the statement succeeds");
}

/// Waits until a statement of the database has waited for a lock, failed, and is tried again.
async fn lock_is_tried_again(database: &str) {
    let mut connection = PgConnection::connect(database).await.expect("PostgreSQL answers");
    // A session that is just beginning has no statement yet.
    let waiting = "select query_start::text from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query_start is not null";
    let mut attempts = HashSet::new();
    while attempts.len() < 2 {
        let rows = connection.fetch_all(waiting).await.expect("the catalog is read");
        attempts.extend(rows.iter().map(|row| sqlx::Row::get::<String, _>(row, 0)));
    }
}

fn name_of(database: &str) -> &str {
    database.rsplit('/').next().expect("a name")
}

#[tokio::test]
async fn a_node_is_not_ready_while_another_program_locks_sqlite() {
    let campus = Campus::start(Engine::Sqlite).await;
    wait_until_ready_is(&campus, 200).await;
    let file = campus.app.config.data_dir.join("studyhall.sqlite");
    let other = rusqlite::Connection::open(file).expect("the file opens");
    // The server itself may be writing, on this thread: a wait inside SQLite would hold it up.
    other.busy_timeout(Duration::ZERO).expect("the timeout is set");
    while other.execute_batch("begin immediate").is_err() {
        tokio::task::yield_now().await;
    }
    wait_until_ready_is(&campus, 503).await;
    other.execute_batch("rollback").expect("the lock is released");
    wait_until_ready_is(&campus, 200).await;
    campus.member("ada").await;
}

#[tokio::test]
async fn a_node_is_not_ready_while_postgresql_only_reads_and_writes_at_once_afterwards() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let campus = Campus::start_on(&database).await;
    let mut admin = PgConnection::connect(&database).await.expect("PostgreSQL answers");
    let name = name_of(&database);
    run(&mut admin, format!("alter database {name} set default_transaction_read_only = on")).await;
    let end_sessions = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    run(&mut admin, end_sessions.to_owned()).await;
    wait_until_ready_is(&campus, 503).await;
    run(&mut admin, format!("alter database {name} set default_transaction_read_only = off")).await;
    wait_until_ready_is(&campus, 200).await;
    // The sessions that only read have left the pool.
    for username in ["ada", "grace", "emmy", "joan"] {
        campus.member(username).await;
    }
}

/// Passes connections on to the server of a database, until it is dropped: then they break, and new ones are refused.
struct Host {
    port: u16,
    _listening: JoinSet<()>,
}

impl Host {
    async fn start(database: &str) -> Self {
        let server: url::Url = database.parse().expect("a URL");
        let server = (server.host_str().expect("a host").to_owned(), server.port().unwrap_or(5432));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("an address").port();
        let listen = async move {
            let mut connections = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut upstream = tokio::net::TcpStream::connect(server).await.expect("PostgreSQL answers");
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
                });
            }
        };
        let mut listening = JoinSet::new();
        listening.spawn(listen);
        Self { port, _listening: listening }
    }
}

#[tokio::test]
async fn a_node_moves_to_the_host_that_writes() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let (first, second) = (Host::start(&database).await, Host::start(&database).await);
    // The first host does not accept connections.
    let hosts = format!("127.0.0.1:1,127.0.0.1:{},127.0.0.1:{}", first.port, second.port);
    let server: url::Url = database.parse().expect("a URL");
    let address = format!("{}:{}", server.host_str().expect("a host"), server.port().expect("a port"));
    let campus = Campus::start_on(&database.replace(&address, &hosts)).await;
    let ada = campus.member("ada").await;
    drop(first);
    // Reads and writes fail until a connection has shown it, and work again then.
    let edit = "mutation { updateProfile(input: { firstName: \"Ada\" }) { userErrors { code } } }";
    while ada.execute(edit, json!({})).await.codes() == ["UNAVAILABLE"] {}
    campus.member("grace").await;
    wait_until_ready_is(&campus, 200).await;
    campus.stop().await;
}

#[tokio::test]
async fn members_register_and_edit_while_postgresql_vacuums() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let campus = Campus::start_on(&database).await;
    let mut vacuum = PgConnection::connect(&database).await.expect("PostgreSQL answers");
    let tables = "select 'lock table ' || string_agg(quote_ident(tablename), ', ') || ' in share update exclusive mode'
        from pg_tables where schemaname = current_schema()";
    let row = vacuum.fetch_one(tables).await.expect("the catalog is read");
    let lock: String = sqlx::Row::get(&row, 0);
    run(&mut vacuum, format!("begin; {lock}")).await;
    let ada = campus.member("ada").await;
    let edit = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }";
    let edited = ada.execute(edit, json!({ "input": { "firstName": "Ada", "about": "analytical engines" } })).await;
    assert_eq!(edited.data()["updateProfile"]["userErrors"], json!([]));
}

#[tokio::test]
async fn a_migration_waits_for_that_of_another_node() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_empty_database(dir.path()).await;
    let mut other = PgConnection::connect(&database).await.expect("PostgreSQL answers");
    sqlx::migrate::Migrate::lock(&mut other).await.expect("the lock is free");
    let db = Db::open(&database.clone().into(), 2).await.expect("the database opens");
    let migrating = tokio::spawn(async move { db.migrate().await });
    lock_is_tried_again(&database).await;
    assert!(!migrating.is_finished());
    sqlx::migrate::Migrate::unlock(&mut other).await.expect("the lock is released");
    migrating.await.expect("no panic").expect("it migrates");
}

#[tokio::test]
async fn a_migration_waits_for_a_table_in_use() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_empty_database(dir.path()).await;
    let mut other = PgConnection::connect(&database).await.expect("PostgreSQL answers");
    let db = Db::open(&database.clone().into(), 2).await.expect("the database opens");
    sqlx::migrate::Migrate::ensure_migrations_table(&mut other, "_sqlx_migrations").await.expect("a table is made");
    run(&mut other, "begin; lock table _sqlx_migrations in share mode".to_owned()).await;
    let migrating = tokio::spawn(async move { db.migrate().await });
    lock_is_tried_again(&database).await;
    assert!(!migrating.is_finished());
    run(&mut other, "rollback".to_owned()).await;
    migrating.await.expect("no panic").expect("it migrates");
}

#[tokio::test]
async fn an_unreachable_postgresql_is_reported_with_the_cause() {
    let error = Db::open(&"postgres://127.0.0.1:1/nothing".to_owned().into(), 2).await.expect_err("no server");
    assert!(error.to_string().contains("refused"), "{error}");
}

/// The program as a process of its own, with a limit of open files, and the lines of its log.
struct Process {
    _child: Child,
    log: Lines<BufReader<ChildStderr>>,
    address: SocketAddr,
}

impl Process {
    async fn start(dir: &Path, open_files: u32) -> Self {
        let mut child = Command::new("bash")
            .args(["-c", "ulimit -n \"$0\" && exec \"$@\"", &open_files.to_string(), env!("CARGO_BIN_EXE_studyhall")])
            .args(["--listen=127.0.0.1:0", "--log=warn,audit=info,studyhall::http=info"])
            .arg(format!("--data-dir={}", dir.display()))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let log = BufReader::new(child.stderr.take().expect("the log is piped")).lines();
        let mut process = Self { _child: child, log, address: ([127, 0, 0, 1], 0).into() };
        let address = process.find("listening address=").await;
        process.address = address.parse().expect("an address");
        process
    }

    /// Reads the log up to a line that contains this text, and returns what follows the text.
    async fn find(&mut self, text: &str) -> String {
        loop {
            let line = self.next_line().await;
            if let Some((_, rest)) = line.split_once(text) {
                return rest.to_owned();
            }
        }
    }

    /// Reads the log up to a line that contains this text, and returns the lines before it.
    async fn lines_before(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.next_line().await;
            if line.contains(text) {
                return lines;
            }
            lines.push(line);
        }
    }

    async fn next_line(&mut self) -> String {
        self.log.next_line().await.expect("the log is read").expect("the server runs")
    }
}

#[tokio::test]
async fn a_server_without_free_descriptors_closes_connections_and_logs_it_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut server = Process::start(dir.path(), 128).await;
    let mut connections = Vec::new();
    for _ in 0..200 {
        connections.push(tokio::net::TcpStream::connect(server.address).await.expect("the kernel accepts"));
    }
    server.find("no file descriptor is free").await;
    // The last ones are closed instead of waiting.
    let last = connections.last_mut().expect("a connection");
    assert_eq!(last.read_u8().await.expect_err("it is closed").kind(), std::io::ErrorKind::UnexpectedEof);
    drop(connections);
    let monitor = Person::new(server.address);
    let request = || async { monitor.request(Method::GET, "/readyz").send().await };
    while request().await.is_err() {}
    assert_eq!(Person::send(monitor.request(Method::GET, "/readyz")).await.status, 200);
    let login = json!({ "input": { "identifier": "ada", "password": PASSWORD } });
    monitor.execute(LOGIN, login).await;
    // No second warning precedes the line of the login. Background tasks may have had their own trouble.
    let before = server.lines_before("password_wrong").await;
    assert!(!before.iter().any(|line| line.contains("no file descriptor is free")), "{before:?}");
}

#[tokio::test]
async fn a_wrong_password_and_a_login_are_audited_with_the_address_of_the_client() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut server = Process::start(dir.path(), 1024).await;
    let ada = Person::new(server.address).register("ada").await;
    for (password, event) in [("a wrong password", "password_wrong"), (PASSWORD, "logged_in")] {
        ada.execute(LOGIN, json!({ "input": { "identifier": "ada", "password": password } })).await;
        let rest = server.find(&format!("audit: event=\"{event}\" address=127.0.0.1 account=")).await;
        assert!(rest.parse::<i64>().is_ok(), "{rest}");
    }
}

/// A pooler in front of the tests' PostgreSQL; ends when it is dropped.
struct Pooler {
    _process: Child,
    port: u16,
}

impl Pooler {
    async fn start(dir: &Path, database: &str, mode: &str) -> Self {
        let server: url::Url = database.parse().expect("a URL");
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let settings = dir.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=studyhall\n[pgbouncer]\nlisten_addr=127.0.0.1\n\
             listen_port={port}\nauth_type=any\npool_mode={mode}\nunix_socket_dir=\nmax_client_conn=100\n\
             default_pool_size=40\n",
            server.port().expect("a port"),
        );
        std::fs::write(&settings, text).expect("the file is written");
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).expect("the mode is set");
        let mut command = Command::new("/usr/sbin/pgbouncer");
        // It refuses to run as root, the owner of the processes of this user.
        if std::fs::metadata("/proc/self").expect("Linux").uid() == 0 {
            command.args(["-u", "postgres"]);
        }
        let process = command.arg(settings).stderr(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn();
        let process = process.expect("tests/tools.sh installs pgbouncer");
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {}
        Self { _process: process, port }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://studyhall@127.0.0.1:{}/{}", self.port, name_of(database))
    }
}

#[tokio::test]
async fn a_server_works_behind_pgbouncer_in_session_mode() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let pooler = Pooler::start(dir.path(), &database, "session").await;
    let campus = Campus::start_on(&pooler.url(&database)).await;
    campus.member("ada").await;
    let (limit,): (String,) =
        campus.app.db.one("select current_setting('statement_timeout')", &[]).await.expect("the setting is read");
    assert_eq!(limit, "5s");
}

#[tokio::test]
async fn pgbouncer_in_transaction_mode_is_recognised() {
    let dir = tempfile::tempdir().expect("a directory");
    let database = Engine::Postgres.create_database(dir.path()).await;
    let pooler = Pooler::start(dir.path(), &database, "transaction").await;
    let error = Db::open(&pooler.url(&database).into(), 2).await.expect_err("it does not work");
    assert!(matches!(error, db::Error::TransactionPooling), "{error}");
}

#[tokio::test]
async fn a_write_ahead_log_that_has_grown_beside_a_long_reader_is_shortened_after_it() {
    let campus = Campus::start(Engine::Sqlite).await;
    let app = &campus.app;
    let log_bytes = || std::fs::metadata(app.config.data_dir.join("studyhall.sqlite-wal")).expect("the log").len();
    let reader = Snapshot::open(&app.config.database_url()).await.expect("a reader");
    app.db.run("create table filler (content text not null) strict", &[]).await.expect("a table is made");
    let fill = "insert into filler select hex(zeroblob(524288)) from json_each($1)";
    app.db.run(fill, &[&List::new(1_i64..=70)]).await.expect("the rows are inserted");
    app.db.shorten_log().await;
    let grown = log_bytes();
    assert!(grown > 70 * 1024 * 1024, "the reader needs the log: {grown}");
    // Writers go on beside the reader and the checkpoint.
    campus.member("ada").await;
    reader.close().await;
    // The node's own tasks read and write at times, and then the log is shortened later. A commit of theirs can be first: it
    // copies the log, and shortens it to the limit of SQLite.
    let started_at = Instant::now();
    while log_bytes() > 64 * 1024 * 1024 && started_at.elapsed() < Duration::from_secs(20) {
        app.db.shorten_log().await;
    }
    assert!(log_bytes() <= 64 * 1024 * 1024, "the log is shortened: {}", log_bytes());
    campus.member("grace").await;
}

#[tokio::test]
async fn a_proxy_on_the_same_machine_uses_a_unix_socket() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("studyhall.sock");
    // Left by a server that was killed.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket is made"));
    let campus = Campus::start_with(Engine::Sqlite, &[&format!("--listen-unix={}", path.display())]).await;
    let _ = campus.anonymous().query("{ server { name } }").await;
    let mode = std::fs::metadata(&path).expect("the socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    let mut connection = UnixStream::connect(&path).await.expect("the server listens");
    let request = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: of-the-proxy\r\nConnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut response = String::new();
    connection.read_to_string(&mut response).await.expect("the response is read");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    // Proxies are trusted there, as the id of the request shows.
    assert!(response.to_ascii_lowercase().contains("x-request-id: of-the-proxy"), "{response}");
    campus.stop().await;
    assert!(!path.exists(), "the file is removed with the server");
}
