//! Cursors of feeds, and the event that reports a cursor as expired.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

use super::connection::{Page, read_cursor, write_cursor};
use super::loader::Loaded;
use super::scalars::DateTime;
use crate::app::App;
use crate::error::{Error, Result};
use crate::live::{self, Event, Feed, FeedPosition};

/// A position in a feed as a cursor contains it: with the feed, so that a cursor of another feed is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "CursorKey", into = "CursorKey")]
pub struct FeedCursor {
    pub feed: Feed,
    pub position: FeedPosition,
}

/// The key of a cursor: feed, number, and mark, where there is one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CursorKey {
    Marked(Feed, i64, u32),
    Plain(Feed, i64),
}

impl From<CursorKey> for FeedCursor {
    fn from(key: CursorKey) -> Self {
        match key {
            CursorKey::Marked(feed, number, mark) => Self { feed, position: FeedPosition { number, mark: Some(mark) } },
            CursorKey::Plain(feed, number) => Self { feed, position: number.into() },
        }
    }
}

impl From<FeedCursor> for CursorKey {
    fn from(FeedCursor { feed, position: FeedPosition { number, mark } }: FeedCursor) -> Self {
        mark.map_or(Self::Plain(feed, number), |mark| Self::Marked(feed, number, mark))
    }
}

impl FeedCursor {
    /// # Errors
    /// `BadInput` if the cursor is one of another feed.
    fn in_feed(self, feed: Feed) -> Result<FeedPosition> {
        match self {
            Self { feed: own, position } if own == feed && position.number >= 0 => Ok(position),
            _ => Err(Error::BadInput("This is not a cursor of this feed.".to_owned())),
        }
    }
}

/// Writes the cursor of an event.
pub fn write_feed_cursor(feed: Feed, position: impl Into<FeedPosition>) -> String {
    write_cursor(&FeedCursor { feed, position: position.into() })
}

/// Reads a cursor of this feed and returns the event's position.
///
/// # Errors
/// `BadInput` for a malformed cursor or one of another feed.
pub fn read_feed_cursor(feed: Feed, cursor: &str) -> Result<FeedPosition> {
    read_cursor::<FeedCursor>(cursor)?.in_feed(feed)
}

impl Page<FeedCursor> {
    /// Converts the page of a list whose cursors are those of a feed's events.
    ///
    /// # Errors
    /// `BadInput` for a cursor of another feed.
    pub fn in_feed(self, feed: Feed) -> Result<Page<i64>> {
        let Self { size, is_backward, after, before, wants_total } = self;
        let number = |cursor: Option<FeedCursor>| {
            let position = cursor.map(|cursor| cursor.in_feed(feed)).transpose()?;
            Ok::<_, Error>(position.map(|position| position.number))
        };
        Ok(Page { size, is_backward, after: number(after)?, before: number(before)?, wants_total })
    }
}

/// Loads the positions of the newest events of feeds.
pub struct FeedHead;

impl Loaded for FeedHead {
    type Key = Feed;
    type Value = FeedPosition;

    async fn load(app: &App, feeds: &[Feed]) -> Result<HashMap<Feed, FeedPosition>> {
        Ok(live::newest_of_each(&app.db, feeds.iter().copied()).await?)
    }
}

/// Returns the cursor of an event.
pub fn cursor_of(event: &Event) -> String {
    write_feed_cursor(event.feed, event)
}

/// Reports that events after the given cursor are no longer stored, that the server was restored from a backup without the
/// event of the cursor, or that a block has changed what the viewer sees of a post. Read the current state again; the stream
/// continues with the events after `cursor`.
#[derive(Clone, Debug, SimpleObject)]
pub struct FeedReset {
    /// The cursor from which the stream continues.
    pub cursor: String,
    /// When the server found the cursor expired.
    pub happened_at: DateTime,
}
