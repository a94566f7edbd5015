//! GraphQL types, queries and mutations of conversations.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, MergedObject, MergedSubscription, Object, OneofObject, SimpleObject};
use futures_util::future::try_join_all;

use super::following::graphql::FollowingSubscription;
use super::groups::graphql::GroupMutation;
use super::groups::image_use;
use super::messages::graphql::{FirstUnread, LastMessage, MessageConnection, MessageMutation};
use super::messages::{Message, MessageSelection};
use super::mute::graphql::MuteMutation;
use super::mute::{end_of_mute, is_muted};
use super::reading::ReadMarker;
use super::reading::graphql::{ReadMarkersOf, ReadingMutation};
use super::rules::{self, Audience, can_send};
use super::typing::graphql::{TypingMutation, TypingSubscription};
use super::{Conversation, ConversationFilter, ConversationId, ConversationKind, Room, ViewerAndConversation, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedHead, write_feed_cursor};
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, EdgeError, GlobalId, HistoryArguments, Nullable, Page, PageArguments, Payload,
    Recurring, UserError, nullable, recurring,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::profiles::graphql::{split_keys as split_user_keys, visible_user};
use crate::profiles::relations::graphql::RelationTo;
use crate::profiles::{User, ViewerAndUser};

/// A page of conversations.
pub type ConversationConnection = Connection<Conversation>;

/// Loads conversations that are shown to the viewer.
pub struct VisibleConversation;

impl Loaded for VisibleConversation {
    type Key = ViewerAndConversation;
    type Value = Conversation;

    async fn load(app: &App, keys: &[ViewerAndConversation]) -> Result<HashMap<ViewerAndConversation, Conversation>> {
        let (viewer, ids) = by_viewer(keys);
        let conversations = store::by_ids(&app.db, viewer, &ids).await?;
        Ok(conversations.into_iter().map(|conversation| (conversation.key(), conversation)).collect())
    }
}

/// Loads a conversation in the current batch; `None` if it is not shown to the viewer.
pub async fn visible_conversation(context: &Context<'_>, conversation: ConversationId) -> Result<Option<Conversation>> {
    match context.member() {
        Ok(viewer) => {
            context.load::<VisibleConversation>(ViewerAndConversation { viewer: viewer.account, conversation }).await
        }
        Err(_) => Ok(None),
    }
}

/// Loads the viewer's direct conversations with other users.
pub struct DirectWith;

impl Loaded for DirectWith {
    type Key = ViewerAndUser;
    type Value = Conversation;

    async fn load(app: &App, keys: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Conversation>> {
        let (viewer, others) = split_user_keys(keys);
        let conversations = store::direct_with(&app.db, viewer, &others).await?;
        Ok(conversations
            .into_iter()
            .map(|direct| (ViewerAndUser { viewer, user: direct.other_id }, direct.conversation))
            .collect())
    }
}

/// Splits the keys of a batch. A loader belongs to one request, so all keys have the same viewer.
pub fn by_viewer(keys: &[ViewerAndConversation]) -> (AccountId, Vec<ConversationId>) {
    let viewer = keys.first().map_or(AccountId(0), |key| key.viewer);
    (viewer, keys.iter().map(|key| key.conversation).collect())
}

/// Loads all members of a conversation, without regard to what the viewer can see.
struct MembersOf;

impl Loaded for MembersOf {
    type Key = ConversationId;
    type Value = Vec<AccountId>;

    async fn load(app: &App, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<AccountId>>> {
        let mut members: HashMap<ConversationId, Vec<AccountId>> = HashMap::new();
        for (conversation, member) in store::members_of(&app.db, ids).await? {
            members.entry(conversation).or_default().push(member);
        }
        Ok(members)
    }
}

/// Loads one member of a conversation other than the viewer.
struct OtherMember;

impl Loaded for OtherMember {
    type Key = ViewerAndConversation;
    type Value = AccountId;

    async fn load(app: &App, keys: &[ViewerAndConversation]) -> Result<HashMap<ViewerAndConversation, AccountId>> {
        let (viewer, ids) = by_viewer(keys);
        let others = store::other_members(&app.db, viewer, &ids).await?;
        Ok(others
            .into_iter()
            .map(|(conversation, other)| (ViewerAndConversation { viewer, conversation }, other))
            .collect())
    }
}

/// Returns true if the viewer can send messages in this conversation or in the lobby.
pub async fn can_viewer_send(context: &Context<'_>, viewer: Viewer, id: ConversationId) -> Result<bool> {
    if id == Room::LOBBY.id {
        return Ok(true);
    }
    match context
        .load::<VisibleConversation>(ViewerAndConversation { viewer: viewer.account, conversation: id })
        .await?
    {
        Some(conversation) => can_viewer_send_in(context, viewer, conversation.room()).await,
        None => Ok(false),
    }
}

async fn can_viewer_send_in(context: &Context<'_>, viewer: Viewer, room: Room) -> Result<bool> {
    let other =
        context.load::<OtherMember>(ViewerAndConversation { viewer: viewer.account, conversation: room.id }).await?;
    let audience = match (other, room.kind) {
        (None, _) => Audience::Empty,
        (Some(user), ConversationKind::Direct) => {
            let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user }).await?;
            relation.map_or(Audience::Empty, Audience::One)
        }
        (Some(_), _) => Audience::Many,
    };
    Ok(can_send(viewer, &audience))
}

