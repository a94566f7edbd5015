//! Concurrent transactions that share commits, fail or are cancelled: exactly the acknowledged ones are stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use rstest::rstest;
use studyhall::db::{Db, Error, Query};
use tokio::sync::Semaphore;

use crate::support::Engine;
use crate::support::database::random_u64;

const WRITERS: i64 = 240;
const INSERT: &str = "insert into retired_usernames (username_fold, until) values ($1, $2)";

async fn open(url: &str) -> Db {
    let db = Db::open(&url.to_owned().into(), 8).await.expect("the database opens");
    db.migrate().await.expect("the migrations run");
    db
}

async fn rows(db: &Db) -> Vec<i64> {
    let rows: Vec<(i64,)> =
        db.all("select until from retired_usernames order by until", &[]).await.expect("the rows are read");
    rows.into_iter().map(|(row,)| row).collect()
}

/// What happens to a writer's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Committed,
    Dropped,
    Failed,
    CommittedAfterFailure,
    Cancelled,
}

async fn write(db: Db, number: i64, outcome: Outcome) -> Option<i64> {
    let name = format!("name {number}");
    let mut tx = db.write().await.ok()?;
    tx.run(INSERT, &[&name, &number]).await.ok()?;
    match outcome {
        Outcome::Dropped => return None,
        Outcome::Failed | Outcome::CommittedAfterFailure => {
            assert!(tx.run(INSERT, &[&name, &number]).await.is_err(), "the same name twice");
            if outcome == Outcome::Failed {
                return None;
            }
        }
        Outcome::Committed | Outcome::Cancelled => {}
    }
    tx.commit().await.ok().map(|()| number)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_transactions_are_stored_and_failed_ones_are_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let url = engine.create_database(dir.path()).await;
    let db = open(&url).await;
    // Few enough that no writer waits longer for the database than is allowed.
    let permits = Arc::new(Semaphore::new(40));
    let mut tasks = Vec::new();
    for number in 0..WRITERS {
        let outcome = match random_u64() % 8 {
            0 => Outcome::Dropped,
            1 => Outcome::Failed,
            2 => Outcome::CommittedAfterFailure,
            3 | 4 => Outcome::Cancelled,
            _ => Outcome::Committed,
        };
        let permit = Arc::clone(&permits).acquire_owned().await.expect("a permit");
        let db = db.clone();
        let task = tokio::spawn(async move {
            let _permit = permit;
            write(db, number, outcome).await
        });
        if outcome == Outcome::Cancelled {
            // At some point: while it waits for the writer, in a statement, or in the commit.
            for _ in 0..random_u64() % 40 {
                tokio::task::yield_now().await;
            }
            task.abort();
        }
        tasks.push((number, outcome, task));
    }
    let (mut acknowledged, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for (number, outcome, task) in tasks {
        match task.await {
            Ok(Some(number)) => drop(acknowledged.insert(number)),
            Ok(None) => drop(failed.insert(number)),
            // The outcome is unknown: the row may be stored, once.
            Err(cancelled) => {
                assert!(cancelled.is_cancelled() && outcome == Outcome::Cancelled, "{number}: {cancelled}");
            }
        }
    }
    // The next writer ends the open transactions of cancelled ones.
    assert_eq!(write(db.clone(), WRITERS, Outcome::Committed).await, Some(WRITERS));
    acknowledged.insert(WRITERS);
    for db in [db.clone(), open(&url).await] {
        let rows = rows(&db).await;
        let stored: BTreeSet<i64> = rows.iter().copied().collect();
        assert_eq!(stored.len(), rows.len(), "no row is stored twice");
        assert!(acknowledged.is_subset(&stored), "lost: {:?}", acknowledged.difference(&stored));
        assert!(failed.is_disjoint(&stored), "stored: {:?}", failed.intersection(&stored));
        if engine == Engine::Sqlite {
            let (result,): (String,) = db.one("pragma integrity_check", &[]).await.expect("the check runs");
            assert_eq!(result, "ok");
        }
    }
    assert!(acknowledged.len() > 20);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_writers_leave_the_database_unlocked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(&engine.create_database(dir.path()).await).await;
    for round in 0..20 {
        let tasks: Vec<_> =
            (0..12).map(|number| tokio::spawn(write(db.clone(), round * 100 + number, Outcome::Committed))).collect();
        for _ in 0..random_u64() % 60 {
            tokio::task::yield_now().await;
        }
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        assert_eq!(write(db.clone(), round * 100 + 99, Outcome::Committed).await, Some(round * 100 + 99));
    }
    let last = rows(&db).await.into_iter().filter(|row| row % 100 == 99).count();
    assert_eq!(last, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_unavailable_and_the_writer_goes_on_when_there_is_space() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(&Engine::Sqlite.create_database(dir.path()).await).await;
    // SQLite keeps the pages that there are.
    db.run("pragma max_page_count = 1", &[]).await.expect("the limit is set");
    let writers = (0..16_i64).map(|number| {
        let db = db.clone();
        tokio::spawn(async move {
            let name = format!("{number} {}", "x".repeat(100_000));
            (number, db.run(INSERT, &[&name, &number]).await)
        })
    });
    let mut acknowledged = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        match writer.await.expect("the task ends") {
            (number, Ok(_)) => acknowledged.push(number),
            (_, Err(error)) => assert!(matches!(error, Error::Unavailable(_)), "{error}"),
        }
    }
    assert!(acknowledged.len() < 16);
    db.run("pragma max_page_count = 1000000", &[]).await.expect("the limit is lifted");
    assert_eq!(write(db.clone(), 16, Outcome::Committed).await, Some(16));
    acknowledged.push(16);
    assert_eq!(rows(&db).await, acknowledged);
}
