//! GraphQL types, queries and mutations of posts.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, MergedObject, Object, SimpleObject};

use super::comments::graphql::{CommentConnection, CommentMutation, comment_count};
use super::following::rules as following;
use super::{Post, PostDraft, PostId, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::files::File;
use crate::files::graphql::{FilesOf, attachments};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedCursor, FeedHead, write_feed_cursor};
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, NullableValue, Page, PageArguments, Payload,
    Recurring, UserError, nullable, nullable_value, recurring,
};
use crate::images::Image;
use crate::images::graphql::ImagesOf;
use crate::live::{self, Feed};
use crate::profiles::graphql::{author_for, prefetch_users};
use crate::profiles::mentions::graphql::mentioned_users;
use crate::profiles::rules::{self as profiles, UserKey};
use crate::profiles::{Audience, User};
use crate::reactions::ReactableId;
use crate::reactions::graphql::{ReactionGroup, reaction_groups};

/// A page of posts.
pub type PostConnection = Connection<Post>;

/// A post and its position in the list.
pub type PostEdge = Edge<Post>;

/// Loads posts that the viewer can see.
struct VisiblePost;

impl Loaded for VisiblePost {
    type Key = (AccountId, PostId);
    type Value = Post;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Post>> {
        let (viewer, ids) = by_viewer(keys);
        let posts = store::by_ids(&app.db, viewer, &ids).await?;
        Ok(posts.into_iter().map(|post| ((viewer, post.id), post)).collect())
    }
}

/// Loads a post in the current batch; `None` if the viewer cannot see it, or is not a member.
pub async fn visible_post(context: &Context<'_>, id: PostId) -> Result<Option<Post>> {
    match context.member() {
        Ok(viewer) => context.load::<VisiblePost>((viewer.account, id)).await,
        Err(_) => Ok(None),
    }
}

/// Loads posts regardless of blocks.
struct PostForModerators;

impl Loaded for PostForModerators {
    type Key = PostId;
    type Value = Post;

    async fn load(app: &App, ids: &[PostId]) -> Result<HashMap<PostId, Post>> {
        let posts = store::by_ids_unfiltered(&app.db, ids).await?;
        let shown = |post: Post| (post.id, Post { audience: Audience::Moderators, ..post });
        Ok(posts.into_iter().map(shown).collect())
    }
}

/// Loads a post for a moderator, also across a block.
pub async fn post_for_moderators(context: &Context<'_>, id: PostId) -> Result<Option<Post>> {
    context.moderator()?;
    context.load::<PostForModerators>(id).await
}

/// A public text of a member.
#[Object]
impl Post {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The author; null if the account was deleted.
    pub async fn author(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(author_for(context, self.audience, self.author_id).await)
    }

    /// The text, 1 to 5,000 characters with line breaks.
    pub async fn text(&self) -> &str {
        &self.text
    }

    /// The users that the text mentions as `@username`, in the order of the text; at most 20, without users across a
    /// block. All members can be mentioned. Case does not matter.
    async fn mentions(&self, context: &Context<'_>) -> Result<Vec<User>, EdgeError> {
        Ok(mentioned_users(context, self.id, &self.text).await?)
    }

