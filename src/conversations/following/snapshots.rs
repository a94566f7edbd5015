//! Loads what events are about, once for all followers on this node.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{MessageSnapshot, Occurrence, ReadSnapshot, ReplyTarget, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::groups::{ReportedChange, store as groups};
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::reading::{ReadMarker, store as reading};
use crate::conversations::{
    Conversation, ConversationId, ConversationKind, Room, ViewerAndConversation, store as conversations,
};
use crate::db::List;
use crate::error::Result;
use crate::live::{Event, EventKind, SharedLookup};
use crate::profiles::mentions::store as mentions;
use crate::profiles::relations::store as relations;

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

/// Returns whether the viewer can send messages to the group of a message that was loaded in the last second or is loaded
/// now: it has other members. `None` if it is in no group.
pub async fn can_send_to_group(app: &App, viewer: AccountId, message: MessageId) -> Result<Option<bool>> {
    let snapshot = message_snapshot(app, message, i64::MIN).await?;
    Ok(snapshot.and_then(|snapshot| snapshot.can_send_to_group(viewer)))
}

type ReadSnapshots = SharedLookup<Occurrence, ReadSnapshot>;

/// Returns the read marker of an event as the viewer sees it; `None` if the viewer cannot see it, or it no longer exists.
/// A marker can move to the same message again: a lookup is shared with the events up to the instant of its event.
pub async fn read_marker(app: &App, event: &Event, viewer: AccountId) -> Result<Option<ReadMarker>> {
    let (reader, place) = (AccountId(event.subject), event.detail.unwrap_or_default());
    let lookup = || {
        let app = app.clone();
        async move {
            let rows = reading::marker_by_viewer(&app.db, reader, place).await?;
            Ok(ReadSnapshot(rows.into_iter().map(|row| (row.viewer_id, row.marker)).collect()))
        }
    };
    let snapshot = app.state::<ReadSnapshots>().get(event.into(), event.happened_at.0, lookup).await?;
    Ok(snapshot.0.get(&viewer).cloned())
}

type ConversationSnapshots = SharedLookup<(ConversationId, Occurrence), HashMap<AccountId, Conversation>>;

/// Returns the conversation of an event as the viewer sees it; `None` if it is not shown to the viewer.
pub async fn conversation_snapshot(
    app: &App,
    ViewerAndConversation { viewer, conversation }: ViewerAndConversation,
    (occurrence, happened_at): (Occurrence, Timestamp),
) -> Result<Option<Conversation>> {
    let lookup = || {
        let app = app.clone();
        async move {
            let shown = conversations::by_member(&app.db, conversation).await?;
            Ok(shown.into_iter().map(|conversation| (conversation.user_id, conversation)).collect())
        }
    };
    let by_member = app.state::<ConversationSnapshots>().get((conversation, occurrence), happened_at.0, lookup).await?;
    Ok(by_member.get(&viewer).cloned())
}

/// The users with a block between them and the subject of an event, in order.
struct HiddenFrom(Vec<AccountId>);

/// Returns the change of a group that an event reports; `None` for other events, and once the group is deleted.
pub async fn reported_change(app: &App, event: &Event) -> Result<Option<ReportedChange>> {
    if event.kind != EventKind::GroupChanged {
        return Ok(ReportedChange::within(event));
    }
    let id = event.subject;
    let lookup = || {
        let app = app.clone();
        async move { Ok(groups::change(&app.db, id).await?) }
    };
    // The record of a change stays as it is.
    app.state::<SharedLookup<i64, Option<ReportedChange>>>().get(id, 0, lookup).await.map(|reported| *reported)
}

/// Returns true if a block separates the viewer from the account that an event is about.
pub async fn is_hidden(app: &App, event: &Event, subject: AccountId, viewer: AccountId) -> Result<bool> {
    let lookup = || {
        let app = app.clone();
        async move {
            let hidden = relations::hidden_from(&app.db, subject).await?;
            Ok(HiddenFrom(hidden.into_iter().map(|(user,)| user).collect()))
        }
    };
    let hidden = app.state::<SharedLookup<Occurrence, HiddenFrom>>().get(event.into(), 0, lookup).await?;
    Ok(hidden.0.binary_search(&viewer).is_ok())
}

/// Loads the messages of several events, with five statements at most.
pub async fn load(app: &App, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<MessageSnapshot>>> {
    let messages = store::with_kind(&app.db, ids).await?;
    let targets: Vec<MessageId> = messages.iter().filter_map(|one| one.message.reply_to_id).collect();
    let targets = if targets.is_empty() { Vec::new() } else { store::with_kind(&app.db, &targets).await? };
    let with_names = messages.iter().chain(&targets).map(|one| &one.message);
    let with_names = with_names.filter(|message| message.text.as_deref().is_some_and(|text| text.contains('@')));
    let with_names: Vec<MessageId> = with_names.map(|message| message.id).collect();
    let mentions = if with_names.is_empty() {
        HashMap::new()
    } else {
        group_by_key(mentions::of_texts(&app.db, &with_names).await?)
    };
    let conversations =
        messages.iter().filter(|one| one.kind != ConversationKind::Lobby).map(|one| one.message.conversation_id);
    let members = store::members_of(&app.db, &List::new(conversations)).await?;
    let members = group_by_key(members.into_iter().map(|(room, member, bound)| (room, (member, bound))));
    let authors = messages.iter().chain(&targets).filter(|one| one.kind != ConversationKind::Direct);
    let users: BTreeSet<AccountId> =
        authors.filter_map(|one| one.message.author_id).chain(mentions.values().flatten().copied()).collect();
    let blocked = if users.is_empty() {
        HashMap::new()
    } else {
        group_by_key(store::blocked_between(&app.db, &List::new(users.into_iter().map(|user| user.0))).await?)
    };
    let blocked_from = |user: &AccountId| blocked.get(user).into_iter().flatten().copied();
    let targets: HashMap<MessageId, Message> = targets.into_iter().map(|one| (one.message.id, one.message)).collect();
    let snapshot = |store::MessageWithKind { message, kind }| {
        let reply_to = message.reply_to_id.and_then(|id| targets.get(&id)).cloned();
        let texts = [Some(message.id), reply_to.as_ref().map(|target| target.id)].into_iter().flatten();
        let mentioned = texts.filter_map(|id| mentions.get(&id.0)).flatten();
        let blocked_from_mentioned: BTreeSet<AccountId> = mentioned.flat_map(blocked_from).collect();
        let blocked_from_author = |message: &Message| message.author_id.iter().flat_map(blocked_from).collect();
        MessageSnapshot {
            room: Room { id: message.conversation_id, kind },
            members: members.get(&message.conversation_id).cloned().unwrap_or_default(),
            blocked: blocked_from_author(&message),
            reply_to: reply_to.map(|message| ReplyTarget { blocked: blocked_from_author(&message), message }),
            blocked_from_mentioned: blocked_from_mentioned.into_iter().collect(),
            message,
        }
    };
    Ok(messages.into_iter().map(|one| (one.message.id, Arc::new(snapshot(one)))).collect())
}

fn group_by_key<K: Copy + Eq + std::hash::Hash, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
