//! Adding and removing reactions.

use super::{ReactableContent, ReactableId, emoji, store};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::conversations::messages::{MessageId, store as messages};
use crate::conversations::rules::{self as conversations, can_send, recipient_unavailable};
use crate::conversations::store::LockedRoom;
use crate::db::{List, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::live::{self, Event, EventBody, EventKind, Feed};
use crate::notifications::rules as notifications;
use crate::posts::comments::store as comments;
use crate::posts::store as posts;
use crate::sentences::{Value, say};

/// How many different emoji a subject has, those of all members counted.
pub const MAX_EMOJI: usize = 20;

/// A change of the viewer's reaction to a subject that is locked until the end of the transaction.
struct Change {
    content: ReactableContent,
    feed: Feed,
    /// The event, if it is appended already: appending to the feed of a post is what locks the post.
    event: Option<Event>,
    /// The room of a message.
    room: Option<LockedRoom>,
}

/// Adds a reaction of the viewer. Adding it again changes nothing, and is not reported.
///
/// # Errors
/// `Invalid` at `emoji`; at `subjectId`, `NotFound`, `WrongState` for a deleted message, `RecipientUnavailable` where the
/// viewer cannot write; `QuotaExceeded` at `emoji` for one more than 20.
pub async fn add_reaction(
    app: &App,
    viewer: Viewer,
    subject: Option<ReactableId>,
    text: &str,
) -> Result<ReactableContent> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let (id, emoji, change) = begin(app, &mut tx, viewer, subject, text).await?;
    check_open(app, &mut tx, viewer, &change).await?;
    let own_id = app.clock.new_id();
    if store::count_other_emoji(&mut tx, id, emoji).await? >= i64::try_from(MAX_EMOJI).unwrap_or(i64::MAX) {
        let message = say::TooManyReactions { max: Value::number(MAX_EMOJI) };
        return Err(Problem::member("emoji", Code::QuotaExceeded, message).with_limit(MAX_EMOJI).into());
    }
    if store::insert(&mut tx, own_id, id, change.feed, viewer.account, emoji).await? == 0 {
        return Ok(change.content);
    }
    if let Some(author) = change.content.author().filter(|author| *author != viewer.account)
        && find(&mut tx, author, id).await?.is_some()
    {
        notifications::notify_reaction(app, &mut tx, &mut effects, author, viewer.account, id.subject()).await?;
    }
    finish(app, tx, effects, id, change).await
}

/// Removes a reaction of the viewer. One that does not exist changes nothing, and is not reported.
///
/// # Errors
/// `Invalid` at `emoji`, `NotFound` at `subjectId`.
pub async fn remove_reaction(
    app: &App,
    viewer: Viewer,
    subject: Option<ReactableId>,
    text: &str,
) -> Result<ReactableContent> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let (id, emoji, change) = begin(app, &mut tx, viewer, subject, text).await?;
    if store::delete(&mut tx, id, viewer.account, emoji).await? == 0 {
        return Ok(change.content);
    }
    notifications::on_reactions_removed(&mut tx, &mut effects, &[id.raw()]).await?;
    finish(app, tx, effects, id, change).await
}

/// Appends the event, unless the lock did, and commits.
async fn finish(
    app: &App,
    mut tx: Tx,
    mut effects: Effects,
    id: ReactableId,
    change: Change,
) -> Result<ReactableContent> {
    let event = match change.event {
        Some(event) => event,
        None => live::append(&mut tx, app.clock.now(), change.feed, changed(id.raw())).await?,
    };
    effects.publish(event);
    app.commit(tx, effects).await?;
    Ok(change.content)
}

fn changed(subject: i64) -> EventBody {
    EventBody { kind: EventKind::ReactionsChanged, subject, detail: None }
}

