//! The stream of posts in the graph.
//!
//! An event knows ids. The post is loaded when its event is delivered, and only if the client asks for it: nobody is
//! sent what was deleted, or hidden from them by a block, while it waited to be read.

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use crate::accounts::AccountId;
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Rule};
use crate::graphql::feed::{FeedReset, cursor_of, read_feed_cursor, write_feed_cursor};
use crate::graphql::{Asked, DateTime, EdgeError, GlobalId, nullable};
use crate::live::{Event, EventKind, Feed, Followed};
use crate::posts::graphql::{PostEdge, author, seen_post};
use crate::posts::{Post, PostId};

/// A post was published.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct PostAdded {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    post: PostId,
}

#[ComplexObject]
impl PostAdded {
    /// The post with its place in the list; null when it was deleted since, and across a block.
    async fn post_edge(&self, context: &Context<'_>) -> Option<Result<PostEdge, EdgeError>> {
        nullable(seen_post(context, self.post).await.map(|post| post.map(PostEdge::from)))
    }
}

/// A post was edited or deleted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct PostChanged {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    /// Which post.
    post_id: ID,
    #[graphql(skip)]
    post: PostId,
}

#[ComplexObject]
impl PostChanged {
    /// The post as it is now; null when it was deleted, and across a block.
    async fn post(&self, context: &Context<'_>) -> Option<Result<Post, EdgeError>> {
        nullable(seen_post(context, self.post).await)
    }
}

/// Something happened to a post.
#[derive(Clone, Debug, Union)]
enum PostEvent {
    PostAdded(PostAdded),
    PostChanged(PostChanged),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct PostSubscription;

#[Subscription]
impl PostSubscription {
    /// What is posted, edited and deleted, in order, each once. A log: with `after` it begins with what came since,
    /// without it begins now. `NOT_FOUND` when there is no such author.
    #[graphql(directive = access::allow::apply(Rule::Member))]
    async fn post_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only what this person posts.")] author_id: Option<ID>,
        #[graphql(desc = "The cursor of the last event seen, that of a page's newest edge, or `postsCursor`.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        context.member()?;
        let app = context.app().clone();
        let after = after.as_deref().map(|cursor| read_feed_cursor(Feed::POSTS, cursor)).transpose()?;
        let author = author(context, author_id.as_ref()).await?.ok_or(Error::NotFound)?;
        let followed = app.live.follow(Feed::POSTS, after);
        Ok(followed.filter_map(move |followed| std::future::ready(told(&app, author, followed))))
    }
}

/// Returns what a follower of this author, or of everybody, is told.
fn told(app: &App, author: Option<AccountId>, followed: Result<Followed>) -> Option<Result<PostEvent, EdgeError>> {
    match followed {
        Ok(Followed::Event(event)) if author.is_none_or(|author| event.detail == Some(author.0)) => {
            post_event(&event).map(Ok)
        }
        Ok(Followed::Event(_)) => None,
        Ok(Followed::Reset { number }) => {
            let cursor = write_feed_cursor(Feed::POSTS, number);
            Some(Ok(PostEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() })))
        }
        Err(error) => Some(Err(error.into())),
    }
}

/// Returns an event as clients see it; `None` for kinds that a newer version writes.
fn post_event(event: &Event) -> Option<PostEvent> {
    let (cursor, happened_at, post) = (cursor_of(event), event.happened_at.into(), PostId(event.subject));
    match event.kind {
        EventKind::PostAdded => Some(PostEvent::PostAdded(PostAdded { cursor, happened_at, post })),
        EventKind::PostChanged => {
            let post_id = post.to_global();
            Some(PostEvent::PostChanged(PostChanged { cursor, happened_at, post_id, post }))
        }
        _ => None,
    }
}
