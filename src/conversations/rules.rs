//! Starting and leaving conversations, and who can send messages where.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::groups::{image_use, rules as groups, store as group_store};
use super::messages::{Message, store as messages};
use super::reading::counts;
use super::store::{self, LockedRoom, RoomOfUser};
use super::typing::rules as typing;
use super::{Conversation, ConversationId, ConversationKind, Room, ViewerAndConversation};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{List, Query, SWEEP_BATCH_SIZE, Tx};
use crate::effects::{DomainEvent, Effects};
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::files::rules as files;
use crate::images::rules as images;
use crate::limiter::{RateLimit, Reservation};
use crate::live::{self, EventBody, EventKind, Feed};
use crate::notifications::rules as notifications;
use crate::profiles::relations::rules::can_message;
use crate::profiles::relations::{Relation, store as relations};
use crate::sentences::{Value, say};

/// The members of one conversation, including the user who starts it.
pub const MAX_MEMBERS: usize = 50;

pub static START_LIMIT: RateLimit = RateLimit::per_hour("new conversations", 10);

/// The client retries after this delay when it loses a race against the deletion of an account.
pub(super) const RACE_RETRY_AFTER: Duration = Duration::from_secs(1);

/// An id that no account has.
const NO_ACCOUNT: AccountId = AccountId(0);

/// The users who would read a message.
#[derive(Clone, Debug)]
pub enum Audience {
    Empty,
    /// The other members of a group, or the users of the lobby.
    Many,
    /// The other member of a direct conversation.
    One(Relation),
}

/// Returns true if the viewer can send a message to this audience. Message policies apply to direct conversations only:
/// the members of a group can leave it.
pub fn can_send(viewer: Viewer, audience: &Audience) -> bool {
    match audience {
        Audience::Empty => false,
        Audience::Many => true,
        Audience::One(relation) => can_message(viewer, relation),
    }
}

/// Returns a conversation that is shown to the viewer.
pub async fn conversation(app: &App, key: ViewerAndConversation) -> Result<Option<Conversation>> {
    Ok(store::by_id(&app.db, key.viewer, key.conversation).await?)
}

/// Returns the direct conversation of two users, if it is shown to the viewer.
pub async fn direct_conversation(app: &App, viewer: AccountId, other: AccountId) -> Result<Option<Conversation>> {
    Ok(store::by_key(&app.db, viewer, &member_key(&BTreeSet::from([viewer, other]))).await?)
}

/// Returns the conversation of exactly these users and the viewer, and creates it if there is none.
///
/// # Errors
/// `TooShort` or `TooLong` at `userIds`; `NotFound` or `RecipientUnavailable` at the position of an id; rate limited if
/// the conversation is new.
pub async fn start_conversation(app: &App, viewer: Viewer, users: &[Option<AccountId>]) -> Result<Conversation> {
    let members = invited_members(viewer, users)?;
    let locate = |user, problem: Problem| problem.at(position_of(user, users));
    let allowance = app.limiter.reserve(&START_LIMIT, viewer.account.0, 1).await;
    let mut tx = app.db.write().await?;
    let id = find_or_create(app, &mut tx, viewer, &members, allowance, "userIds", &locate).await?;
    store::set_shown(&mut tx, id, viewer.account).await?;
    let conversation = store::by_id(&mut tx, viewer.account, id).await?;
    tx.commit().await?;
    conversation.ok_or(Error::Unavailable(RACE_RETRY_AFTER))
}

