//! Sending, editing and deleting messages: what is allowed, and which feeds get the events.
//!
//! Conversations and the lobby send messages in the same way. In one transaction:
//!
//! 1. [`validate_draft`], before the transaction begins.
//! 2. Lock the room ([`crate::conversations::rules::lock`]; [`Room::LOBBY`] is one too) before any other write. A
//!    transaction that deletes the author's account locks it too; two transactions that wait for each other are both
//!    rejected.
//! 3. [`claim_key`]. A repeated request gets the message of the first request, checked by [`require_in_room`], and
//!    nothing else happens.
//! 4. Decide whether the author can send messages in the room.
//! 5. [`add_message`]: it assigns the number, and appends events to the feeds of the room and of its members. The lobby
//!    has no list of members, so there it is the room's feed alone.
//!
//! [`edit_message`] and [`delete_message`] work for both. In GraphQL, [`super::graphql::MessageConnection`] loads pages
//! of either, [`super::graphql::VisibleMessage`] single messages.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Message, MessageDraft, MessageId, ValidDraft, mentions, notifications, store};
use crate::accounts::staff::log as staff;
use crate::accounts::{AccountId, Role, Viewer};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::rules::{self as conversations, can_send, recipient_unavailable};
use crate::conversations::{Room, store as conversation_store};
use crate::db::{self, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::files::rules as files;
use crate::limiter::{RateLimit, Reservation};
use crate::live::{self, Event, EventKind, Feed};
use crate::profiles::Audience;
use crate::profiles::mentions::store as stored_mentions;
use crate::profiles::store as users;
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text, is_blank};

pub const MAX_TEXT_LENGTH: usize = 4_000;

/// That of another system.
const MAX_PSEUDONYM_LENGTH: usize = 50;

/// A message can be edited for this long after it was sent.
const EDIT_WINDOW: Duration = Duration::from_hours(24);

/// An id that no message has, for a string that is none.
const NO_MESSAGE: MessageId = MessageId(0);

/// An id that no author has.
const NO_AUTHOR: AccountId = AccountId(0);

pub static MESSAGE_LIMIT: RateLimit = RateLimit::per_minutes("messages", 60, 1);

/// Returns true if the viewer can edit a message: it must be the viewer's own, not deleted, and within the edit window.
/// Whether the viewer can still send messages in its room is checked separately.
pub fn can_edit(viewer: Viewer, message: &Message, now: Timestamp) -> bool {
    is_own(viewer, message) && message.deleted_at.is_none() && is_in_edit_window(message, now)
}

/// Returns true if the viewer can delete a message: the author can, and in the lobby every moderator and admin.
pub fn can_delete(viewer: Viewer, message: &Message) -> bool {
    let is_moderator = matches!(viewer.role, Role::Moderator | Role::Admin);
    let is_permitted = is_own(viewer, message) || (is_moderator && message.conversation_id == Room::LOBBY.id);
    is_permitted && message.deleted_at.is_none()
}

fn is_own(viewer: Viewer, message: &Message) -> bool {
    message.author_id == Some(viewer.account)
}

fn is_in_edit_window(message: &Message, now: Timestamp) -> bool {
    now.since(message.sent_at) <= EDIT_WINDOW
}

/// Validates the text and the client key of a draft. The images and files are validated when they
/// are attached.
///
/// # Errors
/// All problems with text and key. A draft without text, images and files is `TooShort` at `text`.
pub fn validate_draft(draft: &MessageDraft) -> Result<ValidDraft> {
    let mut problems = Problems::default();
    let text = match &draft.text {
        text if !draft.attachments.is_empty() && text.as_deref().is_none_or(is_blank) => Some(None),
        text => problems.check(validate_text(text.as_deref().unwrap_or_default()).map(Some)),
    };
    let client_key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    problems.finish()?;
    let (text, client_key) =
        text.zip(client_key).ok_or_else(|| Error::internal("a draft without problems was rejected"))?;
    let fingerprint = fingerprint(text.as_deref(), draft)?;
    let reply_to = draft.reply_to.map(|id| id.unwrap_or(NO_MESSAGE));
    Ok(ValidDraft { text, attachments: draft.attachments.clone(), reply_to, client_key, fingerprint })
}

