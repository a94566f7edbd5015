//! The mutations that mute conversations.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::rules;
use crate::conversations::graphql::VisibleConversation;
use crate::conversations::{Conversation, ConversationId, ViewerAndConversation};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, UserError, nullable};

/// The input of `muteConversation`.
#[derive(InputObject)]
struct MuteConversationInput {
    /// The conversation.
    conversation_id: ID,
    /// When the mute ends, in the future; absent or null: it has no end.
    ends_at: Option<DateTime>,
}

/// The input of `unmuteConversation`.
#[derive(InputObject)]
struct UnmuteConversationInput {
    /// The conversation.
    conversation_id: ID,
}

/// The result of `muteConversation`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct MuteConversationPayload {
    #[graphql(skip)]
    key: Option<ViewerAndConversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MuteConversationPayload {
    /// The conversation after the mutation; null when there are user errors.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(context.load::<VisibleConversation>(self.key?).await)
    }
}

/// The result of `unmuteConversation`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct UnmuteConversationPayload {
    #[graphql(skip)]
    key: Option<ViewerAndConversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl UnmuteConversationPayload {
    /// The conversation after the mutation; null when there are user errors.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(context.load::<VisibleConversation>(self.key?).await)
    }
}

crate::payloads!(MuteConversationPayload, UnmuteConversationPayload);

#[derive(Debug, Default)]
pub struct MuteMutation;

#[Object]
impl MuteMutation {
    /// Mutes a conversation for the viewer, until an instant or until `unmuteConversation`. Muting again replaces the
    /// end. Codes: `INVALID`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mute_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation, and the end of the mute.")] input: MuteConversationInput,
    ) -> Nullable<MuteConversationPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let id = ConversationId::from_global(&input.conversation_id);
            let ends_at = input.ends_at.map(|end| end.0);
            let conversation = rules::mute_conversation(context.app(), viewer, id, ends_at).await?;
            Ok(ViewerAndConversation { viewer: viewer.account, conversation })
        };
        Payload::answer(outcome.await, |key| MuteConversationPayload {
            key: Some(key),
            ..MuteConversationPayload::default()
        })
    }

    /// Ends the mute of a conversation. A conversation that is not muted stays as it is. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn unmute_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: UnmuteConversationInput,
    ) -> Nullable<UnmuteConversationPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let id = ConversationId::from_global(&input.conversation_id);
            let conversation = rules::unmute_conversation(context.app(), viewer, id).await?;
            Ok(ViewerAndConversation { viewer: viewer.account, conversation })
        };
        Payload::answer(outcome.await, |key| UnmuteConversationPayload {
            key: Some(key),
            ..UnmuteConversationPayload::default()
        })
    }
}
