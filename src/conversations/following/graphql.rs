//! Streams of conversations in the graph, and the events that inboxes and the lobby show too.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::MessageSnapshot;
use super::rules::{Delivery, follow_conversation};
use crate::accounts::Viewer;
use crate::clock::Timestamp;
use crate::conversations::graphql::SeenConversation;
use crate::conversations::messages::Message;
use crate::conversations::messages::graphql::MessageEdge;
use crate::conversations::reading::Marker;
use crate::conversations::{Conversation, ConversationId, ConversationKind, View, rules};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, nullable};
use crate::live::{Event, EventKind, Feed};

/// A message was sent.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct MessageAdded {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    scene: Arc<MessageSnapshot>,
}

#[ComplexObject]
impl MessageAdded {
    /// Where it was sent, as it is now; null for the lobby.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        conversation_of(context, &self.scene).await
    }

    /// The message with its place in the history; its tombstone when it was deleted since.
    async fn message_edge(&self) -> MessageEdge {
        self.scene.message.clone().into()
    }
}

/// A message was edited or deleted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct MessageChanged {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    scene: Arc<MessageSnapshot>,
}

#[ComplexObject]
impl MessageChanged {
    /// Where the message is, as it is now; null for the lobby.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        conversation_of(context, &self.scene).await
    }

    /// The message as it is now.
    async fn message(&self) -> &Message {
        &self.scene.message
    }
}

async fn conversation_of(context: &Context<'_>, scene: &MessageSnapshot) -> Nullable<Conversation> {
    if scene.room.kind == ConversationKind::Lobby {
        return None;
    }
    let view = View { viewer: context.viewer()?.account, conversation: scene.room.id };
    nullable(context.load::<SeenConversation>(view).await)
}

/// Somebody said how far they have read a conversation: the viewer on another device, or whoever shares it with them.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ConversationRead {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// How far they have read by now.
    marker: Marker,
}

#[ComplexObject]
impl ConversationRead {
    /// The conversation, as it is now; null when the viewer is not in it any more.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let view = View { viewer: context.viewer()?.account, conversation: self.marker.conversation_id };
        nullable(context.load::<SeenConversation>(view).await)
    }
}

/// Something happened in a conversation. Clients must expect more kinds to come.
#[derive(Clone, Debug, Union)]
pub enum ConversationEvent {
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    FeedReset(FeedReset),
}

impl ConversationEvent {
    /// Returns a delivery of this feed as clients see it; `None` for what this slice does not know.
    pub fn of(feed: Feed, now: Timestamp, delivery: Delivery) -> Option<Self> {
        Some(match delivery {
            Delivery::Message { event, scene } => match MessageEvent::of(&event, scene) {
                MessageEvent::Added(added) => Self::MessageAdded(added),
                MessageEvent::Changed(changed) => Self::MessageChanged(changed),
            },
            Delivery::Read { event, marker } => {
                let (cursor, happened_at) = (cursor_of(&event), event.happened_at.into());
                Self::ConversationRead(ConversationRead { cursor, happened_at, marker })
            }
            Delivery::Reset { number } => {
                let cursor = write_feed_cursor(feed, number);
                Self::FeedReset(FeedReset { cursor, happened_at: now.into() })
            }
            Delivery::Other(_) => return None,
        })
    }
}

/// What a message's event is to clients.
#[derive(Clone, Debug)]
pub enum MessageEvent {
    Added(MessageAdded),
    Changed(MessageChanged),
}

impl MessageEvent {
    pub fn of(event: &Event, scene: Arc<MessageSnapshot>) -> Self {
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        match event.kind {
            EventKind::MessageAdded => Self::Added(MessageAdded { cursor, happened_at, scene }),
            _ => Self::Changed(MessageChanged { cursor, happened_at, scene }),
        }
    }
}

/// Says what is told of next in a feed, right before it is yielded. Followers who ask for the same share what is made of
/// a message, where the viewer is told of it as most are.
pub fn announce(stream_state: &StreamState, viewer: Viewer, feed: Feed, delivery: &Delivery) {
    match delivery {
        Delivery::Message { event, scene } if scene.is_plain_to(viewer) => stream_state.set_next_shared(event),
        Delivery::Message { event, .. } | Delivery::Read { event, .. } | Delivery::Other(event) => {
            stream_state.set_next(feed, event.number);
        }
        Delivery::Reset { number } => stream_state.set_next(feed, *number),
    }
}

#[derive(Debug, Default)]
pub struct FollowingSubscription;

#[Subscription]
impl FollowingSubscription {
    /// What is sent, edited, deleted and read in a conversation, in order, each once. A log: with `after` it begins with
    /// what came since, without it begins now. `NOT_FOUND` when the viewer has no such conversation; `FORBIDDEN` ends it
    /// when the viewer leaves.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversation_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] conversation_id: ID,
        #[graphql(
            desc = "The cursor of the last event seen, that of a message's edge, or `Conversation.eventsCursor`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ConversationEvent, EdgeError>>, EdgeError> {
        let (viewer, stream_state) = (context.member()?, context.stream_state());
        let app = context.app().clone();
        let conversation = ConversationId::from_global(&conversation_id).ok_or(Error::NotFound)?;
        let seen = rules::conversation(&app, View { viewer: viewer.account, conversation }).await?;
        let room = seen.ok_or(Error::NotFound)?.room;
        let after = stream_state.resume_after(room.feed(), after.as_deref())?;
        let clock = app.clock.clone();
        let deliveries = follow_conversation(app, viewer.account, room, after);
        Ok(deliveries.filter_map(move |delivery| {
            let told = delivery.map(|delivery| {
                announce(&stream_state, viewer, room.feed(), &delivery);
                ConversationEvent::of(room.feed(), clock.now(), delivery)
            });
            std::future::ready(told.map_err(EdgeError::from).transpose())
        }))
    }
}
