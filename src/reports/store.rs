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

/// Replaces the reason of a report; 0 rows if the reporter has not reported the object.
pub async fn set_reason(
    tx: &mut Tx,
    reporter: AccountId,
    subject: ReportSubject,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update reports set reason = $3, reported_at = case when reported_at >= $4 then reported_at + 1 else $4 end
         where reporter_id = $1 and subject_id = $2",
        &[&reporter, &subject.raw_id(), &reason, &now],
    )
    .await
}

/// Inserts a report, with a copy of the object as it is now.
pub async fn insert(
    tx: &mut Tx,
    id: i64,
    reporter: AccountId,
    subject: ReportSubject,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into reports (id, reporter_id, kind, subject_id, reason, reported_at, copied_text, copied_author)
         select $1, $2, $3, $4, $5, $6, content.text, author.username from (
             select author_id, text from messages where id = $4
             union all select author_id, text from posts where id = $4
             union all select author_id, text from comments where id = $4
             union all select id, username from users where id = $4) as content
         left join users as author on author.id = content.author_id",
        &[&id, &reporter, &subject.kind(), &subject.raw_id(), &reason, &now],
    )
    .await
}

/// Loads the latest reports, the latest first.
pub async fn latest(db: impl Query, limit: i64) -> Result<Vec<Report>> {
    db.all(
        Scan(
            "select reported_at, reporter.username as reporter, kind, subject_id, reason,
                coalesce(copied_text, messages.text, posts.text, comments.text, people.username) as text,
                coalesce(copied_author, author.username) as author,
                coalesce(messages.id, posts.id, comments.id, people.id) is not null and messages.deleted_at is null as is_present
         from reports
         join users as reporter on reporter.id = reporter_id
         left join messages on messages.id = subject_id
         left join posts on posts.id = subject_id
         left join comments on comments.id = subject_id
         left join users as people on people.id = subject_id
         left join users as author on author.id = coalesce(messages.author_id, posts.author_id, comments.author_id, people.id)
         order by reported_at desc, reports.id desc limit $1",
        ),
        &[&limit],
    )
    .await
}
