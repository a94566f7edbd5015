//! SQL for data exports.

use super::{DataExport, DataExportId};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Query, Result, SWEEP_BATCH_SIZE, Scan, Tx};

macro_rules! select_export {
    ($rest:literal) => {
        concat!(
            "select id, account_id, status, requested_at, ready_at, expires_at, bytes, storage_name from data_exports ",
            $rest
        )
    };
}

/// Returns the export of an account, unless it has expired.
pub async fn of_account(db: impl Query, account: AccountId, now: Timestamp) -> Result<Option<DataExport>> {
    let sql = select_export!("where account_id = $1 and (expires_at is null or expires_at > $2)");
    db.opt(sql, &[&account, &now]).await
}

/// Returns an export, unless it has expired.
pub async fn by_id(db: impl Query, id: DataExportId, now: Timestamp) -> Result<Option<DataExport>> {
    db.opt(select_export!("where id = $1 and (expires_at is null or expires_at > $2)"), &[&id, &now]).await
}

/// Deletes the export of an account. A trigger records the deletion of its bytes.
pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.run("delete from data_exports where account_id = $1", &[&account]).await
}

pub async fn insert(tx: &mut Tx, id: DataExportId, account: AccountId, now: Timestamp) -> Result<u64> {
    tx.run(
        "insert into data_exports (id, account_id, status, requested_at, claimed_until)
         values ($1, $2, 'pending', $3, $3)",
        &[&id, &account, &now],
    )
    .await
}

/// An export that a node has claimed. Only the latest claim completes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Claim {
    pub id: DataExportId,
    pub account_id: AccountId,
    pub attempts: i64,
}

/// Returns whether an export waits for a node.
pub async fn has_pending(db: impl Query, now: Timestamp) -> Result<bool> {
    let sql = "select exists (select 1 from data_exports where status = 'pending' and claimed_until <= $1)";
    let (has_pending,): (bool,) = db.one(sql, &[&now]).await?;
    Ok(has_pending)
}

/// Claims the pending export that has waited for longest, and that no node has claimed.
pub async fn claim_next(tx: &mut Tx, now: Timestamp, until: Timestamp) -> Result<Option<Claim>> {
    // The condition is repeated for two nodes that found the same row.
    let sql = "update data_exports set claimed_until = $2, attempts = attempts + 1
        where status = 'pending' and claimed_until <= $1 and id = (
            select id from data_exports where status = 'pending' and claimed_until <= $1 order by claimed_until limit 1
        ) returning id, account_id, attempts";
    tx.opt(sql, &[&now, &until]).await
}

/// Changes until when a claim lasts. Returns 0 if another node has claimed the export since.
pub async fn set_claim(db: impl Query, claim: Claim, until: Timestamp) -> Result<u64> {
    let sql = "update data_exports set claimed_until = $3 where id = $1 and attempts = $2 and status = 'pending'";
    db.run(sql, &[&claim.id, &claim.attempts, &until]).await
}

/// Completes a claimed export. Returns 0 if another node has claimed it since, or if it is deleted.
pub async fn set_ready(
    tx: &mut Tx,
    claim: Claim,
    (storage_name, bytes): (&str, i64),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<u64> {
    tx.run(
        "update data_exports set status = 'ready', storage_name = $3, bytes = $4, ready_at = $5, expires_at = $6
         where id = $1 and attempts = $2 and status = 'pending'",
        &[&claim.id, &claim.attempts, &storage_name, &bytes, &now, &expires_at],
    )
    .await
}

/// Marks a claimed export as failed. Returns 0 if another node has claimed it since, or if it is deleted.
pub async fn set_failed(tx: &mut Tx, claim: Claim, expires_at: Timestamp) -> Result<u64> {
    let sql = "update data_exports set status = 'failed', expires_at = $3
        where id = $1 and attempts = $2 and status = 'pending'";
    tx.run(sql, &[&claim.id, &claim.attempts, &expires_at]).await
}

/// Deletes a batch of the exports that have expired. Returns 0 when none is left.
pub async fn delete_expired(db: impl Query, now: Timestamp) -> Result<u64> {
    let sql = "delete from data_exports where expires_at <= $1 and id in (
        select id from data_exports where expires_at <= $1 limit $2)";
    db.run(Scan(sql), &[&now, &SWEEP_BATCH_SIZE]).await
}
