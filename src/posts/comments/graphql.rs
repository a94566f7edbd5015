//! GraphQL for comments.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::store::CommentBounds;
use super::{Comment, CommentDraft, CommentId, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedCursor, write_feed_cursor};
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, Payload, Recurring, UserError,
    nullable, recurring,
};
use crate::posts::following::rules as following;
use crate::posts::graphql::{post_for_moderators, visible_post};
use crate::posts::{Post, PostId};
use crate::profiles::graphql::{author_for, prefetch_users};
use crate::profiles::mentions::graphql::mentioned_users;
use crate::profiles::{Audience, User};
use crate::reactions::ReactableId;
use crate::reactions::graphql::{ReactionGroup, reaction_groups};

/// A page of comments.
pub type CommentConnection = Connection<Comment>;

/// A comment and its position in the list.
pub type CommentEdge = Edge<Comment>;

/// Loads comments that the viewer can see.
struct VisibleComment;

impl Loaded for VisibleComment {
    type Key = (AccountId, CommentId);
    type Value = Comment;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Comment>> {
        let (viewer, ids) = by_viewer(keys);
        let comments = store::visible_by_ids(&app.db, viewer, &ids).await?;
        Ok(comments.into_iter().map(|comment| ((viewer, comment.id), comment)).collect())
    }
}

/// Loads a comment in the current batch; `None` if the viewer cannot see it, or is not a member.
pub async fn visible_comment(context: &Context<'_>, id: CommentId) -> Result<Option<Comment>> {
    match context.member() {
        Ok(viewer) => context.load::<VisibleComment>((viewer.account, id)).await,
        Err(_) => Ok(None),
    }
}

/// Like [`visible_comment`], below a post that the viewer can see. In an event it is loaded once for all followers.
async fn visible_below_post(context: &Context<'_>, id: CommentId) -> Result<Option<Comment>> {
    match context.member() {
        Ok(viewer) if context.is_event() => {
            let snapshot = following::recent_comment(context.app(), id).await?;
            Ok(snapshot.visible_to(viewer.account).cloned())
        }
        _ => visible_comment(context, id).await,
    }
}

/// Loads the post of a comment; `None` if the viewer cannot see it. In an event it is loaded once for all followers.
async fn post_of_comment(context: &Context<'_>, id: PostId) -> Result<Option<Post>> {
    match context.member() {
        Ok(viewer) if context.is_event() => {
            let snapshot = following::recent_post(context.app(), id).await?;
            Ok(snapshot.post.clone().filter(|_| snapshot.is_visible_to(viewer.account)))
        }
        _ => visible_post(context, id).await,
    }
}

/// Loads comments regardless of blocks.
struct CommentForModerators;

impl Loaded for CommentForModerators {
    type Key = CommentId;
    type Value = Comment;

    async fn load(app: &App, ids: &[CommentId]) -> Result<HashMap<CommentId, Comment>> {
        let comments = store::by_ids_unfiltered(&app.db, ids).await?;
        let shown = |comment: Comment| (comment.id, Comment { audience: Audience::Moderators, ..comment });
        Ok(comments.into_iter().map(shown).collect())
    }
}

/// Loads a comment for a moderator, also across a block.
pub async fn comment_for_moderators(context: &Context<'_>, id: CommentId) -> Result<Option<Comment>> {
    context.moderator()?;
    context.load::<CommentForModerators>(id).await
}

/// Loads pages of the comments of posts.
struct CommentsOf;

impl Loaded for CommentsOf {
    type Key = (AccountId, (PostId, CommentBounds));
    type Value = Vec<Comment>;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Vec<Comment>>> {
        let (viewer, pages) = by_viewer(keys);
        let mut by_bounds: HashMap<CommentBounds, Vec<PostId>> = HashMap::new();
        for (post, bounds) in pages {
            by_bounds.entry(bounds).or_default().push(post);
        }
        let mut found: HashMap<Self::Key, Vec<Comment>> = HashMap::new();
        for (bounds, posts) in by_bounds {
            for comment in store::pages(&app.db, viewer, &posts, bounds).await? {
                found.entry((viewer, (comment.post_id, bounds))).or_default().push(comment);
            }
        }
        Ok(found)
    }
}

