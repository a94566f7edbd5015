//! Statements about calendars.

use crate::accounts::AccountId;
use crate::bookings::store::Listed;
use crate::bookings::{Booking, BookingId, store};
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Tx};
use crate::page::Page;

pub async fn has_feed(db: impl Query, account: AccountId) -> Result<bool> {
    let (has,): (bool,) =
        db.one("select exists (select 1 from calendar_feeds where account_id = $1)", &[&account]).await?;
    Ok(has)
}

/// Gives somebody a feed of this secret; the one before ends.
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

/// The latest bookings of somebody, in the order of their beginnings.
pub async fn latest(db: &Db, account: AccountId, now: Timestamp, most: i64) -> Result<Vec<Booking>> {
    let page: Page<(Timestamp, BookingId)> =
        Page { size: most - 1, is_backward: false, after: None, before: None, wants_total: false };
    let mut bookings = store::page(db, Listed { of: account, role: None, status: None }, now, &page).await?;
    bookings.reverse();
    Ok(bookings)
}
