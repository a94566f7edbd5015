//! Writing, editing and deleting comments.

use sha2::{Digest, Sha256};

use super::store::IdempotentRecord;
use super::{Comment, CommentDraft, CommentId, store};
use crate::accounts::staff::log as staff;
use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live;
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};
use crate::posts::{Post, mentions, store as posts};
use crate::profiles::relations::store as relations;
use crate::profiles::{Audience, ViewerAndUser};
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text};

pub const MAX_TEXT_LENGTH: usize = 2_000;

/// The comments on one post, of all authors.
const MAX_COMMENTS: i64 = 5_000;

/// Returns true if the viewer can edit a comment: only its author can.
pub fn can_edit(viewer: Viewer, comment: &Comment) -> bool {
    comment.author_id == viewer.account
}

/// Returns true if the viewer can delete a comment: its author, the author of the post, a moderator or an admin.
pub fn can_delete(viewer: Viewer, comment: &Comment) -> bool {
    can_edit(viewer, comment) || comment.post_author_id == viewer.account || is_moderator(viewer)
}

fn is_moderator(viewer: Viewer) -> bool {
    matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Creates a comment. A request that repeats an earlier one, with the same key and content, gets the earlier comment.
///
/// # Errors
/// All problems with text and key; `NotFound` at `postId` and `replyToId`; `QuotaExceeded` at `postId`; at `clientKey`,
/// `IdempotencyMismatch` if the key was used for other content, or `NotFound` if its comment is deleted.
pub async fn create_comment(app: &App, viewer: Viewer, draft: &CommentDraft) -> Result<Comment> {
    let mut problems = Problems::default();
    let text = problems.check(validate_text(&draft.text));
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    let content = serde_json::to_vec(&(&text, draft.post, draft.reply_to)).map_err(Error::internal)?;
    let fingerprint = Sha256::digest(content);
    let (now, author, id) = (app.clock.now(), viewer.account, CommentId(app.clock.new_id()));
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // The account is not deleted before the commit, so the deletion finds this comment.
    if !accounts::lock(&mut tx, author).await? {
        return Err(Error::Unauthenticated);
    }
    if let (Some(_), Some(Some(key))) = (&text, &key)
        && store::claim_key(&mut tx, author, key, id).await? == 0
    {
        let earlier = replayed(store::by_key(&mut tx, author, key).await?, &fingerprint)?;
        // The commit waits until the first request's commit is on disk: on SQLite its rows are visible before that.
        tx.commit().await?;
        return Ok(earlier);
    }
    let event = match draft.post {
        Some(post) => Some(live::append(&mut tx, now, post.feed(), id.added()).await?),
        None => None,
    };
    let (post, reply_to) = find_targets(&mut tx, author, draft, &mut problems).await?;
    problems.finish()?;
    let (Some(post), Some(event), Some(text)) = (post, event, text) else {
        return Err(Error::internal("a draft without problems was rejected"));
    };
    if store::count_all(&mut tx, post.id).await? >= MAX_COMMENTS {
        let message = say::TooManyComments;
        return Err(Problem::member("postId", Code::QuotaExceeded, message).with_limit(MAX_COMMENTS).into());
    }
    let comment = Comment {
        id,
        post_id: post.id,
        post_author_id: post.author_id,
        author_id: author,
        number: event.number,
        reply_to_id: reply_to.as_ref().map(|comment| comment.id),
        text,
        created_at: event.happened_at,
        edited_at: None,
        audience: Audience::Viewer,
    };
    store::insert(&mut tx, &comment, &fingerprint).await?;
    effects.publish(event);
    notify(app, &mut tx, &mut effects, &comment, reply_to.map(|comment| comment.author_id)).await?;
    app.commit(tx, effects).await?;
    Ok(comment)
}

/// Returns the post and the comment to reply to as the viewer sees them, and adds the problems with both.
async fn find_targets(
    tx: &mut Tx,
    viewer: AccountId,
    draft: &CommentDraft,
    problems: &mut Problems,
) -> Result<(Option<Post>, Option<Comment>)> {
    let post = match draft.post {
        Some(id) => posts::by_ids(&mut *tx, viewer, &[id]).await?.pop(),
        None => None,
    };
    let reply_to = match draft.reply_to.flatten() {
        Some(id) => store::visible_by_id(tx, viewer, id).await?.filter(|comment| Some(comment.post_id) == draft.post),
        None => None,
    };
    if post.is_none() {
        let message = say::PostMissing;
        problems.extend([Problem::member("postId", Code::NotFound, message)]);
    }
    if draft.reply_to.is_some() && reply_to.is_none() {
        let message = say::CommentMissingBelowPost;
        problems.extend([Problem::member("replyToId", Code::NotFound, message)]);
    }
    Ok((post, reply_to))
}

/// Stores the mentions, and notifies the author of the comment that this one replies to, the mentioned members and the
/// author of the post. A text causes one notification per member at most, in this order.
async fn notify(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    comment: &Comment,
    replied: Option<AccountId>,
) -> Result<()> {
    let notification = |kind, recipient| NewNotification {
        actor: Some(comment.author_id),
        ..NewNotification::new(kind, recipient, Subject::new(SubjectKind::Comment, comment.id))
    };
    if let Some(replied) = replied {
        // A block may hide the post from the author of the other comment.
        let pair = ViewerAndUser { viewer: replied, user: comment.post_author_id };
        if !relations::is_hidden(&mut *tx, pair).await? {
            notifications::notify(app, tx, effects, &[notification(NotificationType::Reply, replied)]).await?;
        }
    }
    mentions::insert(app, tx, effects, comment).await?;
    let to_author = notification(NotificationType::Comment, comment.post_author_id);
    notifications::notify(app, tx, effects, &[to_author]).await
}

fn replayed(record: Option<IdempotentRecord>, fingerprint: &[u8]) -> Result<Comment> {
    match record {
        Some(record) if record.fingerprint == fingerprint => Ok(record.comment),
        Some(_) => {
            let message = say::CommentKeyReused;
            Err(Error::member("clientKey", Code::IdempotencyMismatch, message))
        }
        None => Err(Error::member("clientKey", Code::NotFound, say::CommentKeyDeleted)),
    }
}

/// Changes the text of the viewer's own comment.
///
/// # Errors
/// Problems with the text; `NotFound` or `Forbidden` at `commentId`.
pub async fn update_comment(app: &App, viewer: Viewer, id: Option<CommentId>, text: &str) -> Result<Comment> {
    let text = validate_text(text);
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let found = lock(&mut tx, &mut effects, viewer, id, now, can_edit).await;
    let (comment, text) = match (found, text) {
        (Ok(comment), Ok(text)) => (comment, text),
        (found, text) => return Err(all_problems(found.err(), text.err())),
    };
    store::set_text(&mut tx, comment.id, &text, now).await?;
    let comment = store::by_id(&mut tx, comment.id).await?.ok_or_else(not_found)?;
    mentions::update(app, &mut tx, &mut effects, &comment).await?;
    app.commit(tx, effects).await?;
    Ok(comment)
}

fn all_problems(error: Option<Error>, problem: Option<Problem>) -> Error {
    match error {
        Some(Error::Refused(problems)) => Error::Refused(problems.into_iter().chain(problem).collect()),
        Some(error) => error,
        None => Error::Refused(problem.into_iter().collect()),
    }
}

/// Deletes a comment permanently. Replies to it stay.
///
/// # Errors
/// `NotFound` or `Forbidden` at `commentId`.
pub async fn delete_comment(app: &App, viewer: Viewer, id: Option<CommentId>) -> Result<CommentId> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let comment = lock(&mut tx, &mut effects, viewer, id, app.clock.now(), can_delete).await?;
    store::delete(&mut tx, &comment).await?;
    app.raise(&mut tx, &mut effects, DomainEvent::ContentDeleted(vec![comment.id.0])).await?;
    // The author of the post deletes comments in their own right.
    if !can_edit(viewer, &comment) && comment.post_author_id != viewer.account {
        staff::record_removal(app, &mut tx, viewer, Some(comment.author_id)).await?;
    }
    app.commit(tx, effects).await?;
    Ok(comment.id)
}

