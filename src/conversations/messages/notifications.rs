//! Notifies the author of a message of replies to it, and users of messages that mention them. Plans a push of the unread
//! conversation.
//!
//! Messages of direct conversations cause no notifications: the conversation is unread.

use super::{Message, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::{ConversationKind, Room};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};
use crate::profiles::mentions::MentionChange;

/// Notifies of a new message: first the author of the message that it replies to, then the users that it mentions. A
/// message notifies a user once.
pub async fn on_added(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    room: Room,
    message: &Message,
    replied: Option<AccountId>,
    mentioned: &[AccountId],
) -> Result<()> {
    if room.kind != ConversationKind::Lobby && app.config.has_push() {
        let now = app.clock.now();
        store::insert_pushes(tx, message, now, now.plus(notifications::PUSH_DELAY)).await?;
    }
    if room.kind == ConversationKind::Direct {
        return Ok(());
    }
    // An author who has left the conversation cannot see the reply.
    if let Some(replied) = replied
        && store::is_in_room_of(&mut *tx, replied, message.id).await?
    {
        notify(app, tx, effects, NotificationType::Reply, message, &[replied]).await?;
    }
    notify(app, tx, effects, NotificationType::Mention, message, mentioned).await
}

/// Notifies the users that an edited message mentions now, and takes the notification from those that it no longer does.
pub async fn on_edited(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    room: Room,
    message: &Message,
    change: &MentionChange,
) -> Result<()> {
    if room.kind == ConversationKind::Direct {
        return Ok(());
    }
    if !change.removed.is_empty() {
        notifications::withdraw(tx, effects, NotificationType::Mention, subject(message), &change.removed).await?;
    }
    notify(app, tx, effects, NotificationType::Mention, message, &change.added).await
}

async fn notify(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    r#type: NotificationType,
    message: &Message,
    recipients: &[AccountId],
) -> Result<()> {
    let notification = |recipient: &AccountId| NewNotification {
        actor: message.author_id,
        ..NewNotification::new(r#type, *recipient, subject(message))
    };
    let notifications: Vec<NewNotification> = recipients.iter().map(notification).collect();
    notifications::notify(app, tx, effects, &notifications).await
}

fn subject(message: &Message) -> Subject {
    Subject::new(SubjectKind::Message, message.id)
}
