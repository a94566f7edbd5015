//! What a message may be, who may edit and delete it, and who is told.
//!
//! Conversations and the lobby write messages in the same way. In one transaction:
//!
//! 1. [`check`] the draft, before the transaction begins.
//! 2. Hold the room ([`crate::conversations::rules::lock`]; [`Room::LOBBY`] is one too), before anything else is written:
//!    whoever deletes the author's account meanwhile holds it too, and two that wait for each other are both refused.
//! 3. [`claim`] the draft's key. Somebody who sends the same thing again gets the message that the first request made, by
//!    [`in_room`], and nothing else happens.
//! 4. Decide whether the author may speak there.
//! 5. [`add`] the message: it gets its number, the events are told in the room's feed and to those who are in it. The
//!    lobby has no list of members, so there it is its feed alone.
//!
//! [`edit_message`] and [`delete_message`] work for both. In the graph, [`super::graphql::MessageConnection`] loads pages
//! of either, [`super::graphql::SeenMessage`] single messages.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Checked, Message, MessageDraft, MessageId, store};
use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::rules::{self as conversations, may_send, unavailable};
use crate::conversations::{Room, store as rooms};
use crate::db::{self, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::rules as images;
use crate::limiter::RateLimit;
use crate::live::{self, EventKind, Feed};
use crate::text::{Lines, check_client_key, check_text};

const LONGEST_TEXT: usize = 4_000;

/// So long a message may be edited.
const EDIT_WINDOW: Duration = Duration::from_hours(24);

static MESSAGES: RateLimit = RateLimit::per_minutes("messages", 60, 1);

/// Tells whether the viewer may change what a message says, as far as the message is concerned: it must be their own, not
/// deleted, and not older than a day. Whether anything may be said in its room is another question.
pub fn may_edit(viewer: Viewer, message: &Message, now: Timestamp) -> bool {
    is_own(viewer, message) && message.deleted_at.is_none() && is_young(message, now)
}

/// Tells whether the viewer may delete a message: their own, and in the lobby everybody's for those who keep order.
pub fn may_delete(viewer: Viewer, message: &Message) -> bool {
    let is_moderator = matches!(viewer.role, Role::Moderator | Role::Admin);
    let is_permitted = is_own(viewer, message) || (is_moderator && message.conversation_id == Room::LOBBY.id);
    is_permitted && message.deleted_at.is_none()
}

fn is_own(viewer: Viewer, message: &Message) -> bool {
    message.author_id == Some(viewer.account)
}

fn is_young(message: &Message, now: Timestamp) -> bool {
    now.since(message.sent_at) <= EDIT_WINDOW
}

/// Checks a draft.
///
/// # Errors
/// Refused with everything that is wrong with text and key. One without text and pictures is too short at `text`.
pub fn check(draft: &MessageDraft) -> Result<Checked> {
    let mut problems = Problems::default();
    let text = match &draft.text {
        None if !draft.images.is_empty() => Some(None),
        text => problems.check(checked_text(text.as_deref().unwrap_or_default()).map(Some)),
    };
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    problems.finish()?;
    let (text, key) = text.zip(key).ok_or_else(|| Error::internal("a draft without a fault was refused"))?;
    let fingerprint = Sha256::digest(serde_json::to_vec(&(&text, &draft.images)).map_err(Error::internal)?).to_vec();
    Ok(Checked { text, images: draft.images.clone(), key, fingerprint })
}

fn checked_text(text: &str) -> Result<String, Problem> {
    check_text("text", text, 1, LONGEST_TEXT, Lines::Many)
}

/// Takes a draft's key for a new message, or returns the message that the key has made before, its tombstone where it is
/// deleted. The caller sees to it that it is in the right room, by [`in_room`].
///
/// # Errors
/// Refused at `clientKey` with `IdempotencyMismatch` when the key belongs to other content, with `NotFound` when the
/// message went with its conversation.
pub async fn claim(tx: &mut Tx, viewer: Viewer, draft: &Checked, new: MessageId) -> Result<Option<Message>> {
    let Some(key) = &draft.key else { return Ok(None) };
    let claimed = store::claim_key(tx, viewer.account, key, new, &draft.fingerprint).await;
    if claimed.map_err(without_author)? == 1 {
        return Ok(None);
    }
    match store::by_key(tx, viewer.account, key).await? {
        Some(made) if made.fingerprint.as_ref().is_none_or(|fingerprint| *fingerprint == draft.fingerprint) => {
            Ok(Some(made.message))
        }
        Some(_) => Err(other_content()),
        None => Err(Error::member("clientKey", Code::NotFound, "The message of this key is gone.")),
    }
}

/// Returns a message that was sent before, if it was sent here.
///
/// # Errors
/// Refused with `IdempotencyMismatch` at `clientKey`.
pub fn in_room(message: Message, room: Room) -> Result<Message> {
    if room.id == message.conversation_id { Ok(message) } else { Err(other_content()) }
}

fn other_content() -> Error {
    let message = "This key belongs to another message. Choose a new one.";
    Error::member("clientKey", Code::IdempotencyMismatch, message)
}

/// Adds a message to a room that is held, and tells whoever sees it.
///
/// # Errors
/// Refused at `imageIds`; rate limited.
pub async fn add(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Viewer,
    room: Room,
    (id, draft): (MessageId, &Checked),
) -> Result<Message> {
    app.limiter.take(&MESSAGES, viewer.account.0, 1)?;
    let (now, author) = (app.clock.now(), viewer.account);
    images::attach(tx, viewer, &draft.images, Message::shows(id), "imageIds").await?;
    let receivers = rooms::receive(tx, room, author, now).await?;
    let number = tell(tx, effects, room, receivers, (EventKind::MessageAdded, id), now).await?;
    let message = Message {
        id,
        conversation_id: room.id,
        number,
        author_id: Some(author),
        text: draft.text.clone(),
        sent_at: now,
        edited_at: None,
        deleted_at: None,
        client_key: draft.key.clone(),
    };
    store::insert(tx, &message).await.map_err(without_author)?;
    Ok(message)
}

/// Appends an event about a message to the room's feed and those of its receivers, and returns its number in the room's.
async fn tell(
    tx: &mut Tx,
    effects: &mut Effects,
    room: Room,
    receivers: Vec<(AccountId,)>,
    (kind, message): (EventKind, MessageId),
    now: Timestamp,
) -> Result<i64> {
    let copies: Vec<Feed> = receivers.into_iter().map(|(user,)| Feed(user.0)).collect();
    let (number, events) = live::append_with_copies(tx, now, room.feed(), &copies, (kind, message.0)).await?;
    for event in events {
        effects.publish(event);
    }
    Ok(number)
}

/// An account can be deleted while it writes from another device.
fn without_author(error: db::Error) -> Error {
    if error.is_constraint() { Error::Unauthenticated } else { error.into() }
}

/// Changes the text of the viewer's own message. Its pictures stay.
///
/// # Errors
/// Refused with what is wrong with the text; at `messageId` with `NotFound`, alike for missing, unseen and deleted ones,
/// with `Forbidden`, `EditWindowOver`, or `RecipientUnavailable` where nothing may be said any more.
pub async fn edit_message(app: &App, viewer: Viewer, id: Option<MessageId>, text: &str) -> Result<Message> {
    let text = checked_text(text).map_err(|problem| Error::Refused(vec![problem]))?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let message = seen(&mut tx, viewer, id).await?;
    if !is_own(viewer, &message) {
        return Err(foreign());
    }
    if !is_young(&message, now) {
        let why = "A message can be edited for 24 hours.";
        return Err(Error::member("messageId", Code::EditWindowOver, why));
    }
    let locked = conversations::lock(&mut tx, viewer.account, message.conversation_id).await?.ok_or_else(not_found)?;
    if !may_send(viewer, &conversations::audience(app, &mut tx, viewer, locked.room, locked.other_id).await?) {
        return Err(Error::Refused(vec![unavailable("messageId")]));
    }
    let message = store::set_text(&mut tx, message.id, &text, now).await?.ok_or_else(not_found)?;
    let receivers = rooms::receivers(&mut tx, locked.room, viewer.account).await?;
    tell(&mut tx, &mut effects, locked.room, receivers, (EventKind::MessageChanged, message.id), now).await?;
    app.commit(tx, effects).await?;
    Ok(message)
}

/// Deletes a message for everybody. Its place stays.
///
/// # Errors
/// Refused at `messageId` with `NotFound`, alike for missing, unseen and deleted ones, or with `Forbidden`.
pub async fn delete_message(app: &App, viewer: Viewer, id: Option<MessageId>) -> Result<Message> {
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let message = seen(&mut tx, viewer, id).await?;
    if !may_delete(viewer, &message) {
        return Err(foreign());
    }
    let locked = conversations::lock(&mut tx, viewer.account, message.conversation_id).await?.ok_or_else(not_found)?;
    let message = store::tombstone(&mut tx, message.id, now).await?.ok_or_else(not_found)?;
    store::forget_fingerprint(&mut tx, message.id).await?;
    images::detach_all(&mut tx, Message::shows(message.id), app).await?;
    // The lobby's messages may be without an author by now; nobody counts them.
    let author = message.author_id.unwrap_or(viewer.account);
    rooms::uncount(&mut tx, locked.room, author, message.number).await?;
    let receivers = rooms::receivers(&mut tx, locked.room, author).await?;
    tell(&mut tx, &mut effects, locked.room, receivers, (EventKind::MessageChanged, message.id), now).await?;
    app.commit(tx, effects).await?;
    Ok(message)
}

/// Returns a message that the viewer sees and that is not deleted.
async fn seen(tx: &mut Tx, viewer: Viewer, id: Option<MessageId>) -> Result<Message> {
    let message = match id {
        Some(id) => store::seen_by_id(tx, viewer.account, id).await?,
        None => None,
    };
    message.filter(|message| message.deleted_at.is_none()).ok_or_else(not_found)
}

fn not_found() -> Error {
    Error::member("messageId", Code::NotFound, "There is no such message.")
}

fn foreign() -> Error {
    Error::member("messageId", Code::Forbidden, "This message is somebody else's.")
}
