//! Conversations in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, MergedObject, MergedSubscription, Object, OneofObject, SimpleObject};
use futures_util::future::try_join_all;

use super::following::graphql::FollowingSubscription;
use super::messages::Message;
use super::messages::graphql::{LastMessage, MessageConnection, MessageMutation};
use super::reading::Marker;
use super::reading::graphql::{MarkersOf, ReadingMutation};
use super::rules::{self, Audience, may_send};
use super::typing::graphql::{TypingMutation, TypingSubscription};
use super::{Conversation, ConversationId, ConversationKind, Room, View, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, EdgeError, GlobalId, HistoryArguments, Nullable, Page, PageArguments, Payload,
    UserError, nullable,
};
use crate::live::{self, Feed};
use crate::profiles::graphql::{by_viewer as sights_by_viewer, seen};
use crate::profiles::relations::graphql::RelationTo;
use crate::profiles::{User, ViewerAndUser};

/// A page of conversations.
pub type ConversationConnection = Connection<Conversation>;

/// Loads conversations that the viewer sees.
pub struct SeenConversation;

impl Loaded for SeenConversation {
    type Key = View;
    type Value = Conversation;

    async fn load(app: &App, views: &[View]) -> Result<HashMap<View, Conversation>> {
        let (viewer, ids) = by_viewer(views);
        let conversations = store::by_ids(&app.db, viewer, &ids).await?;
        Ok(conversations.into_iter().map(|seen| (View { viewer, conversation: seen.room.id }, seen)).collect())
    }
}

/// Loads a conversation, together with whatever else is asked for now; `None` where the viewer does not see it.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_conversation(context: &Context<'_>, conversation: ConversationId) -> Result<Option<Conversation>> {
    match context.member() {
        Ok(viewer) => context.load::<SeenConversation>(View { viewer: viewer.account, conversation }).await,
        Err(_) => Ok(None),
    }
}

/// Loads the viewer's direct threads with people.
pub struct DirectWith;

impl Loaded for DirectWith {
    type Key = ViewerAndUser;
    type Value = Conversation;

    async fn load(app: &App, sights: &[ViewerAndUser]) -> Result<HashMap<ViewerAndUser, Conversation>> {
        let (viewer, others) = sights_by_viewer(sights);
        let threads = store::direct_with(&app.db, viewer, &others).await?;
        Ok(threads
            .into_iter()
            .map(|thread| (ViewerAndUser { viewer, user: thread.other_id }, thread.conversation))
            .collect())
    }
}

/// Splits the keys of a batch. All loaders belong to one caller, so there is one viewer.
pub fn by_viewer(views: &[View]) -> (AccountId, Vec<ConversationId>) {
    let viewer = views.first().map_or(AccountId(0), |view| view.viewer);
    (viewer, views.iter().map(|view| view.conversation).collect())
}

/// Loads who is in a conversation, whoever may see them.
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

/// Loads somebody else who is in a conversation.
struct OtherIn;

impl Loaded for OtherIn {
    type Key = View;
    type Value = AccountId;

    async fn load(app: &App, views: &[View]) -> Result<HashMap<View, AccountId>> {
        let (viewer, ids) = by_viewer(views);
        let others = store::others_in(&app.db, viewer, &ids).await?;
        Ok(others.into_iter().map(|(conversation, other)| (View { viewer, conversation }, other)).collect())
    }
}

/// Loads where the feeds of conversations stand.
struct HeadOf;

impl Loaded for HeadOf {
    type Key = ConversationId;
    type Value = i64;

    async fn load(app: &App, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
        let heads = live::heads(&app.db, ids.iter().map(|id| Feed(id.0))).await?;
        Ok(heads.into_iter().map(|(feed, head)| (ConversationId(feed.0), head)).collect())
    }
}

/// Tells whether the viewer may say something where they see a message.
///
/// # Errors
/// When the database does not answer.
pub async fn viewer_may_send(context: &Context<'_>, viewer: Viewer, id: ConversationId) -> Result<bool> {
    if id == Room::LOBBY.id {
        return Ok(true);
    }
    match context.load::<SeenConversation>(View { viewer: viewer.account, conversation: id }).await? {
        Some(conversation) => viewer_may_send_in(context, viewer, conversation.room).await,
        None => Ok(false),
    }
}

async fn viewer_may_send_in(context: &Context<'_>, viewer: Viewer, room: Room) -> Result<bool> {
    let other = context.load::<OtherIn>(View { viewer: viewer.account, conversation: room.id }).await?;
    let audience = match (other, room.kind) {
        (None, _) => Audience::Nobody,
        (Some(user), ConversationKind::Direct) => {
            let relation = context.load::<RelationTo>(ViewerAndUser { viewer: viewer.account, user }).await?;
            relation.map_or(Audience::Nobody, Audience::One)
        }
        (Some(_), _) => Audience::Several,
    };
    Ok(may_send(viewer, &audience))
}

