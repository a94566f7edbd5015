//! Posts in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{Post, PostDraft, PostId, rules, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::feed::write_feed_cursor;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, Page, PageArguments, Payload, UserError,
    nullable,
};
use crate::images::Image;
use crate::images::graphql::{ImagesOf, image_ids};
use crate::live::{self, Feed};
use crate::profiles::User;
use crate::profiles::graphql::seen;
use crate::profiles::rules::{self as profiles, By};

/// A page of posts.
pub type PostConnection = Connection<Post>;

/// A post and its place in the list.
pub type PostEdge = Edge<Post>;

/// Loads posts as their reader sees them.
struct SeenPost;

impl Loaded for SeenPost {
    type Key = (AccountId, PostId);
    type Value = Post;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Post>> {
        let (reader, ids) = by_viewer(keys);
        let posts = store::by_ids(&app.db, reader, &ids).await?;
        Ok(posts.into_iter().map(|post| ((reader, post.id), post)).collect())
    }
}

/// Loads a post, together with whatever else is asked for now; `None` where the viewer does not see it, or is no member.
///
/// # Errors
/// When the database does not answer.
pub async fn seen_post(context: &Context<'_>, id: PostId) -> Result<Option<Post>> {
    match context.member() {
        Ok(viewer) => context.load::<SeenPost>((viewer.account, id)).await,
        Err(_) => Ok(None),
    }
}

/// A public text of a member.
#[Object]
impl Post {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// Who wrote it; null once the account is deleted.
    async fn author(&self, context: &Context<'_>) -> Nullable<User> {
        nullable(seen(context, self.author_id).await)
    }

    /// What it says: 1 to 5,000 characters, in lines.
    async fn text(&self) -> &str {
        &self.text
    }

    /// The pictures with it, in the author's order; at most 4.
    async fn images(&self, context: &Context<'_>) -> Result<Vec<Image>, EdgeError> {
        Ok(context.load::<ImagesOf>(Self::shows(self.id)).await?.unwrap_or_default())
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        self.published_at.into()
    }

    /// When it was last edited; null when it never was.
    async fn edited_at(&self) -> Option<DateTime> {
        self.edited_at.map(DateTime::from)
    }

    /// The viewer may edit it: it is their own.
    async fn viewer_can_edit(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::may_edit(viewer, self))
    }

    /// The viewer may delete it: it is their own, or they keep order.
    async fn viewer_can_delete(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| rules::may_delete(viewer, self))
    }
}

impl PostConnection {
    /// Loads a page of all posts, or of one author's.
    ///
    /// # Errors
    /// Bad input for another list's cursor; when the database does not answer.
    pub async fn load(context: &Context<'_>, author: Option<AccountId>, page: Page<(Feed, i64)>) -> Result<Self> {
        let (db, viewer) = (&context.app().db, context.member()?.account);
        let page = page.in_feed(Feed::POSTS)?;
        let posts = store::page(db, viewer, author, &page).await?;
        let total = if page.wants_total { Some(store::count(db, viewer, author).await?) } else { None };
        Ok(Self::new(&page, posts, total, |post: &Post| (Feed::POSTS, post.number)))
    }
}

impl From<Post> for PostEdge {
    fn from(post: Post) -> Self {
        Self { cursor: write_feed_cursor(Feed::POSTS, post.number), node: post }
    }
}

#[derive(Debug, Default)]
pub struct PostQuery;

#[Object]
impl PostQuery {
    /// A post; null when there is none, and across a block.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn post(&self, context: &Context<'_>, #[graphql(desc = "The post's global id.")] id: ID) -> Nullable<Post> {
        nullable(
            async {
                context.member()?;
                match PostId::from_global(&id) {
                    Some(id) => seen_post(context, id).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// The posts of everybody or of one author, newest first; null when there is no such author.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only what this person posted.")] author_id: Option<ID>,
        page: PageArguments,
    ) -> Nullable<PostConnection> {
        nullable(
            async {
                context.member()?;
                let page = page.read(context)?;
                match author(context, author_id.as_ref()).await? {
                    Some(author) => PostConnection::load(context, author, page).await.map(Some),
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// Where the feed of posts stands now: read a page, subscribe to `postPublished(after: this)` and nothing is lost in
    /// between.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts_cursor(&self, context: &Context<'_>) -> Nullable<String> {
        nullable(
            async {
                context.member()?;
                let head = live::head(&context.app().db, Feed::POSTS).await?;
                Ok(Some(write_feed_cursor(Feed::POSTS, head)))
            }
            .await,
        )
    }
}

/// Reads the argument `authorId`: absent it means everybody. `None` where the viewer sees no such person.
pub async fn author(context: &Context<'_>, id: Option<&ID>) -> Result<Option<Option<AccountId>>> {
    let Some(id) = id else { return Ok(Some(None)) };
    let Some(id) = AccountId::from_global(id) else { return Ok(None) };
    let viewer = context.member()?.account;
    Ok(profiles::user(context.app(), viewer, By::Id(id)).await?.map(|user| Some(user.id)))
}

/// What to publish.
#[derive(InputObject)]
struct CreatePostInput {
    /// What it says: 1 to 5,000 characters after trimming, line breaks allowed.
    text: String,
    /// Pictures that the viewer uploaded, in the order in which they are shown; at most 4.
    image_ids: Option<Vec<ID>>,
    /// The client's own name for this post, 1 to 100 characters, unique per author for good: sent again with the same
    /// content it answers with the same post.
    client_key: Option<String>,
}

/// What to change about a post.
#[derive(InputObject)]
struct UpdatePostInput {
    /// The post.
    post_id: ID,
    /// What it says from now on: 1 to 5,000 characters after trimming, line breaks allowed.
    text: String,
}

/// Which post to delete.
#[derive(InputObject)]
struct DeletePostInput {
    /// The post.
    post_id: ID,
}

/// The answer to `createPost`.
#[derive(Default, SimpleObject)]
struct CreatePostPayload {
    /// The new post with its place in the list; null when refused.
    post_edge: Option<PostEdge>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `updatePost`.
#[derive(Default, SimpleObject)]
struct UpdatePostPayload {
    /// The post as it is now; null when refused.
    post: Option<Post>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `deletePost`.
#[derive(Default, SimpleObject)]
struct DeletePostPayload {
    /// The post that is gone; null when refused.
    deleted_post_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(CreatePostPayload, UpdatePostPayload, DeletePostPayload);

#[derive(Debug, Default)]
pub struct PostMutation;

#[Object]
impl PostMutation {
    /// Publishes a post.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to publish.")] input: CreatePostInput,
    ) -> Nullable<CreatePostPayload> {
        let images = image_ids(input.image_ids.as_deref().unwrap_or_default());
        let draft = PostDraft { text: input.text, images, client_key: input.client_key };
        let outcome = async { rules::create_post(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |post| CreatePostPayload {
            post_edge: Some(post.into()),
            ..CreatePostPayload::default()
        })
    }

    /// Changes what the viewer's own post says.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdatePostInput,
    ) -> Nullable<UpdatePostPayload> {
        let outcome = async {
            let id = PostId::from_global(&input.post_id);
            rules::update_post(context.app(), context.member()?, id, &input.text).await
        };
        Payload::answer(outcome.await, |post| UpdatePostPayload { post: Some(post), ..UpdatePostPayload::default() })
    }

    /// Deletes a post for good: the viewer's own, or anybody's for those who keep order.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_post(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which post.")] input: DeletePostInput,
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