/// Returns the fingerprint of a draft with this text. Without a reply it is the one that earlier versions have stored.
fn fingerprint(text: Option<&str>, draft: &MessageDraft) -> Result<Vec<u8>> {
    let content = match draft.reply_to {
        None => serde_json::to_vec(&(text, &draft.attachments)),
        Some(reply_to) => serde_json::to_vec(&(text, &draft.attachments, reply_to)),
    };
    Ok(Sha256::digest(content.map_err(Error::internal)?).to_vec())
}

fn validate_text(text: &str) -> Result<String, Problem> {
    check_text("text", text, 1, MAX_TEXT_LENGTH, Lines::Many)
}

/// Reserves a draft's client key for a new message. If an earlier request has used the key for the same content,
/// returns the message of that request, which may be deleted; the caller checks it with [`require_in_room`].
///
/// # Errors
/// `IdempotencyMismatch` at `clientKey` if the key was used for other content; `NotFound` if the message was deleted
/// together with its conversation.
pub async fn claim_key(tx: &mut Tx, viewer: Viewer, draft: &ValidDraft, new: MessageId) -> Result<Option<Message>> {
    let Some(key) = &draft.client_key else { return Ok(None) };
    let claimed = store::claim_key(tx, viewer.account, key, new, &draft.fingerprint).await;
    if claimed.map_err(map_missing_author)? == 1 {
        return Ok(None);
    }
    match store::by_key(tx, viewer.account, key).await? {
        Some(record) if record.fingerprint.as_ref().is_none_or(|fingerprint| *fingerprint == draft.fingerprint) => {
            Ok(Some(record.message))
        }
        Some(_) => Err(key_mismatch()),
        None => Err(Error::member("clientKey", Code::NotFound, say::MessageKeyDeleted)),
    }
}

/// Returns the message of an earlier request if it was sent in this room.
///
/// # Errors
/// `IdempotencyMismatch` at `clientKey`.
pub fn require_in_room(message: Message, room: Room) -> Result<Message> {
    if room.id == message.conversation_id { Ok(message) } else { Err(key_mismatch()) }
}

fn key_mismatch() -> Error {
    let message = say::MessageKeyReused;
    Error::member("clientKey", Code::IdempotencyMismatch, message)
}

/// Inserts a message into a locked room, and appends its events. `allowance` is the reservation of the author's limit on
/// messages.
///
/// # Errors
/// Problems at `imageIds` and `fileIds`, and `NotFound` at `replyToId`; rate limited.
pub async fn add_message(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Viewer,
    room: Room,
    (id, draft): (MessageId, &ValidDraft),
    allowance: Result<Reservation>,
) -> Result<Message> {
    allowance?.keep();
    let (now, author) = (app.clock.now(), viewer.account);
    let mut problems = Problems::default();
    let reply_to = problems.check(find_reply_target(tx, viewer, room, draft).await?).flatten();
    problems.collect(files::attach(tx, viewer, &draft.attachments, Message::file_use(id)).await)?;
    problems.finish()?;
    let recipients = conversation_store::recipients(tx, room, author).await?;
    let event = append_event(tx, effects, room, &recipients.members, (EventKind::MessageAdded, id), now).await?;
    // The lobby has no list of members.
    if !recipients.members.is_empty() {
        conversation_store::deliver_message(tx, room, author, &recipients).await?;
    }
    let guest = if viewer.is_guest() { users::by_id_unfiltered(&mut *tx, author).await? } else { None };
    let message = Message {
        id,
        conversation_id: room.id,
        number: event.number,
        author_id: Some(author),
        guest_name: guest.map(|guest| guest.username.clone()),
        text: draft.text.clone(),
        sent_at: event.happened_at,
        edited_at: None,
        deleted_at: None,
        client_key: draft.client_key.clone(),
        reply_to_id: reply_to.as_ref().map(|message| message.id),
        audience: Audience::Viewer,
    };
    store::insert(tx, &message).await.map_err(map_missing_author)?;
    let mentioned = mentions::insert(tx, room, &message).await?;
    let replied = reply_to.and_then(|message| message.author_id);
    notifications::on_added(app, tx, effects, room, &message, replied, &mentioned).await?;
    Ok(message)
}

