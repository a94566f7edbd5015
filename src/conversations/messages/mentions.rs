//! The users that messages mention: members of the conversation, or users in the lobby, without a block.

use super::{Message, MessageId, store};
use crate::accounts::AccountId;
use crate::conversations::Room;
use crate::db::Tx;
use crate::error::Result;
use crate::mention_table;
use crate::profiles::mentions::{MentionChange, MentionTable, MentionedNames, MentioningText, rules as mentions};

impl MentioningText for MessageId {
    const MENTIONS: MentionTable = mention_table!("message_mentions", "message_id");
}

/// Finds and stores the mentions of a new message.
pub async fn insert(tx: &mut Tx, room: Room, message: &Message) -> Result<Vec<AccountId>> {
    let mentioned = find(tx, room, message).await?;
    mentions::insert(tx, message.id, &mentioned).await?;
    Ok(mentioned)
}

/// Finds and stores the mentions of a message whose text was edited.
pub async fn update(tx: &mut Tx, room: Room, message: &Message) -> Result<MentionChange> {
    let mentioned = find(tx, room, message).await?;
    mentions::replace(tx, message.id, &mentioned).await
}

/// Finds the users that the text of a message mentions.
async fn find(tx: &mut Tx, room: Room, message: &Message) -> Result<Vec<AccountId>> {
    let names = message.text.as_deref().map(MentionedNames::in_text).unwrap_or_default();
    let (Some(author), false) = (message.author_id, names.is_empty()) else { return Ok(Vec::new()) };
    let users = store::mentionable_users(tx, room, author, &names.keys()).await?;
    Ok(names.resolve(&users, author))
}
