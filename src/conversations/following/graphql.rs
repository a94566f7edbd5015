//! The GraphQL subscription of a conversation, and the event types that it shares with the inbox and the lobby.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::rules::{Delivery, follow_conversation};
use super::{MessageSnapshot, Occurrence, snapshots};
use crate::accounts::Viewer;
use crate::clock::Timestamp;
use crate::conversations::graphql::VisibleConversation;
use crate::conversations::groups::{GroupChange, ReportedChange};
use crate::conversations::messages::Message;
use crate::conversations::messages::graphql::MessageEdge;
use crate::conversations::reading::ReadMarker;
use crate::conversations::{Conversation, ConversationId, ConversationKind, Room, ViewerAndConversation, rules};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::{IntoEvent, StreamState};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Recurring, nullable, recurring};
use crate::live::{Event, EventKind, Feed};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;
use crate::reactions::graphql::{Reactable, ReactionsChanged};

/// A message was sent.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct MessageAdded {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    occurrence: Occurrence,
    #[graphql(skip)]
    snapshot: Arc<MessageSnapshot>,
}

#[ComplexObject]
impl MessageAdded {
    /// The conversation that the message was sent to, in its current state; null for the lobby.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        conversation_of(context, self.snapshot.room, (self.occurrence, self.happened_at)).await
    }

    /// The message in its current state, with its position in the history. It may have been deleted since the event.
    fn message_edge(&self) -> MessageEdge {
        self.snapshot.message.clone().into()
    }
}

/// A message was edited or deleted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct MessageChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    occurrence: Occurrence,
    #[graphql(skip)]
    snapshot: Arc<MessageSnapshot>,
}

#[ComplexObject]
impl MessageChanged {
    /// The conversation of the message, in its current state; null for the lobby.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        conversation_of(context, self.snapshot.room, (self.occurrence, self.happened_at)).await
    }

    /// The message in its current state.
    fn message(&self) -> &Message {
        &self.snapshot.message
    }
}

async fn conversation_of(
    context: &Context<'_>,
    room: Room,
    (occurrence, happened_at): (Occurrence, DateTime),
) -> Nullable<Conversation> {
    if room.kind == ConversationKind::Lobby {
        return None;
    }
    conversation_at(context, room.id, (occurrence, happened_at)).await
}

/// Returns a conversation after an event, loaded once for all followers of the event.
async fn conversation_at(
    context: &Context<'_>,
    id: ConversationId,
    (occurrence, happened_at): (Occurrence, DateTime),
) -> Nullable<Conversation> {
    let key = ViewerAndConversation { viewer: context.viewer()?.account, conversation: id };
    nullable(snapshots::conversation_snapshot(context.app(), key, (occurrence, happened_at.0)).await)
}

/// A read marker was moved: the viewer's own, or that of another member who shares read receipts with the viewer.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ConversationRead {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The read marker in its current state.
    marker: ReadMarker,
    #[graphql(skip)]
    occurrence: Occurrence,
}

#[ComplexObject]
impl ConversationRead {
    /// The conversation in its current state; null if the viewer is no longer a member.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        conversation_at(context, self.marker.conversation_id, (self.occurrence, self.happened_at)).await
    }
}

/// A group or its members changed, or what the viewer sees of them. A conversation of two users changes when the account
/// of one is deleted. After `MEMBER_REMOVED` and `VISIBILITY_CHANGED` load what is displayed of the conversation again:
/// messages may have lost their author.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct GroupChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    occurrence: Occurrence,
    #[graphql(skip)]
    reported: ReportedChange,
}

impl GroupChanged {
    fn of(event: &Event, reported: ReportedChange) -> Self {
        let (cursor, happened_at, occurrence) = (cursor_of(event), event.happened_at.into(), event.into());
        Self { cursor, happened_at, occurrence, reported }
    }
}

#[ComplexObject]
impl GroupChanged {
    /// What changed.
    fn group_change(&self) -> GroupChange {
        self.reported.change
    }

    /// The global id of the conversation.
    fn conversation_id(&self) -> ID {
        self.reported.conversation_id.to_global()
    }

    /// The conversation in its current state; null if the viewer is no longer a member.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let id = self.reported.conversation_id;
        if self.reported.change == GroupChange::VisibilityChanged {
            // Only the viewer's, and it can change again within the time that a load is shared.
            let key = ViewerAndConversation { viewer: context.viewer()?.account, conversation: id };
            return nullable(context.load::<VisibleConversation>(key).await);
        }
        conversation_at(context, id, (self.occurrence, self.happened_at)).await
    }

    /// The member who made the change; null when the server made it, once the account is deleted, and across a block.
    async fn actor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.reported.actor_id?).await)
    }

    /// The member who joined, left, was removed or became the owner; null for other changes, and once the account is
    /// deleted. Changes of a member hidden from the viewer by a block are not delivered.
    async fn user(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.reported.member_id?).await)
    }

    /// The global id of that member, also once the account is deleted; null for other changes.
    fn user_id(&self) -> Option<ID> {
        self.reported.member_id.map(GlobalId::to_global)
    }
}

/// An event of a conversation. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
pub enum ConversationEvent {
    GroupChanged(GroupChanged),
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    ReactionsChanged(ReactionsChanged),
    FeedReset(FeedReset),
}

