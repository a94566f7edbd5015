//! Creating and changing managed groups, and who becomes their owner.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::{GroupChange, GroupDraft, GroupUpdate, NewImage, ReportedChange, image_use, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::conversations::rules::{
    MAX_MEMBERS, RACE_RETRY_AFTER, START_LIMIT, check_invited, conversation_not_found, invited_members, lock,
    position_of, remove_member, unknown_user,
};
use crate::conversations::store::{self as conversations, LockedRoom};
use crate::conversations::typing::rules as typing;
use crate::conversations::{Conversation, ConversationId, ConversationKind, Room};
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::images::{rules as images, store as image_store};
use crate::limiter::RateLimit;
use crate::live::{self, EventBody, EventKind, Feed};
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};
use crate::sentences::{Value, say};
use crate::text::{Lines, check_client_key, check_text};

const MAX_TITLE_LENGTH: usize = 100;

pub static ADDED_MEMBERS: RateLimit = RateLimit::per_hour("added members", 100);

/// Creates a group that the viewer owns. A request that repeats an earlier one, with the same key and content, gets the
/// earlier group.
///
/// # Errors
/// All problems with title, key, users and image; `IdempotencyMismatch` at `clientKey` if the key was used for other
/// content, `NotFound` there if the viewer is no longer a member of its group; rate limited.
pub async fn create_group(app: &App, viewer: Viewer, draft: &GroupDraft) -> Result<Conversation> {
    let mut problems = Problems::default();
    let title = problems.check(validate_title(&draft.title));
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose());
    let members = problems.collect(invited_members(viewer, &draft.users))?;
    problems.finish()?;
    let (Some(title), Some(key), Some(members)) = (title, key, members) else {
        return Err(Error::internal("a draft without problems was rejected"));
    };
    let content = serde_json::to_vec(&(&title, &members, draft.image, draft.is_history_shared));
    let fingerprint = Sha256::digest(content.map_err(Error::internal)?);
    if let Some(key) = &key
        && let Some(earlier) = find_replay(app, viewer, key, &fingerprint).await?
    {
        return Ok(earlier);
    }
    let allowance = app.limiter.reserve(&START_LIMIT, viewer.account.0, 1).await;
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let room = Room { id: ConversationId(app.clock.new_id()), kind: ConversationKind::Group };
    let mut tx = app.db.write().await?;
    let locate = |user, problem: Problem| problem.at(position_of(user, &draft.users));
    let mut problems = Problems::default();
    problems.collect(check_invited(app, &mut tx, viewer, &members, "userIds", &locate).await)?;
    if let Some(image) = draft.image {
        problems.collect(images::attach_one(&mut tx, viewer, image, image_use(room.id), "imageId").await)?;
    }
    problems.finish()?;
    if let Some(key) = &key
        && store::claim_key(&mut tx, viewer.account, key, room.id, &fingerprint).await? == 0
    {
        // A concurrent request has created it.
        drop(tx);
        return find_replay(app, viewer, key, &fingerprint).await?.ok_or(Error::Unavailable(RACE_RETRY_AFTER));
    }
    allowance?.keep();
    conversations::insert(&mut tx, room, now).await?;
    store::set_managed(&mut tx, room.id, &title, viewer.account, draft.is_history_shared).await?;
    let members: Vec<AccountId> = members.into_iter().collect();
    store::insert_members(&mut tx, room.id, &members, 0, now).await?;
    for member in members.iter().filter(|member| **member != viewer.account) {
        let added = ReportedChange {
            conversation_id: room.id,
            change: GroupChange::MemberAdded,
            actor_id: Some(viewer.account),
            member_id: Some(*member),
        };
        announce(app, &mut tx, &mut effects, added, &members).await?;
    }
    commit_and_load(app, tx, effects, viewer, room.id).await
}

