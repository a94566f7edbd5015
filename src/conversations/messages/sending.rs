//! Sending a message into a conversation.

use std::collections::BTreeSet;

use super::rules::{add, check, claim, in_room};
use super::{Draft, Message, MessageId};
use crate::accounts::{AccountId, Viewer};
use crate::app::{App, Told};
use crate::conversations::rules::{self as conversations, find_or_start, hold, may_send, unavailable};
use crate::conversations::typing::rules as typing;
use crate::conversations::{ConversationId, Room, View};
use crate::db::Tx;
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
pub async fn send_message(app: &App, viewer: Viewer, to: To, draft: &Draft) -> Result<Message> {
    let draft = check(draft)?;
    let id = MessageId(app.clock.new_id());
    let mut told = Told::default();
    let mut tx = app.db.write().await?;
    if let Some(before) = claim(&mut tx, viewer, &draft, id).await? {
        drop(tx);
        return in_room(before, find(app, viewer, to).await?);
    }
    let room = open(app, &mut tx, viewer, to).await?;
    let message = add(app, &mut tx, &mut told, viewer, room, (id, &draft)).await?;
    app.commit(tx, told).await?;
    typing::stop(app, viewer.account, room);
    Ok(message)
}

/// Returns the room, if there is one that the viewer sees.
async fn find(app: &App, viewer: Viewer, to: To) -> Result<Option<Room>> {
    let viewer = viewer.account;
    let conversation = match to {
        To::Conversation(Some(conversation)) => conversations::conversation(app, View { viewer, conversation }).await?,
        To::User(Some(other)) => conversations::direct(app, viewer, other).await?,
        _ => None,
    };
    Ok(conversation.map(|conversation| conversation.room))
}

/// Returns the room, held, if the viewer may say something there.
async fn open(app: &App, tx: &mut Tx, viewer: Viewer, to: To) -> Result<Room> {
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
    let held = hold(tx, viewer.account, id).await?.ok_or_else(|| to.not_found())?;
    // Nobody is told of a conversation before its first message, but whoever writes to somebody may find it.
    if matches!(to, To::Conversation(_)) && held.is_shown != Some(true) {
        return Err(to.not_found());
    }
    if may_send(viewer, &conversations::audience(app, &mut *tx, viewer, held.room, held.other_id).await?) {
        return Ok(held.room);
    }
    Err(Error::Refused(vec![unavailable(to.member())]))
}
