//! Feeds and their followers.

mod following;
mod log;
mod nodes;
mod resuming;
mod three_nodes;

use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use studyhall::clock::{Clock, Timestamp};
use studyhall::db::{Db, Query};
use studyhall::error::Result;
use studyhall::live::{self, Event, EventBody, EventKind, Feed, FeedItem, Live};
use tempfile::TempDir;

use crate::support::Engine;

const FEED: Feed = Feed(7_000_000_000);
const START: Timestamp = Timestamp(1_800_000_000_000_000);
const BODY: EventBody = EventBody { kind: EventKind::SecurityNotice, subject: 42, detail: Some(3) };

/// A new database, and a clock that moves only when a test moves it.
struct Fixture {
    url: String,
    db: Db,
    clock: Clock,
    _dir: TempDir,
}

impl Fixture {
    async fn new(engine: Engine) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = engine.create_database(dir.path()).await;
        let db = Db::open(&url.clone().into(), 0).await.unwrap();
        db.migrate().await.unwrap();
        Self { url, db, clock: Clock::manual(START), _dir: dir }
    }

    async fn live(&self) -> Live {
        Live::open(self.db.clone(), self.clock.clone()).await.unwrap()
    }

    /// An installation in another schema of the same PostgreSQL database.
    async fn in_other_schema(&self) -> Self {
        self.db.run("create schema other", &[]).await.unwrap();
        let url = format!("{}?options=-c%20search_path%3Dother", self.url);
        let db = Db::open(&url.clone().into(), 0).await.unwrap();
        db.migrate().await.unwrap();
        Self { url, db, clock: Clock::manual(START), _dir: tempfile::tempdir().unwrap() }
    }

    /// Opens a second node, with connections of its own to the same database.
    async fn second_node(&self) -> Live {
        let db = Db::open(&self.url.clone().into(), 0).await.unwrap();
        Live::open(db, self.clock.clone()).await.unwrap()
    }

    async fn append(&self, feed: Feed) -> Event {
        let mut tx = self.db.write().await.unwrap();
        let event = live::append(&mut tx, self.clock.now(), feed, BODY).await.unwrap();
        tx.commit().await.unwrap();
        event
    }

    async fn append_many(&self, feed: Feed, count: usize) -> Vec<Event> {
        let mut tx = self.db.write().await.unwrap();
        let mut events = Vec::new();
        for _ in 0..count {
            events.push(live::append(&mut tx, self.clock.now(), feed, BODY).await.unwrap());
        }
        tx.commit().await.unwrap();
        events
    }
}

/// Returns the next item, which must arrive within 20 seconds.
async fn next(stream: &mut Pin<&mut impl Stream<Item = Result<FeedItem>>>) -> Result<FeedItem> {
    tokio::time::timeout(Duration::from_secs(20), stream.next()).await.unwrap().unwrap()
}

async fn next_number(stream: &mut Pin<&mut impl Stream<Item = Result<FeedItem>>>) -> i64 {
    match next(stream).await.unwrap() {
        FeedItem::Event(event) => event.number,
        FeedItem::Reset { .. } => panic!("a reset instead of an event"),
    }
}

/// Returns the number after which the stream continues; the next item is a reset.
async fn next_reset(stream: &mut Pin<&mut impl Stream<Item = Result<FeedItem>>>) -> i64 {
    match next(stream).await.unwrap() {
        FeedItem::Reset { position } => position.number,
        FeedItem::Event(event) => panic!("{event:?} instead of a reset"),
    }
}

async fn numbers(stream: &mut Pin<&mut impl Stream<Item = Result<FeedItem>>>, count: usize) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        numbers.push(next_number(stream).await);
    }
    numbers
}
