//! Who may post, edit and delete, and who is told.

use sha2::{Digest, Sha256};

use super::{Post, PostDraft, PostId, store};
use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::rules as images;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::text::{Lines, check_client_key, check_text};

const LONGEST_TEXT: usize = 5_000;

/// Tells whether the viewer may change what a post says.
pub fn may_edit(viewer: Viewer, post: &Post) -> bool {
    post.author_id == viewer.account
}

/// Tells whether the viewer may delete a post: its author, and whoever keeps order.
pub fn may_delete(viewer: Viewer, post: &Post) -> bool {
    may_edit(viewer, post) || matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Publishes a post. A draft that repeats an earlier one, key and all, gives the post that the earlier one made.
///
/// # Errors
/// Refused with everything that is wrong with the text and key, then with the images; with `IdempotencyMismatch` or `NotFound` at `clientKey` when
/// the key belongs to another post or a deleted one.
pub async fn create_post(app: &App, viewer: Viewer, draft: &PostDraft) -> Result<Post> {
    let mut problems = Problems::default();
    let text = problems.check(checked_text(&draft.text));
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    problems.finish()?;
    let (text, key) = text.zip(key).ok_or_else(|| Error::internal("a draft without a fault was refused"))?;
    let fingerprint = Sha256::digest(serde_json::to_vec(&(&text, &draft.images)).map_err(Error::internal)?);
    let (now, author) = (app.clock.now(), viewer.account);
    let id = PostId(app.clock.new_id());
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if let Some(key) = &key
        && store::claim_key(&mut tx, author, key, id).await.map_err(without_author)? == 0
    {
        let made = find_replay(&mut tx, author, key, &fingerprint).await?;
        // Only once the first request's commit is on disk: on SQLite its rows are seen before.
        tx.commit().await?;
        return Ok(made);
    }
    images::attach(&mut tx, viewer, &draft.images, Post::shows(id), "imageIds").await?;
    let post = publish(&mut tx, &mut effects, id, author, text, &fingerprint, now).await?;
    app.commit(tx, effects).await?;
    Ok(post)
}

/// Puts a post at the head of the list and tells of it.
///
/// # Errors
/// Unauthenticated when the author is gone.
pub async fn publish(
    tx: &mut Tx,
    effects: &mut Effects,
    id: PostId,
    author_id: AccountId,
    text: String,
    fingerprint: &[u8],
    published_at: Timestamp,
) -> Result<Post> {
    let event = live::append(tx, published_at, Feed::POSTS, body(EventKind::PostAdded, id, author_id)).await?;
    let post = Post { id, author_id, number: event.number, text, published_at, edited_at: None };
    store::insert(tx, &post, fingerprint).await.map_err(without_author)?;
    effects.publish(event);
    Ok(post)
}

/// Returns the post that a key has made, for whoever asks for it again.
async fn find_replay(tx: &mut Tx, author: AccountId, key: &str, fingerprint: &[u8]) -> Result<Post> {
    match store::by_key(tx, author, key).await? {
        Some(made) if made.fingerprint == fingerprint => Ok(made.post),
        Some(_) => {
            let message = "This key belongs to another post. Choose a new one.";
            Err(Error::member("clientKey", Code::IdempotencyMismatch, message))
        }
        None => Err(Error::member("clientKey", Code::NotFound, "The post of this key is deleted.")),
    }
}

/// An account can be deleted while it posts from another device.
fn without_author(error: db::Error) -> Error {
    if error.is_constraint() { Error::Unauthenticated } else { error.into() }
}

/// Changes the text of the viewer's own post.
///
/// # Errors
/// Refused with what is wrong with the text, with `NotFound` or `Forbidden` at `postId`.
pub async fn update_post(app: &App, viewer: Viewer, id: Option<PostId>, text: &str) -> Result<Post> {
    let text = checked_text(text).map_err(|problem| Error::Refused(vec![problem]))?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let post = permitted(&mut tx, id, viewer, may_edit).await?;
    let post = store::set_text(&mut tx, post.id, &text, now).await?.ok_or_else(not_found)?;
    let changed = body(EventKind::PostChanged, post.id, post.author_id);
    effects.publish(live::append(&mut tx, now, Feed::POSTS, changed).await?);
    app.commit(tx, effects).await?;
    Ok(post)
}

/// Deletes a post, for good.
///
/// # Errors
/// Refused with `NotFound` or `Forbidden` at `postId`.
pub async fn delete_post(app: &App, viewer: Viewer, id: Option<PostId>) -> Result<PostId> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let post = permitted(&mut tx, id, viewer, may_delete).await?;
    if store::delete(&mut tx, post.id).await? == 0 {
        return Err(not_found());
    }
    images::detach_all(&mut tx, Post::shows(post.id), app).await?;
    let changed = body(EventKind::PostChanged, post.id, post.author_id);
    effects.publish(live::append(&mut tx, app.clock.now(), Feed::POSTS, changed).await?);
    app.commit(tx, effects).await?;
    Ok(post.id)
}

/// Deletes everything that somebody posted, because their account is deleted in this transaction. The pictures are theirs
/// too and go with the account.
///
/// # Errors
/// When the database does not answer.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, author: AccountId, now: Timestamp) -> Result<()> {
    loop {
        let gone = store::delete_some_of(tx, author).await?;
        if gone.is_empty() {
            return Ok(());
        }
        let gone = gone.into_iter().map(|(id,)| id.0).collect();
        let events =
            live::append_for_subjects(tx, now, Feed::POSTS, EventKind::PostChanged, gone, Some(author.0)).await?;
        effects.publish_all(events);
    }
}

/// What followers are told of a post: which, and by whom, so that they can follow one author.
fn body(kind: EventKind, post: PostId, author: AccountId) -> EventBody {
    EventBody { kind, subject: post.0, detail: Some(author.0) }
}

/// Returns a post to which the viewer may do something. That it exists is no secret: every member sees it.
async fn permitted(tx: &mut Tx, id: Option<PostId>, viewer: Viewer, may: fn(Viewer, &Post) -> bool) -> Result<Post> {
    let post = match id {
        Some(id) => store::by_id(tx, id).await?,
        None => None,
    };
    let post = post.ok_or_else(not_found)?;
    if may(viewer, &post) {
        return Ok(post);
    }
    Err(Error::member("postId", Code::Forbidden, "This post is somebody else's."))
}

fn not_found() -> Error {
    Error::member("postId", Code::NotFound, "There is no such post.")
}

fn checked_text(text: &str) -> Result<String, Problem> {
    check_text("text", text, 1, LONGEST_TEXT, Lines::Many)
}
