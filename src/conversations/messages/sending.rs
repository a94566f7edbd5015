//! Sending a message to a conversation.

use std::collections::BTreeSet;

use super::rules::{MESSAGE_LIMIT, add_message, claim_key, require_in_room, validate_draft};
use super::{Message, MessageDraft, MessageId};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::rules::{
    START_LIMIT, audience, can_send, conversation_not_found, find_or_create, lock, recipient_unavailable, unknown_user,
};
use crate::conversations::store::LockedRoom;
use crate::conversations::typing::rules as typing;
use crate::conversations::{ConversationId, Room};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::limiter::Reservation;
use crate::sentences::say;

/// Where to send a message. `None` stands for a string that is not an id.
#[derive(Clone, Copy, Debug)]
pub enum Recipient {
    Conversation(Option<ConversationId>),
    /// The direct conversation with this user, which is created if there is none.
    User(Option<AccountId>),
}

impl Recipient {
    /// Combines the two fields of the input.
    ///
    /// # Errors
    /// `Invalid` unless exactly one of them is given.
    pub fn new(conversation: Option<Option<ConversationId>>, user: Option<Option<AccountId>>) -> Result<Self> {
        match (conversation, user) {
            (Some(conversation), None) => Ok(Self::Conversation(conversation)),
            (None, Some(user)) => Ok(Self::User(user)),
            _ => Err(Error::refused(Code::Invalid, say::ConversationOrUser)),
        }
    }

    /// The input field that names the recipient.
    fn field(self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversationId",
            Self::User(_) => "userId",
        }
    }

    fn not_found(self) -> Error {
        match self {
            Self::Conversation(_) => conversation_not_found(),
            Self::User(_) => Error::Refused(vec![unknown_user("userId")]),
        }
    }
}

/// Sends a message. A request that repeats an earlier one, with the same key and content, gets the earlier message.
///
/// # Errors
/// Problems with text, key and images; at `conversationId` or `userId`, `NotFound`, or `RecipientUnavailable` if a
/// block or a message policy forbids it; rate limited.
pub async fn send_message(app: &App, viewer: Viewer, recipient: Recipient, draft: &MessageDraft) -> Result<Message> {
    let draft = validate_draft(draft)?;
    let id = MessageId(app.clock.new_id());
    let allowance = app.limiter.reserve(&MESSAGE_LIMIT, viewer.account.0, 1).await;
    let start_allowance = match recipient {
        Recipient::User(_) => app.limiter.reserve(&START_LIMIT, viewer.account.0, 1).await,
        Recipient::Conversation(_) => Err(Error::internal("only a message to a user starts a conversation")),
    };
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let locked = lock_conversation(app, &mut tx, viewer, recipient, start_allowance).await?;
    if let Some(earlier) = claim_key(&mut tx, viewer, &draft, id).await? {
        // The commit waits until the first request's commit is on disk: on SQLite its rows are visible before that.
        tx.commit().await?;
        return require_in_room(earlier, locked.room);
    }
    if !can_send(viewer, &audience(app, &mut tx, viewer, locked.room, locked.other_id).await?) {
        return Err(Error::Refused(vec![recipient_unavailable(recipient.field())]));
    }
    let message = add_message(app, &mut tx, &mut effects, viewer, locked.room, (id, &draft), allowance).await?;
    app.commit(tx, effects).await?;
    typing::stop_typing(app, viewer.account, locked.room);
    Ok(message)
}

/// Locks the recipient conversation. Creates the direct conversation with a user if there is none.
async fn lock_conversation(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    recipient: Recipient,
    start_allowance: Result<Reservation>,
) -> Result<LockedRoom> {
    let id = match recipient {
        Recipient::Conversation(Some(id)) if id != Room::LOBBY.id => id,
        Recipient::User(Some(other)) if other == viewer.account => {
            return Err(Error::member("userId", Code::Invalid, say::MessageToYourself));
        }
        Recipient::User(Some(other)) => {
            let members = BTreeSet::from([viewer.account, other]);
            let locate = |_, problem: Problem| problem;
            find_or_create(app, tx, viewer, &members, start_allowance, "userId", &locate).await?
        }
        _ => return Err(recipient.not_found()),
    };
    let locked = lock(tx, viewer.account, id).await?.ok_or_else(|| recipient.not_found())?;
    // A conversation without messages is hidden from the members who did not start it: they can reach it by `userId`
    // only.
    if matches!(recipient, Recipient::Conversation(_)) && locked.is_shown != Some(true) {
        return Err(recipient.not_found());
    }
    Ok(locked)
}
