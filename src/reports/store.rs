//! Statements about reports and complaints.

use super::{
    Complaint, ListedComplaint, MAX_LISTED_COMPLAINTS, Report, ReportFilter, ReportId, ReportStatus, ReportSubject,
};
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{Bind, List, Query, Result, Scan, Tx, count_rows};
use crate::page::Page;

/// The maximum number of copies that one statement deletes.
const DELETE_BATCH_SIZE: i64 = 100;

/// Counts the complaints of a reporter.
pub async fn count_by(tx: &mut Tx, reporter: AccountId) -> Result<i64> {
    let (count,): (i64,) = tx.one("select count(*) from complaints where reporter_id = $1", &[&reporter]).await?;
    Ok(count)
}

/// Returns when the last complaint was made. The next one is later, whatever the clock says: lists begin with it.
pub async fn latest_complaint(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let (latest,): (Option<Timestamp>,) = tx.one("select max(last_complaint_at) from reports", &[]).await?;
    Ok(latest)
}

/// Inserts a report with a copy of the object as it is now. 0 rows if the object has an open report, or was deleted.
pub async fn insert(tx: &mut Tx, id: ReportId, subject: ReportSubject, now: Timestamp) -> Result<u64> {
    tx.run(
        "insert into reports (id, kind, subject_id, user_id, copied_username, copied_text, created_at,
                              last_complaint_at)
         select $1, $2, $3, content.author_id, coalesce(author.username, content.author_name, ''), content.text, $4, $4
         from (select author_id, guest_name as author_name, text from messages where id = $3 and deleted_at is null
               union all select author_id, null, text from posts where id = $3
               union all select author_id, null, text from comments where id = $3
               union all select id, null, about from users where id = $3) as content
         left join users as author on author.id = content.author_id
         where true
         on conflict do nothing",
        &[&id, &subject.kind(), &subject.raw_id(), &now],
    )
    .await
}

/// Locks the open report about an object until the end of the transaction, and records that there is another complaint,
/// later than the one before.
pub async fn touch_open(tx: &mut Tx, subject: ReportSubject, now: Timestamp) -> Result<Option<(ReportId, Timestamp)>> {
    tx.opt(
        "update reports set last_complaint_at = case when last_complaint_at >= $2 then last_complaint_at + 1 else $2 end
         where subject_id = $1 and resolved_at is null returning id, last_complaint_at",
        &[&subject.raw_id(), &now],
    )
    .await
}

/// Replaces the reason of a complaint; 0 rows if the reporter has made none about this report.
pub async fn set_reason(
    tx: &mut Tx,
    report: ReportId,
    reporter: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "update complaints set reason = $3, made_at = $4 where report_id = $1 and reporter_id = $2",
        &[&report, &reporter, &reason, &now],
    )
    .await
}

pub async fn insert_complaint(
    tx: &mut Tx,
    id: i64,
    report: ReportId,
    reporter: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<u64> {
    tx.run(
        "insert into complaints (id, report_id, reporter_id, reason, made_at) values ($1, $2, $3, $4, $5)",
        &[&id, &report, &reporter, &reason, &now],
    )
    .await
}

macro_rules! columns {
    () => {
        "reports.id, kind, subject_id, user_id, copied_username, copied_text, created_at, last_complaint_at, assignee_id,
         resolved_at, resolver_id, actions, message, note"
    };
}

pub async fn by_ids(db: impl Query, ids: &[ReportId]) -> Result<Vec<Report>> {
    let sql = concat!("select ", columns!(), " from reports where id in (select value from json_each($1))");
    db.all(sql, &[&List::new(ids.iter().copied())]).await
}

pub async fn by_id(db: impl Query, id: ReportId) -> Result<Option<Report>> {
    db.opt(concat!("select ", columns!(), " from reports where id = $1"), &[&id]).await
}

/// Selects the reports of assignee `$1` and about user `$2`, where null restricts nothing, that are open if `$3`,
/// assigned if `$4`, resolved if `$5`.
macro_rules! select {
    ($columns:expr, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from reports where ($1 is null or assignee_id = $1) and ($2 is null or user_id = $2)
              and case when resolved_at is not null then $5 when assignee_id is not null then $4 else $3 end ",
            $rest
        )
    };
}

/// Returns whether open, assigned and resolved reports are listed.
fn statuses_of(filter: &ReportFilter) -> [bool; 3] {
    let is_listed = |status| filter.statuses.is_empty() || filter.statuses.contains(&status);
    [ReportStatus::Open, ReportStatus::Assigned, ReportStatus::Resolved].map(is_listed)
}

/// Loads a page of reports, the latest complaint first; a backward page in reverse order.
pub async fn page(db: impl Query, filter: &ReportFilter, page: &Page<(Timestamp, ReportId)>) -> Result<Vec<Report>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MAX), ReportId(i64::MAX)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MIN), ReportId(i64::MIN)));
    let sql = if page.is_backward {
        select!(
            columns!(),
            "and (last_complaint_at, id) < ($6, $7) and (last_complaint_at, id) > ($8, $9)
             order by last_complaint_at, id limit $10"
        )
    } else {
        select!(
            columns!(),
            "and (last_complaint_at, id) < ($6, $7) and (last_complaint_at, id) > ($8, $9)
             order by last_complaint_at desc, id desc limit $10"
        )
    };
    let [open, assigned, resolved] = statuses_of(filter);
    let binds: [&dyn Bind; 10] = [
        &filter.assignee,
        &filter.user,
        &open,
        &assigned,
        &resolved,
        &after,
        &after_id,
        &before,
        &before_id,
        &page.limit(),
    ];
    db.all(Scan(sql), &binds).await
}

