//! GraphQL types and the mutation of read markers.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::{ReadMarker, rules, store};
use crate::app::App;
use crate::conversations::graphql::{VisibleConversation, by_viewer};
use crate::conversations::messages::graphql::visible_message;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{Conversation, ConversationId, ViewerAndConversation};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, Recurring, UserError, nullable, recurring};
use crate::live::{Feed, FeedPosition};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// Loads the read markers of a conversation that the viewer can see.
pub struct ReadMarkersOf;

impl Loaded for ReadMarkersOf {
    type Key = ViewerAndConversation;
    type Value = Vec<ReadMarker>;

    async fn load(
        app: &App,
        keys: &[ViewerAndConversation],
    ) -> Result<HashMap<ViewerAndConversation, Vec<ReadMarker>>> {
        let (viewer, conversations) = by_viewer(keys);
        let mut markers: HashMap<ViewerAndConversation, Vec<ReadMarker>> = HashMap::new();
        for marker in store::markers(&app.db, viewer, &conversations).await? {
            let key = ViewerAndConversation { viewer, conversation: marker.conversation_id };
            markers.entry(key).or_default().push(marker);
        }
        Ok(markers)
    }
}

/// How far a member has read a conversation.
#[Object]
impl ReadMarker {
    /// The member; null if the user is hidden from the viewer by a block.
    async fn user(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.user_id).await)
    }

    /// The last message that the member has read; null if the viewer cannot see this message, and for a marker before the
    /// first message.
    async fn read_up_to(&self, context: &Context<'_>) -> Nullable<Message> {
        nullable(visible_message(context, self.message_id?).await)
    }

    /// The position of the marker in the history: `messages(after:)` with it begins with the message behind the marker,
    /// and `messages(before:)` ends with the message before it.
    fn cursor(&self) -> String {
        let of_message = |sent_at| FeedPosition::new(self.number, sent_at);
        let position = self.sent_at.map_or_else(|| self.number.into(), of_message);
        write_feed_cursor(Feed(self.conversation_id.0), position)
    }

    /// When the marker was moved to this message.
    fn read_at(&self) -> DateTime {
        self.read_at.into()
    }
}

/// The input of `markConversationRead`.
#[derive(InputObject)]
struct MarkConversationReadInput {
    /// The conversation.
    conversation_id: ID,
    /// The last message that the viewer has read. A message before the current read marker changes nothing.
    message_id: ID,
}

/// The input of `markConversationUnread`.
#[derive(InputObject)]
struct MarkConversationUnreadInput {
    /// The conversation.
    conversation_id: ID,
    /// The first message to be unread.
    message_id: ID,
}

/// The result of `markConversationRead`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct MarkConversationReadPayload {
    #[graphql(skip)]
    key: Option<ViewerAndConversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MarkConversationReadPayload {
    /// The conversation after the mutation; null when there are user errors.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(context.load::<VisibleConversation>(self.key?).await)
    }
}

/// The result of `markConversationUnread`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct MarkConversationUnreadPayload {
    #[graphql(skip)]
    key: Option<ViewerAndConversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MarkConversationUnreadPayload {
    /// The conversation after the mutation; null when there are user errors.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(context.load::<VisibleConversation>(self.key?).await)
    }
}

crate::payloads!(MarkConversationReadPayload, MarkConversationUnreadPayload);

#[derive(Debug, Default)]
pub struct ReadingMutation;

#[Object]
impl ReadingMutation {
    /// Moves the viewer's read marker forward to a message. An earlier message changes nothing: `markConversationUnread`
    /// moves the marker back. The other members can see the marker, unless they or the viewer turned `sendsReadReceipts`
    /// off. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_conversation_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation and the last message that was read.")] input: MarkConversationReadInput,
    ) -> Nullable<MarkConversationReadPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let conversation = ConversationId::from_global(&input.conversation_id);
            let message = MessageId::from_global(&input.message_id);
            let conversation = rules::mark_conversation_read(context.app(), viewer, conversation, message).await?;
            Ok(ViewerAndConversation { viewer: viewer.account, conversation })
        };
        Payload::answer(outcome.await, |key| MarkConversationReadPayload {
            key: Some(key),
            ..MarkConversationReadPayload::default()
        })
    }

    /// Moves the viewer's read marker back to just before a message, on all devices of the viewer. The other members do
    /// not see this. A message that is unread already changes nothing. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_conversation_unread(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first message to be unread.")] input: MarkConversationUnreadInput,
    ) -> Nullable<MarkConversationUnreadPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let conversation = ConversationId::from_global(&input.conversation_id);
            let message = MessageId::from_global(&input.message_id);
            let conversation = rules::mark_conversation_unread(context.app(), viewer, conversation, message).await?;
            Ok(ViewerAndConversation { viewer: viewer.account, conversation })
        };
        Payload::answer(outcome.await, |key| MarkConversationUnreadPayload {
            key: Some(key),
            ..MarkConversationUnreadPayload::default()
        })
    }
}