/// Returns the members of a conversation of the viewer and these users. `None` stands for a malformed id.
///
/// # Errors
/// `TooShort` or `TooLong` at `userIds`; `NotFound` at the position of a malformed id.
pub(super) fn invited_members(viewer: Viewer, users: &[Option<AccountId>]) -> Result<BTreeSet<AccountId>> {
    if users.len() > MAX_MEMBERS {
        return Err(too_many_members());
    }
    let mut problems = Problems::default();
    for (position, user) in users.iter().enumerate() {
        if user.is_none() {
            problems.extend([unknown_user("userIds").at(position)]);
        }
    }
    problems.finish()?;
    let members: BTreeSet<AccountId> = users.iter().copied().flatten().chain([viewer.account]).collect();
    match members.len() {
        0 | 1 => {
            let problem = Problem::member("userIds", Code::TooShort, say::ConversationWithoutOthers);
            Err(problem.with_limit(1).into())
        }
        count if count > MAX_MEMBERS => Err(too_many_members()),
        _ => Ok(members),
    }
}

/// Returns the position of a user in the ids of an input.
pub(super) fn position_of(user: AccountId, users: &[Option<AccountId>]) -> usize {
    users.iter().position(|id| *id == Some(user)).unwrap_or_default()
}

fn too_many_members() -> Error {
    let message = say::ConversationTooLarge { max: Value::number(MAX_MEMBERS) };
    Problem::member("userIds", Code::TooLong, message).with_limit(MAX_MEMBERS - 1).into()
}

/// Finds the conversation of these members, which include the viewer. Creates it if the viewer can write to all others.
/// `allowance` is the reservation of the viewer's limit on new conversations.
///
/// Problems with a user are reported at the input field `field`; `locate` adds the position of the user's id in it.
pub(super) async fn find_or_create(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    members: &BTreeSet<AccountId>,
    allowance: Result<Reservation>,
    field: &'static str,
    locate: &(dyn Fn(AccountId, Problem) -> Problem + Sync),
) -> Result<ConversationId> {
    let key = member_key(members);
    if let Some((id,)) = store::id_by_key(tx, &key).await? {
        return Ok(id);
    }
    check_invited(app, tx, viewer, members, field, locate).await?;
    allowance?.keep();
    let now = app.clock.now();
    let id = ConversationId(app.clock.new_id());
    let kind = if members.len() == 2 { ConversationKind::Direct } else { ConversationKind::Group };
    store::insert(tx, Room { id, kind }, now).await?;
    if store::insert_key(tx, &key, id).await? == 0 {
        // A concurrent transaction has created it.
        store::delete(tx, id).await?;
        return store::id_by_key(tx, &key).await?.map(|(id,)| id).ok_or(Error::Unavailable(RACE_RETRY_AFTER));
    }
    let members: Vec<AccountId> = members.iter().copied().collect();
    store::insert_members(tx, id, &members, viewer.account, now).await?;
    Ok(id)
}

/// Rejects users who do not exist or do not accept messages from the viewer. Locks all accounts, in the order of their
/// ids, so that none is deleted before the commit.
pub(super) async fn check_invited(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    members: &BTreeSet<AccountId>,
    field: &'static str,
    locate: &(dyn Fn(AccountId, Problem) -> Problem + Sync),
) -> Result<()> {
    let mut problems = Problems::default();
    for &user in members {
        let exists = accounts::lock(tx, user).await?;
        match exists {
            false if user == viewer.account => return Err(Error::Unauthenticated),
            false => problems.extend([locate(user, unknown_user(field))]),
            true => {}
        }
    }
    problems.finish()?;
    let others: Vec<AccountId> = members.iter().copied().filter(|user| *user != viewer.account).collect();
    let mut problems = Problems::default();
    for relation in relations::between(&mut *tx, viewer.account, &others, app.clock.now()).await? {
        if !can_message(viewer, &relation) {
            problems.extend([locate(relation.user_id, recipient_unavailable(field))]);
        }
    }
    problems.finish()
}

/// Returns the key by which the conversation of these members is found.
fn member_key(members: &BTreeSet<AccountId>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for member in members {
        hash.update(member.0.to_be_bytes());
    }
    hash.finalize().to_vec()
}

/// Locks a room until the end of the transaction, as every change to it must. `None` if the viewer is not a member;
/// every viewer counts as a member of the lobby.
pub async fn lock(tx: &mut Tx, viewer: AccountId, id: ConversationId) -> Result<Option<LockedRoom>> {
    let locked = store::lock(tx, id, viewer).await?;
    Ok(locked.filter(|locked| locked.is_shown.is_some() || locked.room.kind == ConversationKind::Lobby))
}

