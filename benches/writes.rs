//! Durable writes on SQLite: every one of them is on disk before it is answered.
//!
//! Tasks that write at the same time share a commit. Beside it stands what one would write first: one connection, and a
//! commit for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};
use studyhall::db::{Db, Query};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::campus::{CHEAP, Campus};
use crate::contest::{self, Contender, Figure};

const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(600);

const TEXT: &str = "Is anybody in the reading room on the second floor? I left a blue notebook there.";
const CREATE_NOTES: &str = "create table notes (id integer primary key, text text not null) strict";
const CREATE_HEADS: &str = "create table heads (id integer primary key, head integer not null) strict";
const INSERT_NOTE: &str = "insert into notes (id, text) values ($1, $2)";
const MOVE_HEAD: &str = "insert into heads (id, head) values ($1, 1)
                         on conflict (id) do update set head = heads.head + 1 returning head";

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    let campus = runtime.block_on(Campus::open(CHEAP));
    let db = campus.app.db.clone();
    runtime.block_on(async {
        for statement in [CREATE_NOTES, CREATE_HEADS] {
            db.run(statement, &[]).await.expect("the table is made");
        }
    });
    let plain = Arc::new(Mutex::new(runtime.block_on(connect(&campus))));
    let next = Arc::new(AtomicI64::new(1));

    let run = &runtime;
    let contender = |name, tasks, kind: Kind| {
        let (db, plain, next) = (db.clone(), plain.clone(), next.clone());
        let round = move || {
            let began = Instant::now();
            let count = run.block_on(write(tasks, kind, &db, &plain, &next));
            Figure::new(count, began.elapsed())
        };
        Contender { name, goal: goal(tasks, kind), round: Box::new(round) }
    };
    contest::run(
        "durable writes on SQLite",
        ROUNDS,
        vec![
            contender("32 tasks, a commit for each row", 32, Kind::Plain),
            contender("1 task, a commit for each row", 1, Kind::Plain),
            contender("1 task", 1, Kind::Row),
            contender("32 tasks", 32, Kind::Row),
            contender("64 tasks", 64, Kind::Row),
            contender("64 tasks, each as a message: 4 statements", 64, Kind::Message),
        ],
    );
}

#[derive(Clone, Copy)]
enum Kind {
    /// Past `db`, committed alone.
    Plain,
    Row,
    /// What sending a message does: two rows, and two counters that move.
    Message,
}

fn goal(tasks: usize, kind: Kind) -> &'static str {
    match (tasks, kind) {
        (32, Kind::Row) => "well above 4,000/s",
        (64, Kind::Message) => "5,000/s and more",
        _ => "",
    }
}

/// Lets so many tasks write for one turn and returns how many writes were confirmed.
async fn write(tasks: usize, kind: Kind, db: &Db, plain: &Arc<Mutex<SqliteConnection>>, next: &Arc<AtomicI64>) -> u64 {
    let until = Instant::now() + TURN;
    let writers = (0..tasks).map(|_| {
        let (db, plain, next) = (db.clone(), plain.clone(), next.clone());
        tokio::spawn(async move {
            let mut count = 0;
            while Instant::now() < until {
                let id = next.fetch_add(2, Ordering::Relaxed);
                match kind {
                    Kind::Plain => insert_alone(&mut *plain.lock().await, id).await,
                    Kind::Row => assert_eq!(db.run(INSERT_NOTE, &[&id, &TEXT]).await.expect("it is written"), 1),
                    Kind::Message => send(&db, id).await.expect("it is written"),
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
    let _: (i64,) = tx.one(MOVE_HEAD, &[&(id % 50)]).await?;
    tx.run(INSERT_NOTE, &[&(id + 1), &"message"]).await?;
    let _: (i64,) = tx.one(MOVE_HEAD, &[&(50 + id % 50)]).await?;
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
    let mut arguments = sqlx::sqlite::SqliteArguments::default();
    sqlx::Arguments::add(&mut arguments, id).expect("a number binds");
    sqlx::Arguments::add(&mut arguments, TEXT).expect("a text binds");
    sqlx::query_with(INSERT_NOTE, arguments).execute(connection).await.expect("it is written");
}
