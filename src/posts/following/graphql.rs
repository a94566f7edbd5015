//! The GraphQL subscriptions of posts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt, stream};

use super::{PostSnapshot, rules};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::live::{Event, EventKind, Feed, FeedItem, FeedPosition};
use crate::posts::comments::graphql::CommentEdge;
use crate::posts::comments::{Comment, CommentId};
use crate::posts::graphql::{PostEdge, PostFilter};
use crate::posts::{Post, PostId};
use crate::reactions::graphql::{Reactable, ReactionsChanged};

/// A post was published.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct PostAdded {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    snapshot: Option<Arc<PostSnapshot>>,
}

#[ComplexObject]
impl PostAdded {
    /// The post in its current state, with its position in the list; null if it was deleted since the event, or if it
    /// is hidden from the viewer by a block.
    fn post_edge(&self) -> Option<PostEdge> {
        self.snapshot.as_ref()?.post.clone().map(PostEdge::from)
    }
}

/// A post was edited or deleted.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct PostChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The global id of the post, even if it was deleted.
    post_id: ID,
    #[graphql(skip)]
    snapshot: Option<Arc<PostSnapshot>>,
}

#[ComplexObject]
impl PostChanged {
    /// The post in its current state; null if it was deleted, or if it is hidden from the viewer by a block.
    fn post(&self) -> Option<&Post> {
        self.snapshot.as_ref()?.post.as_ref()
    }
}

/// A comment was created.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct CommentAdded {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    comment: Option<Comment>,
}

#[ComplexObject]
impl CommentAdded {
    /// The comment in its current state, with its position in the list; null if it was deleted since the event, or if it
    /// is hidden from the viewer by a block.
    fn comment_edge(&self) -> Option<CommentEdge> {
        self.comment.clone().map(CommentEdge::from)
    }
}

/// A comment was edited or deleted.
#[derive(Clone, Debug, SimpleObject)]
pub struct CommentChanged {
    /// The position of the event in its feed. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    /// The global id of the comment, even if it was deleted.
    comment_id: ID,
    /// The comment in its current state; null if it was deleted, or if it is hidden from the viewer by a block.
    comment: Option<Comment>,
}

/// An event about a post, its comments or reactions. Clients must accept types that are added later.
#[derive(Clone, Debug, Union)]
enum PostEvent {
    CommentAdded(CommentAdded),
    CommentChanged(CommentChanged),
    PostAdded(PostAdded),
    PostChanged(PostChanged),
    ReactionsChanged(ReactionsChanged),
    FeedReset(FeedReset),
}

#[derive(Debug, Default)]
pub struct PostSubscription;

#[Subscription]
impl PostSubscription {
    /// New posts, edits and deletions, in order, each event once, without comments and reactions. With `after` the stream
    /// starts with the first event after this cursor, without it with the next event. Returns `NOT_FOUND` if the author
    /// does not exist.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn posts_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which posts, as in `Query.posts`.")] filter: Option<PostFilter>,
        #[graphql(
            desc = "The cursor of the last event received, of the newest edge of a page, or from `Query.postsCursor`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        context.stream_state().open(follow_posts(context, PostFilter::read(filter, None), after)).await
    }

    /// New posts, edits and deletions, in order, each event once. With `after` the stream starts with the first event
    /// after this cursor, without it with the next event. Returns `NOT_FOUND` if the author does not exist.
    #[graphql(
        directive = access::allow::apply(Access::Member),
        deprecation = "Use `postsChanged`. Removal on 2027-06-01."
    )]
    async fn post_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "A user: restricts the stream to this author's posts.")] author_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event received, of the newest edge of a page, or from `postsCursor`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        context.stream_state().open(follow_posts(context, PostFilter::read(None, author_id), after)).await
    }

    /// The events of one post, in order, each once: edits, its deletion, its comments, and the reactions to the post and
    /// its comments. With `after` the stream starts with the first event after this cursor, without it with the next event.
    /// Returns `NOT_FOUND` if the post does not exist; ends with `FORBIDDEN` after the deletion of the post, and when a
    /// block hides it from the viewer. Delivers `FeedReset` when a block with another user hides or shows comments: load
    /// them and `commentCount` again.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn post_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The post.")] post_id: ID,
        #[graphql(desc = "The cursor of the last event received, of a comment edge, or from `Post.eventsCursor`.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        let stream_state = context.stream_state();
        let open = async {
            let (viewer, stream_state) = (context.member()?, stream_state.clone());
            let app = context.app().clone();
            let post = PostId::from_global(&post_id).ok_or(Error::NotFound)?;
            let after = stream_state.resume_after(post.feed(), after.as_deref())?;
            let (author, items) = rules::follow_post(&app, viewer, post, after).await?;
            let follower = PostFollower { app, viewer, post, author, stream_state };
            Ok(items.flat_map(move |item| {
                let follower = follower.clone();
                // Boxed, so that a waiting follower needs no space for it.
                stream::once(Box::pin(async move { follower.deliver(item).await })).flat_map(stream::iter)
            }))
        };
        stream_state.open(open).await
    }
}