/// Adds a message that was written in the lobby of another system, under a pseudonym that has no account here.
///
/// # Errors
/// Problems with the pseudonym and the text.
pub async fn add_message_of_former_guest(
    tx: &mut Tx,
    effects: &mut Effects,
    id: MessageId,
    (name, text): (&str, &str),
    now: Timestamp,
) -> Result<Message> {
    let mut problems = Problems::default();
    let name = problems.check(check_text("pseudonym", name, 1, MAX_PSEUDONYM_LENGTH, Lines::One));
    let text = problems.check(validate_text(text));
    problems.finish()?;
    let event = append_event(tx, effects, Room::LOBBY, &[], (EventKind::MessageAdded, id), now).await?;
    let message = Message {
        id,
        conversation_id: Room::LOBBY.id,
        number: event.number,
        author_id: None,
        guest_name: name,
        text,
        sent_at: event.happened_at,
        edited_at: None,
        deleted_at: None,
        client_key: None,
        reply_to_id: None,
        audience: Audience::Viewer,
    };
    store::insert(tx, &message).await?;
    Ok(message)
}

/// Returns the message that a draft replies to: one of the same room that the author can see, deleted or not.
async fn find_reply_target(
    tx: &mut Tx,
    viewer: Viewer,
    room: Room,
    draft: &ValidDraft,
) -> Result<Result<Option<Message>, Problem>> {
    let Some(reply_to) = draft.reply_to else { return Ok(Ok(None)) };
    let target = store::visible_by_id(tx, viewer.account, reply_to).await?;
    let target = target.filter(|target| target.conversation_id == room.id);
    Ok(target.map(Some).ok_or_else(|| Problem::member("replyToId", Code::NotFound, say::RepliedMessageMissing)))
}

/// Appends an event about a message to the feeds of the room and of the recipients. Returns the event in the room's feed,
/// whose number and time the message takes over: a message is never earlier than the one before it.
async fn append_event(
    tx: &mut Tx,
    effects: &mut Effects,
    room: Room,
    recipients: &[AccountId],
    (kind, message): (EventKind, MessageId),
    now: Timestamp,
) -> Result<Event> {
    let copies: Vec<Feed> = recipients.iter().map(|member| Feed(member.0)).collect();
    let (event, events) = live::append_with_copies(tx, now, room.feed(), &copies, (kind, message.0)).await?;
    for copy in events {
        effects.publish(copy);
    }
    Ok(event)
}

/// A constraint fails if the author's account was deleted on another device during the request.
fn map_missing_author(error: db::Error) -> Error {
    if error.is_constraint() { Error::Unauthenticated } else { error.into() }
}

/// Changes the text of the viewer's own message. Its images and files stay.
///
/// # Errors
/// Problems with the text, which can be blank if the message has images or files. At `messageId`: `NotFound`, the same for missing, hidden and deleted messages; `Forbidden`;
/// `EditWindowOver`; or `RecipientUnavailable` if the viewer can no longer send messages in the room.
pub async fn edit_message(app: &App, viewer: Viewer, id: Option<MessageId>, text: &str) -> Result<Message> {
    let text = if is_blank(text) { Ok(None) } else { validate_text(text).map(Some) };
    let text = text.map_err(|problem| Error::Refused(vec![problem]))?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let message = visible_message(&mut tx, viewer, id).await?;
    if !is_own(viewer, &message) {
        return Err(not_author());
    }
    if !is_in_edit_window(&message, now) {
        let reason = say::MessageTooOld;
        let minutes = EDIT_WINDOW.as_secs() / 60;
        return Err(Problem::member("messageId", Code::EditWindowOver, reason).with_limit(minutes).into());
    }
    let locked = conversations::lock(&mut tx, viewer.account, message.conversation_id).await?.ok_or_else(not_found)?;
    if !can_send(viewer, &conversations::audience(app, &mut tx, viewer, locked.room, locked.other_id).await?) {
        return Err(Error::Refused(vec![recipient_unavailable("messageId")]));
    }
    if text.is_none() && !files::has_attachments(&mut tx, Message::file_use(message.id)).await? {
        return Err(Problem::member("text", Code::TooShort, say::MustNotBeEmpty).with_limit(1).into());
    }
    let message = store::set_text(&mut tx, message.id, text, now).await?.ok_or_else(not_found)?;
    let mentions = mentions::update(&mut tx, locked.room, &message).await?;
    notifications::on_edited(app, &mut tx, &mut effects, locked.room, &message, &mentions).await?;
    let recipients = conversation_store::recipients(&mut tx, locked.room, viewer.account).await?.members;
    append_event(&mut tx, &mut effects, locked.room, &recipients, (EventKind::MessageChanged, message.id), now).await?;
    app.commit(tx, effects).await?;
    Ok(message)
}

