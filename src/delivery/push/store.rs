//! Statements about subscriptions and pushes.

use super::Subscription;
use crate::accounts::{AccountId, SessionId};
use crate::clock::Timestamp;
use crate::conversations::{ConversationId, ConversationKind};
use crate::db::{Db, List, Query, Result, Tx};

/// Stores the subscription of a session; 0 rows if the session has ended. An earlier one of the session, or of the same
/// browser, is replaced.
pub async fn upsert(tx: &mut Tx, new: &Subscription, now: Timestamp) -> Result<u64> {
    let Subscription { session_id, account_id, endpoint, p256dh, auth } = new;
    tx.run("delete from push_subscriptions where endpoint = $1 or session_id = $2", &[endpoint, session_id]).await?;
    tx.run(
        "insert into push_subscriptions (session_id, account_id, endpoint, p256dh, auth, created_at)
         select id, account_id, $3, $4, $5, $6 from sessions where id = $1 and account_id = $2",
        &[session_id, account_id, endpoint, p256dh, auth, &now],
    )
    .await
}

pub async fn delete(db: impl Query, session: SessionId) -> Result<u64> {
    db.run("delete from push_subscriptions where session_id = $1", &[&session]).await
}

/// Deletes a subscription that its push service has ended, unless the session has another one by now.
pub async fn delete_ended(db: impl Query, session: SessionId, endpoint: &str) -> Result<u64> {
    let endpoint = endpoint.to_owned();
    db.run("delete from push_subscriptions where session_id = $1 and endpoint = $2", &[&session, &endpoint]).await
}

/// Returns those of the sessions that have a subscription.
pub async fn registered(db: impl Query, sessions: &[SessionId]) -> Result<Vec<(SessionId,)>> {
    db.all(
        "select session_id from push_subscriptions where session_id in (select value from json_each($1))",
        &[&List::new(sessions.iter().map(|session| session.0))],
    )
    .await
}

/// Loads the subscriptions of an account whose sessions are alive.
pub async fn of_account(db: impl Query, account: AccountId, now: Timestamp) -> Result<Vec<Subscription>> {
    db.all(
        "select session_id, push_subscriptions.account_id, endpoint, p256dh, auth from push_subscriptions
         join sessions on sessions.id = session_id
         where push_subscriptions.account_id = $1 and expires_at > $2 order by session_id",
        &[&account, &now],
    )
    .await
}

/// What is about to be sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Push {
    pub account_id: AccountId,
    pub kind: String,
    pub subject_id: i64,
    pub caused_at: Timestamp,
    pub newest_at: Timestamp,
    pub attempts: i64,
    pub due_at: Timestamp,
}

/// Loads the pushes that are due, the earliest first.
pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Push>> {
    db.all(
        "select account_id, kind, subject_id, caused_at, newest_at, attempts, due_at from pushes
         where due_at <= $1 order by due_at limit $2",
        &[&now, &limit],
    )
    .await
}

/// Claims a push until `lease`. Returns false if another node has claimed it.
pub async fn claim(db: &Db, push: &Push, lease: Timestamp) -> Result<bool> {
    let claimed = db
        .run(
            "update pushes set due_at = $5, attempts = attempts + 1
             where account_id = $1 and kind = $2 and subject_id = $3 and due_at = $4",
            &[&push.account_id, &push.kind, &push.subject_id, &push.due_at, &lease],
        )
        .await?;
    Ok(claimed == 1)
}

/// Releases a claimed push and makes it due at `due_at`.
pub async fn postpone(db: impl Query, push: &Push, lease: Timestamp, due_at: Timestamp, attempts: i64) -> Result<u64> {
    db.run(
        "update pushes set due_at = $5, attempts = $6
         where account_id = $1 and kind = $2 and subject_id = $3 and due_at = $4",
        &[&push.account_id, &push.kind, &push.subject_id, &lease, &due_at, &attempts],
    )
    .await
}

/// Deletes a claimed push. With another cause since, it is kept, and due after `delay` in microseconds from that.
pub async fn finish(db: &Db, push: &Push, lease: Timestamp, delay: i64) -> Result<()> {
    let deleted = db
        .run(
            "delete from pushes where account_id = $1 and kind = $2 and subject_id = $3 and due_at = $4
             and newest_at = $5",
            &[&push.account_id, &push.kind, &push.subject_id, &lease, &push.newest_at],
        )
        .await?;
    if deleted == 0 {
        db.run(
            "update pushes set caused_at = newest_at, due_at = newest_at + $5, attempts = 0
             where account_id = $1 and kind = $2 and subject_id = $3 and due_at = $4",
            &[&push.account_id, &push.kind, &push.subject_id, &lease, &delay],
        )
        .await?;
    }
    Ok(())
}

/// Returns true if an account has a connection to a node.
pub async fn is_connected(db: impl Query, account: AccountId) -> Result<bool> {
    let (is_connected,): (bool,) =
        db.one("select exists (select 1 from presences where user_id = $1 and node_count > 0)", &[&account]).await?;
    Ok(is_connected)
}

/// A conversation with unread messages.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnreadConversation {
    pub kind: ConversationKind,
    pub title: Option<String>,
    pub unread: i64,
    pub other_id: Option<AccountId>,
}

/// Loads a conversation if messages that were sent since an instant are unread, it is not muted, and no block hides its
/// only other member. Earlier messages are no reason for another push: what was sent since may have been read or deleted.
pub async fn unread_conversation(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<UnreadConversation>> {
    tx.opt(
        "select conversations.kind, conversations.title, mine.unread,
                (select min(theirs.user_id) from conversation_members as theirs
                 where theirs.conversation_id = $2 and theirs.user_id <> $1) as other_id
         from conversation_members as mine join conversations on conversations.id = mine.conversation_id
         where mine.conversation_id = $2 and mine.user_id = $1 and mine.is_shown and mine.unread > 0
           and (mine.muted_until is null or mine.muted_until <= $3)
           and not (conversations.kind = 'direct' and exists (
               select 1 from conversation_members as theirs
               join relations on relations.user_id = $1 and relations.other_id = theirs.user_id
               where theirs.conversation_id = $2 and theirs.user_id <> $1 and relations.is_hidden))
           and exists (
               select 1 from messages
               where messages.conversation_id = $2 and messages.number > mine.read_up_to
                 and messages.sent_at >= $4 and messages.deleted_at is null
                 and messages.author_id is distinct from $1
                 and not exists (select 1 from relations where relations.user_id = $1
                                 and relations.other_id = messages.author_id and relations.is_hidden))",
        &[&account, &id, &now, &since],
    )
    .await
}
