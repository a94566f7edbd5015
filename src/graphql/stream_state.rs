//! What a subscription and its transport tell each other about the event that comes next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::feed::{read_feed_cursor, write_feed_cursor};
use super::sharing::{EventKey, SharingKey};
use crate::error::Result;
use crate::live::{Event, Feed};

/// The event of a subscription that is executed next. One per subscription; its resolver speaks right before it yields.
#[derive(Clone, Debug, Default)]
pub struct StreamState {
    /// What was asked, where what was selected can be shared.
    question: Option<SharingKey>,
    /// The cursor that the client saw last, by the transport.
    last_seen: Option<Arc<str>>,
    next: Arc<Mutex<Next>>,
}

#[derive(Debug, Default)]
struct Next {
    place: Option<(Feed, i64)>,
    is_shared: bool,
}

impl StreamState {
    pub(super) fn new(question: Option<SharingKey>, last_seen: Option<String>) -> Self {
        Self { question, last_seen: last_seen.map(Arc::from), next: Arc::default() }
    }

    /// Returns after which number of a feed to begin: what the transport says that the client saw last, before what the
    /// document says, which was written before the connection broke.
    ///
    /// # Errors
    /// Bad input for what is no cursor of this feed.
    pub fn begins(&self, feed: Feed, after: Option<&str>) -> Result<Option<i64>> {
        self.last_seen.as_deref().or(after).map(|cursor| read_feed_cursor(feed, cursor)).transpose()
    }

    /// Says which place of a feed is told of next.
    pub fn tells(&self, feed: Feed, number: i64) {
        *self.next() = Next { place: Some((feed, number)), is_shared: false };
    }

    /// Says that what is told of next is this event, and that the viewer sees it as most do.
    pub fn shares(&self, event: &Event) {
        *self.next() = Next { place: Some((event.feed, event.number)), is_shared: true };
    }

    /// Returns what is shared of the next event, if it is; the one after it has to be announced anew.
    pub(super) fn take_shared(&self) -> Option<EventKey> {
        let mut next = self.next();
        let place = next.place.filter(|_| std::mem::take(&mut next.is_shared))?;
        Some((self.question.clone()?, place))
    }

    /// Returns the cursor of what was told of, once.
    pub fn take_cursor(&self) -> Option<String> {
        self.next().place.take().map(|(feed, number)| write_feed_cursor(feed, number))
    }

    fn next(&self) -> MutexGuard<'_, Next> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
