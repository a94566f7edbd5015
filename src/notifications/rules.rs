//! Creating, listing, reading and deleting notifications.

use std::time::Duration;

use super::{
    NewNotification, Notification, NotificationFilter, NotificationId, NotificationKind, NotificationType, Subject,
    store,
};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{List, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::ids::AccountId;
use crate::live::{EventBody, EventKind, Feed};
use crate::page::Page;
use crate::sentences::{Value, say};

/// How long notifications are kept.
pub const RETENTION: Duration = Duration::from_hours(90 * 24);

/// How many notifications of an account are kept.
pub const MAX_NOTIFICATIONS: i64 = 1_000;

/// What is read within this time is not pushed.
pub const PUSH_DELAY: Duration = Duration::from_secs(10);

/// A member with a connection sees what happens there. What is unread after this time is pushed nevertheless.
pub const CONNECTED_PUSH_DELAY: Duration = Duration::from_mins(2);

/// Further reactions to the same text make its notification unread again, once in this time.
const REACTION_INTERVAL: Duration = Duration::from_hours(1);

/// How many notifications can be marked as read by their ids.
const MAX_MARKED: usize = 100;

/// Inserts notifications, in the transaction of their cause. Each recipient gets an event in their inbox.
///
/// None is inserted for guests, for the actor, across a block, and a second one about the same text: call it for replies
/// first, then for mentions, then for comments. All of them must have the same type, actor, subject and detail.
pub async fn notify(app: &App, tx: &mut Tx, effects: &mut Effects, notifications: &[NewNotification]) -> Result<()> {
    let Some(first) = notifications.first() else { return Ok(()) };
    let recipients: Vec<(NotificationId, AccountId)> =
        notifications.iter().map(|one| (NotificationId(app.clock.new_id()), one.recipient)).collect();
    let inserted = store::insert(tx, &recipients, first, app.clock.now()).await?;
    let added = inserted.into_iter().map(|(id, account)| (id, account, true)).collect();
    publish_added(app, tx, effects, first.r#type.kind(), added).await
}

/// Notifies the author of a text of a reaction to it. A text has one notification of all its reactions: a further
/// reaction moves it to the top, and makes it unread again once an hour at most.
pub async fn notify_reaction(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    author: AccountId,
    actor: AccountId,
    subject: Subject,
) -> Result<()> {
    let new =
        NewNotification { actor: Some(actor), ..NewNotification::new(NotificationType::Reaction, author, subject) };
    let now = app.clock.now();
    let id = NotificationId(app.clock.new_id());
    let written = store::upsert_reaction(tx, id, &new, now, now.minus(REACTION_INTERVAL)).await?;
    publish_added(app, tx, effects, new.r#type.kind(), written).await
}

/// Appends the events of notifications that were inserted or renewed, plans the pushes of those that became unread, and
/// deletes the oldest ones beyond the limit.
async fn publish_added(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    kind: NotificationKind,
    added: Vec<(NotificationId, AccountId, bool)>,
) -> Result<()> {
    let now = app.clock.now();
    let due_at = if kind == NotificationKind::Account { now } else { now.plus(PUSH_DELAY) };
    for (id, account, became_unread) in added {
        effects.append(Feed(account.0), EventBody { kind: EventKind::NotificationAdded, subject: id.0, detail: None });
        if store::delete_beyond(tx, account, MAX_NOTIFICATIONS).await? > 0 {
            publish_changed(effects, vec![(account,)]);
        }
        if became_unread && app.config.has_push() {
            store::insert_push(tx, account, kind, id, now, due_at).await?;
        }
    }
    Ok(())
}

fn publish_changed(effects: &mut Effects, accounts: Vec<(AccountId,)>) {
    for (account,) in accounts {
        let body = EventBody { kind: EventKind::NotificationsChanged, subject: account.0, detail: None };
        effects.append(Feed(account.0), body);
    }
}

/// Deletes the unread notifications of this type about a text for members who are no longer concerned.
pub async fn withdraw(
    tx: &mut Tx,
    effects: &mut Effects,
    r#type: NotificationType,
    subject: Subject,
    recipients: &[AccountId],
) -> Result<()> {
    let recipients = List::new(recipients.iter().map(|recipient| recipient.0));
    publish_changed(effects, store::delete_unread_about(tx, r#type, subject.id, &recipients).await?);
    Ok(())
}

/// Deletes the notification of the reactions to a text once it has none but its author's. While all that are left are
/// hidden from the author, the notification is too.
pub async fn on_reactions_removed(tx: &mut Tx, effects: &mut Effects, subjects: &[i64]) -> Result<()> {
    let subjects = List::new(subjects.iter().copied());
    let mut changed = store::delete_without_reactions(tx, &subjects).await?;
    changed.extend(store::with_hidden_reactions_only(tx, &subjects).await?);
    publish_changed(effects, changed);
    Ok(())
}

/// Deletes the notifications about content that was deleted, of all members.
pub async fn on_content_deleted(tx: &mut Tx, effects: &mut Effects, subjects: &[i64]) -> Result<()> {
    publish_changed(effects, store::delete_about(tx, &List::new(subjects.iter().copied())).await?);
    Ok(())
}

/// Publishes that a block between two accounts hides or shows notifications that one of them caused, also by a reaction.
pub async fn on_block_changed(tx: &mut Tx, effects: &mut Effects, one: AccountId, other: AccountId) -> Result<()> {
    for (account, actor) in [(one, other), (other, one)] {
        if store::has_of_actor(tx, account, actor).await? {
            publish_changed(effects, vec![(account,)]);
        }
    }
    Ok(())
}

/// Deletes the notifications of an account that is being deleted, and its name from those of others. Those that a block
/// hides are deleted: they would appear with the end of the block.
pub async fn on_account_deleted(tx: &mut Tx, account: AccountId) -> Result<()> {
    store::delete_of_account(tx, account).await?;
    store::delete_hidden_of_actor(tx, account).await?;
    store::clear_actor(tx, account).await?;
    Ok(())
}

/// Returns a page of an account's notifications, newest first, and their number if the page needs it.
pub async fn notifications(
    app: &App,
    account: AccountId,
    filter: &NotificationFilter,
    page: &Page<(Timestamp, NotificationId)>,
) -> Result<(Vec<Notification>, Option<i64>)> {
    let oldest = oldest_kept(app);
    let rows = store::page(&app.db, account, oldest, filter, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, account, oldest, filter).await?) } else { None };
    Ok((rows, total))
}

/// Returns the number of an account's unread notifications.
pub async fn unread_count(app: &App, account: AccountId) -> Result<i64> {
    let filter = NotificationFilter { is_unread: Some(true), types: Vec::new() };
    Ok(store::count(&app.db, account, oldest_kept(app), &filter).await?)
}

/// Returns notifications of an account that it can see.
pub async fn by_ids(app: &App, account: AccountId, ids: &[NotificationId]) -> Result<Vec<Notification>> {
    Ok(store::by_ids(&app.db, account, oldest_kept(app), ids).await?)
}

/// Notifications disappear when they are 90 days old, before the sweep deletes them.
fn oldest_kept(app: &App) -> Timestamp {
    app.clock.now().minus(RETENTION)
}

/// Which notifications to mark as read. `None` stands for a string that is not the id of a notification.
#[derive(Clone, Debug)]
pub enum Marked {
    These(Vec<Option<NotificationId>>),
    /// This one and all older ones.
    UpTo(Option<NotificationId>),
}

/// Marks notifications of an account as read, on all devices. Unknown ids in a list are ignored.
///
/// # Errors
/// `TooLong` at `notificationIds`, `NotFound` at `upToNotificationId`.
pub async fn mark_read(app: &App, account: AccountId, marked: &Marked) -> Result<()> {
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let read = match marked {
        Marked::These(ids) if ids.len() > MAX_MARKED => {
            let message = say::TooManyNotifications { max: Value::number(MAX_MARKED) };
            return Err(Problem::member("notificationIds", Code::TooLong, message).with_limit(MAX_MARKED).into());
        }
        Marked::These(ids) => {
            store::mark_read(&mut tx, account, &List::new(ids.iter().copied().flatten()), now).await?
        }
        Marked::UpTo(id) => {
            let last = match id {
                Some(id) => store::by_ids(&mut tx, account, oldest_kept(app), &[*id]).await?.pop(),
                None => None,
            };
            let missing = || Error::member("upToNotificationId", Code::NotFound, say::NoSuchNotification);
            let last = last.ok_or_else(missing)?;
            store::mark_read_up_to(&mut tx, account, (last.happened_at, last.id), now).await?
        }
    };
    if read > 0 {
        publish_changed(&mut effects, vec![(account,)]);
    }
    app.commit(tx, effects).await
}

/// Marks the notifications about the messages of a conversation as read, up to the message with this number.
pub async fn on_conversation_read(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    account: AccountId,
    conversation: i64,
    number: i64,
) -> Result<()> {
    if store::mark_read_in_conversation(tx, account, conversation, number, app.clock.now()).await? > 0 {
        publish_changed(effects, vec![(account,)]);
    }
    Ok(())
}

/// Deletes notifications that are older than 90 days, in batches.
pub async fn sweep(app: &App) -> Result<()> {
    let oldest = oldest_kept(app);
    loop {
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        let accounts = store::delete_older(&mut tx, oldest).await?;
        let is_done = accounts.is_empty();
        publish_changed(&mut effects, accounts);
        app.commit(tx, effects).await?;
        if is_done {
            return Ok(());
        }
    }
}
