//! The log: numbers, cursors, resets.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rstest::rstest;
use studyhall::db::Query;
use studyhall::error::Error;
use studyhall::live::{self, Event, EventBody, EventKind, Feed, Followed};

use super::{BODY, FEED, Ground, START, next, next_number, numbers};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_follow_commits_without_gaps(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let ground = Arc::new(ground);
    let tasks = (0..20).map(|task| {
        let ground = Arc::clone(&ground);
        tokio::spawn(async move {
            for round in 0..10 {
                if (task + round) % 4 == 0 {
                    let mut tx = ground.db.write().await.unwrap();
                    live::append(&mut tx, START, FEED, BODY).await.unwrap();
                    drop(tx);
                }
                let number = ground.append(FEED).await.number;
                // Whatever has a smaller number is committed already.
                let sql = "select count(*) from feed_events where feed = $1 and number <= $2";
                let (earlier,): (i64,) = ground.db.one(sql, &[&FEED, &number]).await.unwrap();
                assert_eq!(earlier, number);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(live::head(&ground.db, FEED).await.unwrap(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_comes_as_it_was_written(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    let event = ground.append(FEED).await;
    let EventBody { kind, subject, detail } = BODY;
    assert_eq!(event, Event { feed: FEED, number: 1, kind, subject, detail, happened_at: START });
    let mut stream = pin!(live.follow(FEED, Some(0)));
    assert_eq!(next(&mut stream).await.unwrap(), Followed::Event(event));
    let mut tx = ground.db.write().await.unwrap();
    let body = EventBody { kind: EventKind::SessionEnded, subject: i64::MIN, detail: None };
    let second = live::append(&mut tx, START, FEED, body).await.unwrap();
    tx.commit().await.unwrap();
    live.publish(&[second]);
    assert_eq!(next(&mut stream).await.unwrap(), Followed::Event(second));
    let mut again = pin!(live.follow(FEED, Some(1)));
    assert_eq!(next(&mut again).await.unwrap(), Followed::Event(second));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolled_back_event_leaves_no_trace(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let mut tx = ground.db.write().await.unwrap();
    live::append(&mut tx, START, FEED, BODY).await.unwrap();
    drop(tx);
    assert_eq!(live::head(&ground.db, FEED).await.unwrap(), 0);
    assert_eq!(ground.append(FEED).await.number, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_cursor_with_something_gone_after_it_gives_a_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    let quiet = Feed(FEED.0 + 1);
    ground.append_many(FEED, 1_200).await;
    ground.append_many(quiet, 3).await;
    ground.clock.advance(live::RETENTION);
    ground.append_many(FEED, 2).await;
    let limit = ground.clock.now().minus(Duration::from_secs(1));
    assert_eq!(live::trim(&ground.db, limit).await.unwrap(), 1_203);
    assert_eq!(live::trim(&ground.db, limit).await.unwrap(), 0);

    let mut old = pin!(live.follow(FEED, Some(1_199)));
    assert_eq!(next(&mut old).await.unwrap(), Followed::Reset { number: 1_202 });
    let mut whole = pin!(live.follow(FEED, Some(1_200)));
    assert_eq!(numbers(&mut whole, 2).await, [1_201, 1_202]);
    let mut of_quiet = pin!(live.follow(quiet, Some(3)));
    let mut gone = pin!(live.follow(quiet, Some(2)));
    assert_eq!(next(&mut gone).await.unwrap(), Followed::Reset { number: 3 });

    live.publish(&[ground.append(FEED).await, ground.append(quiet).await]);
    assert_eq!(next_number(&mut old).await, 1_203);
    assert_eq!(next_number(&mut whole).await, 1_203);
    assert_eq!(next_number(&mut of_quiet).await, 4);
    assert_eq!(next_number(&mut gone).await, 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_another_feed_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 3).await;
    for cursor in [4, -1, i64::MAX, i64::MIN] {
        let mut stream = pin!(live.follow(FEED, Some(cursor)));
        assert!(matches!(next(&mut stream).await, Err(Error::BadInput(_))));
        assert!(stream.next().await.is_none());
    }
    let mut of_none = pin!(live.follow(Feed(1), Some(1)));
    assert!(matches!(next(&mut of_none).await, Err(Error::BadInput(_))));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_feed_resets_its_followers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 3).await;
    let mut stream = pin!(live.follow(FEED, Some(0)));
    assert_eq!(numbers(&mut stream, 3).await, [1, 2, 3]);
    let mut tx = ground.db.write().await.unwrap();
    live::delete(&mut tx, FEED).await.unwrap();
    tx.commit().await.unwrap();
    live.reread();
    assert_eq!(next(&mut stream).await.unwrap(), Followed::Reset { number: 0 });
    let (left,): (i64,) = ground.db.one("select count(*) from feed_events", &[]).await.unwrap();
    assert_eq!(left, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_of_a_newer_version_keeps_its_place(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let ground = Ground::new(engine).await;
    let live = ground.live().await;
    ground.append_many(FEED, 2).await;
    ground.db.run("update feed_events set kind = 'of_tomorrow' where number = 1", &[]).await.unwrap();
    let mut stream = pin!(live.follow(FEED, Some(0)));
    assert!(matches!(next(&mut stream).await.unwrap(), Followed::Event(Event { kind: EventKind::Unknown, .. })));
    assert_eq!(next_number(&mut stream).await, 2);
}
