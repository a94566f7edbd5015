//! Topics in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, MergedObject, Object, SimpleObject};

use super::appointments::changing::graphql::AppointmentMutation;
use super::appointments::graphql::{AppointmentConnection, AppointmentQuery};
use super::appointments::store::Owner;
use super::rules::{TopicChange, TopicDraft};
use super::{Topic, TopicId, rules, store};
use crate::app::App;
use crate::bookings::appointments::rules::{self as offers, Removed};
use crate::bookings::graphql::BookingCountOf;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::loader::Loaded;
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, PageArguments, Payload, UserError, nullable,
};
use crate::images::graphql::ImagesOf;
use crate::images::{Image, ImageId};
use crate::profiles::User;
use crate::profiles::graphql::seen;

/// A page of topics.
pub type TopicConnection = Connection<Topic>;

/// A topic and its place in the list.
pub type TopicEdge = Edge<Topic>;

/// Loads topics by id.
pub struct TopicById;

impl Loaded for TopicById {
    type Key = TopicId;
    type Value = Topic;

    async fn load(app: &App, ids: &[TopicId]) -> Result<HashMap<TopicId, Topic>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|topic| (topic.id, topic)).collect())
    }
}

/// Loads a topic, together with whatever else is asked for now; `None` where there is none, and for whoever is no member.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_topic(context: &Context<'_>, id: TopicId) -> Result<Option<Topic>> {
    match context.member() {
        Ok(_) => context.load::<TopicById>(id).await,
        Err(_) => Ok(None),
    }
}

/// Loads how many mentors teach topics.
struct MentorCountOf;

impl Loaded for MentorCountOf {
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

    /// What it is called: 1 to 120 characters.
    async fn title(&self) -> &str {
        &self.title
    }

    /// What it is about, in lines; null when not given.
    async fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The picture of it; null when there is none.
    async fn image(&self, context: &Context<'_>) -> Nullable<Image> {
        let images = context.load::<ImagesOf>(Self::shows(self.id)).await;
        nullable(images.map(|images| images.and_then(|mut images| images.pop())))
    }

    /// Who created it; null once the account is deleted, and across a block.
    async fn creator(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.creator_id?).await)
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// Nobody offers or books it any more. Lists of topics leave it out.
    async fn is_archived(&self) -> bool {
        self.is_archived
    }

    /// How many mentors teach it now: those whose offer is active.
    async fn mentor_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<MentorCountOf>(self.id).await?.unwrap_or_default())
    }

    /// How many bookings there are and were of it, without the cancelled ones.
    async fn booking_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(context.load::<BookingCountOf>(self.id).await?.unwrap_or_default())
    }

    /// What mentors offer about it, the newest offer first; without those of people whom a block parts from the viewer.
    async fn appointments(&self, context: &Context<'_>, page: PageArguments) -> Nullable<AppointmentConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                AppointmentConnection::load(context, Owner::Topic(self.id), page).await.map(Some)
            }
            .await,
        )
    }

    /// The viewer may edit, archive and delete it: they created it, or keep order.
    async fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::may_edit(viewer, self))
    }
}

impl From<Topic> for TopicEdge {
    fn from(topic: Topic) -> Self {
        Self { cursor: write_cursor(&topic.id.0), node: topic }
    }
}

#[derive(Debug, Default, MergedObject)]
pub struct MentoringQuery(TopicQuery, AppointmentQuery);

#[derive(Debug, Default, MergedObject)]
pub struct MentoringMutation(TopicMutation, AppointmentMutation);

#[derive(Debug, Default)]
pub struct TopicQuery;

#[Object]
impl TopicQuery {
    /// A topic; null when there is none.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The topic's global id.")] id: ID,
    ) -> Nullable<Topic> {
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

    /// The topics that are not archived, newest first.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn topics(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Words that title or description must have, whole or as beginnings, in any case, with or without \
                          accents; no character has a special meaning. At most 200 characters and 10 words."
        )]
        search: Option<String>,
        page: PageArguments,
    ) -> Nullable<TopicConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                let (topics, total) = rules::topics(context.app(), search.as_deref(), &page).await?;
                Ok(Some(TopicConnection::new(&page, topics, total, |topic: &Topic| topic.id.0)))
            }
            .await,
        )
    }
}

/// What to create.
#[derive(InputObject)]
struct CreateTopicInput {
    /// What it is called: 1 to 120 characters after trimming, on one line.
    title: String,
    /// What it is about: 1 to 2,000 characters after trimming, line breaks allowed.
    description: Option<String>,
    /// A picture that the viewer uploaded.
    image_id: Option<ID>,
}

/// What to change about a topic. An absent member stays as it is, null clears what can be empty.
#[derive(InputObject)]
struct UpdateTopicInput {
    /// The topic.
    topic_id: ID,
    /// What it is called: 1 to 120 characters after trimming, on one line. Null leaves it.
    title: Option<String>,
    /// What it is about: 1 to 2,000 characters after trimming, line breaks allowed.
    description: MaybeUndefined<String>,
    /// A picture that the viewer uploaded, in the place of the old one.
    image_id: MaybeUndefined<ID>,
    /// Nobody offers or books it any more, or they do again. Null leaves it.
    is_archived: Option<bool>,
}

/// Which topic to delete.
#[derive(InputObject)]
struct DeleteTopicInput {
    /// The topic.
    topic_id: ID,
}

/// The answer to `createTopic`.
#[derive(Default, SimpleObject)]
struct CreateTopicPayload {
    /// The new topic with its place in the list; null when refused.
    topic_edge: Option<TopicEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `updateTopic`.
#[derive(Default, SimpleObject)]
struct UpdateTopicPayload {
    /// The topic as it is now; null when refused.
    topic: Option<Topic>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `deleteTopic`.
#[derive(Default, SimpleObject)]
struct DeleteTopicPayload {
    /// The topic that is gone; null when it was archived, or refused.
    deleted_topic_id: Option<ID>,
    /// The topic that was archived, since it is in use; null when it is gone, or refused.
    archived_topic: Option<Topic>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateTopicPayload, UpdateTopicPayload, DeleteTopicPayload);

#[derive(Debug, Default)]
pub struct TopicMutation;

#[Object]
impl TopicMutation {
    /// Creates a topic, which any member may teach. At most 60 an hour.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to create.")] input: CreateTopicInput,
    ) -> Nullable<CreateTopicPayload> {
        let image = input.image_id.map(|id| ImageId::from_global(&id));
        let draft = TopicDraft { title: input.title, description: input.description, image };
        let outcome = async { rules::create_topic(context.app(), context.member()?, draft).await };
        Payload::answer(outcome.await, |topic| CreateTopicPayload {
            topic_edge: Some(topic.into()),
            ..CreateTopicPayload::default()
        })
    }

    /// Changes a topic: for whoever created it, and those who keep order.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateTopicInput,
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

    /// Deletes a topic that nobody uses; one that somebody teaches, or ever booked, is archived instead. For whoever
    /// created it, and those who keep order.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_topic(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which topic.")] input: DeleteTopicInput,
    ) -> Nullable<DeleteTopicPayload> {
        let id = TopicId::from_global(&input.topic_id);
        let outcome = async { offers::delete_topic(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |removed| match removed {
            Removed::Deleted(id) => {
                DeleteTopicPayload { deleted_topic_id: Some(id.to_global()), ..DeleteTopicPayload::default() }
            }
            Removed::Archived(topic) => {
                DeleteTopicPayload { archived_topic: Some(topic), ..DeleteTopicPayload::default() }
            }
        })
    }
}
