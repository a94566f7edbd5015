//! GraphQL types and mutations of messages, including those of the lobby.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, SimpleObject};

use super::sending::{self, Recipient};
use super::{Message, MessageDraft, MessageId, MessageSelection, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::following::snapshots;
use crate::conversations::graphql::{VisibleConversation, can_viewer_send, visible_conversation};
use crate::conversations::{Conversation, ConversationId, History, Room, ViewerAndConversation};
use crate::error::Result;
use crate::files::File;
use crate::files::graphql::{FilesOf, attachments};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedCursor, write_feed_cursor};
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, Payload, Recurring, UserError,
    nullable, recurring,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::live::Feed;
use crate::profiles::graphql::{author_for, prefetch_users};
use crate::profiles::mentions::graphql::mentioned_users;
use crate::profiles::{Audience, User};
use crate::reactions::ReactableId;
use crate::reactions::graphql::{ReactionGroup, reaction_groups};

/// A page of messages.
pub type MessageConnection = Connection<Message>;

/// A message and its position in the history.
pub type MessageEdge = Edge<Message>;

/// Loads messages that the viewer can see, from conversations and from the lobby.
pub struct VisibleMessage;

impl Loaded for VisibleMessage {
    type Key = (AccountId, MessageId);
    type Value = Message;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Message>> {
        let (viewer, ids) = by_viewer(keys);
        let messages = store::visible_by_ids(&app.db, viewer, &ids).await?;
        Ok(messages.into_iter().map(|message| ((viewer, message.id), message)).collect())
    }
}

/// Loads a message by its id, if the viewer can see it. In an event it is loaded once for all followers.
pub async fn visible_message(context: &Context<'_>, id: MessageId) -> Result<Option<Message>> {
    match context.viewer() {
        Some(viewer) if context.is_event() => snapshots::recent_message(context.app(), viewer.account, id).await,
        Some(viewer) => context.load::<VisibleMessage>((viewer.account, id)).await,
        None => Ok(None),
    }
}

/// Loads messages that are not deleted, regardless of blocks and memberships.
struct MessageForModerators;

impl Loaded for MessageForModerators {
    type Key = MessageId;
    type Value = Message;

    async fn load(app: &App, ids: &[MessageId]) -> Result<HashMap<MessageId, Message>> {
        let messages = store::by_ids_unfiltered(&app.db, ids).await?;
        let shown = |message: Message| (message.id, Message { audience: Audience::Moderators, ..message });
        Ok(messages.into_iter().filter(|message| message.deleted_at.is_none()).map(shown).collect())
    }
}

/// Loads a message that is not deleted for a moderator, whose conversation it need not be.
pub async fn message_for_moderators(context: &Context<'_>, id: MessageId) -> Result<Option<Message>> {
    context.moderator()?;
    context.load::<MessageForModerators>(id).await
}

/// Loads the latest message of a conversation that the viewer can see.
pub struct LastMessage;

impl Loaded for LastMessage {
    type Key = ViewerAndConversation;
    type Value = Message;

    async fn load(app: &App, keys: &[ViewerAndConversation]) -> Result<HashMap<ViewerAndConversation, Message>> {
        let (viewer, conversations) = crate::conversations::graphql::by_viewer(keys);
        let messages = store::last_messages(&app.db, viewer, &conversations).await?;
        Ok(messages
            .into_iter()
            .map(|last| (ViewerAndConversation { viewer, conversation: last.conversation_id }, last))
            .collect())
    }
}

/// Loads the first unread message of a conversation.
pub struct FirstUnread;

impl Loaded for FirstUnread {
    type Key = ViewerAndConversation;
    type Value = Message;

    async fn load(app: &App, keys: &[ViewerAndConversation]) -> Result<HashMap<ViewerAndConversation, Message>> {
        let (viewer, conversations) = crate::conversations::graphql::by_viewer(keys);
        let messages = store::first_unread(&app.db, viewer, &conversations).await?;
        Ok(messages
            .into_iter()
            .map(|first| (ViewerAndConversation { viewer, conversation: first.conversation_id }, first))
            .collect())
    }
}

/// A message in a conversation or in the lobby. A deleted message keeps its position, without text, images and files.
#[Object]
impl Message {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The position in the history of its conversation or of the lobby, equal to the cursor of its edge:
    /// `messages(before: cursor)` and `messages(after: cursor)` surround the message.
    fn cursor(&self) -> String {
        self.edge_cursor()
    }

