//! Following: nothing lost, nothing twice.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use rstest::rstest;
use studyhall::db::Query;
use studyhall::live::{Event, Feed};

use super::{FEED, Ground, next_number, numbers};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_bus_takes_and_doubles_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    for seed in 1..=4_u64 {
        let feed = Feed(FEED.0 + i64::try_from(seed).unwrap());
        let steady = tokio::spawn({
            let stream = live.follow(feed, Some(0));
            async move { numbers(&mut pin!(stream), 300).await }
        });
        let leaving = tokio::spawn({
            let live = live.clone();
            async move {
                let mut seen = Vec::new();
                while seen.len() < 300 {
                    let stream = live.follow(feed, Some(seen.last().copied().unwrap_or(0)));
                    let stay = (seen.len() % 7 + 1).min(300 - seen.len());
                    seen.extend(numbers(&mut pin!(stream), stay).await);
                }
                seen
            }
        });
        let mut random = seed;
        let mut dice = |sides: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % sides
        };
        let mut held: Vec<Event> = Vec::new();
        for _ in 0..300 {
            let event = ground.append(feed).await;
            match dice(4) {
                0 => {}
                1 => live.publish(&[event, event]),
                _ => held.push(event),
            }
            if dice(5) == 0 {
                held.sort_by_key(|event| event.number.wrapping_mul(7_919) % 13);
                live.publish(&held);
                held.truncate(2);
            }
        }
        live.reread();
        let all: Vec<i64> = (1..=300).collect();
        assert_eq!(steady.await.unwrap(), all);
        assert_eq!(leaving.await.unwrap(), all);
    }
    live.close().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_committed_while_following_starts_is_not_lost(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 5).await;
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
        let event = ground.append(FEED).await;
        live.publish(&[event]);
    }
    let (first, rest) = follower.await.unwrap();
    assert!(first > 5);
    assert!(rest.into_iter().eq(first + 1..=205));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_away_only_makes_followers_wait(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 250).await;
    ground.db.run("alter table feed_events rename to elsewhere", &[]).await.unwrap();
    let mut stream = pin!(live.follow(FEED, Some(0)));
    assert!(tokio::time::timeout(Duration::from_millis(300), stream.next()).await.is_err());
    ground.db.run("alter table elsewhere rename to feed_events", &[]).await.unwrap();
    assert!(numbers(&mut stream, 250).await.into_iter().eq(1..=250));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_are_small_and_many(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    let first = live.follow(FEED, Some(0));
    assert!(size_of_val(&first) <= 512, "{} bytes", size_of_val(&first));
    let followers: Vec<_> = (0..2_000)
        .map(|_| {
            let stream = live.follow(FEED, Some(0));
            tokio::spawn(async move { numbers(&mut pin!(stream), 20).await })
        })
        .collect();
    for _ in 0..20 {
        live.publish(&[ground.append(FEED).await]);
    }
    for follower in followers {
        assert!(follower.await.unwrap().into_iter().eq(1..=20));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hint_spares_followers_the_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 1).await;
    let mut followers: Vec<_> = (0..100).map(|_| Box::pin(live.follow(FEED, Some(0)))).collect();
    for follower in &mut followers {
        assert_eq!(next_number(&mut follower.as_mut()).await, 1);
    }
    let mut events = ground.append_many(FEED, 20).await;
    events.reverse();
    ground.db.run("alter table feed_events rename to elsewhere", &[]).await.unwrap();
    live.publish(&events);
    for follower in &mut followers {
        assert!(numbers(&mut follower.as_mut(), 20).await.into_iter().eq(2..=21));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_ends_every_stream(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 1).await;
    let mut stream = pin!(live.follow(FEED, Some(0)));
    assert_eq!(next_number(&mut stream).await, 1);
    live.close().await;
    assert!(stream.next().await.is_none());
    assert!(pin!(live.follow(FEED, Some(0))).next().await.is_none());
    let (held,): (i64,) = ground.db.one("select count(*) from nodes", &[]).await.unwrap();
    assert_eq!(held, 0, "the node's number is given back");
}
