//! The GraphQL subscription of the inbox.

use async_graphql::{Context, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use crate::accounts::invitations::graphql::InvitationChanged;
use crate::accounts::notices::NoticeKind;
use crate::bookings::graphql::{BookingChanged, BookingReminder};
use crate::bookings::waitlist::graphql::WaitlistChanged;
use crate::clock::Timestamp;
use crate::conversations::following::graphql::{
    ConversationEvent, ConversationRead, GroupChanged, MessageAdded, MessageChanged, announce,
};
use crate::conversations::following::rules::{Delivery, deliveries};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of};
use crate::graphql::{ContextExt, DateTime, EdgeError, NullableValue};
use crate::live::{Event, EventKind, Feed};
use crate::notifications::graphql::{NotificationAdded, NotificationsChanged};

/// A change that affects the security of the viewer's account.
#[derive(Clone, Debug, SimpleObject)]
pub struct SecurityNotice {
    /// The position of the event in the inbox. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The kind of change.
    kind: NoticeKind,
}

/// An event that is private to the viewer. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
enum InboxEvent {
    BookingChanged(BookingChanged),
    BookingReminder(BookingReminder),
    WaitlistChanged(WaitlistChanged),
    InvitationChanged(InvitationChanged),
    SecurityNotice(SecurityNotice),
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    GroupChanged(GroupChanged),
    NotificationAdded(NotificationAdded),
    NotificationsChanged(NotificationsChanged),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct InboxSubscription;

#[Subscription]
impl InboxSubscription {
    /// All events that are private to the viewer, in order, each once. With `after` the stream starts with the first
    /// event after this cursor, without it with the next event.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn inbox_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The cursor of the last event received, or from `Viewer.inboxCursor`.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<InboxEvent, EdgeError>>, EdgeError> {
        let stream_state = context.stream_state();
        let open = async {
            let (viewer, stream_state) = (context.member()?, stream_state.clone());
            let app = context.app().clone();
            let feed = Feed(viewer.account.0);
            let after = stream_state.resume_after(feed, after.as_deref())?;
            let clock = app.clock.clone();
            let deliveries = deliveries(app, viewer.account, feed, after);
            Ok(deliveries.filter_map(move |delivery| {
                if let Ok(delivery) = &delivery {
                    announce(&stream_state, viewer, feed, delivery);
                }
                std::future::ready(inbox_event(feed, clock.now(), delivery))
            }))
        };
        stream_state.open(open).await
    }
}

/// Converts a delivery; `None` for kinds of events that this stream does not deliver.
fn inbox_event(feed: Feed, now: Timestamp, delivery: Result<Delivery>) -> NullableValue<InboxEvent> {
    match delivery {
        Ok(Delivery::Other(event)) if event.kind == EventKind::SecurityNotice => {
            let notice =
                NoticeKind::from_event(&event).ok_or_else(|| Error::internal("a security notice has an unknown kind"));
            Some(notice.map(|kind| InboxEvent::SecurityNotice(security_notice(&event, kind))).map_err(EdgeError::from))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::BookingChanged => {
            BookingChanged::of(&event).map(InboxEvent::BookingChanged).map(Ok)
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::BookingReminder => {
            Some(Ok(InboxEvent::BookingReminder(BookingReminder::of(&event))))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::WaitlistChanged => {
            Some(Ok(InboxEvent::WaitlistChanged(WaitlistChanged::of(&event))))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::InvitationChanged => {
            Some(Ok(InboxEvent::InvitationChanged(InvitationChanged::of(&event))))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::NotificationAdded => {
            Some(Ok(InboxEvent::NotificationAdded(NotificationAdded::of(&event))))
        }
        Ok(Delivery::Other(event)) if event.kind == EventKind::NotificationsChanged => {
            Some(Ok(InboxEvent::NotificationsChanged(NotificationsChanged::of(&event))))
        }
        Ok(delivery) => ConversationEvent::of(feed, now, delivery).and_then(InboxEvent::of).map(Ok),
        Err(error) => Some(Err(error.into())),
    }
}

impl InboxEvent {
    /// Converts an event of a conversation. Reactions are reported by the conversation only.
    fn of(event: ConversationEvent) -> Option<Self> {
        Some(match event {
            ConversationEvent::MessageAdded(added) => Self::MessageAdded(added),
            ConversationEvent::MessageChanged(changed) => Self::MessageChanged(changed),
            ConversationEvent::ConversationRead(read) => Self::ConversationRead(read),
            ConversationEvent::GroupChanged(changed) => Self::GroupChanged(changed),
            ConversationEvent::FeedReset(reset) => Self::FeedReset(reset),
            ConversationEvent::ReactionsChanged(_) => return None,
        })
    }
}

fn security_notice(event: &Event, kind: NoticeKind) -> SecurityNotice {
    SecurityNotice { cursor: cursor_of(event), happened_at: event.happened_at.into(), kind }
}