/// A private conversation of 2 to 50 members: the one conversation of a set of users, from `startConversation`, or a group
/// with a title and an owner, from `createGroup`.
#[Object]
impl Conversation {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The members, including the viewer; at most 50. Users hidden from the viewer are left out.
    async fn members(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        let members = context.load::<MembersOf>(self.id).await?.unwrap_or_default();
        let members = try_join_all(members.into_iter().map(|member| visible_user(context, member))).await?;
        Ok(members.into_iter().flatten().collect())
    }

    /// The messages, oldest first. Without arguments it returns the last 20; with `after` alone it returns the first 20
    /// after the cursor. The cursors are the same as those of `conversationChanged`. Loading messages does not mark
    /// them as read.
    async fn messages(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which messages.")] filter: Option<MessageFilter>,
        page: HistoryArguments,
    ) -> Nullable<MessageConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                let selection = match filter.and_then(|filter| filter.is_unread) {
                    Some(is_unread) => MessageSelection::ByMarker { is_unread, read_up_to: self.read_up_to },
                    None => MessageSelection::All,
                };
                MessageConnection::load(context, self.history(), selection, page).await.map(Some)
            }
            .await,
        )
    }

    /// The latest message that the viewer can see, which may be a deleted one; null if there is none.
    async fn last_message(&self, context: &Context<'_>) -> Nullable<Message> {
        nullable(context.load::<LastMessage>(self.key()).await)
    }

    /// The number of messages by other users after the viewer's read marker. Deleted messages do not count, and neither
    /// do those of users hidden from the viewer.
    fn unread_count(&self) -> i64 {
        self.unread
    }

    /// The oldest message that `unreadCount` counts; null if there is none.
    async fn first_unread(&self, context: &Context<'_>) -> Nullable<Message> {
        nullable(context.load::<FirstUnread>(self.key()).await)
    }

    /// The title of the group, 1 to 100 characters; null for direct conversations and those of `startConversation`.
    fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The image of the group; null when there is none.
    async fn image(&self, context: &Context<'_>) -> Nullable<Image> {
        let images = context.load::<ImagesOf>(image_use(self.id)).await;
        nullable(images.map(|images| images.unwrap_or_default().pop()))
    }

    /// The conversation is not a direct one: it can be left.
    fn is_group(&self) -> bool {
        self.kind == ConversationKind::Group
    }

    /// The member who manages the group; null for direct conversations and those of `startConversation`, and across a
    /// block.
    async fn owner(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.owner_id?).await)
    }

    /// The viewer owns the group: they may change it, its members and its owner.
    fn viewer_can_manage(&self) -> bool {
        self.owner_id == Some(self.user_id)
    }

    /// Members who join from now on can read earlier messages.
    fn is_history_shared(&self) -> bool {
        self.is_history_shared
    }

    /// The viewer muted the conversation: its messages cause neither push nor email, and `Viewer.unreadCount` leaves it
    /// out. Only the viewer sees this.
    fn is_muted(&self, context: &Context<'_>) -> bool {
        is_muted(self, context.app().clock.now())
    }

    /// When the mute ends; null when the conversation is not muted, and when the mute has no end.
    fn mute_ends_at(&self, context: &Context<'_>) -> Option<DateTime> {
        end_of_mute(self, context.app().clock.now()).map(DateTime::from)
    }

    /// The read markers of the members who share them; at most 50. The viewer's own is always included; a viewer who
    /// does not share read receipts gets only this one. Members who have not read anything have no marker.
    async fn read_markers(&self, context: &Context<'_>) -> Result<Vec<ReadMarker>, EdgeError> {
        Ok(context.load::<ReadMarkersOf>(self.key()).await?.unwrap_or_default())
    }

    /// Whether the viewer can send messages here now.
    async fn viewer_can_send(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Ok(viewer) = context.member() else { return Ok(false) };
        Ok(can_viewer_send_in(context, viewer, self.room()).await?)
    }

    /// The cursor of the latest event of this conversation. Pass it to `conversationChanged` as `after` to receive
    /// every later event.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let head = context.load::<FeedHead>(self.room().feed()).await?.unwrap_or_default();
        Ok(write_feed_cursor(self.room().feed(), head))
    }

    /// When the latest message that the viewer can see was sent, or when the viewer joined if that was later. Before the
    /// first message, when the conversation was started.
    fn updated_at(&self) -> DateTime {
        self.updated_at.into()
    }
}

impl Conversation {
    fn key(&self) -> ViewerAndConversation {
        ViewerAndConversation { viewer: self.user_id, conversation: self.id }
    }
}

impl ConversationConnection {
    async fn load(
        context: &Context<'_>,
        filter: ConversationFilter,
        page: Page<(Timestamp, ConversationId)>,
    ) -> Result<Self> {
        let (db, viewer) = (&context.app().db, context.member()?.account);
        let conversations = store::page(db, viewer, filter, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer, filter).await?) } else { None };
        Ok(Self::new(&page, conversations, total, |conversation: &Conversation| {
            (conversation.updated_at, conversation.id)
        }))
    }
}