    /// The images, in the author's order; at most 4.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        // They do not change.
        Ok(context.load_shared::<ImagesOf>(Self::file_use(self.id).into()).await?.unwrap_or_default())
    }

    /// The attached files, in the author's order; at most 4.
    async fn files(&self, context: &Context<'_>) -> Result<Vec<File>, EdgeError> {
        Ok(context.load_shared::<FilesOf>(Self::file_use(self.id)).await?.unwrap_or_default())
    }

    /// The number of comments in `comments`.
    async fn comment_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        if let Some(event) = self.loaded_for {
            let viewer = context.member()?.account;
            return Ok(following::comment_count(context.app(), viewer, self, event).await?);
        }
        Ok(comment_count(context, self.id).await?)
    }

    /// The comments, oldest first, without those of users across a block. Their cursors are also cursors of `postChanged`.
    async fn comments(&self, context: &Context<'_>, page: PageArguments) -> Nullable<CommentConnection> {
        nullable(
            async {
                let page = page.read(context)?;
                CommentConnection::load(context, self.id, page).await.map(Some)
            }
            .await,
        )
    }

    /// The cursor of the latest event of this post. Load the comments, then pass it to `postChanged` as `after` to receive
    /// every later event.
    async fn events_cursor(&self, context: &Context<'_>) -> Result<String, EdgeError> {
        let head = context.load::<FeedHead>(self.id.feed()).await?.unwrap_or_default();
        Ok(write_feed_cursor(self.id.feed(), head))
    }

    /// The reactions by emoji, in the order of the earliest one that is left; at most 20.
    pub async fn reaction_groups(&self, context: &Context<'_>) -> Result<Vec<ReactionGroup>, EdgeError> {
        Ok(reaction_groups(context, ReactableId::Post(self.id)).await?)
    }

    /// Whether the viewer can react to the post now. All members can.
    pub async fn viewer_can_react(&self, context: &Context<'_>) -> bool {
        context.member().is_ok()
    }

    /// When the post was published.
    fn published_at(&self) -> DateTime {
        self.published_at.into()
    }

    /// When the post was last edited; null if it was never edited.
    fn edited_at(&self) -> Option<DateTime> {
        self.edited_at.map(DateTime::from)
    }

    /// Whether the viewer can edit the post. Only its author can.
    fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_edit(viewer, self))
    }

    /// Whether the viewer can delete the post. Its author, moderators and admins can.
    fn viewer_can_delete(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::can_delete(viewer, self))
    }
}

impl PostConnection {
    /// Loads a page of all posts or of one author's.
    ///
    /// # Errors
    /// Bad input for a cursor of another list.
    pub async fn load(context: &Context<'_>, author: Option<AccountId>, page: Page<FeedCursor>) -> Result<Self> {
        let (db, viewer) = (&context.app().db, context.member()?.account);
        let page = page.in_feed(Feed::POSTS)?;
        let posts = store::page(db, viewer, author, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer, author).await?) } else { None };
        prefetch_users(context, &["author"], posts.iter().map(|post| post.author_id)).await;
        Ok(Self::new(&page, posts, total, |post: &Post| FeedCursor { feed: Feed::POSTS, position: post.position() }))
    }
}

impl From<Post> for PostEdge {
    fn from(post: Post) -> Self {
        Self { cursor: write_feed_cursor(Feed::POSTS, post.position()), node: post }
    }
}

#[derive(Debug, Default)]
pub struct PostQuery;

#[Object]
impl PostQuery {
    /// A post; null if it does not exist, or if it is hidden from the viewer by a block.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn post(&self, context: &Context<'_>, #[graphql(desc = "The post's global id.")] id: ID) -> Nullable<Post> {
        nullable(
            async {
                context.member()?;
                match PostId::from_global(&id) {
                    Some(id) => visible_post(context, id).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// All posts or the posts of one author, the newest first; null if the author does not exist.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "A user: restricts the list to this author's posts.",
            deprecation = "Use `filter: { authorId: .. }`. Removal on 2027-06-01."
        )]
        author_id: Option<ID>,
        #[graphql(desc = "Which posts.")] filter: Option<PostFilter>,
        page: PageArguments,
    ) -> Nullable<PostConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                match PostFilter::read(filter, author_id).author(context).await? {
                    Some(author) => PostConnection::load(context, author, page).await.map(Some),
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// The cursor of the latest event of the posts. Pass it to `postsChanged` as `after` to receive every later event.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts_cursor(&self, context: &Context<'_>) -> NullableValue<String> {
        nullable_value(
            async {
                context.member()?;
                let newest = live::newest(&context.app().db, Feed::POSTS).await?;
                Ok(Some(write_feed_cursor(Feed::POSTS, newest)))
            }
            .await,
        )
    }
}

/// An id that no account has.
const NO_AUTHOR: AccountId = AccountId(0);

/// Which posts to return or follow.
#[derive(Default, InputObject)]
pub struct PostFilter {
    /// Posts of this author.
    author_id: Option<ID>,
    /// The deprecated argument, which must hold as well.
    #[graphql(skip)]
    deprecated_author_id: Option<ID>,
}

