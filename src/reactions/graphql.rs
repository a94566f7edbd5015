//! GraphQL for reactions, and the interface of what members can react to.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Interface, Object, SimpleObject};

use super::snapshots::reaction_snapshot;
use super::store::{Reactor, ReactorBounds};
use super::{EmojiCount, ReactableContent, ReactableId, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::graphql::visible_message;
use crate::conversations::messages::{Message, MessageId};
use crate::db::{List, Texts};
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::cursor_of;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    ContextExt, DateTime, GlobalId, Nullable, Page, PageArguments, Payload, Recurring, UserError, nullable,
};
use crate::live::Event;
use crate::notifications::{Subject, SubjectKind};
use crate::posts::comments::graphql::visible_comment;
use crate::posts::comments::{Comment, CommentId};
use crate::posts::graphql::visible_post;
use crate::posts::{Post, PostId};
use crate::profiles::User;
use crate::profiles::graphql::UserConnection;

/// A message, post or comment: what members can react to.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(
        name = "author",
        ty = "Recurring<User>",
        desc = "The author; null if the account was deleted, and across a block."
    ),
    field(name = "id", ty = "ID", desc = "The global id."),
    field(
        name = "reaction_groups",
        ty = "Vec<ReactionGroup>",
        desc = "The reactions by emoji, in the order of the earliest one that is left; at most 20. Empty for a deleted \
                message."
    ),
    field(
        name = "text",
        ty = "Option<&str>",
        desc = "The text, with line breaks; null for a message without one, and once a message is deleted."
    ),
    field(name = "viewer_can_react", ty = "bool", desc = "Whether the viewer can react to it now.")
)]
pub enum Reactable {
    Comment(Comment),
    Message(Message),
    Post(Post),
}

impl From<ReactableContent> for Reactable {
    fn from(content: ReactableContent) -> Self {
        match content {
            ReactableContent::Comment(comment) => Self::Comment(comment),
            ReactableContent::Message(message) => Self::Message(message),
            ReactableContent::Post(post) => Self::Post(post),
        }
    }
}

/// Loads the subject of a notification in the current batch; `None` if the viewer cannot see it.
pub async fn visible_reactable(context: &Context<'_>, subject: Subject) -> Result<Option<Reactable>> {
    Ok(match subject.kind {
        SubjectKind::Comment => visible_comment(context, CommentId(subject.id)).await?.map(Reactable::Comment),
        SubjectKind::Message => visible_message(context, MessageId(subject.id)).await?.map(Reactable::Message),
        SubjectKind::Post => visible_post(context, PostId(subject.id)).await?.map(Reactable::Post),
        SubjectKind::Account
        | SubjectKind::Booking
        | SubjectKind::Conversation
        | SubjectKind::DataExport
        | SubjectKind::Report
        | SubjectKind::WaitlistEntry => None,
    })
}

fn reactable_id(id: &ID) -> Option<ReactableId> {
    let comment = || CommentId::from_global(id).map(ReactableId::Comment);
    let post = || PostId::from_global(id).map(ReactableId::Post);
    MessageId::from_global(id).map(ReactableId::Message).or_else(post).or_else(comment)
}

/// Counts the reactions to subjects, as the viewer sees them.
struct EmojiCounts;

impl Loaded for EmojiCounts {
    type Key = (AccountId, i64);
    type Value = Vec<EmojiCount>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<EmojiCount>>> {
        let (viewer, subjects) = by_viewer(keys);
        let mut found: HashMap<Self::Key, Vec<EmojiCount>> = HashMap::new();
        for count in store::counts(&app.db, viewer, &subjects).await? {
            found.entry((viewer, count.subject)).or_default().push(count);
        }
        Ok(found)
    }
}

/// Loads the reactions to a subject in the current batch; in an event once for all followers.
pub async fn reaction_groups(context: &Context<'_>, subject: ReactableId) -> Result<Vec<ReactionGroup>> {
    let (viewer, subject) = (context.signed_in()?.account, subject.raw());
    let counts = if context.is_event() {
        reaction_snapshot(context.app(), subject, i64::MIN).await?.counts(viewer)
    } else {
        context.load::<EmojiCounts>((viewer, subject)).await?.unwrap_or_default()
    };
    Ok(counts.into_iter().map(ReactionGroup).collect())
}

/// Loads pages of the users who reacted to subjects with one emoji each.
struct Reactors;

