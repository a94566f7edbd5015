//! Statements about notifications. They name tables of later slices: what a list leaves out belongs into its statement.

use super::{NewNotification, Notification, NotificationFilter, NotificationId, NotificationKind, NotificationType};
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, SWEEP_BATCH_SIZE, Scan, Texts, Tx, count_rows};
use crate::ids::AccountId;
use crate::page::Page;

/// The types that can be listed, if the filter names none.
const LISTED: &[NotificationType] = &NotificationType::ALL;

/// When a notification happens: at `$now`, or right after the newest one of the account. Lists are in this order, and no
/// two notifications of an account have the same instant.
macro_rules! happens_at {
    ($now:literal) => {
        concat!(
            "(select case when coalesce(max(newest.happened_at), 0) >= ",
            $now,
            " then max(newest.happened_at) + 1 else ",
            $now,
            " end from notifications as newest where newest.account_id = accounts.id)"
        )
    };
}

/// The accounts that can be notified by the actor, `$actor`: members, without a block between them, and not the actor.
macro_rules! can_be_notified {
    ($actor:literal) => {
        concat!(
            "accounts.role <> 'guest' and accounts.id is distinct from ",
            $actor,
            " and not exists (select 1 from relations
                              where user_id = accounts.id and other_id = ",
            $actor,
            " and is_hidden)"
        )
    };
}

/// Inserts the same notification for several recipients, with these ids. Returns those that were inserted.
pub async fn insert(
    tx: &mut Tx,
    recipients: &[(NotificationId, AccountId)],
    new: &NewNotification,
    now: Timestamp,
) -> Result<Vec<(NotificationId, AccountId)>> {
    // A list binds one column only: the numbers have 20 places each.
    let rows = Texts::new(recipients.iter().map(|(id, account)| format!("{:020}{:020}", id.0, account.0)));
    let sql = concat!(
        "insert into notifications
             (id, account_id, type, actor_id, subject_kind, subject_id, detail, device_name, message, happened_at,
              unread_since)
         select cast(substr(value, 1, 20) as bigint), accounts.id, $2, cast($3 as bigint), $4, $5, cast($6 as bigint),
                cast($7 as text), cast($9 as text), ",
        happens_at!("$8"),
        ", $8 from json_each($1) join accounts on accounts.id = cast(substr(value, 21, 20) as bigint)
         where ",
        can_be_notified!("$3"),
        " on conflict do nothing returning id, account_id"
    );
    let (kind, subject) = (new.r#type.as_str(), new.subject);
    let binds: [&dyn Bind; 9] =
        [&rows, &kind, &new.actor, &subject.kind, &subject.id, &new.detail, &new.device_name, &now, &new.message];
    tx.all(sql, &binds).await
}

/// Inserts the notification of the reactions to a text, or renews it: it moves to the top, and becomes unread again if
/// it has been so before `$interval_start` last. Returns it, and whether it became unread; nothing if the recipient cannot
/// be notified.
pub async fn upsert_reaction(
    tx: &mut Tx,
    id: NotificationId,
    new: &NewNotification,
    now: Timestamp,
    interval_start: Timestamp,
) -> Result<Vec<(NotificationId, AccountId, bool)>> {
    let sql = concat!(
        "insert into notifications
             (id, account_id, type, actor_id, subject_kind, subject_id, happened_at, unread_since)
         select $1, accounts.id, 'reaction', $3, $4, $5, ",
        happens_at!("$6"),
        ", $6 from accounts where accounts.id = $2 and ",
        can_be_notified!("$3"),
        " on conflict (account_id, subject_id) where type = 'reaction' do update set
             actor_id = excluded.actor_id, happened_at = excluded.happened_at,
             read_at = case when notifications.unread_since <= $7 then null else notifications.read_at end,
             unread_since = case when notifications.read_at is not null and notifications.unread_since <= $7
                                 then excluded.unread_since else notifications.unread_since end
         returning id, account_id, unread_since = $6"
    );
    let subject = new.subject;
    tx.all(sql, &[&id, &new.recipient, &new.actor, &subject.kind, &subject.id, &now, &interval_start]).await
}

/// Stores that this notification of an account is to be pushed at `due_at`, if the account has a push subscription.
pub async fn insert_push(
    tx: &mut Tx,
    account: AccountId,
    kind: NotificationKind,
    id: NotificationId,
    now: Timestamp,
    due_at: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into pushes (account_id, kind, subject_id, caused_at, newest_at, attempts, due_at)
         select id, $2, $3, $4, $4, 0, $5 from accounts
         where id = $1 and exists (select 1 from push_subscriptions where account_id = $1)
         on conflict (account_id, kind, subject_id) do update set newest_at = excluded.newest_at",
        &[&account, &kind.as_str(), &id, &now, &due_at],
    )
    .await
}

