//! Statements that take too long, or wait for another process: they fail with a code, and no caller waits for them.

use std::path::Path;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use rstest::rstest;
use studyhall::db::{Db, Error, Query, Scan};
use tokio::runtime::Builder;

use crate::support::Engine;

/// Runs until it is interrupted.
const ENDLESS: &str = "with recursive numbers (n) as (select 1 union all select n + 1 from numbers)
     select cast(count(*) as bigint) from numbers";
/// Is interrupted on the thread of its caller, and begins again on another one.
const SLOW: &str = "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 500000)
     select cast(count(*) as bigint) from numbers";
/// Writes until it is interrupted.
const ENDLESS_INSERT: &str = "with recursive numbers (n) as (select 1 union all select n + 1 from numbers)
     insert into retired_usernames (username_fold, until) select 'name', n from numbers where n < 0";
const INSERT: &str = "insert into retired_usernames (username_fold, until) values ($1, $2)";
const NAMES: &str = "select username_fold from retired_usernames order by username_fold";

async fn open(engine: Engine, dir: &Path) -> Db {
    let url = engine.create_database(dir).await;
    Db::open(&url.into(), 2).await.expect("the database opens")
}

async fn names(db: &Db) -> Vec<String> {
    let names: Vec<(String,)> = db.all(NAMES, &[]).await.expect("the names are read");
    names.into_iter().map(|(name,)| name).collect()
}

/// The tests' runtime has one thread, so every statement that holds it up holds up all others.
#[rstest]
#[tokio::test]
async fn an_endless_statement_is_interrupted_and_holds_up_no_other(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    let endless = db.opt::<(i64,)>(ENDLESS, &[]);
    let others = Box::pin(async {
        for number in 0..20_i64 {
            db.run(INSERT, &[&format!("name {number}"), &number]).await.expect("a row is inserted");
            assert_eq!(i64::try_from(names(&db).await.len()), Ok(number + 1));
        }
    });
    let Either::Right(((), endless)) = select(endless, others).await else {
        panic!("the endless statement ended first")
    };
    let error = endless.await.expect_err("it is interrupted");
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(db.slow_statements() > 0, engine == Engine::Sqlite);
    assert_eq!(names(&db).await.len(), 20);
}

#[rstest]
#[tokio::test]
async fn an_endless_statement_in_a_transaction_aborts_it_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    let mut tx = db.write().await.expect("a transaction begins");
    tx.run(INSERT, &[&"undone", &1_i64]).await.expect("a row is inserted");
    let endless = tx.opt::<(i64,)>(ENDLESS, &[]);
    let reads = Box::pin(async {
        for _ in 0..20 {
            assert!(names(&db).await.is_empty());
        }
    });
    let Either::Right(((), endless)) = select(endless, reads).await else {
        panic!("the endless statement ended first")
    };
    let error = endless.await.expect_err("it is interrupted");
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    // What follows the failure of a statement is no transaction of its own.
    assert!(tx.run(INSERT, &[&"too late", &2_i64]).await.is_err());
    assert!(tx.commit().await.is_err());
    db.run(INSERT, &[&"the next", &3_i64]).await.expect("a row is inserted");
    assert_eq!(names(&db).await, ["the next"]);
}

#[rstest]
#[tokio::test]
async fn a_caller_that_leaves_an_endless_statement_of_a_transaction_rolls_it_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    let mut tx = db.write().await.expect("a transaction begins");
    tx.run(INSERT, &[&"undone", &1_i64]).await.expect("a row is inserted");
    let left = tokio::time::timeout(Duration::from_millis(100), tx.opt::<(i64,)>(ENDLESS, &[])).await;
    assert!(left.is_err(), "it is endless");
    drop(tx);
    let written = db.run(INSERT, &[&"the next", &2_i64]).await;
    assert_eq!(written.expect("the writer is free"), 1);
    assert_eq!(names(&db).await, ["the next"]);
}

