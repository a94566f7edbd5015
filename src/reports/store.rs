//! Statements about reports.

use super::{Report, ReportSubject};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Query, Result, Scan, Tx};

/// Counts the reports of a reporter.
pub async fn count_by(tx: &mut Tx, reporter: AccountId) -> Result<i64> {
    let (count,): (i64,) = tx.one("select count(*) from reports where reporter_id = $1", &[&reporter]).await?;
    Ok(count)
}

/// Inserts a report, or replaces the reason of the reporter's earlier report of the same object.
pub async fn upsert(
    tx: &mut Tx,
    id: i64,
    reporter: AccountId,
    subject: ReportSubject,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into reports (id, reporter_id, kind, subject_id, reason, reported_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (reporter_id, subject_id) do update
         set reason = excluded.reason, reported_at = excluded.reported_at",
        &[&id, &reporter, &subject.kind(), &subject.raw_id(), &reason, &now],
    )
    .await
}

/// Loads the latest reports, the latest first.
pub async fn latest(db: impl Query, limit: i64) -> Result<Vec<Report>> {
    db.all(
        Scan(
            "select reported_at, reporter.username as reporter, kind, subject_id, reason,
                coalesce(messages.text, posts.text, people.username) as text, author.username as author
         from reports
         join users as reporter on reporter.id = reporter_id
         left join messages on messages.id = subject_id
         left join posts on posts.id = subject_id
         left join users as people on people.id = subject_id
         left join users as author on author.id = coalesce(messages.author_id, posts.author_id, people.id)
         order by reported_at desc, reports.id desc limit $1",
        ),
        &[&limit],
    )
    .await
}
