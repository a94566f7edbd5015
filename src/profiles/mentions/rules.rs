//! Storing the mentions of texts.

use super::{MentionChange, MentioningText, store};
use crate::accounts::AccountId;
use crate::db::Tx;
use crate::error::Result;

/// Stores the mentions of a new text. Takes no statement if it mentions no user.
pub async fn insert<T: MentioningText>(tx: &mut Tx, text: T, mentioned: &[AccountId]) -> Result<()> {
    if !mentioned.is_empty() {
        store::insert(tx, text, mentioned).await?;
    }
    Ok(())
}

/// Stores the mentions of a text that was edited.
pub async fn replace<T: MentioningText>(tx: &mut Tx, text: T, now: &[AccountId]) -> Result<MentionChange> {
    let before: Vec<AccountId> = store::of_texts(&mut *tx, &[text]).await?.into_iter().map(|(_, user)| user).collect();
    if now != before {
        store::delete(tx, text).await?;
        store::insert(tx, text, now).await?;
    }
    let without = |users: &[AccountId], others: &[AccountId]| {
        users.iter().copied().filter(|user| !others.contains(user)).collect()
    };
    Ok(MentionChange { added: without(now, &before), removed: without(&before, now) })
}