/// PostgreSQL does not know when a caller leaves.
#[tokio::test]
async fn endless_statements_whose_callers_leave_make_room_for_the_next_at_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(Engine::Sqlite, dir.path()).await;
    for _ in 0..3 {
        let endless = (0..4).map(|_| db.opt::<(i64,)>(Scan(ENDLESS), &[]));
        let left = tokio::time::timeout(Duration::from_millis(50), join_all(endless)).await;
        assert!(left.is_err(), "they are endless");
    }
    // A caller waits for at most 3 seconds, and a statement is interrupted after 5.
    let (one,): (i64,) = db.one(Scan("select cast(1 as bigint)"), &[]).await.expect("there is room");
    assert_eq!((one, db.slow_statements()), (1, 0));
}

/// A point read can be slow on a busy machine. PostgreSQL runs all statements side by side.
#[tokio::test]
async fn scans_that_wait_for_each_other_hold_up_no_slow_statement() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(Engine::Sqlite, dir.path()).await;
    let scans = Box::pin(join_all((0..12).map(|_| db.opt::<(i64,)>(Scan(ENDLESS), &[]))));
    let slow = Box::pin(db.one::<(i64,)>(SLOW, &[]));
    let Either::Right((counted, _)) = select(scans, slow).await else { panic!("the scans ended first") };
    assert_eq!(counted.expect("it is counted"), (500_000,));
    assert!(db.slow_statements() > 0);
}

#[rstest]
#[tokio::test]
async fn an_endless_write_holds_up_no_reader_and_leaves_with_its_caller(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    let mut tx = db.write().await.expect("a transaction begins");
    tx.run(INSERT, &[&"undone", &1_i64]).await.expect("a row is inserted");
    let endless = tx.run(Scan(ENDLESS_INSERT), &[]);
    let reads = Box::pin(async {
        for _ in 0..20 {
            assert!(names(&db).await.is_empty());
        }
    });
    let Either::Right(((), endless)) = select(endless, reads).await else {
        panic!("the endless statement ended first")
    };
    drop(endless);
    drop(tx);
    let written = db.run(INSERT, &[&"the next", &2_i64]).await;
    assert_eq!(written.expect("the writer is free"), 1);
    assert_eq!(names(&db).await, ["the next"]);
    assert_eq!(db.slow_statements(), 0);
}

#[tokio::test]
async fn a_writer_that_waits_for_another_process_holds_up_no_reader() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(Engine::Sqlite, dir.path()).await;
    let other = rusqlite::Connection::open(dir.path().join("studyhall.sqlite")).expect("the file opens");
    other.execute_batch("begin immediate").expect("the lock is free");
    let write = db.run(INSERT, &[&"the second", &2_i64]);
    let reads = Box::pin(async {
        for _ in 0..20 {
            assert!(names(&db).await.is_empty());
        }
    });
    let Either::Right(((), write)) = select(write, reads).await else { panic!("the writer did not wait") };
    other
        .execute_batch("insert into retired_usernames (username_fold, until) values ('the first', 1); commit")
        .expect("it commits");
    assert_eq!(write.await.expect("the lock is free again"), 1);
    assert_eq!(names(&db).await, ["the first", "the second"]);
}

/// More threads than connections, each with a runtime of its own, as `spawn_blocking` and tests have them.
#[rstest]
#[tokio::test]
async fn threads_of_several_runtimes_read_at_the_same_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(engine, dir.path()).await;
    db.run(INSERT, &[&"one", &1_i64]).await.expect("a row is inserted");
    // The connections of PostgreSQL belong to the runtime that opened them.
    let threads = (0..6).map(|_| {
        let (db, runtime) = (db.clone(), tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || {
            for _ in 0..200 {
                let own = Builder::new_current_thread().enable_all().build().expect("a runtime");
                let runtime = if engine == Engine::Sqlite { own.handle() } else { &runtime };
                assert_eq!(runtime.block_on(names(&db)), ["one"]);
            }
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.await.expect("the thread reads");
    }
}