/// Deletes a comment in the transaction of the caller. Returns false if it was deleted since it was read.
pub async fn remove(app: &App, tx: &mut Tx, effects: &mut Effects, comment: &Comment) -> Result<bool> {
    // Locks the feed of the post.
    effects.publish(live::append(tx, app.clock.now(), comment.feed(), comment.id.changed()).await?);
    if store::delete(tx, comment).await? == 0 {
        return Ok(false);
    }
    app.raise(tx, effects, DomainEvent::ContentDeleted(vec![comment.id.0])).await?;
    Ok(true)
}

/// Appends the event of a change to the comment, which locks the feed of its post, and returns the comment if the viewer
/// can change it.
async fn lock(
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Viewer,
    id: Option<CommentId>,
    now: Timestamp,
    is_permitted: fn(Viewer, &Comment) -> bool,
) -> Result<Comment> {
    let id = id.ok_or_else(not_found)?;
    let before = store::by_id(&mut *tx, id).await?.ok_or_else(not_found)?;
    let event = live::append(tx, now, before.feed(), id.changed()).await?;
    effects.publish(event);
    let comment = if let Some(comment) = store::visible_by_id(&mut *tx, viewer.account, id).await? {
        comment
    } else {
        // Blocks hide nothing here from moderators, as with posts, from the author of the comment and from that of the post,
        // under whose text everyone else reads it.
        let hidden = store::by_id(tx, id).await?;
        hidden.filter(|comment| can_delete(viewer, comment)).ok_or_else(not_found)?
    };
    if is_permitted(viewer, &comment) {
        return Ok(comment);
    }
    Err(Error::member("commentId", Code::Forbidden, say::CommentOfOther))
}

fn not_found() -> Error {
    Error::member("commentId", Code::NotFound, say::CommentMissing)
}

fn validate_text(text: &str) -> Result<String, Problem> {
    check_text("text", text, 1, MAX_TEXT_LENGTH, Lines::Many)
}