impl Loaded for Reactors {
    type Key = (AccountId, (i64, &'static str, ReactorBounds));
    type Value = Vec<Reactor>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<Reactor>>> {
        let (viewer, groups) = by_viewer(keys);
        let mut by_bounds: HashMap<ReactorBounds, Vec<(i64, &'static str)>> = HashMap::new();
        for (subject, emoji, bounds) in groups {
            by_bounds.entry(bounds).or_default().push((subject, emoji));
        }
        let mut found: HashMap<Self::Key, Vec<Reactor>> = HashMap::new();
        for (bounds, groups) in by_bounds {
            let subjects = List::new(groups.iter().map(|(subject, _)| *subject));
            let emoji = Texts::new(groups.iter().map(|(_, emoji)| *emoji));
            for reactor in store::reactors(&app.db, viewer, &subjects, &emoji, bounds).await? {
                if let Some((subject, emoji)) =
                    groups.iter().find(|(subject, emoji)| (*subject, *emoji) == (reactor.subject_id, &reactor.emoji))
                {
                    found.entry((viewer, (*subject, *emoji, bounds))).or_default().push(reactor);
                }
            }
        }
        Ok(found)
    }
}

/// The reactions with one emoji.
#[derive(Clone, Debug)]
pub struct ReactionGroup(EmojiCount);

/// The reactions to one message, post or comment with one emoji. Users across a block are neither counted nor listed.
#[Object]
impl ReactionGroup {
    /// The emoji, fully qualified (Unicode Technical Standard 51).
    fn emoji(&self) -> &str {
        self.0.emoji
    }

    /// The number of users who reacted with the emoji; at least 1.
    fn user_count(&self) -> i64 {
        self.0.user_count
    }

    /// The users who reacted with the emoji, the earliest first.
    async fn users(&self, context: &Context<'_>, page: PageArguments) -> Nullable<UserConnection> {
        nullable(
            async {
                let viewer = context.signed_in()?.account;
                let page: Page<i64> = page.read(context)?;
                let bounds = ReactorBounds {
                    above: page.after.unwrap_or(i64::MIN),
                    below: page.before.unwrap_or(i64::MAX),
                    limit: page.limit(),
                    is_backward: page.is_backward,
                };
                let key = (viewer, (self.0.subject, self.0.emoji, bounds));
                let reactors = context.load::<Reactors>(key).await?.unwrap_or_default();
                let total = page.wants_total.then_some(self.0.user_count);
                let connection =
                    UserConnection::from_rows(&page, reactors, total, |one| one.reaction_id, |one| one.user);
                Ok(Some(connection))
            }
            .await,
        )
    }

    /// Whether the viewer has reacted with the emoji.
    fn viewer_has_reacted(&self) -> bool {
        self.0.viewer_has_reacted
    }
}

/// The reactions to a message, post or comment changed.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ReactionsChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    event: Event,
    #[graphql(skip)]
    subject: Option<Reactable>,
}

impl ReactionsChanged {
    /// `subject` is what the reactions are about, as the viewer sees it; `None` across a block and once it is deleted.
    pub fn of(event: &Event, subject: Option<Reactable>) -> Self {
        Self { cursor: cursor_of(event), happened_at: event.happened_at.into(), event: *event, subject }
    }
}

#[ComplexObject]
impl ReactionsChanged {
    /// The message, post or comment in its current state; null if it was deleted since the event, and across a block.
    async fn subject(&self, context: &Context<'_>) -> Nullable<Reactable> {
        // Its reactions must not be older than the event.
        let loaded = reaction_snapshot(context.app(), self.event.subject, self.event.number).await;
        nullable(loaded.map(|_| self.subject.clone()))
    }
}

/// The input of `addReaction`.
#[derive(InputObject)]
struct AddReactionInput {
    /// The message, post or comment.
    subject_id: ID,
    /// One emoji that Unicode recommends for general interchange (RGI), with or without U+FE0F. Skin tones and sequences
    /// are included.
    emoji: String,
}

/// The input of `removeReaction`.
#[derive(InputObject)]
struct RemoveReactionInput {
    /// The message, post or comment.
    subject_id: ID,
    /// The emoji.
    emoji: String,
}

/// The result of `addReaction`.
#[derive(Default, SimpleObject)]
struct AddReactionPayload {
    /// The message, post or comment in its current state; null when there are user errors.
    subject: Option<Reactable>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `removeReaction`.
#[derive(Default, SimpleObject)]
struct RemoveReactionPayload {
    /// The message, post or comment in its current state; null when there are user errors.
    subject: Option<Reactable>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(AddReactionPayload, RemoveReactionPayload);

#[derive(Debug, Default)]
pub struct ReactionMutation;

#[Object]
impl ReactionMutation {
    /// Adds a reaction of the viewer to a message, post or comment. Adding it again changes nothing. A subject has at most
    /// 20 different emoji. Codes: `INVALID`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `RECIPIENT_UNAVAILABLE`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn add_reaction(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The subject and the emoji.")] input: AddReactionInput,
    ) -> Nullable<AddReactionPayload> {
        let outcome = async {
            let subject = reactable_id(&input.subject_id);
            rules::add_reaction(context.app(), context.member()?, subject, &input.emoji).await
        };
        Payload::answer(outcome.await, |subject| AddReactionPayload {
            subject: Some(subject.into()),
            ..AddReactionPayload::default()
        })
    }

    /// Removes a reaction of the viewer. A reaction that does not exist changes nothing. Codes: `INVALID`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_reaction(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The subject and the emoji.")] input: RemoveReactionInput,
    ) -> Nullable<RemoveReactionPayload> {
        let outcome = async {
            let subject = reactable_id(&input.subject_id);
            rules::remove_reaction(context.app(), context.member()?, subject, &input.emoji).await
        };
        Payload::answer(outcome.await, |subject| RemoveReactionPayload {
            subject: Some(subject.into()),
            ..RemoveReactionPayload::default()
        })
    }
}