/// Follows all posts, or those of one author.
async fn follow_posts(
    context: &Context<'_>,
    filter: PostFilter,
    after: Option<String>,
) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>> + use<>> {
    let (viewer, stream_state) = (context.member()?, context.stream_state());
    let app = context.app().clone();
    let after = stream_state.resume_after(Feed::POSTS, after.as_deref())?;
    let author = filter.author(context).await?.ok_or(Error::NotFound)?;
    let followed = app.live.follow(Feed::POSTS, after);
    Ok(followed.filter_map(move |followed| {
        let (app, stream_state) = (app.clone(), stream_state.clone());
        // Boxed, so that a waiting follower needs no space for it.
        Box::pin(async move {
            let event = match followed {
                Ok(followed) => deliver(&app, viewer, author, &stream_state, followed).await,
                Err(error) => Err(error),
            };
            event.map_err(EdgeError::from).transpose()
        })
    }))
}

/// Converts an event for a follower of all posts or of one author; `None` if the follower does not receive it.
/// Registers it with the transport as shareable if the viewer sees the post as most followers do.
async fn deliver(
    app: &App,
    viewer: Viewer,
    author: Option<AccountId>,
    stream_state: &StreamState,
    followed: FeedItem,
) -> Result<Option<PostEvent>> {
    match followed {
        FeedItem::Event(event) if author.is_none_or(|author| event.detail == Some(author.0)) => {
            let snapshot = rules::post_snapshot(app, &event).await?;
            announce(stream_state, &event, snapshot.number == event.number && snapshot.is_shareable_with(viewer));
            let snapshot = snapshot.is_visible_to(viewer.account).then_some(snapshot);
            Ok(post_event(&event, snapshot))
        }
        FeedItem::Event(_) => Ok(None),
        FeedItem::Reset { position } => Ok(Some(reset(app, stream_state, Feed::POSTS, position))),
    }
}

/// Registers the next event with the subscription's transport.
fn announce(stream_state: &StreamState, event: &Event, is_shared: bool) {
    if is_shared {
        stream_state.set_next_shared(event);
    } else {
        stream_state.set_next(event.feed, event);
    }
}

fn reset(app: &App, stream_state: &StreamState, feed: Feed, position: FeedPosition) -> PostEvent {
    stream_state.set_next(feed, position);
    let cursor = write_feed_cursor(feed, position);
    PostEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() })
}

/// Converts an event; `None` for kinds written by a newer version of the server.
fn post_event(event: &Event, snapshot: Option<Arc<PostSnapshot>>) -> Option<PostEvent> {
    let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
    match event.kind {
        EventKind::PostAdded => Some(PostEvent::PostAdded(PostAdded { cursor, happened_at, snapshot })),
        EventKind::PostChanged => {
            let post_id = PostId(event.subject).to_global();
            Some(PostEvent::PostChanged(PostChanged { cursor, happened_at, post_id, snapshot }))
        }
        _ => None,
    }
}

