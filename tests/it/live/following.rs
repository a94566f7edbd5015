//! Followers: they receive each event once and in order.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use rstest::rstest;
use studyhall::db::Query;
use studyhall::live::{Event, Feed};

use super::{FEED, Fixture, next_number, numbers};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_receive_each_event_once_over_an_unreliable_bus(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    for seed in 1..=4_u64 {
        let feed = Feed(FEED.0 + i64::try_from(seed).unwrap());
        let steady = tokio::spawn({
            let stream = live.follow(feed, Some(0.into()));
            async move { numbers(&mut pin!(stream), 300).await }
        });
        let resuming = tokio::spawn({
            let live = live.clone();
            async move {
                let mut received = Vec::new();
                while received.len() < 300 {
                    let stream = live.follow(feed, Some(received.last().copied().unwrap_or(0).into()));
                    let count = (received.len() % 7 + 1).min(300 - received.len());
                    received.extend(numbers(&mut pin!(stream), count).await);
                }
                received
            }
        });
        let mut random = seed;
        let mut roll = |sides: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % sides
        };
        let mut delayed: Vec<Event> = Vec::new();
        for _ in 0..300 {
            let event = fixture.append(feed).await;
            match roll(4) {
                0 => {}
                1 => live.publish(&[event, event]),
                _ => delayed.push(event),
            }
            if roll(5) == 0 {
                delayed.sort_by_key(|event| event.number.wrapping_mul(7_919) % 13);
                live.publish(&delayed);
                delayed.truncate(2);
            }
        }
        live.resync();
        let all: Vec<i64> = (1..=300).collect();
        assert_eq!(steady.await.unwrap(), all);
        assert_eq!(resuming.await.unwrap(), all);
    }
    live.close().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_receives_events_committed_during_the_handoff(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 5).await;
    let follower = tokio::spawn({
        let stream = live.follow(FEED, None);
        async move {
            let mut stream = pin!(stream);
            let first = next_number(&mut stream).await;
            let rest = usize::try_from(205 - first).unwrap();
            (first, numbers(&mut stream, rest).await)
        }
    });
    for _ in 0..200 {
        let event = fixture.append(FEED).await;
        live.publish(&[event]);
    }
    let (first, rest) = follower.await.unwrap();
    assert!(first > 5);
    assert!(rest.into_iter().eq(first + 1..=205));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_wait_while_the_log_does_not_answer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 250).await;
    fixture.db.run("alter table feed_events rename to hidden_events", &[]).await.unwrap();
    let mut stream = pin!(live.follow(FEED, Some(0.into())));
    assert!(tokio::time::timeout(Duration::from_millis(300), stream.next()).await.is_err());
    fixture.db.run("alter table hidden_events rename to feed_events", &[]).await.unwrap();
    assert!(numbers(&mut stream, 250).await.into_iter().eq(1..=250));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_has_thousands_of_small_followers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    let first = live.follow(FEED, Some(0.into()));
    assert!(size_of_val(&first) <= 512, "{} bytes", size_of_val(&first));
    let followers: Vec<_> = (0..2_000)
        .map(|_| {
            let stream = live.follow(FEED, Some(0.into()));
            tokio::spawn(async move { numbers(&mut pin!(stream), 20).await })
        })
        .collect();
    for _ in 0..20 {
        live.publish(&[fixture.append(FEED).await]);
    }
    for follower in followers {
        assert!(follower.await.unwrap().into_iter().eq(1..=20));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn published_events_reach_followers_without_the_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 1).await;
    let mut followers: Vec<_> = (0..100).map(|_| Box::pin(live.follow(FEED, Some(0.into())))).collect();
    for follower in &mut followers {
        assert_eq!(next_number(&mut follower.as_mut()).await, 1);
    }
    let mut events = fixture.append_many(FEED, 20).await;
    events.reverse();
    fixture.db.run("alter table feed_events rename to hidden_events", &[]).await.unwrap();
    live.publish(&events);
    for follower in &mut followers {
        assert!(numbers(&mut follower.as_mut(), 20).await.into_iter().eq(2..=21));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_ends_all_streams(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 1).await;
    let mut stream = pin!(live.follow(FEED, Some(0.into())));
    assert_eq!(next_number(&mut stream).await, 1);
    live.close().await;
    assert!(stream.next().await.is_none());
    assert!(pin!(live.follow(FEED, Some(0.into()))).next().await.is_none());
    let (leases,): (i64,) = fixture.db.one("select count(*) from nodes", &[]).await.unwrap();
    assert_eq!(leases, 0, "the node's number is released");
}
