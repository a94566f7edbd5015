//! The GraphQL mutation and subscription of typing.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject, Subscription};
use futures_util::future::try_join_all;
use futures_util::{Stream, StreamExt};

use super::rules::{self, TypingUsers};
use crate::conversations::rules::conversation;
use crate::conversations::{ConversationId, ViewerAndConversation};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

#[derive(Clone, Debug)]
struct TypingEvent {
    state: TypingUsers,
}

/// Who is typing in a conversation. Every event contains the whole state.
#[Object]
impl TypingEvent {
    /// The users who are typing, without the viewer; at most 49.
    async fn typing_users(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        let users = try_join_all(self.state.users.iter().map(|user| visible_user(context, *user))).await?;
        Ok(users.into_iter().flatten().collect())
    }

    /// When this state ends unless another event follows; null if no one is typing.
    fn expires_at(&self) -> Option<DateTime> {
        self.state.expires_at.map(DateTime::from)
    }
}

/// The input of `setTyping`.
#[derive(InputObject)]
struct SetTypingInput {
    /// The conversation.
    conversation_id: ID,
    /// True while the viewer is typing, false when the viewer has stopped.
    is_typing: bool,
}

/// The result of `setTyping`.
#[derive(Default, SimpleObject)]
struct SetTypingPayload {
    /// True if the signal was sent to the other members; false when there are user errors.
    is_accepted: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SetTypingPayload);

#[derive(Debug, Default)]
pub struct TypingMutation;

#[Object]
impl TypingMutation {
    /// Signals that the viewer is typing, or has stopped. The signal lasts for 6 seconds: repeat it every 3 to 5
    /// seconds while the viewer continues. A user can send 120 signals a minute. Codes: `NOT_FOUND`,
    /// `RECIPIENT_UNAVAILABLE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn set_typing(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation, and whether the viewer is typing.")] input: SetTypingInput,
    ) -> Nullable<SetTypingPayload> {
        let outcome = async {
            let id = ConversationId::from_global(&input.conversation_id);
            rules::set_typing(context.app(), context.member()?, id, input.is_typing).await
        };
        Payload::answer(outcome.await, |()| SetTypingPayload { is_accepted: true, ..SetTypingPayload::default() })
    }
}

#[derive(Debug, Default)]
pub struct TypingSubscription;

#[Subscription]
impl TypingSubscription {
    /// Who is typing in a conversation, without the viewer. Delivers the whole state at the start and after every
    /// change: also when a user who is typing leaves the conversation, or a block or a lock hides them. Returns
    /// `NOT_FOUND` if the viewer has no such conversation; ends with `FORBIDDEN` when the viewer leaves it.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn typing_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] conversation_id: ID,
    ) -> Result<impl Stream<Item = Result<TypingEvent, EdgeError>>, EdgeError> {
        let viewer = context.member()?.account;
        let app = context.app().clone();
        let id = ConversationId::from_global(&conversation_id).ok_or(Error::NotFound)?;
        let conversation =
            conversation(&app, ViewerAndConversation { viewer, conversation: id }).await?.ok_or(Error::NotFound)?;
        let states = rules::watch_typing(app, viewer, conversation.room())?;
        Ok(states.map(|state| state.map(|state| TypingEvent { state }).map_err(EdgeError::from)))
    }
}
