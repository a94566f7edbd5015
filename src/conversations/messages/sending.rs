//! Sending a message into a conversation.

use std::collections::BTreeSet;

use super::rules::{add, check, claim, in_room};
use super::{Message, MessageDraft, MessageId};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::rules::{audience, find_or_start, lock, may_send, unavailable};
use crate::conversations::store::LockedConversation;
use crate::conversations::typing::rules as typing;
use crate::conversations::{ConversationId, Room};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};

/// Where a message goes. `None` stands for what is no id.
#[derive(Clone, Copy, Debug)]
pub enum To {
    Conversation(Option<ConversationId>),
    /// The direct thread with this person, which is started if there is none.
    User(Option<AccountId>),
}

impl To {
    /// Reads the two members of the input, of which exactly one is to be given.
    ///
    /// # Errors
    /// Refused with `Invalid`.
    pub fn new(conversation: Option<Option<ConversationId>>, user: Option<Option<AccountId>>) -> Result<Self> {
        match (conversation, user) {
            (Some(conversation), None) => Ok(Self::Conversation(conversation)),
            (None, Some(user)) => Ok(Self::User(user)),
            _ => Err(Error::refused(Code::Invalid, "Give either conversationId or userId.")),
        }
    }

    fn member(self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversationId",
            Self::User(_) => "userId",
        }
    }

    fn not_found(self) -> Error {
        let message = match self {
            Self::Conversation(_) => "There is no such conversation.",
            Self::User(_) => "There is no such person.",
        };
        Error::member(self.member(), Code::NotFound, message)
    }
}

/// Sends a message. A draft that repeats an earlier one, key and all, gives the message that the earlier one made.
///
/// # Errors
/// Refused with what is wrong with text, key and pictures; at `conversationId` or `userId` with `NotFound`, or with
/// `RecipientUnavailable` across a block and against a policy; rate limited.
pub async fn send_message(app: &App, viewer: Viewer, to: To, draft: &MessageDraft) -> Result<Message> {
    let draft = check(draft)?;
    let id = MessageId(app.clock.new_id());
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let held = open(app, &mut tx, viewer, to).await?;
    if let Some(before) = claim(&mut tx, viewer, &draft, id).await? {
        // Only once the first request's commit is on disk: on SQLite its rows are seen before.
        tx.commit().await?;
        return in_room(before, held.room);
    }
    if !may_send(viewer, &audience(app, &mut tx, viewer, held.room, held.other_id).await?) {
        return Err(Error::Refused(vec![unavailable(to.member())]));
    }
    let message = add(app, &mut tx, &mut effects, viewer, held.room, (id, &draft)).await?;
    app.commit(tx, effects).await?;
    typing::stop(app, viewer.account, held.room);
    Ok(message)
}

/// Holds the room that the viewer names, or starts it.
async fn open(app: &App, tx: &mut Tx, viewer: Viewer, to: To) -> Result<LockedConversation> {
    let id = match to {
        To::Conversation(Some(id)) if id != Room::LOBBY.id => id,
        To::User(Some(other)) if other == viewer.account => {
            return Err(Error::member("userId", Code::Invalid, "That is you."));
        }
        To::User(Some(other)) => {
            let members = BTreeSet::from([viewer.account, other]);
            find_or_start(app, tx, viewer, &members, "userId", &|_, problem: Problem| problem).await?
        }
        _ => return Err(to.not_found()),
    };
    let held = lock(tx, viewer.account, id).await?.ok_or_else(|| to.not_found())?;
    // Nobody is told of a conversation before its first message, but whoever writes to somebody may find it.
    if matches!(to, To::Conversation(_)) && held.is_shown != Some(true) {
        return Err(to.not_found());
    }
    Ok(held)
}