pub async fn count(db: impl Query, filter: &ReportFilter) -> Result<i64> {
    let [open, assigned, resolved] = statuses_of(filter);
    let sql = count_rows!(select!("1", ""));
    let (count,): (i64,) = db.one(sql, &[&filter.assignee, &filter.user, &open, &assigned, &resolved]).await?;
    Ok(count)
}

/// Loads the latest complaints of each of these reports, latest first.
pub async fn complaints_of(db: impl Query, ids: &[ReportId]) -> Result<Vec<Complaint>> {
    db.all(
        "select report_id, reporter_id, reason, made_at from (
             select report_id, reporter_id, reason, made_at, id,
                    row_number() over (partition by report_id order by made_at desc, id desc) as place
             from complaints where report_id in (select value from json_each($1))) as ranked
         where place <= $2 order by report_id, place",
        &[&List::new(ids.iter().copied()), &i64::try_from(MAX_LISTED_COMPLAINTS).unwrap_or(i64::MAX)],
    )
    .await
}

/// Counts the complaints of each of these reports.
pub async fn complaint_counts(db: impl Query, ids: &[ReportId]) -> Result<Vec<(ReportId, i64)>> {
    db.all(
        Scan(
            "select report_id, count(*) from complaints where report_id in (select value from json_each($1))
             group by report_id",
        ),
        &[&List::new(ids.iter().copied())],
    )
    .await
}

/// Loads who complained about a report and still has an account.
pub async fn reporters_of(tx: &mut Tx, id: ReportId) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "select reporter_id from complaints where report_id = $1 and reporter_id is not null order by reporter_id",
        &[&id],
    )
    .await
}

/// Assigns an open report. 0 rows if it is resolved.
pub async fn set_assignee(tx: &mut Tx, id: ReportId, assignee: Option<AccountId>) -> Result<u64> {
    tx.run("update reports set assignee_id = $2 where id = $1 and resolved_at is null", &[&id, &assignee]).await
}

/// Loads the open reports about these objects.
pub async fn open_about(tx: &mut Tx, subjects: &List) -> Result<Vec<(ReportId,)>> {
    tx.all(
        "select id from reports
         where resolved_at is null and subject_id in (select value from json_each($1)) order by id",
        &[subjects],
    )
    .await
}

/// Loads the open reports that name an account: as the author, as the reported user, as the assignee, or in a complaint.
pub async fn open_naming(tx: &mut Tx, account: AccountId) -> Result<Vec<(ReportId,)>> {
    tx.all(
        "select id from reports where resolved_at is null and (user_id = $1 or assignee_id = $1 or id in (
             select report_id from complaints where reporter_id = $1)) order by id",
        &[&account],
    )
    .await
}

/// Unassigns the open reports of a moderator who no longer is one. Returns them.
pub async fn unassign_all(tx: &mut Tx, assignee: AccountId) -> Result<Vec<(ReportId,)>> {
    tx.all(
        "update reports set assignee_id = null where assignee_id = $1 and resolved_at is null returning id",
        &[&assignee],
    )
    .await
}

/// The decision on a report.
#[derive(Debug)]
pub struct Decision {
    pub resolver: AccountId,
    pub actions: i64,
    pub message: Option<String>,
    pub note: Option<String>,
}

/// Resolves an open report. 0 rows if it is resolved already.
pub async fn resolve(tx: &mut Tx, id: ReportId, decision: &Decision, now: Timestamp) -> Result<u64> {
    let Decision { resolver, actions, message, note } = decision;
    tx.run(
        "update reports set resolved_at = $2, resolver_id = $3, actions = $4, message = $5, note = $6
         where id = $1 and resolved_at is null",
        &[&id, &now, resolver, actions, message, note],
    )
    .await
}

/// Deletes the copies of a batch of reports that were resolved before `before`, except their images. Returns them.
pub async fn delete_copies(tx: &mut Tx, before: Timestamp) -> Result<Vec<(ReportId,)>> {
    tx.all(
        "update reports set copied_username = null, copied_text = null where id in (
             select id from reports where resolved_at <= $1 and copied_username is not null limit $2)
         returning id",
        &[&before, &DELETE_BATCH_SIZE],
    )
    .await
}

/// Loads the latest complaints, the latest first. `copied_since` is when a report must have been resolved at the earliest
/// to have its copy still.
pub async fn latest(db: impl Query, copied_since: Timestamp, limit: i64) -> Result<Vec<ListedComplaint>> {
    db.all(
        Scan(
            "select complaints.made_at as reported_at, reporter.username as reporter, kind, subject_id, reason,
                case when resolved_at is null or resolved_at > $1
                     then case when kind = 'user' then copied_username else copied_text end end as text,
                case when resolved_at is null or resolved_at > $1 then copied_username end as author,
                coalesce(messages.id, posts.id, comments.id, people.id) is not null and messages.deleted_at is null as is_present
         from complaints
         join reports on reports.id = report_id
         left join users as reporter on reporter.id = reporter_id
         left join messages on messages.id = subject_id
         left join posts on posts.id = subject_id
         left join comments on comments.id = subject_id
         left join users as people on people.id = subject_id
         order by complaints.made_at desc, complaints.id desc limit $2",
        ),
        &[&copied_since, &limit],
    )
    .await
}