/// Counts the comments of posts that the viewer can see.
struct CommentCount;

impl Loaded for CommentCount {
    type Key = (AccountId, PostId);
    type Value = i64;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, i64>> {
        let (viewer, posts) = by_viewer(keys);
        let counts = store::counts(&app.db, viewer, &posts).await?;
        Ok(counts.into_iter().map(|(post, count)| ((viewer, post), count)).collect())
    }
}

/// Returns the number of comments of a post that the viewer can see.
pub async fn comment_count(context: &Context<'_>, post: PostId) -> Result<i64> {
    let viewer = context.member()?.account;
    Ok(context.load::<CommentCount>((viewer, post)).await?.unwrap_or_default())
}

impl CommentConnection {
    /// Loads a page of the comments of a post, batched with those of other posts of the request.
    ///
    /// # Errors
    /// Bad input for a cursor of another post.
    pub async fn load(context: &Context<'_>, post: PostId, page: Page<FeedCursor>) -> Result<Self> {
        let viewer = context.member()?.account;
        let page = page.in_feed(post.feed())?;
        let key = (viewer, (post, CommentBounds::from(&page)));
        let comments = context.load::<CommentsOf>(key).await?.unwrap_or_default();
        let total = if page.wants_total { Some(comment_count(context, post).await?) } else { None };
        prefetch_users(context, &["author"], comments.iter().map(|comment| comment.author_id)).await;
        Ok(Self::new(&page, comments, total, |comment: &Comment| FeedCursor {
            feed: post.feed(),
            position: comment.position(),
        }))
    }
}

impl From<Comment> for CommentEdge {
    fn from(comment: Comment) -> Self {
        Self { cursor: write_feed_cursor(comment.feed(), comment.position()), node: comment }
    }
}

/// A text below a post. It can reply to another comment there.
#[Object]
impl Comment {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The author.
    pub async fn author(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(author_for(context, self.audience, self.author_id).await)
    }

    /// The text, 1 to 2,000 characters with line breaks.
    pub async fn text(&self) -> &str {
        &self.text
    }

    /// The users that the text mentions as `@username`, in the order of the text; at most 20, without users across a
    /// block. All members can be mentioned. Case does not matter.
    async fn mentions(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        Ok(mentioned_users(context, self.id, &self.text).await?)
    }

    /// The post; null when the viewer can no longer see it.
    async fn post(&self, context: &Context<'_>) -> Nullable<Post> {
        nullable(match self.audience {
            Audience::Viewer => post_of_comment(context, self.post_id).await,
            Audience::Moderators => post_for_moderators(context, self.post_id).await,
        })
    }

    /// The comment that this one replies to; null when it replies to the post, when that comment was deleted, and across a
    /// block.
    async fn reply_to(&self, context: &Context<'_>) -> Nullable<Comment> {
        let id = self.reply_to_id?;
        nullable(match self.audience {
            Audience::Viewer => visible_below_post(context, id).await,
            Audience::Moderators => visible_comment(context, id).await,
        })
    }

    /// The position in `Post.comments`, equal to the cursor of its edge.
    fn cursor(&self) -> String {
        write_feed_cursor(self.feed(), self.position())
    }

    /// When the comment was created.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// When the comment was last edited; null if it was never edited.
    fn edited_at(&self) -> Option<DateTime> {
        self.edited_at.map(DateTime::from)
    }

    /// The reactions by emoji, in the order of the earliest one that is left; at most 20.
    pub async fn reaction_groups(&self, context: &Context<'_>) -> Result<Vec<ReactionGroup>, EdgeError> {
        Ok(reaction_groups(context, ReactableId::Comment(self.id)).await?)
    }