/// Returns the group that an earlier request with the same key and content created; `None` if the key was not used.
async fn find_replay(app: &App, viewer: Viewer, key: &str, fingerprint: &[u8]) -> Result<Option<Conversation>> {
    let mut tx = app.db.write().await?;
    let Some((id, content)) = store::by_key(&mut tx, viewer.account, key).await? else { return Ok(None) };
    let earlier = conversations::by_id(&mut tx, viewer.account, id).await?;
    // The commit waits until the first request's commit is on disk: on SQLite its rows are visible before that.
    tx.commit().await?;
    if content != fingerprint {
        let message = say::GroupKeyReused;
        return Err(Error::member("clientKey", Code::IdempotencyMismatch, message));
    }
    earlier.map(Some).ok_or_else(|| {
        let message = say::GroupKeyDeleted;
        Error::member("clientKey", Code::NotFound, message)
    })
}

fn validate_title(title: &str) -> Result<String, Problem> {
    check_text("title", title, 1, MAX_TITLE_LENGTH, Lines::One)
}

/// Changes a group. What is the same already is not announced.
///
/// # Errors
/// Like those of `lock_owned`, and problems with title and image.
pub async fn update_group(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    update: &GroupUpdate,
) -> Result<Conversation> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let mut problems = Problems::default();
    let title = problems.check(update.title.as_deref().map(validate_title).transpose()).flatten();
    let room = problems.collect(lock_owned(&mut tx, viewer, id).await)?;
    let Some(room) = room else { return problems.finish().and(Err(conversation_not_found())) };
    let mut changes = Vec::new();
    if let Some(image) = update.image
        && problems.collect(set_image(app, &mut tx, viewer, room.id, image).await)?.unwrap_or_default()
    {
        changes.push(GroupChange::ImageChanged);
    }
    problems.finish()?;
    if let Some(title) = title
        && store::set_title(&mut tx, room.id, &title).await? == 1
    {
        changes.push(GroupChange::TitleChanged);
    }
    if let Some(is_shared) = update.is_history_shared
        && store::set_history_shared(&mut tx, room.id, is_shared).await? == 1
    {
        changes.push(GroupChange::HistoryChanged);
    }
    let members = members_of(&mut tx, room.id).await?;
    for change in changes {
        let actor_id = Some(viewer.account);
        let reported = ReportedChange { conversation_id: room.id, change, actor_id, member_id: None };
        announce(app, &mut tx, &mut effects, reported, &members).await?;
    }
    commit_and_load(app, tx, effects, viewer, room.id).await
}

/// Replaces or removes the image of a locked group. Returns false if nothing changes.
async fn set_image(app: &App, tx: &mut Tx, viewer: Viewer, id: ConversationId, new: NewImage) -> Result<bool> {
    let current = image_store::images_of(&mut *tx, [id.0]).await?.pop().map(|used| used.image.id);
    match new {
        NewImage::Removed => images::detach_all(tx, image_use(id), app).await?,
        NewImage::Replaced(image) if image.is_some() && image == current => return Ok(false),
        NewImage::Replaced(image) => {
            images::detach_all(tx, image_use(id), app).await?;
            images::attach_one(tx, viewer, image, image_use(id), "imageId").await?;
            return Ok(true);
        }
    }
    Ok(current.is_some())
}

