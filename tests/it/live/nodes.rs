//! Several nodes on one database.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use rstest::rstest;
use studyhall::db::Query;
use studyhall::live::{Event, EventKind, Feed, Followed, Lease, Live};

use super::{Ground, START};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_have_different_numbers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let claims = (0..10).map(|_| {
        let (db, clock) = (ground.db.clone(), ground.clock.clone());
        tokio::spawn(async move { Lease::claim(&db, &clock).await.unwrap() })
    });
    let mut leases = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        leases.push(claim.await.unwrap());
    }
    leases.sort_by_key(Lease::number);
    assert!(leases.iter().map(Lease::number).eq(1..=10));
    leases.remove(4).release().await.unwrap();
    assert_eq!(Lease::claim(&ground.db, &ground.clock).await.unwrap().number(), 5);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_was_not_renewed_is_taken_and_its_holder_takes_another(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let ground = Ground::new(engine).await;
    let (db, clock) = (&ground.db, &ground.clock);
    let mut sleeper = Lease::claim(db, clock).await.unwrap();
    clock.advance(Duration::from_secs(14));
    sleeper.renew().await.unwrap();
    clock.advance(Duration::from_secs(14));
    assert_eq!(Lease::claim(db, clock).await.unwrap().number(), 2, "renewed, so still held");
    clock.advance(Duration::from_secs(1));
    let heir = Lease::claim(db, clock).await.unwrap();
    assert_eq!((sleeper.number(), heir.number()), (1, 1));
    let mut id_clock = clock.clone();
    sleeper.renew().await.unwrap();
    assert_eq!(sleeper.number(), 3);
    id_clock.clone_from(clock);
    assert_eq!(id_clock.new_id() & 1023, 3);
    sleeper.release().await.unwrap();
    let (held,): (i64,) = db.one("select count(*) from nodes", &[]).await.unwrap();
    assert_eq!(held, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_goes_away_harms_nobody(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    for round in 0..400 {
        {
            let mut write = pin!(ground.db.write());
            for _ in 0..=(round % 20) {
                if futures_util::poll!(write.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let outcome = ground.db.run("update feeds set trimmed = 0", &[]).await;
        assert!(outcome.is_ok(), "round {round}: {outcome:?}");
    }
}

/// Publishes an event that is in no log until the follower gets it: only a notice can have brought it.
async fn hears(from: &Live, to: &Live, feed: Feed) -> bool {
    let phantom =
        Event { feed, number: 1, kind: EventKind::SessionEnded, subject: 1, detail: None, happened_at: START };
    let mut stream = pin!(to.follow(feed, Some(0)));
    for _ in 0..30 {
        from.publish(&[phantom]);
        if let Ok(heard) = tokio::time::timeout(Duration::from_millis(100), stream.next()).await {
            return matches!(heard, Some(Ok(Followed::Event(event))) if event == phantom);
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_one_postgres_hear_each_other_also_after_a_lost_connection() {
    let (ground, elsewhere) = (Ground::new(Engine::Postgres).await, Ground::new(Engine::Postgres).await);
    let (one, two, stranger) = (ground.live().await, ground.second_node().await, elsewhere.live().await);
    assert!(hears(&one, &two, Feed(101)).await);
    assert!(hears(&two, &one, Feed(102)).await);
    assert!(hears(&stranger, &stranger, Feed(103)).await);
    assert!(!hears(&one, &stranger, Feed(104)).await, "two houses in one database do not hear each other");

    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query =
        (select 'LISTEN \"studyhall_' || cast(oid as text) || '\"' from pg_namespace where nspname = current_schema())";
    let (ended,): (i64,) = ground.db.one(sql, &[]).await.unwrap();
    assert_eq!(ended, 2);
    assert!(hears(&one, &two, Feed(105)).await);
    one.close().await;
    two.close().await;
}
