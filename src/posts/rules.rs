//! Publishing, editing and deleting posts.

use sha2::{Digest, Sha256};

use super::comments::{CommentId, store as comments};
use super::{Post, PostDraft, PostId, mentions, store};
use crate::accounts::staff::log as staff;
use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, List, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::files::rules as files;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::Audience;
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text};

pub const MAX_TEXT_LENGTH: usize = 5_000;

/// Returns true if the viewer can edit a post: only its author can.
pub fn can_edit(viewer: Viewer, post: &Post) -> bool {
    post.author_id == viewer.account
}

/// Returns true if the viewer can delete a post: its author, a moderator or an admin.
pub fn can_delete(viewer: Viewer, post: &Post) -> bool {
    can_edit(viewer, post) || matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Publishes a post. A request that repeats an earlier one, with the same key and content, gets the earlier post.
///
/// # Errors
/// All problems with text and key, then those with the images and files; at `clientKey`, `IdempotencyMismatch` if the key was
/// used for other content, or `NotFound` if its post is deleted.
pub async fn create_post(app: &App, viewer: Viewer, draft: &PostDraft) -> Result<Post> {
    let mut problems = Problems::default();
    let text = problems.check(validate_text(&draft.text));
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    problems.finish()?;
    let (text, key) = text.zip(key).ok_or_else(|| Error::internal("a draft without problems was rejected"))?;
    let fingerprint = Sha256::digest(serde_json::to_vec(&(&text, &draft.attachments)).map_err(Error::internal)?);
    let (now, author) = (app.clock.now(), viewer.account);
    let id = PostId(app.clock.new_id());
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(key) = &key
        && store::claim_key(&mut tx, author, key, id).await.map_err(map_missing_author)? == 0
    {
        let earlier = find_replay(&mut tx, author, key, &fingerprint).await?;
        // The commit waits until the first request's commit is on disk: on SQLite its rows are visible before that.
        tx.commit().await?;
        return Ok(earlier);
    }
    files::attach(&mut tx, viewer, &draft.attachments, Post::file_use(id)).await?;
    let post = publish_post(&mut tx, &mut effects, id, author, text, &fingerprint, now).await?;
    mentions::insert(app, &mut tx, &mut effects, &post).await?;
    app.commit(tx, effects).await?;
    Ok(post)
}

/// Inserts a validated post as the newest one, and appends its event. It is published when the event happens: not before
/// the post before it.
///
/// # Errors
/// Unauthenticated if the author's account was deleted.
pub async fn publish_post(
    tx: &mut Tx,
    effects: &mut Effects,
    id: PostId,
    author_id: AccountId,
    text: String,
    fingerprint: &[u8],
    now: Timestamp,
) -> Result<Post> {
    let event = live::append(tx, now, Feed::POSTS, event_body(EventKind::PostAdded, id, author_id)).await?;
    let post = Post {
        id,
        author_id,
        number: event.number,
        text,
        published_at: event.happened_at,
        edited_at: None,
        comment_count: 0,
        loaded_for: None,
        audience: Audience::Viewer,
    };
    store::insert(tx, &post, fingerprint).await.map_err(map_missing_author)?;
    effects.publish(event);
    Ok(post)
}

/// Returns the post that an earlier request with the same key and content created.
async fn find_replay(tx: &mut Tx, author: AccountId, key: &str, fingerprint: &[u8]) -> Result<Post> {
    match store::by_key(tx, author, key).await? {
        Some(record) if record.fingerprint == fingerprint => Ok(record.post),
        Some(_) => {
            let message = say::PostKeyReused;
            Err(Error::member("clientKey", Code::IdempotencyMismatch, message))
        }
        None => Err(Error::member("clientKey", Code::NotFound, say::PostKeyDeleted)),
    }
}

/// A constraint fails if the author's account was deleted on another device during the request.
fn map_missing_author(error: db::Error) -> Error {
    if error.is_constraint() { Error::Unauthenticated } else { error.into() }
}

/// Changes the text of the viewer's own post.
///
/// # Errors
/// Problems with the text; `NotFound` or `Forbidden` at `postId`.
pub async fn update_post(app: &App, viewer: Viewer, id: Option<PostId>, text: &str) -> Result<Post> {
    let text = validate_text(text).map_err(|problem| Error::Refused(vec![problem]))?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let post = find_permitted(&mut tx, id, viewer, can_edit).await?;
    let changed = event_body(EventKind::PostChanged, post.id, post.author_id);
    effects.publish(live::append(&mut tx, now, post.id.feed(), changed).await?);
    let post = store::set_text(&mut tx, post.id, &text, now).await?.ok_or_else(not_found)?;
    mentions::update(app, &mut tx, &mut effects, &post).await?;
    effects.publish(live::append(&mut tx, now, Feed::POSTS, changed).await?);
    app.commit(tx, effects).await?;
    Ok(post)
}

/// Deletes a post permanently, with its comments. Its images and files stay with the author.
///
/// # Errors
/// `NotFound` or `Forbidden` at `postId`.
pub async fn delete_post(app: &App, viewer: Viewer, id: Option<PostId>) -> Result<PostId> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let post = find_permitted(&mut tx, id, viewer, can_delete).await?;
    if !remove(app, &mut tx, &mut effects, &post).await? {
        return Err(not_found());
    }
    if !can_edit(viewer, &post) {
        staff::record_removal(app, &mut tx, viewer, Some(post.author_id)).await?;
    }
    app.commit(tx, effects).await?;
    Ok(post.id)
}

