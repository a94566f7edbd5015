//! The log: event numbers, cursors and resets.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use studyhall::db::Query;
use studyhall::live::{self, Event, EventBody, EventKind, Feed, FeedItem, FeedPosition};

use super::{BODY, FEED, Fixture, START, next, next_number, next_reset, numbers};
use crate::support::Engine;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn event_numbers_follow_commits_without_gaps(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let fixture = Arc::new(fixture);
    let tasks = (0..20).map(|task| {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move {
            for round in 0..10 {
                if (task + round) % 4 == 0 {
                    let mut tx = fixture.db.write().await.unwrap();
                    live::append(&mut tx, START, FEED, BODY).await.unwrap();
                    drop(tx);
                }
                let number = fixture.append(FEED).await.number;
                // All events with smaller numbers are committed.
                let sql = "select count(*) from feed_events where feed = $1 and number <= $2";
                let (earlier,): (i64,) = fixture.db.one(sql, &[&FEED, &number]).await.unwrap();
                assert_eq!(earlier, number);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(live::head(&fixture.db, FEED).await.unwrap(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_delivered_as_it_was_appended(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    let event = fixture.append(FEED).await;
    let EventBody { kind, subject, detail } = BODY;
    assert_eq!(event, Event { feed: FEED, number: 1, kind, subject, detail, happened_at: START });
    let mut stream = pin!(live.follow(FEED, Some(0.into())));
    assert_eq!(next(&mut stream).await.unwrap(), FeedItem::Event(event));
    let mut tx = fixture.db.write().await.unwrap();
    let body = EventBody { kind: EventKind::SessionEnded, subject: i64::MIN, detail: None };
    let second = live::append(&mut tx, START, FEED, body).await.unwrap();
    tx.commit().await.unwrap();
    live.publish(&[second]);
    assert_eq!(next(&mut stream).await.unwrap(), FeedItem::Event(second));
    let mut resumed = pin!(live.follow(FEED, Some(1.into())));
    assert_eq!(next(&mut resumed).await.unwrap(), FeedItem::Event(second));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolled_back_event_releases_its_number(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut tx = fixture.db.write().await.unwrap();
    live::append(&mut tx, START, FEED, BODY).await.unwrap();
    drop(tx);
    assert_eq!(live::head(&fixture.db, FEED).await.unwrap(), 0);
    assert_eq!(fixture.append(FEED).await.number, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_is_reset_only_if_events_after_its_cursor_are_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    let idle = Feed(FEED.0 + 1);
    fixture.append_many(FEED, 1_200).await;
    fixture.append_many(idle, 3).await;
    fixture.clock.advance(live::RETENTION);
    fixture.append_many(FEED, 2).await;
    let limit = fixture.clock.now().minus(Duration::from_secs(1));
    assert_eq!(live::trim(&fixture.db, limit).await.unwrap(), 1_203);
    assert_eq!(live::trim(&fixture.db, limit).await.unwrap(), 0);

    let mut with_gap = pin!(live.follow(FEED, Some(1_199.into())));
    assert_eq!(next_reset(&mut with_gap).await, 1_202);
    let mut without_gap = pin!(live.follow(FEED, Some(1_200.into())));
    assert_eq!(numbers(&mut without_gap, 2).await, [1_201, 1_202]);
    let mut at_idle_head = pin!(live.follow(idle, Some(3.into())));
    let mut before_idle_head = pin!(live.follow(idle, Some(2.into())));
    assert_eq!(next_reset(&mut before_idle_head).await, 3);

    live.publish(&[fixture.append(FEED).await, fixture.append(idle).await]);
    assert_eq!(next_number(&mut with_gap).await, 1_203);
    assert_eq!(next_number(&mut without_gap).await, 1_203);
    assert_eq!(next_number(&mut at_idle_head).await, 4);
    assert_eq!(next_number(&mut before_idle_head).await, 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_whose_cursor_is_not_in_the_log_is_reset(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 2).await;
    let third = fixture.append(FEED).await;
    for cursor in [4, -1, i64::MAX, i64::MIN] {
        let mut stream = pin!(live.follow(FEED, Some(cursor.into())));
        assert_eq!(next_reset(&mut stream).await, 3);
    }
    let mut without_events = pin!(live.follow(Feed(1), Some(1.into())));
    assert_eq!(next_reset(&mut without_events).await, 0);

    // The log has another event under the number of the cursor: at the head, and before it.
    let known = FeedPosition::from(&third);
    let other = FeedPosition::new(3, third.happened_at.plus(Duration::from_millis(7)));
    let mut at_other_head = pin!(live.follow(FEED, Some(other)));
    assert_eq!(next_reset(&mut at_other_head).await, 3);
    fixture.append_many(FEED, 2).await;
    let mut behind_other = pin!(live.follow(FEED, Some(other)));
    assert_eq!(next_reset(&mut behind_other).await, 5);
    for cursor in [known, 3.into()] {
        let mut stream = pin!(live.follow(FEED, Some(cursor)));
        assert_eq!(numbers(&mut stream, 2).await, [4, 5]);
    }
    live.publish(&[fixture.append(FEED).await]);
    assert_eq!(next_number(&mut at_other_head).await, 4);
    assert_eq!(next_number(&mut behind_other).await, 6);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_of_a_deleted_feed_are_reset(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 3).await;
    let mut stream = pin!(live.follow(FEED, Some(0.into())));
    assert_eq!(numbers(&mut stream, 3).await, [1, 2, 3]);
    let mut tx = fixture.db.write().await.unwrap();
    live::delete(&mut tx, FEED).await.unwrap();
    tx.commit().await.unwrap();
    live.resync();
    assert_eq!(next_reset(&mut stream).await, 0);
    let (remaining,): (i64,) = fixture.db.one("select count(*) from feed_events", &[]).await.unwrap();
    assert_eq!(remaining, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_an_unknown_kind_is_delivered_in_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let live = fixture.live().await;
    fixture.append_many(FEED, 2).await;
    fixture.db.run("update feed_events set kind = 'of_a_newer_version' where number = 1", &[]).await.unwrap();
    let mut stream = pin!(live.follow(FEED, Some(0.into())));
    assert!(matches!(next(&mut stream).await.unwrap(), FeedItem::Event(Event { kind: EventKind::Unknown, .. })));
    assert_eq!(next_number(&mut stream).await, 2);
}
