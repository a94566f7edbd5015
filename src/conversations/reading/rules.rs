//! Moving read markers, and who can see them.

use super::store;
use crate::accounts::Viewer;
use crate::app::App;
use crate::conversations::messages::{MessageId, store as messages};
use crate::conversations::rules::{conversation_not_found, lock};
use crate::conversations::{ConversationId, store as conversations};
use crate::effects::Effects;
use crate::error::{Code, Error, Result};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::profiles::settings::store as settings;

/// Moves the viewer's read marker forward to a message. Does nothing if the marker is already there or further on.
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
    let id = conversation.ok_or_else(conversation_not_found)?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let locked = lock(&mut tx, viewer.account, id).await?;
    let locked = locked.filter(|locked| locked.is_shown == Some(true));
    let conversation = locked.ok_or_else(conversation_not_found)?.room;
    let message = match message {
        Some(message) => messages::visible_by_id(&mut tx, viewer.account, message).await?,
        None => None,
    };
    let message = message.filter(|message| message.conversation_id == id);
    let message = message.ok_or_else(|| {
        Error::member("messageId", Code::NotFound, "This message does not exist in this conversation.")
    })?;
    if store::advance_marker(&mut tx, conversation, viewer.account, message.number, now).await? == 0 {
        return Ok(id);
    }
    let settings = settings::settings_of(&mut tx, viewer.account).await?.unwrap_or_default();
    let feeds = if settings.sends_read_receipts {
        let recipients = conversations::recipients(&mut tx, conversation, viewer.account).await?;
        [conversation.feed()].into_iter().chain(recipients.into_iter().map(|(member,)| Feed(member.0))).collect()
    } else {
        vec![Feed(viewer.account.0)]
    };
    let body = EventBody { kind: EventKind::ConversationRead, subject: viewer.account.0, detail: Some(message.id.0) };
    for event in live::append_to_feeds(&mut tx, now, &feeds, body).await? {
        effects.publish(event);
    }
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Returns the number of messages that the viewer has not read, in all conversations together.
pub async fn unread_count(app: &App, viewer: Viewer) -> Result<i64> {
    Ok(store::count_unread(&app.db, viewer.account).await?)
}