/// Which conversations to return.
#[derive(InputObject)]
#[graphql(name = "ConversationFilter")]
struct ConversationFilterInput {
    /// True: conversations with unread messages; false: those without.
    is_unread: Option<bool>,
    /// Conversations that have this member.
    user_id: Option<ID>,
}

impl From<ConversationFilterInput> for ConversationFilter {
    fn from(input: ConversationFilterInput) -> Self {
        // No account has the id 0, and no account the id of another type.
        let member = input.user_id.map(|id| AccountId::from_global(&id).unwrap_or(AccountId(0)));
        Self { is_unread: input.is_unread, member }
    }
}

/// Which messages to return. The filter does not change their cursors.
#[derive(InputObject)]
struct MessageFilter {
    /// True: the messages that `unreadCount` counts; false: all others.
    is_unread: Option<bool>,
}

/// Selects a conversation. Give exactly one of the two.
#[derive(Debug, OneofObject)]
enum ConversationBy {
    /// The global id of the conversation.
    Id(ID),
    /// The global id of the other user, for a conversation of two.
    UserId(ID),
}

#[derive(Debug, Default)]
pub struct ConversationQuery;

#[Object]
impl ConversationQuery {
    /// A conversation of the viewer; null if there is none.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The conversation.")] by: ConversationBy,
    ) -> Nullable<Conversation> {
        nullable(
            async {
                let viewer = context.member()?.account;
                match &by {
                    ConversationBy::Id(id) => match ConversationId::from_global(id) {
                        Some(conversation) => {
                            context.load::<VisibleConversation>(ViewerAndConversation { viewer, conversation }).await
                        }
                        None => Ok(None),
                    },
                    ConversationBy::UserId(id) => match AccountId::from_global(id) {
                        Some(other) => rules::direct_conversation(context.app(), viewer, other).await,
                        None => Ok(None),
                    },
                }
            }
            .await,
        )
    }

    /// The viewer's conversations, sorted by their latest message, the latest first. A conversation without messages is
    /// listed only for the user who started it.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which conversations.")] filter: Option<ConversationFilterInput>,
        page: PageArguments,
    ) -> Nullable<ConversationConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                let filter = filter.map(ConversationFilter::from).unwrap_or_default();
                ConversationConnection::load(context, filter, page).await.map(Some)
            }
            .await,
        )
    }
}

/// The input of `startConversation`.
#[derive(InputObject)]
struct StartConversationInput {
    /// The global ids of the other members: 1 to 49 users. The viewer's own id is optional.
    user_ids: Vec<ID>,
}

/// The input of `leaveConversation`.
#[derive(InputObject)]
struct LeaveConversationInput {
    /// The global id of the group.
    conversation_id: ID,
}

/// The result of `startConversation`.
#[derive(Default, SimpleObject)]
struct StartConversationPayload {
    /// The conversation of exactly these users; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `leaveConversation`.
#[derive(Default, SimpleObject)]
struct LeaveConversationPayload {
    /// The global id of the conversation that the viewer has left; null when there are user errors.
    left_conversation_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(StartConversationPayload, LeaveConversationPayload);

#[derive(Debug, Default, MergedObject)]
pub struct ConversationMutation(
    StartMutation,
    GroupMutation,
    MessageMutation,
    ReadingMutation,
    MuteMutation,
    TypingMutation,
);

#[derive(Debug, Default, MergedSubscription)]
pub struct ConversationSubscription(FollowingSubscription, TypingSubscription);

#[derive(Debug, Default)]
struct StartMutation;

#[Object]
impl StartMutation {
    /// Returns the conversation of exactly these users and the viewer, and creates it if there is none. The other
    /// members see a new conversation from its first message on. A user can create 10 conversations an hour. Codes:
    /// `NOT_FOUND`, `RECIPIENT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn start_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The other members.")] input: StartConversationInput,
    ) -> Nullable<StartConversationPayload> {
        let outcome = async {
            let users: Vec<_> = input.user_ids.iter().map(AccountId::from_global).collect();
            rules::start_conversation(context.app(), context.member()?, &users).await
        };
        Payload::answer(outcome.await, |conversation| StartConversationPayload {
            conversation: Some(conversation),
            ..StartConversationPayload::default()
        })
    }

    /// Leaves a group. The viewer no longer sees it; the other members keep the viewer's messages. When the owner leaves, the
    /// longest-standing member becomes the owner. A conversation of two users cannot be left. Codes: `FORBIDDEN`,
    /// `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn leave_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The group to leave.")] input: LeaveConversationInput,
    ) -> Nullable<LeaveConversationPayload> {
        let outcome = async {
            let id = ConversationId::from_global(&input.conversation_id);
            rules::leave_conversation(context.app(), context.member()?, id).await
        };
        Payload::answer(outcome.await, |id| LeaveConversationPayload {
            left_conversation_id: Some(id.to_global()),
            ..LeaveConversationPayload::default()
        })
    }
}
