//! Statements about digests. An account is covered until an instant: what became unread up to then is in no further one.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::conversations::ConversationKind;
use crate::db::{Query, Result, Scan, Sql, Tx};

/// The digests of an account.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct DigestState {
    pub covered_until: Timestamp,
    pub sent_at: Timestamp,
}

/// Returns the accounts after this one, in order, that can be mailed and may have something for a digest: unread since a
/// time after they are covered, and until `$2` at the latest. Those that are not to be looked at yet are left out.
pub async fn due(
    db: impl Query,
    now: Timestamp,
    oldest: Timestamp,
    newest: Timestamp,
    after: AccountId,
    limit: i64,
) -> Result<Vec<(AccountId,)>> {
    db.all(
        Scan(
            "select accounts.id from accounts left join digests on digests.account_id = accounts.id
             where accounts.id > $4 and email_confirmed_at is not null and email is not null and locked_at is null
               and role <> 'guest' and (next_at is null or next_at <= $1)
               and (exists (select 1 from notifications
                            where notifications.account_id = accounts.id and read_at is null
                              and unread_since > $3 and unread_since > coalesce(covered_until, 0)
                              and unread_since <= $2 and type not in ('booking', 'reminder', 'security'))
                    or exists (select 1 from conversation_members as mine
                               join messages on messages.conversation_id = mine.conversation_id
                                            and messages.number > mine.read_up_to
                               where mine.user_id = accounts.id and mine.unread > 0
                                 and mine.updated_at > coalesce(covered_until, 0)
                                 and (mine.muted_until is null or mine.muted_until <= $1)
                                 and sent_at > $3 and sent_at > coalesce(covered_until, 0) and sent_at <= $2
                                 and deleted_at is null and author_id is distinct from accounts.id))
             order by accounts.id limit $5",
        ),
        &[&now, &newest, &oldest, &after, &limit],
    )
    .await
}

macro_rules! select_state {
    ($rest:literal) => {
        concat!("select covered_until, sent_at from digests where account_id = $1 and next_at <= $2", $rest)
    };
}

/// Locks the digests of an account until the transaction ends; `None` if another node has looked at them.
pub async fn claim(
    tx: &mut Tx,
    account: AccountId,
    covered_until: Timestamp,
    now: Timestamp,
) -> Result<Option<DigestState>> {
    tx.run(
        "insert into digests (account_id, covered_until, sent_at, next_at)
         select id, $2, 0, 0 from accounts where id = $1 on conflict do nothing",
        &[&account, &covered_until],
    )
    .await?;
    let sql = Sql { sqlite: select_state!(""), postgres: select_state!(" for update") };
    tx.opt(sql, &[&account, &now]).await
}

/// Sets when an account is looked at next.
pub async fn set_next(tx: &mut Tx, account: AccountId, next_at: Timestamp) -> Result<u64> {
    tx.run("update digests set next_at = $2 where account_id = $1", &[&account, &next_at]).await
}

/// Stores until when an account is covered, when it got its last digest, and when it is looked at next.
pub async fn finish(
    tx: &mut Tx,
    account: AccountId,
    covered_until: Timestamp,
    sent_at: Timestamp,
    next_at: Timestamp,
) -> Result<u64> {
    tx.run(
        "update digests set covered_until = $2, sent_at = $3, next_at = $4 where account_id = $1",
        &[&account, &covered_until, &sent_at, &next_at],
    )
    .await
}

/// The unread messages of a conversation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnreadMessages {
    pub kind: ConversationKind,
    pub title: Option<String>,
    pub count: i64,
    /// The author, if all have the same one.
    pub author_id: Option<AccountId>,
}

/// Counts the unread messages that were sent after `since` and up to `until`, in conversations that are not muted. Those
/// with the latest messages come first.
pub async fn unread_messages(
    tx: &mut Tx,
    account: AccountId,
    (since, until): (Timestamp, Timestamp),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<UnreadMessages>> {
    tx.all(
        Scan(
            "select conversations.kind, conversations.title, count(*) as count,
                    case when min(messages.author_id) = max(messages.author_id)
                         then min(messages.author_id) end as author_id
             from conversation_members as mine
             join conversations on conversations.id = mine.conversation_id
             join messages on messages.conversation_id = mine.conversation_id and messages.number > mine.read_up_to
             where mine.user_id = $1 and mine.is_shown and mine.unread > 0
               and (mine.muted_until is null or mine.muted_until <= $4)
               and messages.sent_at > $2 and messages.sent_at <= $3 and messages.deleted_at is null
               and messages.author_id is distinct from $1
               and not exists (select 1 from relations where relations.user_id = $1
                               and relations.other_id = messages.author_id and relations.is_hidden)
             group by conversations.id, conversations.kind, conversations.title
             order by max(messages.sent_at) desc, conversations.id limit $5",
        ),
        &[&account, &since, &until, &now, &limit],
    )
    .await
}
