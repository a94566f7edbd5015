//! Starting, leaving, and who may say something where.

use std::collections::BTreeSet;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::messages::{Message, store as messages};
use super::store::{self, LockedConversation};
use super::{Conversation, ConversationId, ConversationKind, Room, View};
use crate::accounts::{AccountId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{List, Query, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::rules as images;
use crate::limiter::RateLimit;
use crate::live::{self, EventBody, EventKind};
use crate::profiles::relations::rules::can_message;
use crate::profiles::relations::{Relation, store as relations};

/// People in one conversation, whoever starts it among them.
pub const MOST_MEMBERS: usize = 50;

static STARTS: RateLimit = RateLimit::per_hour("new conversations", 10);

/// Those who lose a race against an account's deletion try again after this long.
const RACE_WAIT: Duration = Duration::from_secs(1);

/// So many messages of abandoned conversations go in one transaction.
const SWEEP_BATCH: i64 = 500;

/// Who would read what is said in a conversation.
#[derive(Clone, Debug)]
pub enum Audience {
    Nobody,
    /// The others of a group, or whoever is in the lobby.
    Several,
    /// The other one of a direct thread.
    One(Relation),
}

/// Tells whether the viewer may say something to these people. A policy of nobody closes direct threads, and not groups:
/// whoever is in one has chosen to stay.
pub fn may_send(viewer: Viewer, audience: &Audience) -> bool {
    match audience {
        Audience::Nobody => false,
        Audience::Several => true,
        Audience::One(relation) => can_message(viewer, relation),
    }
}

/// Returns a conversation that the viewer sees.
///
/// # Errors
/// When the database does not answer.
pub async fn conversation(app: &App, view: View) -> Result<Option<Conversation>> {
    Ok(store::by_id(&app.db, view.viewer, view.conversation).await?)
}

/// Returns the direct thread of two people, if the viewer sees one.
///
/// # Errors
/// When the database does not answer.
pub async fn direct(app: &App, viewer: AccountId, other: AccountId) -> Result<Option<Conversation>> {
    Ok(store::by_key(&app.db, viewer, &key_of(&BTreeSet::from([viewer, other]))).await?)
}

/// Returns the conversation of exactly these people and the viewer: the one there is, or a new one.
///
/// # Errors
/// Refused at `userIds` with `TooShort` or `TooLong`, at the places of the ids with `NotFound` or `RecipientUnavailable`;
/// rate limited where it is a new one.
pub async fn start_conversation(app: &App, viewer: Viewer, users: &[Option<AccountId>]) -> Result<Conversation> {
    if users.len() > MOST_MEMBERS {
        return Err(too_many());
    }
    let mut problems = Problems::default();
    for (place, user) in users.iter().enumerate() {
        if user.is_none() {
            problems.extend([nobody("userIds").at(place)]);
        }
    }
    problems.finish()?;
    let members: BTreeSet<AccountId> = users.iter().copied().flatten().chain([viewer.account]).collect();
    match members.len() {
        0 | 1 => return Err(Error::member("userIds", Code::TooShort, "A conversation needs somebody else.")),
        many if many > MOST_MEMBERS => return Err(too_many()),
        _ => {}
    }
    let at = |user: AccountId, problem: Problem| {
        let place = users.iter().position(|one| *one == Some(user)).unwrap_or_default();
        problem.at(place)
    };
    let mut tx = app.db.write().await?;
    let id = find_or_start(app, &mut tx, viewer, &members, "userIds", &at).await?;
    store::show(&mut tx, id, viewer.account).await?;
    let started = store::by_id(&mut tx, viewer.account, id).await?;
    tx.commit().await?;
    started.ok_or(Error::Unavailable(RACE_WAIT))
}

fn too_many() -> Error {
    Error::member("userIds", Code::TooLong, format!("At most {MOST_MEMBERS} people, you among them."))
}

/// Finds the conversation of these people, the viewer among them, or starts it if the viewer may.
///
/// `member` is the member of the input that the others come from, `at` the place of each.
pub(super) async fn find_or_start(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    members: &BTreeSet<AccountId>,
    member: &'static str,
    at: &(dyn Fn(AccountId, Problem) -> Problem + Sync),
) -> Result<ConversationId> {
    let key = key_of(members);
    if let Some((found,)) = store::id_by_key(tx, &key).await? {
        return Ok(found);
    }
    check_invited(app, tx, viewer, members, member, at).await?;
    app.limiter.take(&STARTS, viewer.account.0, 1)?;
    let now = app.clock.now();
    let id = ConversationId(app.clock.new_id());
    let kind = if members.len() == 2 { ConversationKind::Direct } else { ConversationKind::Group };
    store::insert(tx, Room { id, kind }, now).await?;
    if store::insert_key(tx, &key, id).await? == 0 {
        // Somebody else was faster.
        store::delete(tx, id).await?;
        return store::id_by_key(tx, &key).await?.map(|(found,)| found).ok_or(Error::Unavailable(RACE_WAIT));
    }
    let members: Vec<AccountId> = members.iter().copied().collect();
    store::insert_members(tx, id, &members, viewer.account, now).await?;
    Ok(id)
}

/// Refuses people who are not there, and those to whom the viewer may not write. Holds all of them, so that none is
/// deleted meanwhile, in the order of their ids.
async fn check_invited(
    app: &App,
    tx: &mut Tx,
    viewer: Viewer,
    members: &BTreeSet<AccountId>,
    member: &'static str,
    at: &(dyn Fn(AccountId, Problem) -> Problem + Sync),
) -> Result<()> {
    let mut problems = Problems::default();
    for &user in members {
        let is_there = accounts::lock(tx, user).await? == 1;
        match is_there {
            false if user == viewer.account => return Err(Error::Unauthenticated),
            false => problems.extend([at(user, nobody(member))]),
            true => {}
        }
    }
    problems.finish()?;
    let others: Vec<AccountId> = members.iter().copied().filter(|user| *user != viewer.account).collect();
    let mut problems = Problems::default();
    for relation in relations::between(&mut *tx, viewer.account, &others, app.clock.now()).await? {
        if !can_message(viewer, &relation) {
            problems.extend([at(relation.user_id, unavailable(member))]);
        }
    }
    problems.finish()
}

/// What a conversation of these people is found by.
fn key_of(members: &BTreeSet<AccountId>) -> Vec<u8> {
    let mut hash = Sha256::new();
    for member in members {
        hash.update(member.0.to_be_bytes());
    }
    hash.finalize().to_vec()
}

/// Begins a change to a conversation: keeps others from changing it until the transaction is over. `None` when the viewer
/// is not in it. Everybody is in the lobby, as far as this is concerned.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(tx: &mut Tx, viewer: AccountId, id: ConversationId) -> Result<Option<LockedConversation>> {
    let locked = store::lock(tx, id, viewer).await?;
    Ok(locked.filter(|locked| locked.is_shown.is_some() || locked.room.kind == ConversationKind::Lobby))
}

/// Returns who would read what the viewer says in a room, where this is somebody else who is in it; in a direct thread,
/// the other one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn audience(
    app: &App,
    db: impl Query,
    viewer: Viewer,
    room: Room,
    other: Option<AccountId>,
) -> Result<Audience> {
    Ok(match (room.kind, other) {
        (ConversationKind::Lobby, _) | (ConversationKind::Group, Some(_)) => Audience::Several,
        (_, None) => Audience::Nobody,
        (ConversationKind::Direct, Some(other)) => {
            let relation = relations::between(db, viewer.account, &[other], app.clock.now()).await?.pop();
            relation.map_or(Audience::Nobody, Audience::One)
        }
    })
}

