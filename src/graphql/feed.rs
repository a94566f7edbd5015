//! Feeds in the graph: cursors of events, and the reset that every log may send.

use async_graphql::SimpleObject;

use super::connection::{read_cursor, write_cursor};
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
    match read_cursor::<(i64, i64)>(cursor)? {
        (owner, number) if owner == feed.0 && number >= 0 => Ok(number),
        _ => Err(Error::BadInput("This is not a cursor of this feed.".to_owned())),
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
