//! The users that messages mention: members of the conversation, or users in the lobby, without a block.

use super::{Message, store};
use crate::accounts::AccountId;
use crate::conversations::Room;
use crate::db::Tx;
use crate::error::Result;
use crate::profiles::mentions::MentionedNames;

/// What became of the mentions of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MentionChange {
    /// The users that the text mentions now and did not before.
    pub added: Vec<AccountId>,
    /// The users that the text mentioned before and does not now.
    pub removed: Vec<AccountId>,
}

/// Stores the mentions of a new message. Takes no statement if its text names no user.
pub async fn insert(tx: &mut Tx, room: Room, message: &Message) -> Result<MentionChange> {
    let added = find(tx, room, message).await?;
    if !added.is_empty() {
        store::insert_mentions(tx, message.id, &added).await?;
    }
    Ok(MentionChange { added, removed: Vec::new() })
}

/// Stores the mentions of a message whose text was edited.
pub async fn update(tx: &mut Tx, room: Room, message: &Message) -> Result<MentionChange> {
    let now = find(tx, room, message).await?;
    let before = store::mentions_of(&mut *tx, &[message.id]).await?;
    let before: Vec<AccountId> = before.into_iter().map(|(_, user)| user).collect();
    if now != before {
        store::delete_mentions(tx, message.id).await?;
        store::insert_mentions(tx, message.id, &now).await?;
    }
    let without = |users: &[AccountId], others: &[AccountId]| {
        users.iter().copied().filter(|user| !others.contains(user)).collect()
    };
    Ok(MentionChange { added: without(&now, &before), removed: without(&before, &now) })
}

/// Finds the users that the text of a message mentions.
async fn find(tx: &mut Tx, room: Room, message: &Message) -> Result<Vec<AccountId>> {
    let names = message.text.as_deref().map(MentionedNames::in_text).unwrap_or_default();
    let (Some(author), false) = (message.author_id, names.is_empty()) else { return Ok(Vec::new()) };
    let users = store::mentionable_users(tx, room, author, &names.keys()).await?;
    Ok(names.resolve(&users, author))
}
