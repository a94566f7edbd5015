//! Saying how far one has read.

use super::{Marker, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::messages::{MessageId, store as messages};
use crate::conversations::rules::{lock, not_found};
use crate::conversations::{ConversationId, store as conversations};
use crate::effects::Effects;
use crate::error::{Code, Error, Result};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::settings::store as settings;

/// Moves the viewer's marker forward to a message. Where it stands there or further on, nothing happens.
///
/// The viewer's other devices are told, and the others in the conversation if the viewer shares how far they have read.
///
/// # Errors
/// Refused with `NotFound` at `conversationId`, or at `messageId` for a message that is not there.
pub async fn mark_conversation_read(
    app: &App,
    viewer: Viewer,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
) -> Result<ConversationId> {
    let id = conversation.ok_or_else(not_found)?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let held = lock(&mut tx, viewer.account, id).await?;
    let room = held.filter(|held| held.is_shown == Some(true)).ok_or_else(not_found)?.room;
    let message = match message {
        Some(message) => messages::seen_by_id(&mut tx, viewer.account, message).await?,
        None => None,
    };
    let message = message.filter(|message| message.conversation_id == id);
    let message =
        message.ok_or_else(|| Error::member("messageId", Code::NotFound, "There is no such message here."))?;
    if store::mark(&mut tx, room, viewer.account, message.number, now).await? == 0 {
        return Ok(id);
    }
    let settings = settings::of(&mut tx, viewer.account).await?.unwrap_or_default();
    let feeds = if settings.sends_read_receipts {
        let members = conversations::receivers(&mut tx, room, viewer.account).await?;
        [room.feed()].into_iter().chain(members.into_iter().map(|(member,)| Feed(member.0))).collect()
    } else {
        vec![Feed(viewer.account.0)]
    };
    let body = EventBody { kind: EventKind::ConversationRead, subject: viewer.account.0, detail: Some(id.0) };
    for event in live::append_to_feeds(&mut tx, now, &feeds, body).await? {
        effects.publish(event);
    }
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Returns how far somebody has read a conversation of the viewer's, if the viewer may know.
///
/// # Errors
/// When the database does not answer.
pub async fn marker(
    app: &App,
    viewer: AccountId,
    conversation: ConversationId,
    reader: AccountId,
) -> Result<Option<Marker>> {
    let markers = store::markers(&app.db, viewer, &[conversation]).await?;
    Ok(markers.into_iter().find(|marker| marker.user_id == reader))
}

/// Returns how many messages the viewer has not read, in all conversations together.
///
/// # Errors
/// When the database does not answer.
pub async fn unread_count(app: &App, viewer: Viewer) -> Result<i64> {
    Ok(store::unread_of(&app.db, viewer.account).await?)
}
