//! GraphQL for topics.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, MergedObject, Object, SimpleObject};

use super::appointments::graphql::{AppointmentConnection, AppointmentMutation, AppointmentQuery};
use super::appointments::store::Owner;
use super::public_mentors::graphql::PublicMentorQuery;
use super::rules::{TopicChange, TopicDraft};
use super::store::OrderedTopic;
use super::{Topic, TopicFilter, TopicId, TopicKey, TopicOrderField, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::bookings::appointments::{self, DeleteTopicOutcome};
use crate::bookings::assign::graphql::{SlotConnection, load_topic_slots};
use crate::bookings::graphql::TopicBookingCount;
use crate::db::Texts;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::page_arguments::OrderedKey;
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, PageArguments, Payload, Recurring,
    ResolvedOnce, UserError, nullable, recurring,
};
use crate::images::graphql::ImagesOf;
use crate::images::{Image, ImageId};
use crate::page::OrderDirection;
use crate::profiles::User;
use crate::profiles::graphql::visible_user;

/// A page of topics.
pub type TopicConnection = Connection<Topic>;

/// A topic and its cursor in the list.
pub type TopicEdge = Edge<Topic>;

/// Loads topics by id.
pub struct TopicById;

impl Loaded for TopicById {
    type Key = TopicId;
    type Value = Arc<Topic>;

    async fn load(app: &App, ids: &[TopicId]) -> Result<HashMap<TopicId, Arc<Topic>>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|topic| (topic.id, Arc::new(topic))).collect())
    }
}

/// Loads a topic, batched with other topics of the request. Returns `None` if it does not exist, and for callers who
/// are not members.
pub async fn visible_topic(context: &Context<'_>, id: TopicId) -> Result<Option<Arc<Topic>>> {
    match context.member() {
        Ok(_) => context.load::<TopicById>(id).await,
        Err(_) => Ok(None),
    }
}

/// Loads the topic of an appointment or a booking.
pub async fn topic_of(context: &Context<'_>, id: TopicId) -> Result<ResolvedOnce<Arc<Topic>>, EdgeError> {
    Ok(ResolvedOnce(context.load::<TopicById>(id).await?.ok_or(Error::NotFound)?))
}

/// Loads how many mentors teach topics.
struct TopicMentorCount;

impl Loaded for TopicMentorCount {
    type Key = TopicId;
    type Value = i64;

    async fn load(app: &App, ids: &[TopicId]) -> Result<HashMap<TopicId, i64>> {
        Ok(store::mentor_counts(&app.db, ids).await?.into_iter().collect())
    }
}

/// A subject that mentors teach.
#[Object]
impl Topic {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The title, 1 to 120 characters.
    fn title(&self) -> &str {
        &self.title
    }

    /// The description. Can contain line breaks. Null if not set.
    fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The image. Null if there is none.
    async fn image(&self, context: &Context<'_>) -> Nullable<Image> {
        let images = context.load::<ImagesOf>(Self::image_use(self.id)).await;
        nullable(images.map(|images| images.and_then(|mut images| images.pop())))
    }

    /// The user who created the topic. Null if the account was deleted, and across a block.
    async fn creator(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.creator_id?).await)
    }

    /// When the topic was created.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// Whether the topic is archived. An archived topic is not listed and has no slots, and no appointments can be
    /// created for it.
    fn is_archived(&self) -> bool {
        self.is_archived
    }

    /// How many mentors have an active appointment for the topic.
    async fn mentor_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<TopicMentorCount>(self.id).await?.unwrap_or_default())
    }

    /// How many bookings the topic has, past ones included, cancelled ones not.
    async fn booking_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<TopicBookingCount>(self.id).await?.unwrap_or_default())
    }

    /// The slots that `bookTopic` can book, by start and end. Equal slots of several appointments are one, with the seats of
    /// all. The viewer's own appointments, those that a block hides, and those with a required question are left out.
    async fn slots(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The start of the range, included.")] from: DateTime,
        #[graphql(desc = "The end of the range, excluded: at most 31 days after `from`.")] to: DateTime,
        page: PageArguments,
    ) -> Nullable<SlotConnection> {
        nullable(load_topic_slots(context, self.id, from, to, page).await.map(Some))
    }

    /// The appointments for the topic, newest first, without those that a block hides from the viewer.
    async fn appointments(&self, context: &Context<'_>, page: PageArguments) -> Nullable<AppointmentConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                AppointmentConnection::load(context, Owner::Topic(self.id), page).await.map(Some)
            }
            .await,
        )
    }

    /// Whether the viewer may edit, archive and delete the topic: its creator, moderators and admins may.
    fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_edit(viewer, self))
    }
}

impl From<Topic> for TopicEdge {
    fn from(topic: Topic) -> Self {
        Self { cursor: write_cursor(&topic.id.0), node: topic }
    }
}

#[derive(Debug, Default, MergedObject)]
pub struct MentoringQuery(TopicQuery, AppointmentQuery, PublicMentorQuery);

#[derive(Debug, Default, MergedObject)]
pub struct MentoringMutation(TopicMutation, AppointmentMutation);

