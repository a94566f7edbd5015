//! The state of a subscription that its resolver shares with the executor and the transport.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::feed::{read_feed_cursor, write_feed_cursor};
use super::sharing::{SharedResponseKey, SharingKey};
use crate::error::Result;
use crate::live::{Event, Feed, FeedPosition};

/// The extension of a response that has the cursor of its event.
pub(super) const CURSOR: &str = "cursor";

/// The event that a subscription delivers next. One per subscription; its resolver sets the event just before it yields.
#[derive(Clone, Debug, Default)]
pub struct StreamState {
    /// Set if the responses of the document can be shared.
    sharing_key: Option<SharingKey>,
    /// The cursor of the last event that the client received, by the transport.
    last_event_id: Option<Arc<str>>,
    next: Arc<Mutex<NextEvent>>,
}

#[derive(Debug, Default)]
struct NextEvent {
    /// The event's feed and position.
    position: Option<(Feed, FeedPosition)>,
    is_shared: bool,
}

impl StreamState {
    pub(super) fn new(sharing_key: Option<SharingKey>, last_event_id: Option<String>) -> Self {
        Self { sharing_key, last_event_id: last_event_id.map(Arc::from), next: Arc::default() }
    }

    /// Returns the position after which the stream resumes. The cursor of the transport takes precedence over the argument
    /// `after`, which was written before the connection broke. An empty cursor counts as absent.
    ///
    /// # Errors
    /// `BadInput` for a malformed cursor or one of another feed.
    pub fn resume_after(&self, feed: Feed, after: Option<&str>) -> Result<Option<FeedPosition>> {
        let cursors = [self.last_event_id.as_deref(), after];
        let cursor = cursors.into_iter().flatten().find(|cursor| !cursor.is_empty());
        cursor.map(|cursor| read_feed_cursor(feed, cursor)).transpose()
    }

    /// Sets the next event, whose response is only for this viewer.
    pub fn set_next(&self, feed: Feed, position: impl Into<FeedPosition>) {
        *self.next() = NextEvent { position: Some((feed, position.into())), is_shared: false };
    }

    /// Sets the next event, whose response is the same for other viewers.
    pub fn set_next_shared(&self, event: &Event) {
        *self.next() = NextEvent { position: Some((event.feed, event.into())), is_shared: true };
    }

    /// Returns the key of the next response if it is shared, and resets it for the event after that.
    pub(super) fn take_shared_key(&self) -> Option<SharedResponseKey> {
        let mut next = self.next();
        let position = next.position.filter(|_| std::mem::take(&mut next.is_shared))?;
        Some((self.sharing_key.clone()?, position))
    }

    /// Returns the cursor of the delivered event.
    pub(super) fn cursor(&self) -> Option<String> {
        self.next().position.map(|(feed, position)| write_feed_cursor(feed, position))
    }

    /// Returns the cursor of the delivered event, once.
    pub fn take_cursor(&self) -> Option<String> {
        self.next().position.take().map(|(feed, position)| write_feed_cursor(feed, position))
    }

    fn next(&self) -> MutexGuard<'_, NextEvent> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
