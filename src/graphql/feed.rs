//! Feeds in the graph: cursors of events, and the reset that every log may send.

use async_graphql::SimpleObject;

use super::connection::{Page, read_cursor, write_cursor};
use super::scalars::DateTime;
use crate::error::{Error, Result};
use crate::live::{Event, Feed};

/// Writes the cursor of a place in a feed. It names the feed, so that another feed's cursor is recognised as such.
pub fn write_feed_cursor(feed: Feed, number: i64) -> String {
    write_cursor(&(feed.0, number))
}

/// Reads a cursor of this feed.
///
/// # Errors
/// Bad input for anything else.
pub fn read_feed_cursor(feed: Feed, cursor: &str) -> Result<i64> {
    number_in(feed, read_cursor(cursor)?)
}

fn number_in(feed: Feed, place: (Feed, i64)) -> Result<i64> {
    match place {
        (owner, number) if owner == feed && number >= 0 => Ok(number),
        _ => Err(Error::BadInput("This is not a cursor of this feed.".to_owned())),
    }
}

impl Page<(Feed, i64)> {
    /// Reads the page of a list that is kept in the order of a feed, whose cursors are those of the feed's events.
    ///
    /// # Errors
    /// Bad input for another feed's cursor.
    pub fn in_feed(self, feed: Feed) -> Result<Page<i64>> {
        let Self { size, is_backward, after, before, wants_total } = self;
        let number = |place: Option<(Feed, i64)>| place.map(|place| number_in(feed, place)).transpose();
        Ok(Page { size, is_backward, after: number(after)?, before: number(before)?, wants_total })
    }
}

/// Returns the cursor of an event.
pub fn cursor_of(event: &Event) -> String {
    write_feed_cursor(event.feed, event.number)
}

/// The log no longer reaches back to the given cursor: read the pages again. The stream goes on from here.
#[derive(Clone, Debug, SimpleObject)]
pub struct FeedReset {
    /// Where the stream goes on.
    pub cursor: String,
    /// When the server found out.
    pub happened_at: DateTime,
}
