//! Messages in the graph, the lobby's among them.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::sending::{self, To};
use super::{Message, MessageDraft, MessageId, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::graphql::{SeenConversation, viewer_may_send};
use crate::conversations::{Conversation, ConversationId, Room, View};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, Payload, UserError, nullable,
};
use crate::images::Image;
use crate::images::graphql::{ImagesOf, image_ids};
use crate::live::Feed;
use crate::profiles::User;
use crate::profiles::graphql::seen;

/// A page of messages.
pub type MessageConnection = Connection<Message>;

/// A message and its place in the history.
pub type MessageEdge = Edge<Message>;

/// Loads messages that the viewer sees, of conversations and of the lobby.
pub struct SeenMessage;

impl Loaded for SeenMessage {
    type Key = (AccountId, MessageId);
    type Value = Message;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Message>> {
        let (viewer, ids) = by_viewer(keys);
        let messages = store::seen_by_ids(&app.db, viewer, &ids).await?;
        Ok(messages.into_iter().map(|message| ((viewer, message.id), message)).collect())
    }
}

/// Loads a message by its id, if the viewer sees it.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_message(context: &Context<'_>, id: MessageId) -> Result<Option<Message>> {
    match context.viewer() {
        Some(viewer) => context.load::<SeenMessage>((viewer.account, id)).await,
        None => Ok(None),
    }
}

/// Loads the newest message of a conversation that the viewer sees.
pub struct LastMessage;

impl Loaded for LastMessage {
    type Key = View;
    type Value = Message;

    async fn load(app: &App, views: &[View]) -> Result<HashMap<View, Message>> {
        let (viewer, conversations) = crate::conversations::graphql::by_viewer(views);
        let messages = store::last_of(&app.db, viewer, &conversations).await?;
        Ok(messages.into_iter().map(|last| (View { viewer, conversation: last.conversation_id }, last)).collect())
    }
}

/// A message. A deleted one stays in its place, without text and pictures.
#[Object]
impl Message {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// Who wrote it; null once the account is deleted, and across a block.
    async fn author(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.author_id?).await)
    }

    /// What it says: 1 to 4,000 characters, in lines; null where there are only pictures, and once it is deleted.
    async fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The pictures with it, in the author's order; at most 4, and none once it is deleted.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        Ok(context.load::<ImagesOf>(Self::shows(self.id)).await?.unwrap_or_default())
    }

    /// When it was sent.
    async fn sent_at(&self) -> DateTime {
        self.sent_at.into()
    }

    /// When it was last edited; null when it never was.
    async fn edited_at(&self) -> Option<DateTime> {
        self.edited_at.map(DateTime::from)
    }

    /// When it was deleted; null while it is there.
    async fn deleted_at(&self) -> Option<DateTime> {
        self.deleted_at.map(DateTime::from)
    }

    /// What the viewer's client called it when it was sent; null where it had no name, and for everybody but its author.
    async fn client_key(&self, context: &Context<'_>) -> Option<&str> {
        let is_own = context.viewer().is_some_and(|viewer| self.author_id == Some(viewer.account));
        self.client_key.as_deref().filter(|_| is_own)
    }

    /// The viewer may edit it: it is their own, not older than 24 hours, and something may still be said where it stands.
    async fn viewer_can_edit(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Ok(viewer) = context.member() else { return Ok(false) };
        if !rules::may_edit(viewer, self, context.app().clock.now()) {
            return Ok(false);
        }
        Ok(viewer_may_send(context, viewer, self.conversation_id).await?)
    }

    /// The viewer may delete it: it is their own, or it is the lobby's and they keep order.
    async fn viewer_can_delete(&self, context: &Context<'_>) -> bool {
        context.member().is_ok_and(|viewer| rules::may_delete(viewer, self))
    }
}

impl MessageConnection {
    /// Loads a page of a room's history, of what the viewer sees there. Whether they may be there is the caller's matter.
    ///
    /// # Errors
    /// Bad input for another room's cursor; when the database does not answer.
    pub async fn load(context: &Context<'_>, room: Room, page: Page<(Feed, i64)>) -> Result<Self> {
        let (db, viewer) = (&context.app().db, context.signed_in()?.account);
        let page = page.in_feed(room.feed())?;
        let messages = store::page(db, viewer, room, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer, room).await?) } else { None };
        Ok(Self::new(&page, messages, total, |message: &Message| (room.feed(), message.number)))
    }
}