/// A follower of one post.
#[derive(Clone)]
struct PostFollower {
    app: App,
    viewer: Viewer,
    post: PostId,
    author: AccountId,
    stream_state: StreamState,
}

impl PostFollower {
    /// Returns what the follower receives: nothing, an event, or the error that ends the stream, after the event of the
    /// deletion.
    async fn deliver(&self, item: Result<FeedItem>) -> Vec<Result<PostEvent, EdgeError>> {
        let delivered = match item {
            Ok(FeedItem::Event(event)) => self.event(event).await,
            Ok(FeedItem::Reset { position }) => self.reset(position).await,
            Err(error) => Err(error),
        };
        let (event, is_over) = match delivered {
            Ok(Delivered { event, is_over }) => (event, is_over),
            Err(error) => return vec![Err(error.into())],
        };
        event.map(Ok).into_iter().chain(is_over.then(|| Err(rules::gone().into()))).collect()
    }

    async fn reset(&self, position: FeedPosition) -> Result<Delivered> {
        let event = Event {
            feed: self.post.feed(),
            number: position.number,
            kind: EventKind::Unknown,
            subject: self.post.0,
            detail: None,
            happened_at: self.app.clock.now(),
        };
        let post = rules::post_of_feed(&self.app, &event, self.author).await?;
        let event = Some(reset(&self.app, &self.stream_state, self.post.feed(), position));
        Ok(Delivered { event, is_over: post.post.is_none() || !post.is_visible_to(self.viewer.account) })
    }

    async fn event(&self, event: Event) -> Result<Delivered> {
        let (cursor, happened_at) = (cursor_of(&event), event.happened_at.into());
        let post = rules::post_of_feed(&self.app, &event, self.author).await?;
        if !post.is_visible_to(self.viewer.account) {
            return Err(rules::gone());
        }
        let converted = match event.kind {
            EventKind::PostChanged => {
                let is_over = post.post.is_none();
                let is_shared = post.number == event.number && post.is_shareable_with(self.viewer);
                announce(&self.stream_state, &event, is_shared);
                return Ok(Delivered { event: post_event(&event, Some(post)), is_over });
            }
            EventKind::CommentAdded | EventKind::CommentChanged => {
                let snapshot = rules::comment_snapshot(&self.app, &event).await?;
                let is_shared = snapshot.number == event.number && snapshot.is_shareable_with(self.viewer);
                announce(&self.stream_state, &event, is_shared);
                let comment = snapshot.visible_to(self.viewer.account).cloned();
                if event.kind == EventKind::CommentAdded {
                    PostEvent::CommentAdded(CommentAdded { cursor, happened_at, comment })
                } else {
                    let comment_id = CommentId(event.subject).to_global();
                    PostEvent::CommentChanged(CommentChanged { cursor, happened_at, comment_id, comment })
                }
            }
            EventKind::ReactionsChanged => {
                let subject = if event.subject == self.post.0 {
                    post.post.clone().map(Reactable::Post)
                } else {
                    let snapshot = rules::comment_snapshot(&self.app, &event).await?;
                    snapshot.visible_to(self.viewer.account).cloned().map(Reactable::Comment)
                };
                announce(&self.stream_state, &event, false);
                PostEvent::ReactionsChanged(ReactionsChanged::of(&event, subject))
            }
            _ => return Ok(Delivered { event: None, is_over: false }),
        };
        Ok(Delivered { event: Some(converted), is_over: false })
    }
}

/// What a follower receives for an event of the feed.
struct Delivered {
    event: Option<PostEvent>,
    /// The post no longer exists, so the stream ends.
    is_over: bool,
}
