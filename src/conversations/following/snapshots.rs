//! Loads what events are about, once for all followers on this node.

use std::collections::HashMap;
use std::sync::Arc;

use super::{MessageSnapshot, Occurrence, ReadSnapshot, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::reading::store as reading;
use crate::conversations::{
    Conversation, ConversationId, ConversationKind, Room, ViewerAndConversation, store as conversations,
};
use crate::db::List;
use crate::error::Result;
use crate::live::{Event, SharedLookup};

/// The snapshots that this node has loaded in the last second.
pub type MessageSnapshots = SharedLookup<MessageId, Option<Arc<MessageSnapshot>>>;

/// Returns the message of an event; `None` if it no longer exists. `number` is the number of the event in the feed of
/// the message's room.
pub async fn message_snapshot(app: &App, message: MessageId, number: i64) -> Result<Option<Arc<MessageSnapshot>>> {
    let lookup = || {
        let app = app.clone();
        async move { Ok(load(&app, &[message]).await?.remove(&message)) }
    };
    app.state::<MessageSnapshots>().get(message, number, lookup).await.map(|snapshot| Option::clone(&snapshot))
}

/// Returns a message that was loaded in the last second or is loaded now, if the viewer can see it.
pub async fn recent_message(app: &App, viewer: AccountId, message: MessageId) -> Result<Option<Message>> {
    let snapshot = message_snapshot(app, message, i64::MIN).await?;
    Ok(snapshot.filter(|snapshot| snapshot.is_visible_to(viewer)).map(|snapshot| snapshot.message.clone()))
}

type ReadSnapshots = SharedLookup<Occurrence, Option<Arc<ReadSnapshot>>>;

/// Returns the read marker of an event; `None` if it no longer exists.
pub async fn read_snapshot(app: &App, event: &Event) -> Result<Option<Arc<ReadSnapshot>>> {
    let (reader, place) = (AccountId(event.subject), event.detail.unwrap_or_default());
    let lookup = || {
        let app = app.clone();
        async move {
            let mut rows = reading::marker_by_viewer(&app.db, reader, place).await?;
            let viewers = rows.iter().map(|row| row.viewer_id).collect();
            Ok(rows.pop().map(|row| Arc::new(ReadSnapshot { marker: row.marker, viewers })))
        }
    };
    // A marker moves to a message once.
    app.state::<ReadSnapshots>().get(event.into(), 0, lookup).await.map(|snapshot| Option::clone(&snapshot))
}

type ConversationSnapshots = SharedLookup<(ConversationId, Occurrence), HashMap<AccountId, Conversation>>;

/// Returns the conversation of an event as the viewer sees it; `None` if it is not shown to the viewer.
pub async fn conversation_snapshot(
    app: &App,
    ViewerAndConversation { viewer, conversation }: ViewerAndConversation,
    occurrence: Occurrence,
) -> Result<Option<Conversation>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let shown = conversations::by_member(&app.db, conversation).await?;
            Ok(shown.into_iter().map(|conversation| (conversation.user_id, conversation)).collect())
        }
    };
    let by_member = app.state::<ConversationSnapshots>().get((conversation, occurrence), 0, lookup).await?;
    Ok(by_member.get(&viewer).cloned())
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
