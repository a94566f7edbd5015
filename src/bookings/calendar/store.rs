//! Statements about calendar feeds.

use crate::accounts::AccountId;
use crate::bookings::store::BookingFilter;
use crate::bookings::{Booking, BookingId, store};
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Tx};
use crate::page::Page;

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

/// Returns the latest `limit` bookings of an account, ordered by their start.
pub async fn latest_bookings(db: &Db, account: AccountId, now: Timestamp, limit: i64) -> Result<Vec<Booking>> {
    let page: Page<(Timestamp, BookingId)> =
        Page { size: limit - 1, is_backward: false, after: None, before: None, wants_total: false };
    let mut bookings = store::page(db, BookingFilter { account, role: None, status: None }, now, &page).await?;
    bookings.reverse();
    Ok(bookings)
}
