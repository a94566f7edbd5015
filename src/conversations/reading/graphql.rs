//! Read markers in the graph.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::{Marker, rules, store};
use crate::app::App;
use crate::conversations::graphql::{SeenConversation, by_viewer};
use crate::conversations::messages::graphql::seen_message;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{Conversation, ConversationId, View};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, UserError, nullable};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// Loads the markers of a conversation that the viewer sees.
pub struct MarkersOf;

impl Loaded for MarkersOf {
    type Key = View;
    type Value = Vec<Marker>;

    async fn load(app: &App, views: &[View]) -> Result<HashMap<View, Vec<Marker>>> {
        let (viewer, conversations) = by_viewer(views);
        let mut markers: HashMap<View, Vec<Marker>> = HashMap::new();
        for marker in store::markers(&app.db, viewer, &conversations).await? {
            let view = View { viewer, conversation: marker.conversation_id };
            markers.entry(view).or_default().push(marker);
        }
        Ok(markers)
    }
}

/// How far somebody has read a conversation.
#[Object(name = "ReadMarker")]
impl Marker {
    /// Who; null across a block.
    async fn user(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(visible_user(context, self.user_id).await)
    }

    /// The message up to which they have read; null where the viewer does not see it.
    async fn read_up_to(&self, context: &Context<'_>) -> Nullable<Message> {
        nullable(seen_message(context, self.message_id?).await)
    }

    /// When they said so.
    async fn read_at(&self) -> DateTime {
        self.read_at.into()
    }
}

/// How far the viewer has read.
#[derive(InputObject)]
struct MarkConversationReadInput {
    /// The conversation.
    conversation_id: ID,
    /// The last message that was read. An older one than before changes nothing.
    message_id: ID,
}

/// The answer to `markConversationRead`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct MarkConversationReadPayload {
    #[graphql(skip)]
    read: Option<View>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MarkConversationReadPayload {
    /// The conversation as it is now; null when refused.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(context.load::<SeenConversation>(self.read?).await)
    }
}

crate::payloads!(MarkConversationReadPayload);

#[derive(Debug, Default)]
pub struct ReadingMutation;

#[Object]
impl ReadingMutation {
    /// Says that the viewer has read a conversation up to a message. Markers only move forward. The others in the
    /// conversation see it, unless they or the viewer chose otherwise by `sendsReadReceipts`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_conversation_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How far.")] input: MarkConversationReadInput,
    ) -> Nullable<MarkConversationReadPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let conversation = ConversationId::from_global(&input.conversation_id);
            let message = MessageId::from_global(&input.message_id);
            let conversation = rules::mark_conversation_read(context.app(), viewer, conversation, message).await?;
            Ok(View { viewer: viewer.account, conversation })
        };
        Payload::answer(outcome.await, |read| MarkConversationReadPayload {
            read: Some(read),
            ..MarkConversationReadPayload::default()
        })
    }
}