    /// The conversation of the message; null for messages of the lobby.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        if self.conversation_id == Room::LOBBY.id {
            return None;
        }
        nullable(visible_conversation(context, self.conversation_id).await)
    }

    /// The author; null if the account was deleted, or if the author is hidden from the viewer by a block.
    pub async fn author(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(author_for(context, self.audience, self.author_id?).await)
    }

    /// The pseudonym under which a guest wrote the message; null for messages of members. It stays when the guest has left
    /// and `author` is null.
    fn guest_name(&self) -> Option<&str> {
        self.guest_name.as_deref()
    }

    /// The text, 1 to 4,000 characters with line breaks; null if the message has only images or files, or was deleted.
    pub async fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The reactions by emoji, in the order of the earliest one that is left; at most 20. Empty if the message was deleted.
    pub async fn reaction_groups(&self, context: &Context<'_>) -> Result<Vec<ReactionGroup>, EdgeError> {
        if self.deleted_at.is_some() {
            return Ok(Vec::new());
        }
        Ok(reaction_groups(context, ReactableId::Message(self.id)).await?)
    }

    /// Whether the viewer can react to the message now: members can where they can send messages, to messages that are not
    /// deleted.
    pub async fn viewer_can_react(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Some(viewer) = context.member().ok().filter(|_| self.deleted_at.is_none()) else { return Ok(false) };
        if context.is_event()
            && let Some(can_send) = snapshots::can_send_to_group(context.app(), viewer.account, self.id).await?
        {
            return Ok(can_send);
        }
        Ok(can_viewer_send(context, viewer, self.conversation_id).await?)
    }

    /// The images, in the author's order; at most 4. Empty if the message was deleted.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        if self.deleted_at.is_some() {
            return Ok(Vec::new());
        }
        // They do not change until the message is deleted.
        Ok(context.load_shared::<ImagesOf>(Self::file_use(self.id).into()).await?.unwrap_or_default())
    }

    /// The attached files, in the author's order; at most 4. Empty if the message was deleted.
    async fn files(&self, context: &Context<'_>) -> Result<Vec<File>, EdgeError> {
        if self.deleted_at.is_some() {
            return Ok(Vec::new());
        }
        Ok(context.load_shared::<FilesOf>(Self::file_use(self.id)).await?.unwrap_or_default())
    }

    /// The message that this one replies to, also once that one is deleted; null when this is no reply, and when the viewer
    /// cannot see that message.
    async fn reply_to(&self, context: &Context<'_>) -> Nullable<Self> {
        nullable(visible_message(context, self.reply_to_id?).await)
    }

    /// The users that the text mentions as `@username`, in the order of the text; at most 20, without users across a
    /// block. Members of the conversation can be mentioned, in the lobby the users in it. Case does not matter.
    async fn mentions(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        Ok(mentioned_users(context, self.id, self.text.as_deref().unwrap_or_default()).await?)
    }

    /// When the message was sent: never before the message before it. Sort messages by the order of edges, not by time.
    fn sent_at(&self) -> DateTime {
        self.sent_at.into()
    }

    /// When the message was last edited; null if it was never edited.
    fn edited_at(&self) -> Option<DateTime> {
        self.edited_at.map(DateTime::from)
    }

    /// When the message was deleted; null if it was not.
    fn deleted_at(&self) -> Option<DateTime> {
        self.deleted_at.map(DateTime::from)
    }

    /// The `clientKey` that the message was sent with; null if it had none, and for all viewers except the author.
    fn client_key(&self, context: &Context<'_>) -> Option<&str> {
        let is_own = context.viewer().is_some_and(|viewer| self.author_id == Some(viewer.account));
        self.client_key.as_deref().filter(|_| is_own)
    }

    /// Whether the viewer can edit the message: it is the viewer's own, not older than 24 hours, and the viewer can
    /// still send messages where it was sent. Guests cannot edit messages.
    async fn viewer_can_edit(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Ok(viewer) = context.member() else { return Ok(false) };
        if !rules::can_edit(viewer, self, context.app().clock.now()) {
            return Ok(false);
        }
        // Boxed: every field of a message that is resolved has the memory of the largest one.
        Ok(Box::pin(can_viewer_send(context, viewer, self.conversation_id)).await?)
    }

    /// Whether the viewer can delete the message. The author can; moderators and admins can delete any message in the
    /// lobby. Guests cannot delete messages.
    fn viewer_can_delete(&self, context: &Context<'_>) -> bool {
        context.member().is_ok_and(|viewer| rules::can_delete(viewer, self))
    }
}

impl MessageConnection {
    /// Loads a page of the messages in a room that the viewer can see. The caller checks the viewer's access to the
    /// room.
    ///
    /// # Errors
    /// Bad input for a cursor of another room.
    pub async fn load(
        context: &Context<'_>,
        history: History,
        selection: MessageSelection,
        page: Page<FeedCursor>,
    ) -> Result<Self> {
        let (db, viewer, feed) = (&context.app().db, context.signed_in()?.account, history.room.feed());
        let page = page.in_feed(feed)?;
        let messages = store::page(db, viewer, history, selection, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer, history, selection).await?) } else { None };
        prefetch_users(context, &["author"], messages.iter().filter_map(|message| message.author_id)).await;
        Ok(Self::new(&page, messages, total, |message: &Message| FeedCursor { feed, position: message.position() }))
    }
}