impl PostFilter {
    /// Combines the filter with the deprecated argument `authorId`.
    pub fn read(filter: Option<Self>, author_id: Option<ID>) -> Self {
        Self { deprecated_author_id: author_id, ..filter.unwrap_or_default() }
    }

    /// Returns the author: `Some(None)` for all authors, `None` if the viewer cannot see one.
    pub async fn author(&self, context: &Context<'_>) -> Result<Option<Option<AccountId>>> {
        let mut author = None;
        for id in [&self.author_id, &self.deprecated_author_id].into_iter().flatten() {
            let Some(id) = AccountId::from_global(id) else { return Ok(None) };
            let viewer = context.member()?.account;
            let Some(user) = profiles::find_user(context.app(), viewer, UserKey::Id(id)).await? else {
                return Ok(None);
            };
            author = Some(if author.is_none_or(|author| author == user.id) { user.id } else { NO_AUTHOR });
        }
        Ok(Some(author))
    }
}

/// The input of `createPost`.
#[derive(InputObject)]
struct CreatePostInput {
    /// The text: 1 to 5,000 characters after trimming, with line breaks.
    text: String,
    /// The ids of images that the viewer uploaded, in the order in which they are shown; at most 4.
    image_ids: Option<Vec<ID>>,
    /// The ids of files that the viewer uploaded, in the order in which they are shown; at most 4.
    file_ids: Option<Vec<ID>>,
    /// A key that the client chooses, 1 to 100 characters, unique for each author. A repeated request with the same key
    /// and content returns the existing post. Keys never expire.
    client_key: Option<String>,
}

/// The input of `updatePost`.
#[derive(InputObject)]
struct UpdatePostInput {
    /// The post to edit.
    post_id: ID,
    /// The new text: 1 to 5,000 characters after trimming, with line breaks.
    text: String,
}

/// The input of `deletePost`.
#[derive(InputObject)]
struct DeletePostInput {
    /// The post to delete.
    post_id: ID,
}

/// The result of `createPost`.
#[derive(Default, SimpleObject)]
struct CreatePostPayload {
    /// The new post with its position in the list; null when there are user errors.
    post_edge: Option<PostEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `updatePost`.
#[derive(Default, SimpleObject)]
struct UpdatePostPayload {
    /// The edited post; null when there are user errors.
    post: Option<Post>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `deletePost`.
#[derive(Default, SimpleObject)]
struct DeletePostPayload {
    /// The global id of the deleted post; null when there are user errors.
    deleted_post_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreatePostPayload, UpdatePostPayload, DeletePostPayload);

#[derive(Debug, Default, MergedObject)]
pub struct PostMutation(OwnPostMutation, CommentMutation);

#[derive(Debug, Default)]
pub struct OwnPostMutation;

#[Object]
impl OwnPostMutation {
    /// Publishes a post. Codes: `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The content of the post.")] input: CreatePostInput,
    ) -> Nullable<CreatePostPayload> {
        let attachments = attachments(input.image_ids.as_deref(), input.file_ids.as_deref());
        let draft = PostDraft { text: input.text, attachments, client_key: input.client_key };
        let outcome = async { rules::create_post(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |post| CreatePostPayload {
            post_edge: Some(post.into()),
            ..CreatePostPayload::default()
        })
    }

    /// Changes the text of the viewer's own post. Its images and files stay. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`,
    /// `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The post and its new text.")] input: UpdatePostInput,
    ) -> Nullable<UpdatePostPayload> {
        let outcome = async {
            let id = PostId::from_global(&input.post_id);
            rules::update_post(context.app(), context.member()?, id, &input.text).await
        };
        Payload::answer(outcome.await, |post| UpdatePostPayload { post: Some(post), ..UpdatePostPayload::default() })
    }

    /// Deletes a post permanently, with its comments. Its author, moderators and admins can do this. Codes: `FORBIDDEN`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The post to delete.")] input: DeletePostInput,
    ) -> Nullable<DeletePostPayload> {
        let outcome = async {
            let id = PostId::from_global(&input.post_id);
            rules::delete_post(context.app(), context.member()?, id).await
        };
        Payload::answer(outcome.await, |id| DeletePostPayload {
            deleted_post_id: Some(id.to_global()),
            ..DeletePostPayload::default()
        })
    }
}