impl ConversationEvent {
    /// Converts a delivery of this feed; `None` for events of other slices.
    pub fn of(feed: Feed, now: Timestamp, delivery: Delivery) -> Option<Self> {
        Some(match delivery {
            Delivery::Message { event, snapshot } => MessageEvent::of(&event, snapshot).into(),
            Delivery::Read { event, marker } => {
                let (cursor, happened_at) = (cursor_of(&event), event.happened_at.into());
                let occurrence = Occurrence::from(&event);
                Self::ConversationRead(ConversationRead { cursor, happened_at, marker, occurrence })
            }
            Delivery::Reactions { event, snapshot } => Self::ReactionsChanged(reactions_changed(&event, &snapshot)),
            Delivery::Group { event, reported } => Self::GroupChanged(GroupChanged::of(&event, reported)),
            Delivery::Reset { position } => {
                let cursor = write_feed_cursor(feed, position);
                Self::FeedReset(FeedReset { cursor, happened_at: now.into() })
            }
            Delivery::Other(_) => return None,
        })
    }
}

/// Converts an event about the reactions to a message.
pub fn reactions_changed(event: &Event, snapshot: &MessageSnapshot) -> ReactionsChanged {
    let message = (snapshot.message.deleted_at.is_none()).then(|| Reactable::Message(snapshot.message.clone()));
    ReactionsChanged::of(event, message)
}

/// An event about a message.
#[derive(Clone, Debug)]
pub enum MessageEvent {
    Added(MessageAdded),
    Changed(MessageChanged),
}

impl MessageEvent {
    pub fn of(event: &Event, snapshot: Arc<MessageSnapshot>) -> Self {
        let (cursor, happened_at, occurrence) = (cursor_of(event), event.happened_at.into(), event.into());
        match event.kind {
            EventKind::MessageAdded => Self::Added(MessageAdded { cursor, happened_at, occurrence, snapshot }),
            _ => Self::Changed(MessageChanged { cursor, happened_at, occurrence, snapshot }),
        }
    }
}

impl From<MessageEvent> for ConversationEvent {
    fn from(event: MessageEvent) -> Self {
        match event {
            MessageEvent::Added(added) => Self::MessageAdded(added),
            MessageEvent::Changed(changed) => Self::MessageChanged(changed),
        }
    }
}

/// An event of a stream with messages. Nearly all followers share the response to a message, so the event is not built
/// for each.
#[derive(Debug)]
pub enum Upcoming<T> {
    Message { event: Event, snapshot: Arc<MessageSnapshot> },
    Other(Box<T>),
}

impl<T: From<MessageEvent> + Send + 'static> IntoEvent<T> for Upcoming<T> {
    fn into_event(self) -> T {
        match self {
            Self::Message { event, snapshot } => MessageEvent::of(&event, snapshot).into(),
            Self::Other(event) => *event,
        }
    }
}

/// Registers the next event with the subscription's transport, right before it is yielded. Followers with the same
/// selection share one result for a message, if the viewer sees it as most followers do.
pub fn announce(stream_state: &StreamState, viewer: Viewer, feed: Feed, delivery: &Delivery) {
    match delivery {
        Delivery::Message { event, snapshot } if snapshot.is_shareable_with(viewer) => {
            stream_state.set_next_shared(event);
        }
        Delivery::Message { event, .. }
        | Delivery::Reactions { event, .. }
        | Delivery::Read { event, .. }
        | Delivery::Group { event, .. }
        | Delivery::Other(event) => {
            stream_state.set_next(feed, event);
        }
        Delivery::Reset { position } => stream_state.set_next(feed, *position),
    }
}

#[derive(Debug, Default)]
pub struct FollowingSubscription;

#[Subscription]
impl FollowingSubscription {
    /// The messages, edits, deletions, reactions, read markers and changes of a conversation and its members, in order, each event once.
    /// With `after` the stream starts with the first event after this cursor, without it with the next event. Returns
    /// `NOT_FOUND` if the viewer has no such conversation; ends with `FORBIDDEN` when the viewer leaves it or is
    /// removed.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversation_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] conversation_id: ID,
        #[graphql(
            desc = "The cursor of the last event received, of a message edge, or from `Conversation.eventsCursor`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ConversationEvent, EdgeError>>, EdgeError> {
        let stream_state = context.stream_state();
        let open = async {
            let (viewer, stream_state) = (context.member()?, stream_state.clone());
            let app = context.app().clone();
            let conversation = ConversationId::from_global(&conversation_id).ok_or(Error::NotFound)?;
            let key = ViewerAndConversation { viewer: viewer.account, conversation };
            let conversation = rules::conversation(&app, key).await?.ok_or(Error::NotFound)?;
            let room = conversation.room();
            let after = stream_state.resume_after(room.feed(), after.as_deref())?;
            // A member who joined again receives nothing from before, in particular not their own departure.
            let first = conversation.joined_after;
            let after = after.map(|after| if after.number < first { first.into() } else { after });
            let clock = app.clock.clone();
            let deliveries = follow_conversation(app, viewer.account, room, after);
            Ok(deliveries.filter_map(move |delivery| {
                let event = delivery.map(|delivery| {
                    announce(&stream_state, viewer, room.feed(), &delivery);
                    match delivery {
                        Delivery::Message { event, snapshot } => Some(Upcoming::Message { event, snapshot }),
                        delivery => {
                            let event = ConversationEvent::of(room.feed(), clock.now(), delivery);
                            event.map(|event| Upcoming::Other(Box::new(event)))
                        }
                    }
                });
                std::future::ready(event.map_err(EdgeError::from).transpose())
            }))
        };
        stream_state.open(open).await
    }
}
