//! Durable writes on SQLite: each is on disk before it returns.
//!
//! Tasks that write at the same time share a commit. The baseline is one connection with a commit for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx_sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use studyhall::db::{Db, Query};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::campus::{CHEAP_HASHING, Campus};
use crate::comparison::{self, Candidate, Measurement};

const ROUNDS: usize = 5;
const ROUND_DURATION: Duration = Duration::from_millis(600);

const TEXT: &str = "I left a blue notebook in the reading room on the second floor. Has it been found?";
const CREATE_NOTES: &str = "create table notes (id integer primary key, text text not null) strict";
const CREATE_HEADS: &str = "create table heads (id integer primary key, head integer not null) strict";
const INSERT_NOTE: &str = "insert into notes (id, text) values ($1, $2)";
const ADVANCE_HEAD: &str = "insert into heads (id, head) values ($1, 1)
                         on conflict (id) do update set head = heads.head + 1 returning head";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    let campus = runtime.block_on(Campus::open(CHEAP_HASHING));
    let db = campus.app.db.clone();
    runtime.block_on(async {
        for statement in [CREATE_NOTES, CREATE_HEADS] {
            db.run(statement, &[]).await.expect("the table is created");
        }
    });
    let connection = Arc::new(Mutex::new(runtime.block_on(connect(&campus))));
    let next = Arc::new(AtomicI64::new(1));

    let run = &runtime;
    let candidate = |name, tasks, kind: Write| {
        let (db, connection, next) = (db.clone(), connection.clone(), next.clone());
        let round = move || {
            let started_at = Instant::now();
            let count = run.block_on(write(tasks, kind, &db, &connection, &next));
            Measurement::new(count, started_at.elapsed())
        };
        Candidate { name, goal: goal(tasks, kind), round: Box::new(round) }
    };
    comparison::run(
        "durable writes on SQLite",
        ROUNDS,
        vec![
            candidate("32 tasks, a commit for each row", 32, Write::Baseline),
            candidate("1 task, a commit for each row", 1, Write::Baseline),
            candidate("1 task", 1, Write::Row),
            candidate("32 tasks", 32, Write::Row),
            candidate("64 tasks", 64, Write::Row),
            candidate("64 tasks, each as a message: 4 statements", 64, Write::Message),
        ],
    );
}

#[derive(Clone, Copy)]
enum Write {
    /// A row without `db`, with a commit of its own.
    Baseline,
    Row,
    /// The writes of a message: two rows and two counters.
    Message,
}

fn goal(tasks: usize, kind: Write) -> &'static str {
    match (tasks, kind) {
        (32, Write::Row) => "well above 4,000/s",
        (64, Write::Message) => "5,000/s and more",
        _ => "",
    }
}

/// Runs `tasks` concurrent writers for one round and returns the number of completed writes.
async fn write(
    tasks: usize,
    kind: Write,
    db: &Db,
    connection: &Arc<Mutex<SqliteConnection>>,
    next: &Arc<AtomicI64>,
) -> u64 {
    let until = Instant::now() + ROUND_DURATION;
    let writers = (0..tasks).map(|_| {
        let (db, connection, next) = (db.clone(), connection.clone(), next.clone());
        tokio::spawn(async move {
            let mut count = 0;
            while Instant::now() < until {
                let id = next.fetch_add(2, Ordering::Relaxed);
                match kind {
                    Write::Baseline => insert_alone(&mut *connection.lock().await, id).await,
                    Write::Row => assert_eq!(db.run(INSERT_NOTE, &[&id, &TEXT]).await.expect("it is written"), 1),
                    Write::Message => send(&db, id).await.expect("it is written"),
                }
                count += 1;
            }
            count
        })
    });
    let counts = futures_util::future::join_all(writers.collect::<Vec<_>>()).await;
    counts.into_iter().map(|count| count.expect("the task ends well")).sum::<u64>()
}

async fn send(db: &Db, id: i64) -> studyhall::db::Result<()> {
    let mut tx = db.write().await?;
    tx.run(INSERT_NOTE, &[&id, &TEXT]).await?;
    let _: (i64,) = tx.one(ADVANCE_HEAD, &[&(id % 50)]).await?;
    tx.run(INSERT_NOTE, &[&(id + 1), &"message"]).await?;
    let _: (i64,) = tx.one(ADVANCE_HEAD, &[&(50 + id % 50)]).await?;
    tx.commit().await
}

/// A second connection to the same file, as durable as the first.
async fn connect(campus: &Campus) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(campus.database())
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5));
    options.connect().await.expect("the file opens")
}

async fn insert_alone(connection: &mut SqliteConnection, id: i64) {
    let mut arguments = SqliteArguments::default();
    sqlx::Arguments::add(&mut arguments, id).expect("a number binds");
    sqlx::Arguments::add(&mut arguments, TEXT).expect("a text binds");
    sqlx::query_with(INSERT_NOTE, arguments).execute(connection).await.expect("it is written");
}