/// Leaves a group. Whoever left sees nothing of it any more; the others keep what was said.
///
/// # Errors
/// Refused at `conversationId` with `NotFound`, or with `Forbidden` for a direct thread.
pub async fn leave_conversation(app: &App, viewer: Viewer, id: Option<ConversationId>) -> Result<ConversationId> {
    let id = id.ok_or_else(not_found)?;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let locked = lock(&mut tx, viewer.account, id).await?;
    let locked = locked.filter(|locked| locked.is_shown == Some(true)).ok_or_else(not_found)?;
    if locked.room.kind == ConversationKind::Direct {
        return Err(Error::member("conversationId", Code::Forbidden, "Only groups can be left."));
    }
    remove(&mut tx, locked.room, viewer.account, now).await?;
    let left = EventBody { kind: EventKind::MemberLeft, subject: viewer.account.0, detail: Some(id.0) };
    effects.publish(live::append(&mut tx, now, locked.room.feed(), left).await?);
    app.commit(tx, effects).await?;
    Ok(id)
}

/// Takes somebody out of a conversation that is held.
async fn remove(tx: &mut Tx, room: Room, user: AccountId, now: Timestamp) -> Result<()> {
    store::delete_member(tx, room.id, user).await?;
    let rest: BTreeSet<AccountId> =
        store::members_of(&mut *tx, &[room.id]).await?.into_iter().map(|(_, member)| member).collect();
    if rest.is_empty() {
        store::set_abandoned(tx, room.id, now).await?;
    }
    if room.kind == ConversationKind::Group {
        store::delete_key(tx, room.id).await?;
        if rest.len() > 2 {
            // Where these people have a group of their own already, that is the one they find.
            store::insert_key(tx, &key_of(&rest), room.id).await?;
        }
    }
    Ok(())
}