/// Deletes the oldest notifications of an account beyond `kept`.
pub async fn delete_beyond(tx: &mut Tx, account: AccountId, kept: i64) -> Result<u64> {
    tx.run(
        "delete from notifications where account_id = $1 and happened_at <= (
             select happened_at from notifications where account_id = $1
             order by happened_at desc, id desc limit 1 offset $2)",
        &[&account, &kept],
    )
    .await
}

/// The notifications that an account, `$1`, can see: not older than `$2`, of a known type, and caused by users without a
/// block. Reactions count as long as one of them is visible.
macro_rules! visible {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from notifications
              where account_id = $1 and happened_at > $2 and type in (select value from json_each($3))
                and case when type = 'reaction' then exists (
                        select 1 from reactions
                        where reactions.subject_id = notifications.subject_id and reactions.user_id <> $1
                          and not exists (select 1 from relations where relations.user_id = $1
                                          and relations.other_id = reactions.user_id and relations.is_hidden))
                    else not exists (select 1 from relations where relations.user_id = $1
                                     and relations.other_id = notifications.actor_id and relations.is_hidden) end ",
            $rest
        )
    };
}

macro_rules! visible_rows {
    ($rest:literal) => {
        visible!(
            "id, type, actor_id, subject_kind, subject_id, detail, device_name, message, happened_at, read_at",
            $rest
        )
    };
}

fn types_of(filter: &NotificationFilter) -> Texts {
    let types = if filter.types.is_empty() { LISTED } else { &filter.types };
    Texts::new(types.iter().map(|one| one.as_str().to_owned()))
}

/// Loads a page of an account's notifications, newest first; a backward page in reverse order.
pub async fn page(
    db: impl Query,
    account: AccountId,
    oldest: Timestamp,
    filter: &NotificationFilter,
    page: &Page<(Timestamp, NotificationId)>,
) -> Result<Vec<Notification>> {
    let (below, below_id) = page.after.unwrap_or((Timestamp(i64::MAX), NotificationId(i64::MAX)));
    let (above, above_id) = page.before.unwrap_or((Timestamp(i64::MIN), NotificationId(i64::MIN)));
    let sql = if page.is_backward {
        visible_rows!(
            "and (cast($4 as boolean) is null or (read_at is null) = $4) and (happened_at, id) < ($5, $6)
             and (happened_at, id) > ($7, $8) order by happened_at, id limit $9"
        )
    } else {
        visible_rows!(
            "and (cast($4 as boolean) is null or (read_at is null) = $4) and (happened_at, id) < ($5, $6)
             and (happened_at, id) > ($7, $8) order by happened_at desc, id desc limit $9"
        )
    };
    let (types, limit) = (types_of(filter), page.limit());
    let binds: [&dyn Bind; 9] =
        [&account, &oldest, &types, &filter.is_unread, &below, &below_id, &above, &above_id, &limit];
    db.all(sql, &binds).await
}

