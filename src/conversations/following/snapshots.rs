//! Loads the messages of events, once for all followers on this node.

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

/// The snapshots that this node has loaded in the last second.
pub type MessageSnapshots = SharedLookup<Option<Arc<MessageSnapshot>>>;

/// Returns the message of an event; `None` if it no longer exists. `number` is the number of the event in the feed of
/// the message's room.
pub async fn message_snapshot(app: &App, message: MessageId, number: i64) -> Result<Option<Arc<MessageSnapshot>>> {
    let lookup = || {
        let app = app.clone();
        async move { Ok(load(&app, &[message]).await?.remove(&message)) }
    };
    app.state::<MessageSnapshots>().get(message.0, number, lookup).await.map(|snapshot| Option::clone(&snapshot))
}

/// Loads the messages of several events, with three statements at most.
pub async fn load(app: &App, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<MessageSnapshot>>> {
    let messages = store::with_kind(&app.db, ids).await?;
    let conversations =
        messages.iter().filter(|one| one.kind != ConversationKind::Lobby).map(|one| one.message.conversation_id);
    let members = group_by_key(store::members_of(&app.db, &List::new(conversations)).await?);
    let authors =
        messages.iter().filter(|one| one.kind != ConversationKind::Direct).filter_map(|one| one.message.author_id);
    let authors: Vec<i64> = authors.map(|author| author.0).collect();
    let blocked = if authors.is_empty() {
        HashMap::new()
    } else {
        group_by_key(store::blocked_between(&app.db, &List::new(authors)).await?)
    };
    let snapshot = |store::MessageWithKind { message, kind }| MessageSnapshot {
        room: Room { id: message.conversation_id, kind },
        members: members.get(&message.conversation_id).cloned().unwrap_or_default(),
        blocked: message.author_id.and_then(|author| blocked.get(&author).cloned()).unwrap_or_default(),
        message,
    };
    Ok(messages.into_iter().map(|one| (one.message.id, Arc::new(snapshot(one)))).collect())
}

fn group_by_key<K: Copy + Eq + std::hash::Hash>(pairs: Vec<(K, AccountId)>) -> HashMap<K, Vec<AccountId>> {
    let mut groups: HashMap<K, Vec<AccountId>> = HashMap::new();
    for (key, member) in pairs {
        groups.entry(key).or_default().push(member);
    }
    groups
}
