//! The state of a subscription that its resolver shares with the executor and the transport.

use std::any::Any;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream::{self, BoxStream, Stream, StreamExt};

use super::error::EdgeError;
use super::feed::{read_feed_cursor, write_feed_cursor};
use super::sharing::{SharedResponseKey, SharingKey};
use crate::error::Result;
use crate::live::{Event, Feed, FeedPosition};

/// The extension of a response that has the cursor of its event.
pub(super) const CURSOR: &str = "cursor";

/// What a resolver's stream yields for an event: the event itself, or what is converted to it once it is executed.
pub trait IntoEvent<T>: Send + 'static {
    fn into_event(self) -> T;
}

impl<T: Send + 'static> IntoEvent<T> for T {
    fn into_event(self) -> T {
        self
    }
}

/// An event of a subscription before its execution: the item that the resolver's stream yields.
pub(super) type StagedEvent = Box<dyn Any + Send>;

/// The event that a subscription delivers next. One per subscription; its resolver sets the event just before it yields.
#[derive(Clone, Debug)]
pub struct StreamState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Set if the responses of the document can be shared.
    sharing_key: Option<SharingKey>,
    /// The cursor of the last event that the client received, by the transport.
    last_event_id: Option<Box<str>>,
    next: Mutex<NextEvent>,
}

#[derive(Default)]
struct NextEvent {
    /// The event's feed and position.
    position: Option<(Feed, FeedPosition)>,
    is_shared: bool,
    /// What the resolver has opened, until the executor takes it.
    events: Option<BoxStream<'static, StagedEvent>>,
    /// The only event of the stream that the resolver opens next.
    staged: Option<StagedEvent>,
}

impl Debug for NextEvent {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NextEvent").field("position", &self.position).finish_non_exhaustive()
    }
}

impl StreamState {
    pub(super) fn new(sharing_key: Option<SharingKey>, last_event_id: Option<String>) -> Self {
        let last_event_id = last_event_id.map(String::into_boxed_str);
        Self(Arc::new(Inner { sharing_key, last_event_id, next: Mutex::default() }))
    }

    /// Opens the stream of a resolver.
    ///
    /// Where responses can be shared, the executor follows `open` itself, and the framework executes those events only
    /// that no other follower has executed: one after the other, each as the only event of a stream of its own. Then
    /// `open` is not called again.
    ///
    /// # Errors
    /// Those of `open`.
    pub async fn open<T, I, S>(
        &self,
        open: impl Future<Output = Result<S>>,
    ) -> Result<BoxStream<'static, Result<T, EdgeError>>, EdgeError>
    where
        T: Send + 'static,
        I: IntoEvent<T>,
        S: Stream<Item = Result<I, EdgeError>> + Send + 'static,
    {
        let staged = self.next().staged.take();
        if let Some(event) = staged.and_then(|event| event.downcast::<Result<I, EdgeError>>().ok()) {
            return Ok(stream::once(std::future::ready(event.map(I::into_event))).boxed());
        }
        let events = open.await?;
        if self.0.sharing_key.is_none() {
            return Ok(events.map(|event| event.map(I::into_event)).boxed());
        }
        self.next().events = Some(events.map(|event| Box::new(event) as StagedEvent).boxed());
        Ok(stream::empty().boxed())
    }

    /// Returns what the resolver has opened.
    pub(super) fn take_events(&self) -> Option<BoxStream<'static, StagedEvent>> {
        self.next().events.take()
    }

    /// Sets the only event of the stream that the resolver opens next.
    pub(super) fn stage(&self, event: StagedEvent) {
        self.next().staged = Some(event);
    }

    /// Returns the position after which the stream resumes. The cursor of the transport takes precedence over the argument
    /// `after`, which was written before the connection broke. An empty cursor counts as absent.
    ///
    /// # Errors
    /// `BadInput` for a malformed cursor or one of another feed.
    pub fn resume_after(&self, feed: Feed, after: Option<&str>) -> Result<Option<FeedPosition>> {
        let cursors = [self.0.last_event_id.as_deref(), after];
        let cursor = cursors.into_iter().flatten().find(|cursor| !cursor.is_empty());
        cursor.map(|cursor| read_feed_cursor(feed, cursor)).transpose()
    }

    /// Sets the next event, whose response is only for this viewer.
    pub fn set_next(&self, feed: Feed, position: impl Into<FeedPosition>) {
        let mut next = self.next();
        (next.position, next.is_shared) = (Some((feed, position.into())), false);
    }

    /// Sets the next event, whose response is the same for other viewers.
    pub fn set_next_shared(&self, event: &Event) {
        let mut next = self.next();
        (next.position, next.is_shared) = (Some((event.feed, event.into())), true);
    }

    /// Returns the key of the next response if it is shared, and resets it for the event after that.
    pub(super) fn take_shared_key(&self) -> Option<SharedResponseKey> {
        let mut next = self.next();
        let position = next.position.filter(|_| std::mem::take(&mut next.is_shared))?;
        Some((self.0.sharing_key.clone()?, position))
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
        self.0.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    type Numbers = stream::Iter<std::vec::IntoIter<Result<i64, EdgeError>>>;

    async fn open(state: &StreamState, numbers: Option<[i64; 2]>) -> Vec<Option<i64>> {
        let events = async {
            let numbers = numbers.expect("the events are not opened again");
            Ok::<Numbers, crate::error::Error>(stream::iter(numbers.map(Ok).into_iter().collect::<Vec<_>>()))
        };
        let Ok(opened) = state.open(events).await else { panic!("the events are not opened") };
        opened.map(Result::ok).collect().await
    }

    #[tokio::test]
    async fn shared_events_are_followed_by_the_executor_and_executed_one_by_one() {
        let key = SharingKey { document: 1, operation: None, is_guest: false, locale: Locale::En };
        let state = StreamState::new(Some(key), None);
        assert_eq!(open(&state, Some([1, 2])).await, [], "the framework has no event");
        let mut events = state.take_events().expect("the executor has them");
        assert!(state.take_events().is_none());
        for number in [1, 2] {
            state.stage(events.next().await.expect("an event"));
            assert_eq!(open(&state, None).await, [Some(number)]);
        }
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn events_that_are_not_shared_are_followed_by_the_framework() {
        let state = StreamState::new(None, None);
        assert_eq!(open(&state, Some([1, 2])).await, [Some(1), Some(2)]);
        assert!(state.take_events().is_none());
    }
}