pub async fn count(db: impl Query, account: AccountId, oldest: Timestamp, filter: &NotificationFilter) -> Result<i64> {
    let sql = count_rows!(visible!("1", "and (cast($4 as boolean) is null or (read_at is null) = $4)"));
    let (count,): (i64,) = db.one(sql, &[&account, &oldest, &types_of(filter), &filter.is_unread]).await?;
    Ok(count)
}

pub async fn by_ids(
    db: impl Query,
    account: AccountId,
    oldest: Timestamp,
    ids: &[NotificationId],
) -> Result<Vec<Notification>> {
    let ids = List::new(ids.iter().copied());
    let all = NotificationFilter::default();
    let sql = visible_rows!("and id in (select value from json_each($4))");
    db.all(sql, &[&account, &oldest, &types_of(&all), &ids]).await
}

/// Which unread notifications of an account to deliver: of these types, unread since a time after `since`, and at the latest
/// `until`.
#[derive(Clone, Copy, Debug)]
pub struct Deliverable<'a> {
    pub types: &'a [NotificationType],
    pub since: Timestamp,
    pub until: Timestamp,
    pub now: Timestamp,
    /// This one only.
    pub only: Option<NotificationId>,
}

/// Loads unread notifications that can be delivered outside of the list, the newest first: the account sees what they are
/// about, and has not muted the conversation.
pub async fn deliverable(
    tx: &mut Tx,
    account: AccountId,
    selection: &Deliverable<'_>,
    limit: i64,
) -> Result<Vec<Notification>> {
    let types = Texts::new(selection.types.iter().map(|one| one.as_str().to_owned()));
    let sql = visible_rows!(
        "and read_at is null and unread_since > $2 and unread_since <= $4
         and case subject_kind
             when 'comment' then exists (
                 select 1 from comments join posts on posts.id = comments.post_id
                 where comments.id = notifications.subject_id and not exists (
                     select 1 from relations where relations.user_id = $1
                     and relations.other_id = posts.author_id and relations.is_hidden))
             when 'conversation' then not exists (
                 select 1 from conversation_members
                 where conversation_id = notifications.subject_id and user_id = $1 and muted_until > $5)
             when 'message' then exists (
                 select 1 from messages join conversations on conversations.id = messages.conversation_id
                 where messages.id = notifications.subject_id and deleted_at is null
                   and (conversations.kind = 'lobby' or exists (
                       select 1 from conversation_members as mine
                       where mine.conversation_id = conversations.id and mine.user_id = $1
                         and mine.reads_after < messages.number
                         and (mine.muted_until is null or mine.muted_until <= $5))))
             else true end
         and (cast($6 as bigint) is null or id = $6)
         order by happened_at desc, id desc limit $7"
    );
    let (since, until, now) = (selection.since, selection.until, selection.now);
    tx.all(sql, &[&account, &since, &types, &until, &now, &selection.only, &limit]).await
}

/// Marks unread notifications as read, and returns their number.
pub async fn mark_read(tx: &mut Tx, account: AccountId, ids: &List, now: Timestamp) -> Result<u64> {
    tx.run(
        "update notifications set read_at = $3
         where account_id = $1 and read_at is null and id in (select value from json_each($2))",
        &[&account, ids, &now],
    )
    .await
}

/// Marks an unread notification and all older ones as read, and returns their number.
pub async fn mark_read_up_to(
    tx: &mut Tx,
    account: AccountId,
    (happened_at, id): (Timestamp, NotificationId),
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update notifications set read_at = $4
         where account_id = $1 and read_at is null and (happened_at, id) <= ($2, $3)",
        &[&account, &happened_at, &id, &now],
    )
    .await
}

/// Marks the unread mentions and replies in a conversation, up to the message with this number, as read. Returns how many
/// there were.
pub async fn mark_read_in_conversation(
    tx: &mut Tx,
    account: AccountId,
    conversation: i64,
    number: i64,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update notifications set read_at = $4
         where account_id = $1 and read_at is null and type in ('mention', 'reply') and exists (
             select 1 from messages where messages.id = notifications.subject_id
             and messages.conversation_id = $2 and messages.number <= $3)",
        &[&account, &conversation, &number, &now],
    )
    .await
}

