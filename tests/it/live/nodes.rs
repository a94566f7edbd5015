//! Several nodes with one database.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use rstest::rstest;
use studyhall::db::Query;
use studyhall::live::{Event, EventKind, Feed, FeedItem, Lease, Live};

use super::{Fixture, START};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_have_different_numbers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let claims = (0..10).map(|_| {
        let (db, clock) = (fixture.db.clone(), fixture.clock.clone());
        tokio::spawn(async move { Lease::claim(&db, &clock).await.unwrap() })
    });
    let mut leases = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        leases.push(claim.await.unwrap());
    }
    leases.sort_by_key(Lease::number);
    assert!(leases.iter().map(Lease::number).eq(1..=10));
    leases.remove(4).release().await.unwrap();
    assert_eq!(Lease::claim(&fixture.db, &fixture.clock).await.unwrap().number(), 5);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_with_an_expired_lease_claims_another_number(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::new(engine).await;
    let (db, clock) = (&fixture.db, &fixture.clock);
    let mut suspended = Lease::claim(db, clock).await.unwrap();
    clock.advance(Duration::from_secs(14));
    suspended.renew().await.unwrap();
    clock.advance(Duration::from_secs(14));
    assert_eq!(Lease::claim(db, clock).await.unwrap().number(), 2, "the first lease was renewed");
    clock.advance(Duration::from_secs(1));
    let successor = Lease::claim(db, clock).await.unwrap();
    assert_eq!((suspended.number(), successor.number()), (1, 1));
    let mut id_clock = clock.clone();
    suspended.renew().await.unwrap();
    assert_eq!(suspended.number(), 3);
    id_clock.clone_from(clock);
    assert_eq!(id_clock.new_id() & 1023, 3);
    suspended.release().await.unwrap();
    let (leases,): (i64,) = db.one("select count(*) from nodes", &[]).await.unwrap();
    assert_eq!(leases, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_writer_does_not_block_others(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    for round in 0..400 {
        {
            let mut write = pin!(fixture.db.write());
            for _ in 0..=(round % 20) {
                if futures_util::poll!(write.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let outcome = fixture.db.run("update feeds set trimmed = 0", &[]).await;
        assert!(outcome.is_ok(), "round {round}: {outcome:?}");
    }
}

/// Publishes an event that is in no log, until the follower receives it. Only the bus can have delivered it.
async fn is_delivered(from: &Live, to: &Live, feed: Feed) -> bool {
    let unlogged =
        Event { feed, number: 1, kind: EventKind::SessionEnded, subject: 1, detail: None, happened_at: START };
    let mut stream = pin!(to.follow(feed, Some(0.into())));
    for _ in 0..30 {
        from.publish(&[unlogged]);
        if let Ok(item) = tokio::time::timeout(Duration::from_millis(100), stream.next()).await {
            return matches!(item, Some(Ok(FeedItem::Event(event))) if event == unlogged);
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_receive_each_others_events_even_after_a_lost_connection() {
    let fixture = Fixture::new(Engine::Postgres).await;
    let other_schema = fixture.in_other_schema().await;
    let (one, two, stranger) = (fixture.live().await, fixture.second_node().await, other_schema.live().await);
    assert!(is_delivered(&one, &two, Feed(101)).await);
    assert!(is_delivered(&two, &one, Feed(102)).await);
    assert!(is_delivered(&stranger, &stranger, Feed(103)).await);
    assert!(!is_delivered(&one, &stranger, Feed(104)).await, "installations in one database are separate");

    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and query =
        (select 'LISTEN \"studyhall_' || cast(oid as text) || '\"' from pg_namespace where nspname = current_schema())";
    let (ended,): (i64,) = fixture.db.one(sql, &[]).await.unwrap();
    assert_eq!(ended, 2);
    assert!(is_delivered(&one, &two, Feed(105)).await);
    one.close().await;
    two.close().await;
}
