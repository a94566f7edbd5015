//! Transactions that come together, fail, and are given up: what was acknowledged is there, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use rstest::rstest;
use studyhall::db::{Db, Query};
use tokio::sync::Semaphore;

use crate::support::Engine;
use crate::support::database::random_u64;

const WRITERS: i64 = 240;
const INSERT: &str = "insert into retired_usernames (username_fold, until) values ($1, $2)";

async fn open(url: &str) -> Db {
    let db = Db::open(&url.to_owned().into(), 8).await.expect("the database opens");
    db.migrate().await.expect("it migrates");
    db
}

async fn rows(db: &Db) -> Vec<i64> {
    let rows: Vec<(i64,)> =
        db.all("select until from retired_usernames order by until", &[]).await.expect("the rows are read");
    rows.into_iter().map(|(row,)| row).collect()
}

/// What a writer does with its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Commits,
    IsDropped,
    Fails,
    CommitsAfterFailing,
    IsCancelled,
}

async fn write(db: Db, number: i64, fate: Fate) -> Option<i64> {
    let name = format!("name {number}");
    let mut tx = db.write().await.ok()?;
    tx.run(INSERT, &[&name, &number]).await.ok()?;
    match fate {
        Fate::IsDropped => return None,
        Fate::Fails | Fate::CommitsAfterFailing => {
            assert!(tx.run(INSERT, &[&name, &number]).await.is_err(), "the same name twice");
            if fate == Fate::Fails {
                return None;
            }
        }
        Fate::Commits | Fate::IsCancelled => {}
    }
    tx.commit().await.ok().map(|()| number)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_is_there_and_what_failed_is_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let dir = tempfile::tempdir().expect("a directory");
    let url = engine.create_database(dir.path()).await;
    let db = open(&url).await;
    // Fewer at once than would wait longer for their turn than is allowed.
    let turns = Arc::new(Semaphore::new(40));
    let mut tasks = Vec::new();
    for number in 0..WRITERS {
        let fate = match random_u64() % 8 {
            0 => Fate::IsDropped,
            1 => Fate::Fails,
            2 => Fate::CommitsAfterFailing,
            3 | 4 => Fate::IsCancelled,
            _ => Fate::Commits,
        };
        let turn = Arc::clone(&turns).acquire_owned().await.expect("a turn");
        let db = db.clone();
        let task = tokio::spawn(async move {
            let _turn = turn;
            write(db, number, fate).await
        });
        if fate == Fate::IsCancelled {
            // Somewhere in the middle: before its turn, within a statement, within the commit.
            for _ in 0..random_u64() % 40 {
                tokio::task::yield_now().await;
            }
            task.abort();
        }
        tasks.push((number, fate, task));
    }
    let (mut acknowledged, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for (number, fate, task) in tasks {
        match task.await {
            Ok(Some(number)) => drop(acknowledged.insert(number)),
            Ok(None) => drop(refused.insert(number)),
            // Nobody was told: it may be there, once.
            Err(cancelled) => assert!(cancelled.is_cancelled() && fate == Fate::IsCancelled, "{number}: {cancelled}"),
        }
    }
    // Whoever comes last ends what the cancelled ones left.
    assert_eq!(write(db.clone(), WRITERS, Fate::Commits).await, Some(WRITERS));
    acknowledged.insert(WRITERS);
    for db in [db.clone(), open(&url).await] {
        let rows = rows(&db).await;
        let there: BTreeSet<i64> = rows.iter().copied().collect();
        assert_eq!(there.len(), rows.len(), "none is there twice");
        assert!(acknowledged.is_subset(&there), "lost: {:?}", acknowledged.difference(&there));
        assert!(refused.is_disjoint(&there), "kept: {:?}", refused.intersection(&there));
        if engine == Engine::Sqlite {
            let (verdict,): (String,) = db.one("pragma integrity_check", &[]).await.expect("it is checked");
            assert_eq!(verdict, "ok");
        }
    }
    assert!(acknowledged.len() > 20);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_goes_away_leaves_the_database_free(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let dir = tempfile::tempdir().expect("a directory");
    let db = open(&engine.create_database(dir.path()).await).await;
    for round in 0..20 {
        let tasks: Vec<_> =
            (0..12).map(|number| tokio::spawn(write(db.clone(), round * 100 + number, Fate::Commits))).collect();
        for _ in 0..random_u64() % 60 {
            tokio::task::yield_now().await;
        }
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        assert_eq!(write(db.clone(), round * 100 + 99, Fate::Commits).await, Some(round * 100 + 99));
    }
    let last = rows(&db).await.into_iter().filter(|row| row % 100 == 99).count();
    assert_eq!(last, 20);
}
