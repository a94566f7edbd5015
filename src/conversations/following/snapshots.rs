//! What events tell of.

use std::collections::HashMap;
use std::sync::Arc;

use super::{MessageSnapshot, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::MessageId;
use crate::conversations::{ConversationKind, Room};
use crate::db::List;
use crate::error::Result;
use crate::live::SharedLookup;

/// Returns what an event tells of a message, looked up once for all who follow on this node; `None` when it is gone. The
/// number is that of the event in the feed of the message's room.
///
/// # Errors
/// When the database does not answer.
/// The snapshots that this node has loaded in the last second.
pub type MessageSnapshots = SharedLookup<Option<Arc<MessageSnapshot>>>;

pub async fn scene(app: &App, message: MessageId, number: i64) -> Result<Option<Arc<MessageSnapshot>>> {
    let look_up = || {
        let app = app.clone();
        async move { Ok(load(&app, &[message]).await?.remove(&message)) }
    };
    app.state::<MessageSnapshots>().get(message.0, number, look_up).await.map(|found| Option::clone(&found))
}

/// Loads what events tell of, in three statements however many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn load(app: &App, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<MessageSnapshot>>> {
    let placed = store::placed(&app.db, ids).await?;
    let rooms = placed.iter().filter(|one| one.kind != ConversationKind::Lobby).map(|one| one.message.conversation_id);
    let members = grouped(store::members_of(&app.db, &List::new(rooms)).await?);
    let authors =
        placed.iter().filter(|one| one.kind != ConversationKind::Direct).filter_map(|one| one.message.author_id);
    let authors: Vec<i64> = authors.map(|author| author.0).collect();
    let blocked = if authors.is_empty() {
        HashMap::new()
    } else {
        grouped(store::blocked_between(&app.db, &List::new(authors)).await?)
    };
    let scene = |store::Placed { message, kind }| MessageSnapshot {
        room: Room { id: message.conversation_id, kind },
        members: members.get(&message.conversation_id).cloned().unwrap_or_default(),
        blocked: message.author_id.and_then(|author| blocked.get(&author).cloned()).unwrap_or_default(),
        message,
    };
    Ok(placed.into_iter().map(|placed| (placed.message.id, Arc::new(scene(placed)))).collect())
}

fn grouped<K: Copy + Eq + std::hash::Hash>(pairs: Vec<(K, AccountId)>) -> HashMap<K, Vec<AccountId>> {
    let mut groups: HashMap<K, Vec<AccountId>> = HashMap::new();
    for (key, member) in pairs {
        groups.entry(key).or_default().push(member);
    }
    groups
}