#[derive(Debug, Default)]
pub struct TopicQuery;

#[Object]
impl TopicQuery {
    /// A topic. Null if it does not exist.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the topic.")] id: ID,
    ) -> Nullable<Arc<Topic>> {
        nullable(
            async {
                context.member()?;
                match TopicId::from_global(&id) {
                    Some(id) => context.load::<TopicById>(id).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// The topics that are not archived, or that match the filter. Without `orderBy`, the newest come first.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn topics(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Returns only topics whose title or description contains all these words, or words that begin with \
                    them. In scripts without spaces, parts of words match. Ignores case and accents. At most 200 \
                    characters and 10 words.",
            deprecation = "Use `filter: { text: .. }`. Removal on 2027-06-01."
        )]
        search: Option<String>,
        #[graphql(desc = "Which topics.")] filter: Option<TopicFilterInput>,
        #[graphql(desc = "The order.")] order_by: Option<TopicOrder>,
        page: PageArguments,
    ) -> Nullable<TopicConnection> {
        nullable(
            async {
                let viewer = context.member()?.account;
                let filter = filter.unwrap_or_default().read(search.as_deref())?;
                match order_by {
                    None => list_newest(context, viewer, filter, page).await.map(Some),
                    Some(order) => list_ordered(context, viewer, filter, order, page).await.map(Some),
                }
            }
            .await,
        )
    }
}

/// Which topics to return.
#[derive(Default, InputObject)]
#[graphql(name = "TopicFilter")]
struct TopicFilterInput {
    /// True: archived topics; false or absent: topics that are not archived.
    is_archived: Option<bool>,
    /// Topics that this mentor teaches in an active appointment.
    mentor_id: Option<ID>,
    /// Words that title or description must contain, whole or as prefixes, ignoring case and accents; in scripts without
    /// spaces, parts of words. At most 200 characters and 10 words.
    text: Option<String>,
}

impl TopicFilterInput {
    /// Combines the filter with the deprecated argument `search`, which must hold as well. Returns `None` if no topic can
    /// match.
    fn read(self, search: Option<&str>) -> Result<Option<TopicFilter>> {
        let text = rules::search_patterns("text", self.text.as_deref().unwrap_or_default())?;
        let search = rules::search_patterns("search", search.unwrap_or_default())?;
        let mentor = self.mentor_id.map(|id| AccountId::from_global(&id));
        let (Some(text), Some(search), false) = (text, search, mentor == Some(None)) else { return Ok(None) };
        Ok(Some(TopicFilter {
            patterns: Texts::new(text.into_iter().chain(search)),
            is_archived: self.is_archived.unwrap_or_default(),
            mentor: mentor.flatten(),
        }))
    }
}

/// The order of topics. A cursor is valid for the order in which it was returned.
#[derive(Clone, Copy, InputObject)]
struct TopicOrder {
    /// The direction.
    direction: OrderDirection,
    /// The value to order by.
    field: TopicOrderField,
}

impl TopicOrder {
    /// Returns the name of the order in cursors.
    fn name(self) -> &'static str {
        match (self.field, self.direction) {
            (TopicOrderField::CreatedAt, OrderDirection::Asc) => "CREATED_AT ASC",
            (TopicOrderField::CreatedAt, OrderDirection::Desc) => "CREATED_AT DESC",
            (TopicOrderField::Title, OrderDirection::Asc) => "TITLE ASC",
            (TopicOrderField::Title, OrderDirection::Desc) => "TITLE DESC",
        }
    }
}

/// Loads a page of topics, the newest first. Without a filter, no topic can match.
async fn list_newest(
    context: &Context<'_>,
    viewer: AccountId,
    filter: Option<TopicFilter>,
    page: PageArguments,
) -> Result<TopicConnection> {
    let (page, db) = (page.read(context)?, &context.app().db);
    let topics = match &filter {
        Some(filter) => store::page(db, viewer, filter, &page).await?,
        None => Vec::new(),
    };
    let total = count_topics(context, viewer, filter.as_ref(), page.wants_total).await?;
    Ok(TopicConnection::new(&page, topics, total, |topic: &Topic| topic.id.0))
}

/// Loads a page of topics in an order of the client. Without a filter, no topic can match.
async fn list_ordered(
    context: &Context<'_>,
    viewer: AccountId,
    filter: Option<TopicFilter>,
    order: TopicOrder,
    page: PageArguments,
) -> Result<TopicConnection> {
    let (page, db) = (page.read_ordered(context, Some(order.name()))?, &context.app().db);
    let topics = match &filter {
        Some(filter) => store::page_ordered(db, viewer, filter, (order.field, order.direction), &page).await?,
        None => Vec::new(),
    };
    let total = count_topics(context, viewer, filter.as_ref(), page.wants_total).await?;
    let key = |OrderedTopic { topic, title_key }: &OrderedTopic| {
        let key = TopicKey { title: title_key.clone(), created_at: topic.created_at, id: topic.id };
        OrderedKey::new(Some(order.name()), key)
    };
    Ok(TopicConnection::from_rows(&page, topics, total, key, |row| row.topic))
}