/// Deletes the text of a message and detaches its images and files, for all members. Its position in the history stays.
///
/// # Errors
/// `NotFound` at `messageId`, the same for missing, hidden and deleted messages; or `Forbidden`.
pub async fn delete_message(app: &App, viewer: Viewer, id: Option<MessageId>) -> Result<Message> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let message = own_or_visible_message(&mut tx, viewer, id).await?;
    if !can_delete(viewer, &message) {
        return Err(not_author());
    }
    let removed = remove(app, &mut tx, &mut effects, viewer.account, &message).await?.ok_or_else(not_found)?;
    if !is_own(viewer, &message) {
        staff::record_removal(app, &mut tx, viewer, message.author_id).await?;
    }
    app.commit(tx, effects).await?;
    Ok(removed)
}

/// Deletes the text and the images of a message in the transaction of the caller. Returns the tombstone; `None` if the
/// message was deleted since it was read.
pub async fn remove(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    by: AccountId,
    message: &Message,
) -> Result<Option<Message>> {
    let now = app.clock.now();
    let Some(locked) = conversation_store::lock(tx, message.conversation_id, by).await? else { return Ok(None) };
    let Some(message) = store::tombstone(tx, message.id, now).await? else { return Ok(None) };
    store::clear_fingerprint(tx, message.id).await?;
    stored_mentions::delete(tx, message.id).await?;
    files::detach_all(tx, Message::file_use(message.id), app).await?;
    app.raise(tx, effects, DomainEvent::ContentDeleted(vec![message.id.0])).await?;
    // A message that has lost its author is unread for all members, and in the lobby for none.
    let author = message.author_id.unwrap_or(NO_AUTHOR);
    conversation_store::decrement_unread(tx, locked.room, author, message.number).await?;
    let recipients = conversation_store::recipients(tx, locked.room, author).await?.members;
    append_event(tx, effects, locked.room, &recipients, (EventKind::MessageChanged, message.id), now).await?;
    Ok(Some(message))
}

/// Returns a message that the viewer can see and that is not deleted.
async fn visible_message(tx: &mut Tx, viewer: Viewer, id: Option<MessageId>) -> Result<Message> {
    let message = match id {
        Some(id) => store::visible_by_id(tx, viewer.account, id).await?,
        None => None,
    };
    message.filter(|message| message.deleted_at.is_none()).ok_or_else(not_found)
}

/// The same, and the viewer's own messages in conversations that the viewer has left.
async fn own_or_visible_message(tx: &mut Tx, viewer: Viewer, id: Option<MessageId>) -> Result<Message> {
    let own = match id {
        Some(id) => store::own_by_id(&mut *tx, viewer.account, id).await?,
        None => None,
    };
    match own.filter(|message| message.deleted_at.is_none()) {
        Some(message) => Ok(message),
        None => visible_message(tx, viewer, id).await,
    }
}

fn not_found() -> Error {
    Error::member("messageId", Code::NotFound, say::MessageMissing)
}

fn not_author() -> Error {
    Error::member("messageId", Code::Forbidden, say::MessageOfOther)
}
