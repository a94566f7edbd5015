//! Cursors of feeds, and the event that reports a cursor as expired.

use std::collections::HashMap;

use async_graphql::SimpleObject;

use super::connection::{Page, read_cursor, write_cursor};
use super::loader::Loaded;
use super::scalars::DateTime;
use crate::app::App;
use crate::error::{Error, Result};
use crate::live::{self, Event, Feed};

/// Writes the cursor of an event. It contains the feed, so that a cursor of another feed is rejected.
pub fn write_feed_cursor(feed: Feed, number: i64) -> String {
    write_cursor(&(feed.0, number))
}

/// Reads a cursor of this feed and returns the event's number.
///
/// # Errors
/// `BadInput` for a malformed cursor or one of another feed.
pub fn read_feed_cursor(feed: Feed, cursor: &str) -> Result<i64> {
    event_number(feed, read_cursor(cursor)?)
}

fn event_number(feed: Feed, key: (Feed, i64)) -> Result<i64> {
    match key {
        (key_feed, number) if key_feed == feed && number >= 0 => Ok(number),
        _ => Err(Error::BadInput("This is not a cursor of this feed.".to_owned())),
    }
}

impl Page<(Feed, i64)> {
    /// Converts the page of a list whose cursors are those of a feed's events.
    ///
    /// # Errors
    /// `BadInput` for a cursor of another feed.
    pub fn in_feed(self, feed: Feed) -> Result<Page<i64>> {
        let Self { size, is_backward, after, before, wants_total } = self;
        let number = |key: Option<(Feed, i64)>| key.map(|key| event_number(feed, key)).transpose();
        Ok(Page { size, is_backward, after: number(after)?, before: number(before)?, wants_total })
    }
}

/// Loads the numbers of the newest events of feeds.
pub struct FeedHead;

impl Loaded for FeedHead {
    type Key = Feed;
    type Value = i64;

    async fn load(app: &App, feeds: &[Feed]) -> Result<HashMap<Feed, i64>> {
        Ok(live::heads(&app.db, feeds.iter().copied()).await?)
    }
}

/// Returns the cursor of an event.
pub fn cursor_of(event: &Event) -> String {
    write_feed_cursor(event.feed, event.number)
}

/// Reports that events after the given cursor are no longer stored. Read the current state again; the stream continues with
/// the events after `cursor`.
#[derive(Clone, Debug, SimpleObject)]
pub struct FeedReset {
    /// The cursor from which the stream continues.
    pub cursor: String,
    /// When the server found the cursor expired.
    pub happened_at: DateTime,
}