/// Adds users to a group, all or none. Members among them stay members.
///
/// # Errors
/// Like those of `lock_owned`; `TooShort`, `TooLong` or `QuotaExceeded` at `userIds`; `NotFound` or
/// `RecipientUnavailable` at the position of an id; rate limited.
pub async fn add_members(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    users: &[Option<AccountId>],
) -> Result<Conversation> {
    let mut problems = Problems::default();
    let group = problems.collect(owned(app, viewer, id).await)?;
    let invited = problems.collect(invited_members(viewer, users))?;
    problems.finish()?;
    let (Some(id), Some(mut invited)) = (group, invited) else { return Err(conversation_not_found()) };
    let current = conversations::members_of(&app.db, &[id]).await?;
    invited.retain(|user| !current.iter().any(|(_, member)| member == user));
    let count = u32::try_from(invited.len()).unwrap_or(u32::MAX);
    let allowance = app.limiter.reserve(&ADDED_MEMBERS, viewer.account.0, count).await;

    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    // Accounts are locked before the group.
    let checked: BTreeSet<AccountId> = invited.iter().copied().chain([viewer.account]).collect();
    let locate = |user, problem: Problem| problem.at(position_of(user, users));
    check_invited(app, &mut tx, viewer, &checked, "userIds", &locate).await?;
    let room = lock_owned(&mut tx, viewer, Some(id)).await?;
    let mut members = members_of(&mut tx, room.id).await?;
    let added: Vec<AccountId> = invited.into_iter().filter(|user| !members.contains(user)).collect();
    if members.len() + added.len() > MAX_MEMBERS {
        let message = say::GroupTooLarge { max: Value::number(MAX_MEMBERS) };
        return Err(Problem::member("userIds", Code::QuotaExceeded, message).with_limit(MAX_MEMBERS).into());
    }
    if !added.is_empty() {
        allowance?.keep();
        let head = live::head(&mut tx, room.feed()).await?;
        store::insert_members(&mut tx, room.id, &added, head, now).await?;
        members.extend(&added);
    }
    for member in added {
        let reported = ReportedChange {
            conversation_id: room.id,
            change: GroupChange::MemberAdded,
            actor_id: Some(viewer.account),
            member_id: Some(member),
        };
        announce(app, &mut tx, &mut effects, reported, &members).await?;
    }
    commit_and_load(app, tx, effects, viewer, room.id).await
}

/// Removes a member from a group, who no longer sees it.
///
/// # Errors
/// Like those of `lock_owned`; at `userId`, `Invalid` for the viewer, `NotFound` if the user is no member.
pub async fn remove_group_member(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    user: Option<AccountId>,
) -> Result<Conversation> {
    let (now, mut effects) = (app.clock.now(), Effects::default());
    let mut tx = app.db.write().await?;
    let room = lock_owned(&mut tx, viewer, id).await?;
    if user == Some(viewer.account) {
        return Err(Error::member("userId", Code::Invalid, say::CannotRemoveYourself));
    }
    let user = visible_member(&mut tx, viewer, room.id, user).await?;
    let before = members_of(&mut tx, room.id).await?;
    remove_member(&mut tx, &mut effects, room, true, user, now).await?;
    let reported = ReportedChange {
        conversation_id: room.id,
        change: GroupChange::MemberRemoved,
        actor_id: Some(viewer.account),
        member_id: Some(user),
    };
    announce(app, &mut tx, &mut effects, reported, &before).await?;
    typing::stop_after_commit(app, &mut effects, user, room.feed());
    commit_and_load(app, tx, effects, viewer, room.id).await
}

/// Makes another member the owner of a group.
///
/// # Errors
/// Like those of `lock_owned`; `NotFound` at `userId` if the user is no member.
pub async fn transfer_group(
    app: &App,
    viewer: Viewer,
    id: Option<ConversationId>,
    user: Option<AccountId>,
) -> Result<Conversation> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let room = lock_owned(&mut tx, viewer, id).await?;
    let user = visible_member(&mut tx, viewer, room.id, user).await?;
    if user != viewer.account {
        set_owner(app, &mut tx, &mut effects, room.id, user, Some(viewer.account)).await?;
    }
    commit_and_load(app, tx, effects, viewer, room.id).await
}

/// Makes the longest-standing member the owner of a locked group whose owner leaves it, or is locked.
pub async fn pass_on(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    id: ConversationId,
    owner: AccountId,
) -> Result<()> {
    match store::successor(tx, id, owner, app.clock.now()).await? {
        Some((successor,)) => set_owner(app, tx, effects, id, successor, None).await,
        None => Ok(()),
    }
}

async fn set_owner(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    id: ConversationId,
    owner: AccountId,
    actor: Option<AccountId>,
) -> Result<()> {
    store::set_owner(tx, id, owner).await?;
    let reported = ReportedChange {
        conversation_id: id,
        change: GroupChange::OwnerChanged,
        actor_id: actor,
        member_id: Some(owner),
    };
    let members = members_of(tx, id).await?;
    announce(app, tx, effects, reported, &members).await
}

