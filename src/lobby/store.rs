//! Statements about guests.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Tx};

pub async fn count_guests(db: &Db) -> Result<i64> {
    let (count,): (i64,) = db.one("select count(*) from accounts where role = 'guest'", &[]).await?;
    Ok(count)
}

pub async fn insert_guest(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("insert into accounts (id, role, created_at) values ($1, 'guest', $2)", &[&id, &now]).await
}
