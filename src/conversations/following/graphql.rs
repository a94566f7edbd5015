//! The GraphQL subscription of a conversation, and the event types that it shares with the inbox and the lobby.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::rules::{Delivery, follow_conversation};
use super::{MessageSnapshot, Occurrence, snapshots};
use crate::accounts::{AccountId, Viewer};
use crate::clock::Timestamp;
use crate::conversations::graphql::VisibleConversation;
use crate::conversations::messages::Message;
use crate::conversations::messages::graphql::MessageEdge;
use crate::conversations::reading::ReadMarker;
use crate::conversations::{Conversation, ConversationId, ConversationKind, Room, ViewerAndConversation, rules};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, nullable};
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
        conversation_of(context, self.snapshot.room, self.occurrence).await
    }

    /// The message in its current state, with its position in the history. It may have been deleted since the event.
    async fn message_edge(&self) -> MessageEdge {
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
        conversation_of(context, self.snapshot.room, self.occurrence).await
    }

    /// The message in its current state.
    async fn message(&self) -> &Message {
        &self.snapshot.message
    }
}

async fn conversation_of(context: &Context<'_>, room: Room, occurrence: Occurrence) -> Nullable<Conversation> {
    if room.kind == ConversationKind::Lobby {
        return None;
    }
    conversation_at(context, room.id, occurrence).await
}

/// Returns a conversation after an event, loaded once for all followers of the event.
async fn conversation_at(context: &Context<'_>, id: ConversationId, at: Occurrence) -> Nullable<Conversation> {
    let key = ViewerAndConversation { viewer: context.viewer()?.account, conversation: id };
    nullable(snapshots::conversation_snapshot(context.app(), key, at).await)
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
        conversation_at(context, self.marker.conversation_id, self.occurrence).await
    }
}

/// The members of a conversation changed, or which of them the viewer sees. A conversation of two users changes when the
/// account of one is deleted. Load what is displayed of the conversation again: messages may have lost their author.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct GroupChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// What changed.
    group_change: GroupChange,
    #[graphql(skip)]
    occurrence: Occurrence,
    #[graphql(skip)]
    conversation: ConversationId,
    /// The member who left or was removed.
    #[graphql(skip)]
    member: Option<AccountId>,
}

/// A change of the members of a conversation. Clients must accept values that are added later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GroupChange {
    /// A member left.
    MemberLeft,
    /// The account of a member, or of a former member, was deleted. Their messages have no author now, and those that had
    /// only images are deleted.
    MemberRemoved,
    /// The viewer sees other members, messages or unread counts than before.
    VisibilityChanged,
}

impl GroupChanged {
    fn of(event: &Event) -> Self {
        let (group_change, member) = match event.kind {
            EventKind::MemberLeft => (GroupChange::MemberLeft, Some(AccountId(event.subject))),
            EventKind::MemberRemoved => (GroupChange::MemberRemoved, Some(AccountId(event.subject))),
            _ => (GroupChange::VisibilityChanged, None),
        };
        let conversation = ConversationId(event.detail.unwrap_or_default());
        let (cursor, happened_at, occurrence) = (cursor_of(event), event.happened_at.into(), event.into());
        Self { cursor, happened_at, group_change, occurrence, conversation, member }
    }
}

#[ComplexObject]
impl GroupChanged {
    /// The global id of the conversation.
    async fn conversation_id(&self) -> ID {
        self.conversation.to_global()
    }

    /// The conversation in its current state; null if the viewer is no longer a member.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        if self.group_change == GroupChange::VisibilityChanged {
            // Only the viewer's, and it can change again within the time that a load is shared.
            let key = ViewerAndConversation { viewer: context.viewer()?.account, conversation: self.conversation };
            return nullable(context.load::<VisibleConversation>(key).await);
        }
        conversation_at(context, self.conversation, self.occurrence).await
    }

    /// The user who made the change; null for changes by the server, and if the user is hidden from the viewer by a block.
    async fn actor(&self, context: &Context<'_>) -> Nullable<User> {
        let actor = self.member.filter(|_| self.group_change == GroupChange::MemberLeft)?;
        nullable(visible_user(context, actor).await)
    }

    /// The user who left; null for other changes, if the account no longer exists, and if the user is hidden from the
    /// viewer by a block.
    async fn user(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(visible_user(context, self.member?).await)
    }

    /// The global id of the user who left or whose account was deleted; null for other changes.
    async fn user_id(&self) -> Option<ID> {
        self.member.map(GlobalId::to_global)
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
            Delivery::Message { event, snapshot } => match MessageEvent::of(&event, snapshot) {
                MessageEvent::Added(added) => Self::MessageAdded(added),
                MessageEvent::Changed(changed) => Self::MessageChanged(changed),
            },
            Delivery::Read { event, snapshot } => {
                let (cursor, happened_at) = (cursor_of(&event), event.happened_at.into());
                let (marker, occurrence) = (snapshot.marker.clone(), Occurrence::from(&event));
                Self::ConversationRead(ConversationRead { cursor, happened_at, marker, occurrence })
            }
            Delivery::Reactions { event, snapshot } => Self::ReactionsChanged(reactions_changed(&event, &snapshot)),
            Delivery::Group { event } => Self::GroupChanged(GroupChanged::of(&event)),
            Delivery::Reset { number } => {
                let cursor = write_feed_cursor(feed, number);
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
        | Delivery::Group { event }
        | Delivery::Other(event) => {
            stream_state.set_next(feed, event.number);
        }
        Delivery::Reset { number } => stream_state.set_next(feed, *number),
    }
}

#[derive(Debug, Default)]
pub struct FollowingSubscription;

#[Subscription]
impl FollowingSubscription {
    /// The messages, edits, deletions, reactions, read markers and changes of members of a conversation, in order, each event once.
    /// With `after` the stream starts with the first event after this cursor, without it with the next event. Returns
    /// `NOT_FOUND` if the viewer has no such conversation; ends with `FORBIDDEN` when the viewer leaves it.
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
        let (viewer, stream_state) = (context.member()?, context.stream_state());
        let app = context.app().clone();
        let conversation = ConversationId::from_global(&conversation_id).ok_or(Error::NotFound)?;
        let conversation =
            rules::conversation(&app, ViewerAndConversation { viewer: viewer.account, conversation }).await?;
        let room = conversation.ok_or(Error::NotFound)?.room();
        let after = stream_state.resume_after(room.feed(), after.as_deref())?;
        let clock = app.clock.clone();
        let deliveries = follow_conversation(app, viewer.account, room, after);
        Ok(deliveries.filter_map(move |delivery| {
            let event = delivery.map(|delivery| {
                announce(&stream_state, viewer, room.feed(), &delivery);
                ConversationEvent::of(room.feed(), clock.now(), delivery)
            });
            std::future::ready(event.map_err(EdgeError::from).transpose())
        }))
    }
}