/// Validates the input and locks the subject as the viewer sees it. Reports all problems.
async fn begin(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    subject: Option<ReactableId>,
    text: &str,
) -> Result<(ReactableId, &'static str, Change)> {
    // The account is not deleted before the commit, so the deletion finds this reaction.
    if !accounts::lock(tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    let mut problems = Problems::default();
    let invalid = || Problem::member("emoji", Code::Invalid, say::NotOneEmoji);
    let emoji = problems.check(emoji::fully_qualified(text).ok_or_else(invalid));
    let change = match subject {
        Some(id) => lock(app, tx, viewer.account, id).await?.map(|change| (id, change)),
        None => None,
    };
    let missing = || Problem::member("subjectId", Code::NotFound, say::ReactionSubjectMissing);
    let change = problems.check(change.ok_or_else(missing));
    problems.finish()?;
    let (Some(emoji), Some((id, change))) = (emoji, change) else {
        return Err(Error::internal("a reaction without problems was rejected"));
    };
    Ok((id, emoji, change))
}

/// Locks a subject; `None` if the viewer cannot see it.
async fn lock(app: &App, tx: &mut Tx, viewer: AccountId, id: ReactableId) -> Result<Option<Change>> {
    let post = match id {
        ReactableId::Message(message) => return lock_message(tx, viewer, message).await,
        ReactableId::Post(post) => post,
        ReactableId::Comment(comment) => match comments::visible_by_id(&mut *tx, viewer, comment).await? {
            Some(comment) => comment.post_id,
            None => return Ok(None),
        },
    };
    let event = live::append(tx, app.clock.now(), post.feed(), changed(id.raw())).await?;
    let content = find(tx, viewer, id).await?;
    Ok(content.map(|content| Change { content, feed: post.feed(), event: Some(event), room: None }))
}

async fn lock_message(tx: &mut Tx, viewer: AccountId, id: MessageId) -> Result<Option<Change>> {
    let Some(message) = messages::visible_by_id(&mut *tx, viewer, id).await? else { return Ok(None) };
    let Some(locked) = conversations::lock(tx, viewer, message.conversation_id).await? else { return Ok(None) };
    let content = find(tx, viewer, ReactableId::Message(id)).await?;
    Ok(content.map(|content| Change { content, feed: locked.room.feed(), event: None, room: Some(locked) }))
}

/// Returns a subject if the viewer can see it.
async fn find(tx: &mut Tx, viewer: AccountId, id: ReactableId) -> Result<Option<ReactableContent>> {
    Ok(match id {
        ReactableId::Comment(id) => comments::visible_by_id(tx, viewer, id).await?.map(ReactableContent::Comment),
        ReactableId::Message(id) => messages::visible_by_id(tx, viewer, id).await?.map(ReactableContent::Message),
        ReactableId::Post(id) => posts::by_ids(tx, viewer, &[id]).await?.pop().map(ReactableContent::Post),
    })
}

/// Rejects a message that is deleted, or in a conversation where the viewer cannot write. Members react to all posts and
/// comments that they see.
async fn check_open(app: &App, tx: &mut Tx, viewer: Viewer, change: &Change) -> Result<()> {
    if let ReactableContent::Message(message) = &change.content
        && message.deleted_at.is_some()
    {
        return Err(Error::member("subjectId", Code::WrongState, say::MessageDeleted));
    }
    let Some(LockedRoom { room, other_id, .. }) = &change.room else { return Ok(()) };
    let audience = conversations::audience(app, tx, viewer, *room, *other_id).await?;
    if can_send(viewer, &audience) { Ok(()) } else { Err(Error::Refused(vec![recipient_unavailable("subjectId")])) }
}

/// Deletes the reactions to content that was deleted.
pub async fn on_content_deleted(tx: &mut Tx, subjects: &[i64]) -> Result<()> {
    store::delete_of_subjects(tx, &List::new(subjects.iter().copied())).await?;
    Ok(())
}

/// Deletes the reactions of an account that is being deleted.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let mut deleted = store::delete_of_user(tx, account).await?;
    deleted.sort_unstable();
    deleted.dedup();
    let subjects: Vec<i64> = deleted.iter().map(|(_, subject)| *subject).collect();
    for (feed, subject) in deleted {
        effects.append(feed, changed(subject));
    }
    notifications::on_reactions_removed(tx, effects, &subjects).await
}
