//! The stream of posts in the graph.
//!
//! An event knows ids. The post is loaded when its event is delivered, once for all who follow: nobody is sent what was
//! deleted, or hidden from them by a block, while it waited to be read.

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
use crate::posts::graphql::{PostEdge, author};
use crate::posts::{Post, PostId};

/// A post was snapshot.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct PostAdded {
    /// The place in the log: subscribe `after` it to go on from here.
    pub cursor: String,
    /// When it happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    seen: Option<Arc<PostSnapshot>>,
}

#[ComplexObject]
impl PostAdded {
    /// The post with its place in the list; null when it was deleted since, and across a block.
    async fn post_edge(&self) -> Option<PostEdge> {
        self.seen.as_ref()?.post.clone().map(PostEdge::from)
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
    seen: Option<Arc<PostSnapshot>>,
}

#[ComplexObject]
impl PostChanged {
    /// The post as it is now; null when it was deleted, and across a block.
    async fn post(&self) -> Option<&Post> {
        self.seen.as_ref()?.post.as_ref()
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
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn post_published(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only what this person posts.")] author_id: Option<ID>,
        #[graphql(desc = "The cursor of the last event seen, that of a page's newest edge, or `postsCursor`.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<PostEvent, EdgeError>>, EdgeError> {
        let (viewer, turn) = (context.member()?, context.turn());
        let app = context.app().clone();
        let after = turn.begins(Feed::POSTS, after.as_deref())?;
        let author = author(context, author_id.as_ref()).await?.ok_or(Error::NotFound)?;
        let followed = app.live.follow(Feed::POSTS, after);
        Ok(followed.filter_map(move |followed| {
            let (app, turn) = (app.clone(), turn.clone());
            // In a box, which a follower who waits does without.
            Box::pin(async move {
                let event = match followed {
                    Ok(followed) => told(&app, viewer, author, &turn, followed).await,
                    Err(error) => Err(error),
                };
                event.map_err(EdgeError::from).transpose()
            })
        }))
    }
}

/// Returns what a follower of this author, or of everybody, is told, and shares what is made of it with those who are
/// told the same.
async fn told(
    app: &App,
    viewer: Viewer,
    author: Option<AccountId>,
    turn: &StreamState,
    followed: FeedItem,
) -> Result<Option<PostEvent>> {
    match followed {
        FeedItem::Event(event) if author.is_none_or(|author| event.detail == Some(author.0)) => {
            let snapshot = rules::post_snapshot(app, &event).await?;
            if snapshot.number == event.number && snapshot.is_plain_to(viewer) {
                turn.shares(&event);
            } else {
                turn.tells(event.feed, event.number);
            }
            let seen = snapshot.is_seen_by(viewer.account).then_some(snapshot);
            Ok(post_event(&event, seen))
        }
        FeedItem::Event(_) => Ok(None),
        FeedItem::Reset { number } => {
            turn.tells(Feed::POSTS, number);
            let cursor = write_feed_cursor(Feed::POSTS, number);
            Ok(Some(PostEvent::FeedReset(FeedReset { cursor, happened_at: app.clock.now().into() })))
        }
    }
}

/// Returns an event as clients see it; `None` for kinds that a newer version writes.
fn post_event(event: &Event, seen: Option<Arc<PostSnapshot>>) -> Option<PostEvent> {
    let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
    match event.kind {
        EventKind::PostAdded => Some(PostEvent::PostAdded(PostAdded { cursor, happened_at, seen })),
        EventKind::PostChanged => {
            let post_id = PostId(event.subject).to_global();
            Some(PostEvent::PostChanged(PostChanged { cursor, happened_at, post_id, seen }))
        }
        _ => None,
    }
}
