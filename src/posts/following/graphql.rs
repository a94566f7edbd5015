//! The GraphQL subscription of posts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject, Subscription, Union};
use futures_util::{Stream, StreamExt};

use super::{PostSnapshot, rules};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::{FeedReset, cursor_of, write_feed_cursor};
use crate::graphql::stream_state::StreamState;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId};
use crate::live::{Event, EventKind, Feed, FeedItem};
use crate::posts::graphql::{PostEdge, author_filter};
use crate::posts::{Post, PostId};

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
    async fn post_edge(&self) -> Option<PostEdge> {
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
    async fn post(&self) -> Option<&Post> {
        self.snapshot.as_ref()?.post.as_ref()
    }
}

/// An event about a post. Clients must accept types that are added later.
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
    /// New posts, edits and deletions, in order, each event once. With `after` the stream starts with the first event
    /// after this cursor, without it with the next event. Returns `NOT_FOUND` if the author does not exist.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn post_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "A user: restricts the stream to this author's posts.")] author_id: Option<ID>,
        #[graphql(
            desc = "The cursor of the last event received, of the newest edge of a page, or from `postsCursor`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        let (viewer, stream_state) = (context.member()?, context.stream_state());
        let app = context.app().clone();
        let after = stream_state.resume_after(Feed::POSTS, after.as_deref())?;
        let author = author_filter(context, author_id.as_ref()).await?.ok_or(Error::NotFound)?;
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
            if snapshot.number == event.number && snapshot.is_shareable_with(viewer) {
                stream_state.set_next_shared(&event);
            } else {
                stream_state.set_next(event.feed, &event);
            }
            let snapshot = snapshot.is_visible_to(viewer.account).then_some(snapshot);
            Ok(post_event(&event, snapshot))
        }
        FeedItem::Event(_) => Ok(None),
        FeedItem::Reset { position } => {
            stream_state.set_next(Feed::POSTS, position);
            let cursor = write_feed_cursor(Feed::POSTS, position);
            Ok(Some(PostEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() })))
        }
    }
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