impl From<Message> for MessageEdge {
    fn from(message: Message) -> Self {
        Self { cursor: write_feed_cursor(Feed(message.conversation_id.0), message.number), node: message }
    }
}

/// What to send, and where.
#[derive(InputObject)]
struct SendMessageInput {
    /// The conversation; give either this or `userId`.
    conversation_id: Option<ID>,
    /// The person, in the conversation of the two; it is started if there is none.
    user_id: Option<ID>,
    /// What it says: 1 to 4,000 characters after trimming, line breaks allowed. Needed where there are no pictures.
    text: Option<String>,
    /// Pictures that the viewer uploaded, in the order in which they are shown; at most 4.
    image_ids: Option<Vec<ID>>,
    /// The client's own name for this message, 1 to 100 characters, unique per author for good: sent again with the same
    /// content it answers with the same message.
    client_key: Option<String>,
}

/// What to change about a message.
#[derive(InputObject)]
struct EditMessageInput {
    /// The message.
    message_id: ID,
    /// What it says from now on: 1 to 4,000 characters after trimming, line breaks allowed.
    text: String,
}

/// Which message to delete.
#[derive(InputObject)]
struct DeleteMessageInput {
    /// The message.
    message_id: ID,
}

/// The answer to `sendMessage`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct SendMessagePayload {
    /// The message with its place in the history; null when refused.
    message_edge: Option<MessageEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl SendMessagePayload {
    /// The conversation as it is now; null when refused.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let conversation = self.message_edge.as_ref()?.node.conversation_id;
        let viewer = context.viewer()?.account;
        nullable(context.load::<SeenConversation>(View { viewer, conversation }).await)
    }
}

/// The answer to `editMessage`.
#[derive(Default, SimpleObject)]
struct EditMessagePayload {
    /// The message as it is now; null when refused.
    message: Option<Message>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `deleteMessage`.
#[derive(Default, SimpleObject)]
struct DeleteMessagePayload {
    /// What is left of the message; null when refused.
    message: Option<Message>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SendMessagePayload, EditMessagePayload, DeleteMessagePayload);

#[derive(Debug, Default)]
pub struct MessageMutation;

#[Object]
impl MessageMutation {
    /// Sends a message: text, pictures or both. At most 60 messages a minute. `RECIPIENT_UNAVAILABLE` where the viewer
    /// cannot write to the other person, whatever the reason.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn send_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to send, and where.")] input: SendMessageInput,
    ) -> Nullable<SendMessagePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let conversation = input.conversation_id.as_ref().map(ConversationId::from_global);
            let to = To::new(conversation, input.user_id.as_ref().map(AccountId::from_global))?;
            let images = image_ids(input.image_ids.as_deref().unwrap_or_default());
            let draft = MessageDraft { text: input.text, images, client_key: input.client_key };
            sending::send_message(context.app(), viewer, to, &draft).await
        };
        Payload::answer(outcome.await, |message| SendMessagePayload {
            message_edge: Some(message.into()),
            ..SendMessagePayload::default()
        })
    }

    /// Changes what the viewer's own message says, within 24 hours. Its pictures stay.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn edit_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: EditMessageInput,
    ) -> Nullable<EditMessagePayload> {
        let outcome = async {
            let id = MessageId::from_global(&input.message_id);
            rules::edit_message(context.app(), context.member()?, id, &input.text).await
        };
        Payload::answer(outcome.await, |message| EditMessagePayload {
            message: Some(message),
            ..EditMessagePayload::default()
        })
    }

    /// Deletes a message for everybody: the viewer's own, or anybody's in the lobby for those who keep order.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which message.")] input: DeleteMessageInput,
    ) -> Nullable<DeleteMessagePayload> {
        let outcome = async {
            let id = MessageId::from_global(&input.message_id);
            rules::delete_message(context.app(), context.member()?, id).await
        };
        Payload::answer(outcome.await, |message| DeleteMessagePayload {
            message: Some(message),
            ..DeleteMessagePayload::default()
        })
    }
}