async fn count_topics(
    context: &Context<'_>,
    viewer: AccountId,
    filter: Option<&TopicFilter>,
    wants_total: bool,
) -> Result<Option<i64>> {
    match filter.filter(|_| wants_total) {
        Some(filter) => Ok(Some(store::count(&context.app().db, viewer, filter).await?)),
        None => Ok(wants_total.then_some(0)),
    }
}

/// The input of `createTopic`.
#[derive(InputObject)]
struct CreateTopicInput {
    /// The title: 1 to 120 characters after trimming, without line breaks.
    title: String,
    /// The description: 1 to 2,000 characters after trimming, line breaks allowed.
    description: Option<String>,
    /// The id of an image that the viewer has uploaded.
    image_id: Option<ID>,
    /// An idempotency key, 1 to 100 characters, unique per creator and never released. Repeating the mutation with the
    /// same key and content returns the topic that the first one created; with other content, `IDEMPOTENCY_MISMATCH`.
    client_key: Option<String>,
}

/// The input of `updateTopic`. An absent field stays unchanged. Null clears an optional value.
#[derive(InputObject)]
struct UpdateTopicInput {
    /// The id of the topic.
    topic_id: ID,
    /// The title: 1 to 120 characters after trimming, without line breaks. Null leaves it unchanged.
    title: Option<String>,
    /// The description: 1 to 2,000 characters after trimming, line breaks allowed.
    description: MaybeUndefined<String>,
    /// The id of an image that the viewer has uploaded. It replaces the current image.
    image_id: MaybeUndefined<ID>,
    /// Whether the topic is archived. Null leaves it unchanged.
    is_archived: Option<bool>,
}

/// The input of `deleteTopic`.
#[derive(InputObject)]
struct DeleteTopicInput {
    /// The id of the topic.
    topic_id: ID,
}

/// The payload of `createTopic`.
#[derive(Default, SimpleObject)]
struct CreateTopicPayload {
    /// The new topic with its cursor. Null if the input was rejected.
    topic_edge: Option<TopicEdge>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `updateTopic`.
#[derive(Default, SimpleObject)]
struct UpdateTopicPayload {
    /// The topic after the change. Null if the input was rejected.
    topic: Option<Topic>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `deleteTopic`.
#[derive(Default, SimpleObject)]
struct DeleteTopicPayload {
    /// The id of the deleted topic. Null if the topic was archived instead, or the input was rejected.
    deleted_topic_id: Option<ID>,
    /// The topic that was archived because it is in use. Null if the topic was deleted, or the input was rejected.
    archived_topic: Option<Topic>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateTopicPayload, UpdateTopicPayload, DeleteTopicPayload);

#[derive(Debug, Default)]
pub struct TopicMutation;

#[Object]
impl TopicMutation {
    /// Creates a topic, for which any member may create an appointment. At most 60 per hour. Codes:
    /// `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new topic.")] input: CreateTopicInput,
    ) -> Nullable<CreateTopicPayload> {
        let image = input.image_id.map(|id| ImageId::from_global(&id));
        let (title, description, client_key) = (input.title, input.description, input.client_key);
        let draft = TopicDraft { title, description, image, client_key };
        let outcome = async { rules::create_topic(context.app(), context.member()?, draft).await };
        Payload::answer(outcome.await, |topic| CreateTopicPayload {
            topic_edge: Some(topic.into()),
            ..CreateTopicPayload::default()
        })
    }

    /// Changes a topic. Only its creator, moderators and admins may do this. Codes: `FORBIDDEN`, `INVALID`,
    /// `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateTopicInput,
    ) -> Nullable<UpdateTopicPayload> {
        let id = TopicId::from_global(&input.topic_id);
        let change = TopicChange {
            title: input.title,
            description: input.description.into(),
            image: input.image_id.map_value(|id| ImageId::from_global(&id)).into(),
            is_archived: input.is_archived,
        };
        let outcome = async { rules::update_topic(context.app(), context.member()?, id, change).await };
        Payload::answer(outcome.await, |topic| UpdateTopicPayload {
            topic: Some(topic),
            ..UpdateTopicPayload::default()
        })
    }

    /// Deletes a topic. A topic that has appointments or was ever booked is archived instead. Only its creator,
    /// moderators and admins may do this. Codes: `CONFLICT`, `FORBIDDEN`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The topic to delete.")] input: DeleteTopicInput,
    ) -> Nullable<DeleteTopicPayload> {
        let id = TopicId::from_global(&input.topic_id);
        let outcome = async { appointments::delete_topic(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |outcome| match outcome {
            DeleteTopicOutcome::Deleted(id) => {
                DeleteTopicPayload { deleted_topic_id: Some(id.to_global()), ..DeleteTopicPayload::default() }
            }
            DeleteTopicOutcome::Archived(topic) => {
                DeleteTopicPayload { archived_topic: Some(topic), ..DeleteTopicPayload::default() }
            }
        })
    }
}