/// Takes somebody out of all conversations, because their account is deleted in this transaction. What they said stays
/// with those who heard it, without an author.
///
/// # Errors
/// When the database does not answer.
pub async fn on_account_deleted(tx: &mut Tx, user: AccountId, now: Timestamp) -> Result<()> {
    let rooms = store::rooms_of(tx, user).await?;
    for room in &rooms {
        store::lock(tx, room.id, user).await?;
    }
    let groups = rooms.iter().filter(|room| room.kind == ConversationKind::Group);
    let groups = List::new(groups.map(|room| room.id));
    let blocked = store::parted_in(tx, user, &groups).await?;
    for room in &rooms {
        remove(tx, *room, user, now).await?;
    }
    messages::anonymize_author(tx, user).await?;
    for (member,) in blocked {
        // Nothing hides what has no author.
        store::recount(tx, &groups, member).await?;
    }
    Ok(())
}

/// Recounts what the two have not read in the groups that they share: a block hides messages, its end shows them.
///
/// The block is written before the groups are locked. A message that is being sent meanwhile holds its group's lock, so
/// it is either counted here or sees the block.
pub async fn on_block_changed(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<()> {
    let groups = store::shared_groups(tx, one, other).await?;
    for (group,) in &groups {
        store::lock(tx, *group, one).await?;
    }
    let groups = List::new(groups.into_iter().map(|(group,)| group));
    for user in [one, other] {
        store::recount(tx, &groups, user).await?;
    }
    Ok(())
}

/// Removes what conversations hold that everybody left, a little at a time.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    loop {
        let mut tx = app.db.write().await?;
        let messages = messages::delete_abandoned(&mut tx, SWEEP_BATCH).await?;
        for (message,) in &messages {
            images::detach_all(&mut tx, Message::shows(*message), app).await?;
        }
        let conversations = store::delete_empty(&mut tx, SWEEP_BATCH).await?;
        for (conversation,) in &conversations {
            live::delete(&mut tx, live::Feed(conversation.0)).await?;
        }
        tx.commit().await?;
        if messages.is_empty() && conversations.is_empty() {
            return Ok(());
        }
    }
}

/// Tells whether somebody may see the pictures of a message.
///
/// # Errors
/// When the database does not answer.
pub async fn shows_message(app: &App, user: AccountId, message: i64) -> Result<bool> {
    Ok(messages::seen_by_id(&app.db, user, super::messages::MessageId(message)).await?.is_some())
}

pub(super) fn not_found() -> Error {
    Error::member("conversationId", Code::NotFound, "There is no such conversation.")
}

/// The same for a block, a policy and an empty room, so that nobody can tell one from the other.
pub(super) fn unavailable(member: &'static str) -> Problem {
    Problem::member(member, Code::RecipientUnavailable, "You cannot write to this person.")
}

fn nobody(member: &'static str) -> Problem {
    Problem::member(member, Code::NotFound, "There is no such person.")
}