/// A private thread of two or more members. There is one for each pair, and one for each larger set of people.
#[Object]
impl Conversation {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.room.id.to_global()
    }

    /// Who is in it, the viewer among them; at most 50. People whom the viewer does not see are left out.
    async fn members(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        let members = context.load::<MembersOf>(self.room.id).await?.unwrap_or_default();
        let members = try_join_all(members.into_iter().map(|member| seen(context, member))).await?;
        Ok(members.into_iter().flatten().collect())
    }

    /// What was said, oldest first: the last 20 messages, or the first 20 when only `after` is given. The cursors are those
    /// of `conversationChanged`. Reading marks nothing as read.
    async fn messages(&self, context: &Context<'_>, page: HistoryArguments) -> Nullable<MessageConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                MessageConnection::load(context, self.room, page).await.map(Some)
            }
            .await,
        )
    }

    /// The newest message, its tombstone where it is deleted; null while nothing was said.
    async fn last_message(&self, context: &Context<'_>) -> Nullable<Message> {
        nullable(context.load::<LastMessage>(self.view()).await)
    }

    /// How many messages of others come after the viewer's read marker, deleted ones left out.
    async fn unread_count(&self) -> i64 {
        self.unread
    }

    /// How far the members have read who share it; at most 50. The viewer's own is there in any case, and without the
    /// others' while the viewer does not share it. Who has not read anything has none.
    async fn read_markers(&self, context: &Context<'_>) -> Result<Vec<Marker>, EdgeError> {
        Ok(context.load::<MarkersOf>(self.view()).await?.unwrap_or_default())
    }

    /// The viewer may say something here.
    async fn viewer_can_send(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        let Ok(viewer) = context.member() else { return Ok(false) };
        Ok(viewer_may_send_in(context, viewer, self.room).await?)
    }

    /// Where the feed of this conversation stands now: subscribe to `conversationChanged(after: this)` and nothing is lost
    /// in between.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let head = context.load::<HeadOf>(self.room.id).await?.unwrap_or_default();
        Ok(write_feed_cursor(self.room.feed(), head))
    }

    /// When the newest message came; before the first, when the conversation was started.
    async fn updated_at(&self) -> DateTime {
        self.updated_at.into()
    }
}

impl Conversation {
    fn view(&self) -> View {
        View { viewer: self.user_id, conversation: self.room.id }
    }
}

impl ConversationConnection {
    async fn load(context: &Context<'_>, page: Page<(Timestamp, ConversationId)>) -> Result<Self> {
        let (db, viewer) = (&context.app().db, context.member()?.account);
        let conversations = store::page(db, viewer, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer).await?) } else { None };
        Ok(Self::new(&page, conversations, total, |seen: &Conversation| (seen.updated_at, seen.room.id)))
    }
}

/// How a conversation is named: exactly one of the two.
#[derive(Debug, OneofObject)]
enum ConversationBy {
    /// The global id.
    Id(ID),
    /// The other person of a conversation of two.
    UserId(ID),
}

#[derive(Debug, Default)]
pub struct ConversationQuery;

#[Object]
impl ConversationQuery {
    /// A conversation of the viewer's; null when there is none.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] by: ConversationBy,
    ) -> Nullable<Conversation> {
        nullable(
            async {
                let viewer = context.member()?.account;
                match &by {
                    ConversationBy::Id(id) => match ConversationId::from_global(id) {
                        Some(conversation) => context.load::<SeenConversation>(View { viewer, conversation }).await,
                        None => Ok(None),
                    },
                    ConversationBy::UserId(id) => match AccountId::from_global(id) {
                        Some(other) => rules::direct(context.app(), viewer, other).await,
                        None => Ok(None),
                    },
                }
            }
            .await,
        )
    }

    /// The viewer's conversations, that with the newest message first. One that is empty is listed for whoever started it.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn conversations(&self, context: &Context<'_>, page: PageArguments) -> Nullable<ConversationConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                ConversationConnection::load(context, page).await.map(Some)
            }
            .await,
        )
    }
}

/// With whom to talk.
#[derive(InputObject)]
struct StartConversationInput {
    /// The others: 1 to 49 people. The viewer need not be among them.
    user_ids: Vec<ID>,
}

/// Which group to leave.
#[derive(InputObject)]
struct LeaveConversationInput {
    /// The conversation.
    conversation_id: ID,
}

/// The answer to `startConversation`.
#[derive(Default, SimpleObject)]
struct StartConversationPayload {
    /// The conversation of exactly these people; null when refused.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `leaveConversation`.
#[derive(Default, SimpleObject)]
struct LeaveConversationPayload {
    /// The conversation that the viewer is not in any more; null when refused.
    left_conversation_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(StartConversationPayload, LeaveConversationPayload);

#[derive(Debug, Default, MergedObject)]
pub struct ConversationMutation(StartMutation, MessageMutation, ReadingMutation, TypingMutation);

#[derive(Debug, Default, MergedSubscription)]
pub struct ConversationSubscription(FollowingSubscription, TypingSubscription);

#[derive(Debug, Default)]
struct StartMutation;

#[Object]
impl StartMutation {
    /// Gives the conversation of exactly these people and the viewer: the one there is, or a new one. The others see a new
    /// one from its first message on. At most 10 new ones an hour.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn start_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "With whom.")] input: StartConversationInput,
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

    /// Leaves a group for good: the viewer sees nothing of it any more, and the others keep what was said. Conversations of
    /// two cannot be left.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn leave_conversation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which group.")] input: LeaveConversationInput,
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
