//! Statements about calendar feeds.

use crate::accounts::AccountId;
use crate::bookings::BookingId;
use crate::bookings::store::TakenSeats;
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Texts, Tx};

pub async fn has_feed(db: impl Query, account: AccountId) -> Result<bool> {
    let (has,): (bool,) =
        db.one("select exists (select 1 from calendar_feeds where account_id = $1)", &[&account]).await?;
    Ok(has)
}

/// Stores the hash of the secret of an account's feed. Replaces an earlier one.
pub async fn set_feed(tx: &mut Tx, account: AccountId, token_hash: &[u8], now: Timestamp) -> Result<u64> {
    tx.run(
        "insert into calendar_feeds (account_id, token_hash, created_at) values ($1, $2, $3)
         on conflict (account_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at",
        &[&account, &token_hash, &now],
    )
    .await
}

pub async fn delete_feed(db: impl Query, account: AccountId) -> Result<u64> {
    db.run("delete from calendar_feeds where account_id = $1", &[&account]).await
}

pub async fn owner_of_feed(db: impl Query, token_hash: &[u8]) -> Result<Option<(AccountId,)>> {
    db.opt("select account_id from calendar_feeds where token_hash = $1", &[&token_hash]).await
}

/// Returns the generation of an account's URLs of bookings.
pub async fn generation(db: impl Query, account: AccountId) -> Result<i64> {
    let row: Option<(i64,)> =
        db.opt("select generation from calendar_generations where account_id = $1", &[&account]).await?;
    Ok(row.map_or(0, |(generation,)| generation))
}

/// Ends the URLs of bookings that were signed with the current generation.
pub async fn advance_generation(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run(
        "insert into calendar_generations (account_id, generation) values ($1, 1)
         on conflict (account_id) do update set generation = calendar_generations.generation + 1",
        &[&account],
    )
    .await
}

/// What an event showed when it was read last.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Revision {
    pub uid: String,
    /// A hash.
    pub content: Vec<u8>,
    /// How often the content has changed.
    pub revision: i64,
    pub changed_at: Timestamp,
}

pub async fn revisions(
    db: impl Query,
    account: AccountId,
    uids: impl IntoIterator<Item = impl Into<String>>,
) -> Result<Vec<Revision>> {
    db.all(
        "select uid, content, revision, changed_at from calendar_revisions
         where account_id = $1 and uid in (select value from json_each($2))",
        &[&account, &Texts::new(uids)],
    )
    .await
}

/// Stores a revision, unless a later one is stored already.
pub async fn set_revision(tx: &mut Tx, account: AccountId, revision: &Revision) -> Result<u64> {
    let Revision { uid, content, revision, changed_at } = revision;
    tx.run(
        "insert into calendar_revisions (account_id, uid, content, revision, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (account_id, uid) do update
         set content = excluded.content, revision = excluded.revision, changed_at = excluded.changed_at
         where calendar_revisions.revision < excluded.revision",
        &[&account, uid, content, revision, changed_at],
    )
    .await
}

/// A booking that stands for an event, and how many seats of its session are taken.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct ListedEvent {
    pub id: BookingId,
    #[sqlx(flatten)]
    pub seats: TakenSeats,
}

/// The events of an account that are not cancelled: a session with several seats is one event of its mentor.
macro_rules! select_events {
    ($now:literal, $condition:literal, $order:literal) => {
        concat!(
            "select id, taken, approved from (
                 select min(id) as id,
                        count(case when approval_expires_at <= ",
            $now,
            " then null else 1 end) as taken,
                        count(case when approval_expires_at is null then 1 end) as approved, starts_at from bookings
                 where mentor_id = $1 and seats > 1 and status <> 'cancelled' and ",
            $condition,
            " group by topic_id, starts_at, ends_at
                 union all
                 select id, cast(1 as bigint) as taken, cast(1 as bigint) as approved, starts_at from bookings
                 where (student_id = $1 or (mentor_id = $1 and seats = 1)) and status <> 'cancelled' and ",
            $condition,
            ") as events order by ",
            $order
        )
    };
}

/// Returns the events that are not over, the soonest first.
pub async fn upcoming(db: &Db, account: AccountId, now: Timestamp, limit: i64) -> Result<Vec<ListedEvent>> {
    let sql = select_events!("$2", "ends_at > $2", "starts_at, id limit $3");
    db.all(sql, &[&account, &now, &limit]).await
}

/// Returns the events that ended after `since`, the latest first.
pub async fn ended(
    db: &Db,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<ListedEvent>> {
    let sql = select_events!("$3", "ends_at > $2 and ends_at <= $3", "starts_at desc, id desc limit $4");
    db.all(sql, &[&account, &since, &now, &limit]).await
}

/// Returns the events that were cancelled after `since`, the latest first.
pub async fn cancelled(db: &Db, account: AccountId, since: Timestamp, limit: i64) -> Result<Vec<ListedEvent>> {
    db.all(
        "select id, cast(0 as bigint) as taken, cast(0 as bigint) as approved from (
             select min(id) as id, max(cancelled_at) as cancelled_at from bookings
             where mentor_id = $1 and seats > 1 and status = 'cancelled' and cancelled_at > $2
               and not exists (
                   select 1 from bookings as other
                   where other.mentor_id = $1 and other.seats > 1 and other.status <> 'cancelled'
                     and other.topic_id = bookings.topic_id and other.starts_at = bookings.starts_at
                     and other.ends_at = bookings.ends_at)
             group by topic_id, starts_at, ends_at
             union all
             select id, cancelled_at from bookings
             where (student_id = $1 or (mentor_id = $1 and seats = 1)) and status = 'cancelled' and cancelled_at > $2
         ) as events order by cancelled_at desc, id desc limit $3",
        &[&account, &since, &limit],
    )
    .await
}