/// Deletes the unread notifications of these accounts about a text. Returns the accounts that had one.
pub async fn delete_unread_about(
    tx: &mut Tx,
    r#type: NotificationType,
    subject: i64,
    accounts: &List,
) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "delete from notifications
         where subject_id = $2 and type = $1 and read_at is null and account_id in (select value from json_each($3))
         returning account_id",
        &[&r#type.as_str(), &subject, accounts],
    )
    .await
}

/// Deletes the notifications of reactions to these subjects where no other user than the author has reacted. Returns
/// their accounts.
pub async fn delete_without_reactions(tx: &mut Tx, subjects: &List) -> Result<Vec<(AccountId,)>> {
    let sql = "delete from notifications
         where subject_id in (select value from json_each($1)) and type = 'reaction' and not exists (
             select 1 from reactions
             where reactions.subject_id = notifications.subject_id and reactions.user_id <> notifications.account_id)
         returning account_id";
    Ok(distinct(tx.all(sql, &[subjects]).await?))
}

/// Returns the accounts with a notification of reactions to these subjects where blocks hide all reactions that are left.
pub async fn with_hidden_reactions_only(tx: &mut Tx, subjects: &List) -> Result<Vec<(AccountId,)>> {
    let sql = "select account_id from notifications
         where subject_id in (select value from json_each($1)) and type = 'reaction' and not exists (
             select 1 from reactions
             where reactions.subject_id = notifications.subject_id and reactions.user_id <> notifications.account_id
               and not exists (select 1 from relations where relations.user_id = notifications.account_id
                               and relations.other_id = reactions.user_id and relations.is_hidden))";
    Ok(distinct(tx.all(sql, &[subjects]).await?))
}

/// Deletes the notifications about these subjects. Returns the accounts that had one.
pub async fn delete_about(tx: &mut Tx, subjects: &List) -> Result<Vec<(AccountId,)>> {
    let sql = "delete from notifications where subject_id in (select value from json_each($1)) returning account_id";
    Ok(distinct(tx.all(sql, &[subjects]).await?))
}

fn distinct(mut accounts: Vec<(AccountId,)>) -> Vec<(AccountId,)> {
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}

pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from notifications where account_id = $1", &[&account]).await
}

/// Returns whether an account has notifications that this actor caused, also by a reaction, regardless of blocks.
pub async fn has_of_actor(tx: &mut Tx, account: AccountId, actor: AccountId) -> Result<bool> {
    let sql = "select exists (
             select 1 from notifications where account_id = $1 and (actor_id = $2 or (type = 'reaction' and exists (
                 select 1 from reactions
                 where reactions.subject_id = notifications.subject_id and reactions.user_id = $2))))";
    let (exists,): (bool,) = tx.one(Scan(sql), &[&account, &actor]).await?;
    Ok(exists)
}

/// Deletes the notifications that an account caused and that a block hides from their recipients. Those of reactions are
/// visible by other reactions.
pub async fn delete_hidden_of_actor(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run(
        "delete from notifications where actor_id = $1 and type <> 'reaction' and exists (
             select 1 from relations where relations.user_id = notifications.account_id
             and relations.other_id = $1 and relations.is_hidden)",
        &[&account],
    )
    .await
}

/// Removes an account from the notifications that it caused.
pub async fn clear_actor(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("update notifications set actor_id = null where actor_id = $1", &[&account]).await
}

/// Deletes a batch of the notifications that happened before `oldest`. Returns their accounts, each once.
pub async fn delete_older(tx: &mut Tx, oldest: Timestamp) -> Result<Vec<(AccountId,)>> {
    let sql = "delete from notifications where id in (
             select id from notifications where happened_at <= $1 limit $2)
         returning account_id";
    Ok(distinct(tx.all(Scan(sql), &[&oldest, &SWEEP_BATCH_SIZE]).await?))
}
