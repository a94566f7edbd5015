//! The outbox table. A node claims a letter by moving its `due_at` forward, and owns it until then.

use crate::clock::Timestamp;
use crate::db::{Db, Query, Result, Scan, Tx};

/// A row of the outbox.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct OutboxRow {
    pub(super) id: i64,
    pub(super) recipient: String,
    pub(super) letter: String,
    pub(super) subscription: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) attempts: i64,
    pub(super) due_at: Timestamp,
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: i64,
    recipient: &str,
    letter: &str,
    subscription: Option<String>,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        "insert into outbox (id, recipient, letter, subscription, created_at, attempts, due_at)
         values ($1, $2, $3, $4, $5, 0, $5)",
        &[&id, &recipient, &letter, &subscription, &now],
    )
    .await?;
    Ok(())
}

/// Returns the letters with the earliest due times, including those that are not due yet.
pub(super) async fn next_due(db: &Db, limit: i64) -> Result<Vec<OutboxRow>> {
    db.all(
        "select id, recipient, letter, subscription, created_at, attempts, due_at from outbox
         order by due_at, id limit $1",
        &[&limit],
    )
    .await
}

/// Returns when the oldest letter was written; `None` if none waits.
pub(super) async fn oldest(db: &Db) -> Result<Option<Timestamp>> {
    let (oldest,): (Option<Timestamp>,) = db.one(Scan("select min(created_at) from outbox"), &[]).await?;
    Ok(oldest)
}

/// Claims a letter until `lease`. Returns false if another node has claimed it.
pub(super) async fn claim(db: &Db, row: &OutboxRow, lease: Timestamp) -> Result<bool> {
    let claimed = db
        .run(
            "update outbox set due_at = $3, attempts = attempts + 1 where id = $1 and due_at = $2",
            &[&row.id, &row.due_at, &lease],
        )
        .await?;
    Ok(claimed == 1)
}

/// Releases a claimed letter and makes it due at `due_at`.
pub(super) async fn postpone(db: &Db, id: i64, lease: Timestamp, due_at: Timestamp) -> Result<()> {
    db.run("update outbox set due_at = $3 where id = $1 and due_at = $2", &[&id, &lease, &due_at]).await?;
    Ok(())
}

pub(super) async fn delete(db: &Db, id: i64) -> Result<()> {
    db.run("delete from outbox where id = $1", &[&id]).await?;
    Ok(())
}

pub(super) async fn delete_to(tx: &mut Tx, recipient: &str) -> Result<()> {
    tx.run("delete from outbox where recipient = $1", &[&recipient]).await?;
    Ok(())
}
