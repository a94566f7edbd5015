//! The inbox in the graph.

use async_graphql::{Context, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use crate::accounts::notices::Notice;
use crate::bookings::following::graphql::{BookingChanged, BookingReminder};
use crate::clock::Timestamp;
use crate::conversations::following::graphql::{
    ConversationEvent, ConversationRead, MessageAdded, MessageChanged, announce,
};
use crate::conversations::following::rules::{Delivery, deliveries};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of};
use crate::graphql::{ContextExt, DateTime, EdgeError, Nullable};
use crate::live::{Event, EventKind, Feed};

/// Something happened to the security of the account.
#[derive(Clone, Debug, SimpleObject)]
pub struct SecurityNotice {
    /// The place in the inbox: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// What happened.
    kind: Notice,
}

/// Something private that concerns the viewer. Clients must expect more kinds to come.
#[derive(Clone, Debug, Union)]
enum InboxEvent {
    BookingChanged(BookingChanged),
    BookingReminder(BookingReminder),
    SecurityNotice(SecurityNotice),
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct InboxSubscription;

#[expect(clippy::unused_async, reason = "the framework awaits every resolver")]
#[Subscription]
impl InboxSubscription {
    /// Everything private that concerns the viewer, in order, each once. A log: with `after` it begins with what came
    /// since, without it begins now.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn inbox_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event seen, or `Viewer.inboxCursor`.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<InboxEvent, EdgeError>>, EdgeError> {
        let (viewer, stream_state) = (context.member()?, context.stream_state());
        let app = context.app().clone();
        let feed = Feed(viewer.account.0);
        let after = stream_state.resume_after(feed, after.as_deref())?;
        let clock = app.clock.clone();
        let told = deliveries(app, viewer.account, feed, after);
        Ok(told.filter_map(move |delivery| {
            if let Ok(delivery) = &delivery {
                announce(&stream_state, viewer, feed, delivery);
            }
            std::future::ready(event(feed, clock.now(), delivery))
        }))
    }
}

/// Returns what the viewer is told of an event; `None` for kinds that this stream does not show.
fn event(feed: Feed, now: Timestamp, delivery: Result<Delivery>) -> Nullable<InboxEvent> {
    match delivery {
        Ok(Delivery::Other(event)) if event.kind == EventKind::SecurityNotice => {
            let notice = Notice::of(&event).ok_or_else(|| Error::internal("a notice of an unknown kind"));
            Some(notice.map(|kind| InboxEvent::SecurityNotice(security_notice(&event, kind))).map_err(EdgeError::from))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::BookingChanged => {
            BookingChanged::of(&event).map(InboxEvent::BookingChanged).map(Ok)
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::BookingReminder => {
            Some(Ok(InboxEvent::BookingReminder(BookingReminder::of(&event))))
        }
        Ok(delivery) => ConversationEvent::of(feed, now, delivery).map(|event| Ok(event.into())),
        Err(error) => Some(Err(error.into())),
    }
}

impl From<ConversationEvent> for InboxEvent {
    fn from(event: ConversationEvent) -> Self {
        match event {
            ConversationEvent::MessageAdded(added) => Self::MessageAdded(added),
            ConversationEvent::MessageChanged(changed) => Self::MessageChanged(changed),
            ConversationEvent::ConversationRead(read) => Self::ConversationRead(read),
            ConversationEvent::FeedReset(reset) => Self::FeedReset(reset),
        }
    }
}

fn security_notice(event: &Event, kind: Notice) -> SecurityNotice {
    SecurityNotice { cursor: cursor_of(event), happened_at: event.happened_at.into(), kind }
}