/// Deletes a post in the transaction of the caller. Returns false if it was deleted since it was read.
pub async fn remove(app: &App, tx: &mut Tx, effects: &mut Effects, post: &Post) -> Result<bool> {
    let now = app.clock.now();
    let changed = event_body(EventKind::PostChanged, post.id, post.author_id);
    // Locks the feed of the post: no comment and no reaction is added in between.
    effects.publish(live::append(tx, now, post.id.feed(), changed).await?);
    let posts = List::new([post.id]);
    let mut content = delete_comments(tx, &posts).await?;
    if store::delete(tx, &posts).await? == 0 {
        return Ok(false);
    }
    content.push(post.id.0);
    files::detach_all(tx, Post::file_use(post.id), app).await?;
    app.raise(tx, effects, DomainEvent::ContentDeleted(content)).await?;
    effects.publish(live::append(tx, now, Feed::POSTS, changed).await?);
    Ok(true)
}

/// Deletes the comments on these posts, and returns their ids.
async fn delete_comments(tx: &mut Tx, posts: &List) -> Result<Vec<i64>> {
    Ok(comments::delete_of_posts(tx, posts).await?.into_iter().map(|(comment,)| comment.0).collect())
}

/// Deletes all posts and comments of an account that is being deleted. Their images and files belong to the account and are
/// deleted with it.
///
/// The feeds of the posts are locked in the order of their ids, a batch of them before it is changed, then the feed of
/// all posts: two deletions that concern the same posts run one after another.
pub async fn on_account_deleted(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    author: AccountId,
    now: Timestamp,
) -> Result<()> {
    let (mut deleted, mut last) = (Vec::new(), PostId(i64::MIN));
    loop {
        let batch = store::written_or_commented_by(tx, author, last).await?;
        let Some((newest, _)) = batch.last() else { break };
        last = *newest;
        let (own, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(|(_, is_own)| *is_own);
        let own: Vec<PostId> = own.into_iter().map(|(post, _)| post).collect();
        let others = List::new(others.into_iter().map(|(post, _)| post));
        let written = comments::of_author(tx, author, &others).await?;
        let changed_posts = own.iter().map(|post| (post.feed(), event_body(EventKind::PostChanged, *post, author)));
        let changed_comments = written.iter().map(|(post, comment)| (post.feed(), CommentId::changed(*comment)));
        let events = changed_posts.chain(changed_comments).collect();
        effects.publish_all(live::append_all(tx, now, events).await?);
        comments::delete_of_author(tx, author, &others).await?;
        let posts = List::new(own.iter().copied());
        let mut content = delete_comments(tx, &posts).await?;
        store::delete(tx, &posts).await?;
        content.extend(written.iter().map(|(_, comment)| comment.0).chain(own.iter().map(|post| post.0)));
        if !content.is_empty() {
            app.raise(tx, effects, DomainEvent::ContentDeleted(content)).await?;
        }
        deleted.extend(own.iter().map(|post| post.0));
    }
    if !deleted.is_empty() {
        let kind = EventKind::PostChanged;
        effects.publish_all(live::append_for_subjects(tx, now, Feed::POSTS, kind, deleted, Some(author.0)).await?);
    }
    Ok(())
}

/// Reports a block to the followers of single posts, whose streams end if it parts them from the author.
pub fn on_block_changed(effects: &mut Effects, one: AccountId, other: AccountId) {
    effects.append(Feed::BLOCKS, EventBody { kind: EventKind::BlockChanged, subject: one.0, detail: Some(other.0) });
}

/// The body of a post's event. It contains the author, so that followers can filter by author without loading the post.
fn event_body(kind: EventKind, post: PostId, author: AccountId) -> EventBody {
    EventBody { kind, subject: post.0, detail: Some(author.0) }
}

/// Returns a post if the viewer has the permission. A missing permission is reported as such, because posts are public among
/// members, except across a block, where the post seems missing.
async fn find_permitted(
    tx: &mut Tx,
    id: Option<PostId>,
    viewer: Viewer,
    is_permitted: fn(Viewer, &Post) -> bool,
) -> Result<Post> {
    let post = match id {
        Some(id) => store::by_id(&mut *tx, id).await?,
        None => None,
    };
    let post = post.ok_or_else(not_found)?;
    if is_permitted(viewer, &post) {
        return Ok(post);
    }
    if store::by_ids(tx, viewer.account, &[post.id]).await?.is_empty() {
        return Err(not_found());
    }
    Err(Error::member("postId", Code::Forbidden, say::PostOfOther))
}

fn not_found() -> Error {
    Error::member("postId", Code::NotFound, say::PostMissing)
}

fn validate_text(text: &str) -> Result<String, Problem> {
    check_text("text", text, 1, MAX_TEXT_LENGTH, Lines::Many)
}
