//! Loads the posts and comments of events, and follows a post.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};

use super::{CommentSnapshot, PostSnapshot};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::live::{self, Event, EventKind, Feed, FeedItem, FeedPosition, SharedLookup};
use crate::posts::comments::{CommentId, store as comments};
use crate::posts::{Post, PostId, store};
use crate::profiles::ViewerAndUser;
use crate::profiles::relations::store as relations;

/// The snapshots that this node has loaded in the last second. The numbers of two feeds cannot be compared, so each feed
/// has snapshots of its own.
type PostSnapshots = SharedLookup<(Feed, i64), PostSnapshot>;

/// Returns the post that an event is about, loaded once for all followers on this node.
pub async fn post_snapshot(app: &App, event: &Event) -> Result<Arc<PostSnapshot>> {
    let author = AccountId(event.detail.unwrap_or_default());
    load_post(app, (event.feed, event.number), PostId(event.subject), author).await
}

/// Returns the post whose feed an event is in.
pub async fn post_of_feed(app: &App, event: &Event, author: AccountId) -> Result<Arc<PostSnapshot>> {
    load_post(app, (event.feed, event.number), PostId(event.feed.0), author).await
}

async fn load_post(
    app: &App,
    (feed, number): (Feed, i64),
    post: PostId,
    author: AccountId,
) -> Result<Arc<PostSnapshot>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let blocked = relations::hidden_from(&app.db, author).await?;
            let found = store::by_id(&app.db, post).await?;
            Ok(PostSnapshot::new(found, blocked, (feed, number)))
        }
    };
    app.state::<PostSnapshots>().get((feed, post.0), number, lookup).await
}

/// Returns a post that was loaded for an event of its feed in the last second or is loaded now.
pub async fn recent_post(app: &App, id: PostId) -> Result<Arc<PostSnapshot>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let post = store::by_id(&app.db, id).await?;
            let blocked = match &post {
                Some(post) => relations::hidden_from(&app.db, post.author_id).await?,
                None => Vec::new(),
            };
            Ok(PostSnapshot::new(post, blocked, (id.feed(), i64::MIN)))
        }
    };
    app.state::<PostSnapshots>().get((id.feed(), id.0), i64::MIN, lookup).await
}

/// The comments of posts that blocks hide, counted for each user, in order.
type HiddenCounts = SharedLookup<(Feed, PostId), Vec<(AccountId, i64)>>;

/// Counts the comments of the post of an event that the viewer can see, once for all followers on this node.
pub async fn comment_count(app: &App, viewer: AccountId, post: &Post, (feed, number): (Feed, i64)) -> Result<i64> {
    let (id, total) = (post.id, post.comment_count);
    if total == 0 {
        return Ok(0);
    }
    let lookup = || {
        let app = app.clone();
        async move { Ok(comments::hidden_counts(&app.db, id).await?) }
    };
    let hidden = app.state::<HiddenCounts>().get((feed, id), number, lookup).await?;
    let position = hidden.binary_search_by_key(&viewer, |(user, _)| *user).ok();
    Ok(total - position.and_then(|at| hidden.get(at)).map_or(0, |(_, count)| *count))
}

type CommentSnapshots = SharedLookup<CommentId, CommentSnapshot>;

/// Returns the comment that an event is about, loaded once for all followers on this node.
pub async fn comment_snapshot(app: &App, event: &Event) -> Result<Arc<CommentSnapshot>> {
    load_comment(app, CommentId(event.subject), event.number).await
}

/// Returns a comment that was loaded in the last second or is loaded now.
pub async fn recent_comment(app: &App, id: CommentId) -> Result<Arc<CommentSnapshot>> {
    load_comment(app, id, i64::MIN).await
}

async fn load_comment(app: &App, id: CommentId, number: i64) -> Result<Arc<CommentSnapshot>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let comment = comments::by_id(&app.db, id).await?;
            let blocked = match &comment {
                Some(comment) => relations::hidden_from(&app.db, comment.author_id).await?,
                None => Vec::new(),
            };
            Ok(CommentSnapshot { number, comment, blocked: blocked.into_iter().map(|(other,)| other).collect() })
        }
    };
    app.state::<CommentSnapshots>().get(id, number, lookup).await
}

/// Follows the feed of a post. Fails with `Forbidden` when a block parts the viewer from the author. When a block with another
/// user hides or shows comments, the feed is reset at the last position, because the viewer must load the comments again.
///
/// # Errors
/// `NotFound` if the viewer cannot see the post.
pub async fn follow_post(
    app: &App,
    viewer: Viewer,
    post: PostId,
    after: Option<FeedPosition>,
) -> Result<(AccountId, impl Stream<Item = Result<FeedItem>> + Send + use<>)> {
    // Read before the post: a block in between is then reported instead of being missed.
    let head = live::newest(&app.db, Feed::BLOCKS).await?;
    let mut position = match after {
        Some(position) => position,
        None => live::newest(&app.db, post.feed()).await?,
    };
    let found = store::by_ids(&app.db, viewer.account, &[post]).await?.pop().ok_or(Error::NotFound)?;
    let (app, author) = (app.clone(), found.author_id);
    let events = app.live.follow(post.feed(), after).map(|item| item.map(Some));
    let blocks = app.live.follow(Feed::BLOCKS, Some(head)).filter_map(move |item| {
        let app = app.clone();
        async move {
            match changes_comments(&app, viewer, (post, author), item).await {
                Ok(false) => None,
                Ok(true) => Some(Ok(None)),
                Err(error) => Some(Err(error)),
            }
        }
    });
    let items = stream::select(blocks, events).map(move |item| {
        let item = item?.unwrap_or(FeedItem::Reset { position });
        position = match &item {
            FeedItem::Event(event) => event.into(),
            FeedItem::Reset { position } => *position,
        };
        Ok(item)
    });
    Ok((author, items))
}

/// Returns whether a block that changed can hide comments on a post from the viewer, or show them.
///
/// # Errors
/// `Forbidden` if it parts the viewer from the author of the post.
async fn changes_comments(
    app: &App,
    viewer: Viewer,
    (post, author): (PostId, AccountId),
    item: Result<FeedItem>,
) -> Result<bool> {
    let FeedItem::Event(event) = item? else {
        check_visible(app, viewer, author).await?;
        return Ok(true);
    };
    let [one, two] = [event.subject, event.detail.unwrap_or_default()].map(AccountId);
    let other = if one == viewer.account { two } else { one };
    if event.kind != EventKind::BlockChanged || ![one, two].contains(&viewer.account) {
        return Ok(false);
    }
    if other == author {
        check_visible(app, viewer, author).await?;
        return Ok(false);
    }
    Ok(comments::has_of_author(&app.db, post, other).await?)
}

/// Rejects a viewer who is separated from the author of a post by a block.
async fn check_visible(app: &App, viewer: Viewer, author: AccountId) -> Result<()> {
    let pair = ViewerAndUser { viewer: viewer.account, user: author };
    if relations::is_hidden(&app.db, pair).await? { Err(gone()) } else { Ok(()) }
}

/// The error that ends the streams of a post that the viewer can no longer see.
pub fn gone() -> Error {
    Error::Forbidden("You can no longer see this post.")
}