/// Returns the audience of the viewer's messages in a room. `other` is any other member of it; in a direct
/// conversation, the only one.
pub async fn audience(
    app: &App,
    db: impl Query,
    viewer: Viewer,
    room: Room,
    other: Option<AccountId>,
) -> Result<Audience> {
    Ok(match (room.kind, other) {
        (ConversationKind::Lobby, _) | (ConversationKind::Group, Some(_)) => Audience::Many,
        (_, None) => Audience::Empty,
        (ConversationKind::Direct, Some(other)) => {
            let relation = relations::between(db, viewer.account, &[other], app.clock.now()).await?.pop();
            relation.map_or(Audience::Empty, Audience::One)
        }
    })
}

/// Removes the viewer from a group. The viewer no longer sees it; the other members keep its messages.
///
/// # Errors
/// `NotFound` at `conversationId`, or `Forbidden` for a direct conversation.
pub async fn leave_conversation(app: &App, viewer: Viewer, id: Option<ConversationId>) -> Result<ConversationId> {
    let id = id.ok_or_else(conversation_not_found)?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    // A group that is no longer found by its members may leave its place to one of these. Locked together, in order.
    let members = store::members_of(&mut tx, &[id]).await?.into_iter().map(|(_, member)| member).collect::<Vec<_>>();
    let successors = store::groups_without_key(&mut tx, viewer.account, &members, id).await?;
    let all: BTreeSet<ConversationId> = successors.into_iter().map(|(group,)| group).chain([id]).collect();
    let mut locked = None;
    for room in all {
        let lock = lock(&mut tx, viewer.account, room).await?;
        if room == id {
            locked = lock;
        }
    }
    let locked = locked.filter(|locked| locked.is_shown == Some(true)).ok_or_else(conversation_not_found)?;
    if locked.room.kind == ConversationKind::Direct {
        return Err(Error::member("conversationId", Code::Forbidden, say::ConversationOfTwo));
    }
    remove_member(&mut tx, &mut effects, locked.room, locked.is_managed, viewer.account, now).await?;
    let left = EventBody { kind: EventKind::MemberLeft, subject: viewer.account.0, detail: Some(id.0) };
    let feeds = store::shown_members(&mut tx, id, viewer.account).await?.into_iter().chain([(viewer.account,)]);
    feeds.map(|(member,)| Feed(member.0)).chain([locked.room.feed()]).for_each(|feed| effects.append(feed, left));
    if locked.owner_id == Some(viewer.account) {
        groups::pass_on(app, &mut tx, &mut effects, id, viewer.account).await?;
    }
    typing::stop_after_commit(app, &mut effects, viewer.account, locked.room.feed());
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Removes a member from a locked conversation. Without members it is abandoned: the notifications about it are deleted at
/// once, its messages by the next sweep.
pub(super) async fn remove_member(
    tx: &mut Tx,
    effects: &mut Effects,
    room: Room,
    is_managed: bool,
    user: AccountId,
    now: Timestamp,
) -> Result<()> {
    let members: BTreeSet<AccountId> =
        store::members_of(&mut *tx, &[room.id]).await?.into_iter().map(|(_, member)| member).collect();
    let remaining: BTreeSet<AccountId> = members.iter().copied().filter(|member| *member != user).collect();
    let had_key = room.kind == ConversationKind::Group && store::delete_key(tx, room.id).await? == 1;
    if had_key {
        // Another group of the same members was hidden behind this one. From now on they find that one.
        let list: Vec<AccountId> = members.iter().copied().collect();
        if let Some((successor,)) = store::groups_without_key(tx, user, &list, room.id).await?.first() {
            store::insert_key(tx, &member_key(&members), *successor).await?;
        }
    }
    store::delete_member(tx, room.id, user).await?;
    if remaining.is_empty() {
        store::set_abandoned(tx, room.id, now).await?;
        notifications::on_content_deleted(tx, effects, &[room.id.0]).await?;
    }
    // A managed group is never found by its members.
    if room.kind == ConversationKind::Group && !is_managed && remaining.len() > 2 {
        // Inserts nothing if these members have another group already: they continue to find that one.
        store::insert_key(tx, &member_key(&remaining), room.id).await?;
    }
    Ok(())
}

/// Removes the author from some of the messages of a user whose account will be deleted. A block does not hide messages
/// without an author, so the unread counts of those who blocked the user are recomputed.
pub async fn on_account_leaving(tx: &mut Tx, effects: &mut Effects, user: AccountId) -> Result<()> {
    let batch = messages::next_to_anonymize(tx, user).await?;
    let rooms: BTreeSet<ConversationId> = batch.iter().map(|(room, _)| *room).collect();
    let rooms = List::new(rooms.into_iter().filter(|room| *room != Room::LOBBY.id));
    let recounted: Vec<_> = store::with_blocked_members(tx, user, &rooms).await?.into_iter().map(|(id,)| id).collect();
    for room in &recounted {
        store::lock(tx, *room, user).await?;
    }
    messages::anonymize(tx, user, &List::new(batch.into_iter().map(|(_, message)| message.0))).await?;
    let changed = store::recount_unread(tx, &List::new(recounted), &[]).await?;
    for (room, member) in changed {
        publish_visibility(effects, room, member);
    }
    // The deletion itself no longer finds these.
    for (room,) in store::without_trace(tx, user, &rooms).await? {
        publish_removed(tx, effects, room, user).await?;
    }
    Ok(())
}

/// Appends the event that a member or former member was deleted to the feeds of a conversation and of the members who see
/// it, also those with a block: they see the messages from now on.
async fn publish_removed(tx: &mut Tx, effects: &mut Effects, room: ConversationId, user: AccountId) -> Result<()> {
    let removed = EventBody { kind: EventKind::MemberRemoved, subject: user.0, detail: Some(room.0) };
    let feeds = store::shown_members(tx, room, NO_ACCOUNT).await?.into_iter().map(|(member,)| Feed(member.0));
    feeds.chain([Feed(room.0)]).for_each(|feed| effects.append(feed, removed));
    Ok(())
}

/// Removes a user whose account is being deleted from all conversations. The other members keep the user's messages,
/// without an author; those that had only images are deleted with them.
pub async fn on_account_deleted(app: &App, tx: &mut Tx, effects: &mut Effects, user: AccountId) -> Result<()> {
    let now = app.clock.now();
    let rooms = store::rooms_of_user(tx, user).await?;
    let mut managed = HashMap::new();
    for RoomOfUser { room, .. } in &rooms {
        let locked = store::lock(tx, room.id, user).await?.filter(|locked| locked.is_managed);
        managed.extend(locked.map(|locked| (room.id, locked.owner_id)));
    }
    let all = List::new(rooms.iter().map(|one| one.room.id));
    // A block does not hide messages without an author.
    let mut recounted = store::with_blocked_members(tx, user, &all).await?;
    for RoomOfUser { room, .. } in rooms.iter().filter(|one| one.is_member) {
        remove_member(tx, effects, *room, managed.contains_key(&room.id), user, now).await?;
    }
    messages::clear_guest_names(tx, user).await?;
    let emptied = messages::anonymize_author(tx, user, now).await?;
    recounted.extend(emptied.iter().map(|(room, _)| (*room,)));
    if !emptied.is_empty() {
        let deleted = emptied.into_iter().map(|(_, message)| message.0).collect();
        app.raise(tx, effects, DomainEvent::ContentDeleted(deleted)).await?;
    }
    store::recount_unread(tx, &List::new(recounted.into_iter().map(|(room,)| room)), &[]).await?;
    for RoomOfUser { room, .. } in rooms {
        publish_removed(tx, effects, room.id, user).await?;
        if managed.get(&room.id) == Some(&Some(user)) {
            groups::pass_on(app, tx, effects, room.id, user).await?;
        }
    }
    Ok(())
}

/// Recomputes the unread counts of two users in the groups that both are or were members of: a block hides messages, and
/// its end shows them.
///
/// The block is written before the groups are locked. A transaction that sends a message locks its group too, so that
/// the message is either counted here or sent with the block in effect.
pub async fn on_block_changed(tx: &mut Tx, effects: &mut Effects, one: AccountId, other: AccountId) -> Result<()> {
    let groups = store::common_groups(tx, one, other).await?;
    for (group,) in &groups {
        store::lock(tx, *group, one).await?;
    }
    let groups = List::new(groups.into_iter().map(|(group,)| group));
    store::recount_unread(tx, &groups, &[one, other]).await?;
    // Also where all messages are read: they appear or disappear, and so does the other member.
    for (group, user) in store::shown_to(tx, &groups, &[one, other]).await? {
        publish_visibility(effects, group, user);
    }
    Ok(())
}

/// Appends the event that a member sees other messages of a conversation than before.
fn publish_visibility(effects: &mut Effects, room: ConversationId, member: AccountId) {
    let body = EventBody { kind: EventKind::VisibilityChanged, subject: member.0, detail: Some(room.0) };
    effects.append(Feed(member.0), body);
}

/// Returns true if two users share a conversation or the history of the lobby.
pub async fn are_acquainted(app: &App, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(store::are_acquainted(&app.db, one, other).await?)
}

/// Checks some unread counts, and deletes abandoned conversations and their messages, in batches.
pub async fn sweep(app: &App) -> Result<()> {
    counts::check_next(app).await?;
    loop {
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        let messages = messages::delete_abandoned(&mut tx, SWEEP_BATCH_SIZE).await?;
        for (message,) in &messages {
            files::detach_all(&mut tx, Message::file_use(*message), app).await?;
        }
        if !messages.is_empty() {
            let deleted = messages.iter().map(|(message,)| message.0).collect();
            app.raise(&mut tx, &mut effects, DomainEvent::ContentDeleted(deleted)).await?;
        }
        let conversations = store::delete_empty(&mut tx, SWEEP_BATCH_SIZE).await?;
        for (conversation,) in &conversations {
            images::detach_all(&mut tx, image_use(*conversation), app).await?;
            live::delete(&mut tx, Feed(conversation.0)).await?;
        }
        let expired = app.clock.now().minus(live::RETENTION);
        let changes = group_store::delete_changes(&mut tx, expired, SWEEP_BATCH_SIZE).await?;
        app.commit(tx, effects).await?;
        if messages.is_empty() && conversations.is_empty() && changes == 0 {
            return Ok(());
        }
    }
}

/// Returns true if the user can view a message, and with it its images and files.
pub async fn can_view_message(app: &App, user: AccountId, message: i64) -> Result<bool> {
    Ok(messages::visible_by_id(&app.db, user, super::messages::MessageId(message)).await?.is_some())
}

/// Returns true if the user can view a conversation, and with it the image of a group.
pub async fn can_view_conversation(app: &App, user: AccountId, conversation: i64) -> Result<bool> {
    Ok(store::by_id(&app.db, user, ConversationId(conversation)).await?.is_some())
}

pub(super) fn conversation_not_found() -> Error {
    Error::Refused(vec![unknown_conversation()])
}

pub(super) fn unknown_conversation() -> Problem {
    let message = say::ConversationMissing;
    Problem::member("conversationId", Code::NotFound, message)
}

/// The same for a block, a policy and a conversation without other members, so that the cause is not revealed.
pub fn recipient_unavailable(field: &'static str) -> Problem {
    Problem::member(field, Code::RecipientUnavailable, say::RecipientUnavailable)
}

pub(super) fn unknown_user(field: &'static str) -> Problem {
    Problem::member(field, Code::NotFound, say::UserMissing)
}
