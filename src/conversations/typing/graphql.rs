//! Typing in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject, Subscription};
use futures_util::future::try_join_all;
use futures_util::{Stream, StreamExt};

use super::rules::{self, TypingUsers};
use crate::conversations::rules::conversation;
use crate::conversations::{ConversationId, View};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

#[derive(Clone, Debug)]
struct TypingEvent {
    state: TypingUsers,
}

/// Who is typing in a conversation now: the whole state each time.
#[Object]
impl TypingEvent {
    /// Who is typing besides the viewer; at most 49.
    async fn typing_users(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        let users = try_join_all(self.state.typing.iter().map(|typist| visible_user(context, *typist))).await?;
        Ok(users.into_iter().flatten().collect())
    }

    /// When this is over, unless another event says more; null when nobody is typing.
    async fn expires_at(&self) -> Option<DateTime> {
        self.state.expires_at.map(DateTime::from)
    }
}

/// Who types where.
#[derive(InputObject)]
struct SetTypingInput {
    /// The conversation.
    conversation_id: ID,
    /// The viewer is typing; false when they stopped.
    is_typing: bool,
}

/// The answer to `setTyping`.
#[derive(Default, SimpleObject)]
struct SetTypingPayload {
    /// The others are told.
    is_accepted: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SetTypingPayload);

#[derive(Debug, Default)]
pub struct TypingMutation;

#[Object]
impl TypingMutation {
    /// Says that the viewer is typing, or has stopped. It holds for 6 seconds: say it again every few seconds. At most 120
    /// times a minute.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn set_typing(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where, and whether.")] input: SetTypingInput,
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
    /// Who is typing in a conversation besides the viewer: the whole state at once, and again whenever it changes.
    /// `NOT_FOUND` when the viewer has no such conversation; `FORBIDDEN` ends it when the viewer leaves.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn typing_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] conversation_id: ID,
    ) -> Result<impl Stream<Item = Result<TypingEvent, EdgeError>>, EdgeError> {
        let viewer = context.member()?.account;
        let app = context.app().clone();
        let id = ConversationId::from_global(&conversation_id).ok_or(Error::NotFound)?;
        let room = conversation(&app, View { viewer, conversation: id }).await?.ok_or(Error::NotFound)?.room;
        let states = rules::watch_typing(app, viewer, room);
        Ok(states.map(|state| state.map(|state| TypingEvent { state }).map_err(EdgeError::from)))
    }
}