impl From<Message> for MessageEdge {
    fn from(message: Message) -> Self {
        Self { cursor: message.edge_cursor(), node: message }
    }
}

impl Message {
    /// Returns the cursor of the message.
    fn edge_cursor(&self) -> String {
        write_feed_cursor(Feed(self.conversation_id.0), self.position())
    }
}

/// The input of `sendMessage`. It needs a `text`, `imageIds` or `fileIds`, or several of them.
#[derive(InputObject)]
struct SendMessageInput {
    /// The conversation to send to. Give either this or `userId`.
    conversation_id: Option<ID>,
    /// The user to send to. The conversation of the two users is created if there is none.
    user_id: Option<ID>,
    /// The text: 1 to 4,000 characters after trimming, with line breaks. Can be blank if there are images or files.
    text: Option<String>,
    /// The ids of images that the viewer uploaded, in the order in which they are shown; at most 4.
    image_ids: Option<Vec<ID>>,
    /// The ids of files that the viewer uploaded, in the order in which they are shown; at most 4.
    file_ids: Option<Vec<ID>>,
    /// The message of the same conversation to reply to.
    reply_to_id: Option<ID>,
    /// A key that the client chooses, 1 to 100 characters, unique for each author. A repeated request with the same key
    /// and content returns the existing message. Keys never expire.
    client_key: Option<String>,
}

/// The input of `editMessage`.
#[derive(InputObject)]
struct EditMessageInput {
    /// The message to edit.
    message_id: ID,
    /// The new text: 1 to 4,000 characters after trimming, with line breaks. A blank text removes the text of a message
    /// with images or files.
    text: String,
}

/// The input of `deleteMessage`.
#[derive(InputObject)]
struct DeleteMessageInput {
    /// The message to delete.
    message_id: ID,
}

/// The result of `sendMessage`.
#[derive(Default, SimpleObject)]
#[graphql(complex)]
struct SendMessagePayload {
    /// The message with its position in the history; null when there are user errors.
    message_edge: Option<MessageEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl SendMessagePayload {
    /// The conversation after the mutation; null when there are user errors.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        let conversation = self.message_edge.as_ref()?.node.conversation_id;
        let viewer = context.viewer()?.account;
        nullable(context.load::<VisibleConversation>(ViewerAndConversation { viewer, conversation }).await)
    }
}

/// The result of `editMessage`.
#[derive(Default, SimpleObject)]
struct EditMessagePayload {
    /// The edited message; null when there are user errors.
    message: Option<Message>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `deleteMessage`.
#[derive(Default, SimpleObject)]
struct DeleteMessagePayload {
    /// The deleted message, without text, images and files; null when there are user errors.
    message: Option<Message>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(SendMessagePayload, EditMessagePayload, DeleteMessagePayload);

#[derive(Debug, Default)]
pub struct MessageMutation;

#[Object]
impl MessageMutation {
    /// Sends a message to a conversation or a user. A user can send 60 messages a minute. `RECIPIENT_UNAVAILABLE` means
    /// that the viewer cannot write to the other user now; it does not reveal why. Codes: `IDEMPOTENCY_MISMATCH`,
    /// `INVALID`, `NOT_FOUND`, `RECIPIENT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn send_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The message and its recipient.")] input: SendMessageInput,
    ) -> Nullable<SendMessagePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let conversation = input.conversation_id.as_ref().map(ConversationId::from_global);
            let recipient = Recipient::new(conversation, input.user_id.as_ref().map(AccountId::from_global))?;
            let attachments = attachments(input.image_ids.as_deref(), input.file_ids.as_deref());
            let reply_to = input.reply_to_id.as_ref().map(MessageId::from_global);
            let draft = MessageDraft { text: input.text, attachments, reply_to, client_key: input.client_key };
            sending::send_message(context.app(), viewer, recipient, &draft).await
        };
        Payload::answer(outcome.await, |message| SendMessagePayload {
            message_edge: Some(message.into()),
            ..SendMessagePayload::default()
        })
    }

    /// Changes the text of the viewer's own message, within 24 hours after it was sent. Its images and files stay. Codes:
    /// `EDIT_WINDOW_OVER`, `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `RECIPIENT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn edit_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The message and its new text.")] input: EditMessageInput,
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

    /// Deletes a message for everyone. The author can do this; moderators and admins can delete any message in the
    /// lobby. Codes: `FORBIDDEN`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_message(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The message to delete.")] input: DeleteMessageInput,
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