/// Passes the groups of an account on that has been locked without an end.
pub async fn on_account_locked(app: &App, tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    for (id,) in store::owned_by(tx, account).await? {
        let locked = conversations::lock(tx, id, account).await?;
        if locked.is_some_and(|locked| locked.owner_id == Some(account)) {
            pass_on(app, tx, effects, id, account).await?;
        }
    }
    Ok(())
}

/// Records a change of a locked group, and appends its event to the feeds of the group and of these users: the members, and
/// the one who left or was removed. Notifies the member that it concerns.
pub async fn announce(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    reported: ReportedChange,
    users: &[AccountId],
) -> Result<()> {
    let change = app.clock.new_id();
    store::insert_change(tx, change, &reported, app.clock.now()).await?;
    let (kind, conversation) = (EventKind::GroupChanged, reported.conversation_id.0);
    let body = EventBody { kind, subject: change, detail: Some(conversation) };
    effects.append(Feed(conversation), body);
    for user in users {
        effects.append(Feed(user.0), body);
    }
    if let (Some(detail), Some(member)) = (reported.change.number(), reported.member_id) {
        let subject = Subject::new(SubjectKind::Conversation, conversation);
        let notification = NewNotification {
            actor: reported.actor_id,
            detail: Some(detail),
            ..NewNotification::new(NotificationType::Group, member, subject)
        };
        notifications::notify(app, tx, effects, &[notification]).await?;
    }
    Ok(())
}

/// Locks a group that the viewer owns.
///
/// # Errors
/// At `conversationId`: `NotFound`; `WrongState` if the conversation is not a managed group; `Forbidden` if the viewer is
/// not the owner.
async fn lock_owned(tx: &mut Tx, viewer: Viewer, id: Option<ConversationId>) -> Result<Room> {
    let id = id.ok_or_else(conversation_not_found)?;
    let locked = lock(tx, viewer.account, id).await?.filter(|locked| locked.is_shown == Some(true));
    let LockedRoom { room, is_managed, owner_id, .. } = locked.ok_or_else(conversation_not_found)?;
    check_owner(viewer, is_managed, owner_id)?;
    Ok(room)
}

/// Checks like `lock_owned`, without a lock.
async fn owned(app: &App, viewer: Viewer, id: Option<ConversationId>) -> Result<ConversationId> {
    let id = id.ok_or_else(conversation_not_found)?;
    let found = conversations::by_id(&app.db, viewer.account, id).await?.ok_or_else(conversation_not_found)?;
    check_owner(viewer, found.title.is_some(), found.owner_id)?;
    Ok(id)
}

fn check_owner(viewer: Viewer, is_managed: bool, owner: Option<AccountId>) -> Result<()> {
    if !is_managed {
        let message = say::ConversationWithoutOwner;
        return Err(Error::member("conversationId", Code::WrongState, message));
    }
    if owner != Some(viewer.account) {
        return Err(Error::member("conversationId", Code::Forbidden, say::GroupOfOtherOwner));
    }
    Ok(())
}

async fn visible_member(tx: &mut Tx, viewer: Viewer, id: ConversationId, user: Option<AccountId>) -> Result<AccountId> {
    match user {
        Some(user) if store::is_visible_member(tx, id, viewer.account, user).await? => Ok(user),
        _ => Err(Error::Refused(vec![unknown_user("userId")])),
    }
}

async fn members_of(tx: &mut Tx, id: ConversationId) -> Result<Vec<AccountId>> {
    Ok(conversations::members_of(tx, &[id]).await?.into_iter().map(|(_, member)| member).collect())
}

/// Commits a change, and returns the group as the viewer sees it.
async fn commit_and_load(
    app: &App,
    mut tx: Tx,
    effects: Effects,
    viewer: Viewer,
    id: ConversationId,
) -> Result<Conversation> {
    let conversation = conversations::by_id(&mut tx, viewer.account, id).await?;
    app.commit(tx, effects).await?;
    conversation.ok_or(Error::Unavailable(RACE_RETRY_AFTER))
}
