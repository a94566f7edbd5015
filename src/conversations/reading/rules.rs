//! Moving read markers, and who can see them.

use super::store;
use crate::accounts::Viewer;
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::messages::{Message, MessageId, store as messages};
use crate::conversations::rules::{conversation_not_found, lock};
use crate::conversations::{ConversationId, Room, store as conversations};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Result};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::notifications::rules as notifications;
use crate::profiles::settings::store as settings;
use crate::sentences::say;

/// Moves the viewer's read marker forward to a message, unless it is already there or further on. Reads the viewer's
/// notifications about the messages up to this one.
///
/// The event is appended to the viewer's own feed, and, if the viewer shares read receipts, to the feeds of the
/// conversation and of the other members.
///
/// # Errors
/// `NotFound` at `conversationId`, or at `messageId` if the conversation has no such message.
pub async fn mark_conversation_read(
    app: &App,
    viewer: Viewer,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
) -> Result<ConversationId> {
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let (conversation, message) = lock_with_message(&mut tx, viewer, conversation, message).await?;
    let advanced = store::advance_marker(&mut tx, conversation, viewer.account, message.number, now).await?;
    if let Some((shared_up_to,)) = advanced {
        publish_read(&mut tx, &mut effects, viewer, conversation, &message, shared_up_to, now).await?;
    }
    let (account, number) = (viewer.account, message.number);
    notifications::on_conversation_read(app, &mut tx, &mut effects, account, conversation.id.0, number).await?;
    app.commit(tx, effects).await?;
    Ok(conversation.id)
}

/// Appends the event of a read marker that has moved forward. `shared_up_to` is where the other members saw it before.
async fn publish_read(
    tx: &mut Tx,
    effects: &mut Effects,
    viewer: Viewer,
    conversation: Room,
    message: &Message,
    shared_up_to: i64,
    now: Timestamp,
) -> Result<()> {
    let settings = settings::settings_of(&mut *tx, viewer.account).await?.unwrap_or_default();
    // The other members have seen a marker further on, which was moved back since: for them nothing changes.
    let feeds = if settings.sends_read_receipts && message.number > shared_up_to {
        let members = conversations::recipients(tx, conversation, viewer.account).await?.members;
        [conversation.feed()].into_iter().chain(members.into_iter().map(|member| Feed(member.0))).collect()
    } else {
        vec![Feed(viewer.account.0)]
    };
    let body = EventBody { kind: EventKind::ConversationRead, subject: viewer.account.0, detail: Some(message.id.0) };
    effects.publish_all(live::append_to_feeds(tx, now, &feeds, body).await?);
    Ok(())
}

/// Moves the viewer's read marker back to just before a message. Does nothing if the message is unread already. The event
/// is appended to the viewer's own feed only: the other members continue to see the marker where it was.
///
/// # Errors
/// Like [`mark_conversation_read`].
pub async fn mark_conversation_unread(
    app: &App,
    viewer: Viewer,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
) -> Result<ConversationId> {
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let (conversation, message) = lock_with_message(&mut tx, viewer, conversation, message).await?;
    if store::retract_marker(&mut tx, conversation, viewer.account, message.number, now).await? == 1 {
        let body =
            EventBody { kind: EventKind::ConversationRead, subject: viewer.account.0, detail: Some(message.id.0) };
        effects.publish(live::append(&mut tx, now, Feed(viewer.account.0), body).await?);
        app.commit(tx, effects).await?;
    }
    Ok(conversation.id)
}

/// Locks a conversation that is shown to the viewer, and returns it with one of its messages that the viewer can see.
async fn lock_with_message(
    tx: &mut Tx,
    viewer: Viewer,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
) -> Result<(Room, Message)> {
    let id = conversation.ok_or_else(conversation_not_found)?;
    let locked = lock(tx, viewer.account, id).await?.filter(|locked| locked.is_shown == Some(true));
    let conversation = locked.ok_or_else(conversation_not_found)?.room;
    let message = match message {
        Some(message) => messages::visible_by_id(tx, viewer.account, message).await?,
        None => None,
    };
    let message = message.filter(|message| message.conversation_id == id);
    let message =
        message.ok_or_else(|| Error::member("messageId", Code::NotFound, say::MessageMissingInConversation))?;
    Ok((conversation, message))
}

/// Returns the number of messages that the viewer has not read, in all conversations together that are not muted.
pub async fn unread_count(app: &App, viewer: Viewer) -> Result<i64> {
    Ok(store::count_unread(&app.db, viewer.account, app.clock.now()).await?)
}
