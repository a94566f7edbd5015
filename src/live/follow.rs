//! Following a feed: a backfill from the log, then the live events of the hub, each event once and in order.

use std::sync::Arc;
use std::vec;

use futures_util::{Stream, stream};
use tokio::sync::watch;
use tokio::time::sleep;

use super::broadcaster::{Broadcaster, Next, RecentEvents};
use super::feeds::{self, Event, Feed};
use super::position::FeedPosition;
use super::{MAX_RETRY_DELAY, MIN_RETRY_DELAY, query_log};
use crate::error::Result;
use crate::figures::FEED_RESETS;

/// An item of a followed feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedItem {
    Event(Event),
    /// Events up to `position` are missing: they were trimmed, or the feed was reset, or the log is not the one that the
    /// follower knows, because a backup was restored. The follower must load their subjects again; the stream continues
    /// after `position`.
    Reset {
        position: FeedPosition,
    },
}

/// A follower of a feed. It is small while it waits, because a node has thousands.
struct Follower {
    broadcaster: Arc<Broadcaster>,
    feed: Feed,
    recent: watch::Receiver<RecentEvents>,
    position: Position,
    /// Events of the backfill that come next.
    page: vec::IntoIter<Event>,
}

#[derive(Clone, Copy)]
enum Position {
    /// Starts after the head of the feed.
    Head,
    /// Starts after a position that a client passed, not validated yet.
    Cursor(FeedPosition),
    /// All events up to this number are delivered.
    After(i64),
    /// All events up to this number are delivered, but the log may no longer continue from it: the hub was closed.
    CursorExpired(i64),
}

pub(super) fn follow(
    broadcaster: Arc<Broadcaster>,
    feed: Feed,
    after: Option<FeedPosition>,
) -> impl Stream<Item = Result<FeedItem>> + Send + 'static {
    // Subscribed before the log is read, so that the handoff from the backfill to live events has no gap.
    let follower = broadcaster.subscribe(feed).map(|recent| Follower {
        broadcaster,
        feed,
        recent,
        position: after.map_or(Position::Head, Position::Cursor),
        page: Vec::new().into_iter(),
    });
    stream::try_unfold(follower, |follower| async move {
        let Some(mut follower) = follower else { return Ok(None) };
        let next = follower.next().await?;
        Ok(next.map(|next| (next, Some(follower))))
    })
}

impl Follower {
    /// Returns the next item; `None` once the broadcaster is closed.
    async fn next(&mut self) -> Result<Option<FeedItem>> {
        loop {
            let next = match (self.page.next(), self.position) {
                (Some(event), _) => Next::Event(event),
                (None, Position::After(number)) => self.recent.borrow_and_update().after(number),
                (None, _) => Next::Lagged,
            };
            match (next, self.position) {
                (Next::Event(event), _) => {
                    self.position = Position::After(event.number);
                    return Ok(Some(FeedItem::Event(event)));
                }
                (Next::Pending, Position::After(number)) => {
                    if self.recent.changed().await.is_err() {
                        let Some(recent) = self.broadcaster.subscribe(self.feed) else { return Ok(None) };
                        self.recent = recent;
                        self.position = Position::CursorExpired(number);
                    }
                }
                _ => match self.backfill().await? {
                    Backfill::Page => {}
                    Backfill::Gap { head } => {
                        self.position = Position::After(head.number);
                        FEED_RESETS.add(1);
                        return Ok(Some(FeedItem::Reset { position: head }));
                    }
                    Backfill::Closed => return Ok(None),
                },
            }
        }
    }

    /// Loads the next page of events from the log. Retries until the database answers.
    async fn backfill(&mut self) -> Result<Backfill> {
        let mut delay = MIN_RETRY_DELAY;
        let (newest, mut events) = loop {
            if let Some(found) = self.load_page_with_permit().await {
                break found;
            }
            if self.broadcaster.is_closed() {
                return Ok(Backfill::Closed);
            }
            sleep(delay).await;
            delay = MAX_RETRY_DELAY.min(delay * 2);
        };
        let head = newest.number;
        self.broadcaster.init_head(self.feed, head);
        let after = match self.position {
            Position::Head => head,
            Position::Cursor(cursor) => {
                // The page begins with the event of the cursor, if it is still there.
                let own = if cursor.number == head {
                    Some(newest)
                } else {
                    let is_own = events.first().is_some_and(|first| first.number == cursor.number);
                    is_own.then(|| FeedPosition::from(&events.remove(0)))
                };
                if own.is_some_and(|own| !cursor.matches(own)) {
                    return Ok(Backfill::Gap { head: newest });
                }
                cursor.number
            }
            Position::After(number) | Position::CursorExpired(number) => number,
        };
        if after != head && events.first().is_none_or(|first| first.number - 1 != after) {
            return Ok(Backfill::Gap { head: newest });
        }
        self.position = Position::After(after);
        self.page = events.into_iter();
        Ok(Backfill::Page)
    }

    /// Loads a page once a permit is free: few of the followers that return at once read the log at a time.
    ///
    /// The box keeps the memory that a statement needs out of all other followers, waiting or idle.
    async fn load_page_with_permit(&self) -> Option<(FeedPosition, Vec<Event>)> {
        let _permit = self.broadcaster.backfill_permits.acquire().await.ok()?;
        Box::pin(self.load_page()).await
    }

    /// Returns the position of the newest event, and the events that come next. For a cursor that a client passed they
    /// begin with the event at the cursor.
    async fn load_page(&self) -> Option<(FeedPosition, Vec<Event>)> {
        let newest = query_log(feeds::newest(&self.broadcaster.db, self.feed)).await?;
        let (number, first) = match self.position {
            Position::Head => (newest.number, newest.number),
            Position::Cursor(cursor) => (cursor.number, cursor.number.saturating_sub(1)),
            Position::After(number) | Position::CursorExpired(number) => (number, number),
        };
        let events = if number < newest.number {
            query_log(feeds::events_after(&self.broadcaster.db, self.feed, first)).await?
        } else {
            Vec::new()
        };
        Some((newest, events))
    }
}

/// The outcome of a backfill.
enum Backfill {
    /// The follower has the next page, which is empty at the head of the feed.
    Page,
    /// The next event is missing, or the feed ends before the follower's position.
    Gap {
        head: FeedPosition,
    },
    Closed,
}