    /// Whether the viewer can react to the comment now. All members can.
    pub async fn viewer_can_react(&self, context: &Context<'_>) -> bool {
        context.member().is_ok()
    }

    /// Whether the viewer can edit the comment. Only its author can.
    fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_edit(viewer, self))
    }

    /// Whether the viewer can delete the comment. Its author, the author of the post, moderators and admins can.
    fn viewer_can_delete(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_delete(viewer, self))
    }
}

/// The input of `createComment`.
#[derive(InputObject)]
struct CreateCommentInput {
    /// The post.
    post_id: ID,
    /// The text: 1 to 2,000 characters after trimming, with line breaks.
    text: String,
    /// The comment of the same post to reply to.
    reply_to_id: Option<ID>,
    /// A key that the client chooses, 1 to 100 characters, unique for each author. A repeated request with the same key
    /// and content returns the existing comment. Keys never expire.
    client_key: Option<String>,
}

/// The input of `updateComment`.
#[derive(InputObject)]
struct UpdateCommentInput {
    /// The comment to edit.
    comment_id: ID,
    /// The new text: 1 to 2,000 characters after trimming, with line breaks.
    text: String,
}

/// The input of `deleteComment`.
#[derive(InputObject)]
struct DeleteCommentInput {
    /// The comment to delete.
    comment_id: ID,
}

/// The result of `createComment`.
#[derive(Default, SimpleObject)]
struct CreateCommentPayload {
    /// The new comment with its position in the list; null when there are user errors.
    comment_edge: Option<CommentEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `updateComment`.
#[derive(Default, SimpleObject)]
struct UpdateCommentPayload {
    /// The edited comment; null when there are user errors.
    comment: Option<Comment>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `deleteComment`.
#[derive(Default, SimpleObject)]
struct DeleteCommentPayload {
    /// The global id of the deleted comment; null when there are user errors.
    deleted_comment_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreateCommentPayload, UpdateCommentPayload, DeleteCommentPayload);

#[derive(Debug, Default)]
pub struct CommentMutation;

#[Object]
impl CommentMutation {
    /// Comments on a post. A post has at most 5,000 comments. Codes: `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`,
    /// `QUOTA_EXCEEDED`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The content of the comment.")] input: CreateCommentInput,
    ) -> Nullable<CreateCommentPayload> {
        let draft = CommentDraft {
            post: PostId::from_global(&input.post_id),
            reply_to: input.reply_to_id.as_ref().map(CommentId::from_global),
            text: input.text,
            client_key: input.client_key,
        };
        let outcome = async { rules::create_comment(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |comment| CreateCommentPayload {
            comment_edge: Some(comment.into()),
            ..CreateCommentPayload::default()
        })
    }

    /// Changes the text of the viewer's own comment. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The comment and its new text.")] input: UpdateCommentInput,
    ) -> Nullable<UpdateCommentPayload> {
        let outcome = async {
            let id = CommentId::from_global(&input.comment_id);
            rules::update_comment(context.app(), context.member()?, id, &input.text).await
        };
        Payload::answer(outcome.await, |comment| UpdateCommentPayload {
            comment: Some(comment),
            ..UpdateCommentPayload::default()
        })
    }

    /// Deletes a comment permanently. Its author, the author of the post, moderators and admins can do this. Replies to it
    /// stay. Codes: `FORBIDDEN`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_comment(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The comment to delete.")] input: DeleteCommentInput,
    ) -> Nullable<DeleteCommentPayload> {
        let outcome = async {
            let id = CommentId::from_global(&input.comment_id);
            rules::delete_comment(context.app(), context.member()?, id).await
        };
        Payload::answer(outcome.await, |id| DeleteCommentPayload {
            deleted_comment_id: Some(id.to_global()),
            ..DeleteCommentPayload::default()
        })
    }
}
