//! Making and reading reports.

use super::{COPY_RETENTION, ListedComplaint, Report, ReportFilter, ReportId, ReportSubject, store};
use crate::accounts::{AccountId, Role, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::messages::{Message, store as messages};
use crate::db::{List, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::files::{FileUse, rules as files};
use crate::images::{ImageUse, rules as images};
use crate::limiter::RateLimit;
use crate::live::Feed;
use crate::page::Page;
use crate::posts::comments::store as comments;
use crate::posts::{Post, store as posts};
use crate::profiles::relations::acquaintance::are_acquainted;
use crate::profiles::relations::store as relations;
use crate::profiles::{ViewerAndUser, store as profiles};
use crate::sentences::{Value, say};
use crate::text::{Lines, check_text};

const MAX_REASON_LENGTH: usize = 500;

/// The maximum number of complaints by one user.
const MAX_COMPLAINTS_PER_USER: i64 = 1_000;

/// The maximum number of complaints shown to the operator.
const MAX_LISTED: i64 = 200;

/// How often a complaint is tried again whose report was resolved, or opened by another user, at the same time.
const MAX_ATTEMPTS: usize = 3;

pub static REPORT_LIMIT: RateLimit = RateLimit::per_hour("reports", 20);

/// Stores the viewer's complaint about an object that the viewer can see, or could see if no block hid it. It joins the
/// open report about the object, or opens one. Another complaint of the viewer replaces the reason.
///
/// # Errors
/// Problems with the reason; at `id`, `NotFound` for an object that the viewer cannot see, or `Invalid` for the
/// viewer's own account; `QuotaExceeded`; rate limited.
pub async fn report_content(app: &App, viewer: Viewer, subject: Option<ReportSubject>, reason: &str) -> Result<()> {
    let mut problems = Problems::default();
    let reason = problems.check(check_text("reason", reason, 1, MAX_REASON_LENGTH, Lines::Many));
    problems.finish()?;
    let reason = reason.ok_or_else(|| Error::internal("a reason without problems was rejected"))?;
    app.limiter.take(&REPORT_LIMIT, viewer.account.0, 1).await?;
    let subject = subject.ok_or_else(not_found)?;
    if matches!(subject, ReportSubject::User(user) if user == viewer.account) {
        return Err(Error::member("id", Code::Invalid, say::CannotReportYourself));
    }
    if !can_report(app, viewer, subject).await? {
        return Err(not_found());
    }
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // Complaints of one user are counted one after another.
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    let (report, now) = find_or_open(app, &mut tx, subject).await?;
    if store::set_reason(&mut tx, report, viewer.account, &reason, now).await? == 0 {
        if store::count_by(&mut tx, viewer.account).await? >= MAX_COMPLAINTS_PER_USER {
            let message = say::TooManyReports { max: Value::number(MAX_COMPLAINTS_PER_USER) };
            let problem = Problem::refused(Code::QuotaExceeded, message);
            return Err(problem.with_limit(MAX_COMPLAINTS_PER_USER).into());
        }
        store::insert_complaint(&mut tx, app.clock.new_id(), report, viewer.account, &reason, now).await?;
    }
    effects.append(Feed::MODERATION, report.changed());
    app.commit(tx, effects).await
}

/// Returns the open report about an object, locked, and the time of the new complaint. Without one it opens one and takes
/// the copy.
///
/// # Errors
/// `NotFound` at `id` if the object was deleted since.
async fn find_or_open(app: &App, tx: &mut Tx, subject: ReportSubject) -> Result<(ReportId, Timestamp)> {
    let now = app.clock.now();
    let now = store::latest_complaint(tx).await?.map_or(now, |latest| now.after(latest));
    for _ in 0..MAX_ATTEMPTS {
        if let Some(open) = store::touch_open(tx, subject, now).await? {
            return Ok(open);
        }
        let id = ReportId(app.clock.new_id());
        if store::insert(tx, id, subject, now).await? == 1 {
            copy_attachments(tx, subject, Report::file_use(id)).await?;
            return Ok((id, now));
        }
    }
    Err(not_found())
}

/// Copies the images and files of an object to its report; of a user the avatar. Comments have none.
async fn copy_attachments(tx: &mut Tx, subject: ReportSubject, to: FileUse) -> Result<()> {
    match subject {
        ReportSubject::User(id) => images::copy_uses(tx, ImageUse::avatar(id), to.into()).await,
        ReportSubject::Post(id) => files::copy_uses(tx, Post::file_use(id), to).await,
        ReportSubject::Message(id) => files::copy_uses(tx, Message::file_use(id), to).await,
        ReportSubject::Comment(_) => Ok(()),
    }
}

/// Returns true if the viewer can see the object. A block hides nothing here, on either side: otherwise a user who blocks
/// first could not be reported.
async fn can_report(app: &App, viewer: Viewer, subject: ReportSubject) -> Result<bool> {
    let account = viewer.account;
    Ok(match subject {
        ReportSubject::User(user) => {
            let key = ViewerAndUser { viewer: account, user };
            profiles::by_id(&app.db, key).await?.is_some()
                || relations::has_blocked(&app.db, key).await?
                || are_acquainted(app, account, user).await?
        }
        ReportSubject::Post(post) => !viewer.is_guest() && posts::by_id(&app.db, post).await?.is_some(),
        ReportSubject::Comment(comment) => !viewer.is_guest() && comments::by_id(&app.db, comment).await?.is_some(),
        ReportSubject::Message(message) => messages::is_in_room_of(&app.db, account, message).await?,
    })
}

/// Returns a page of reports, the latest complaint first, and their number if the page needs it.
pub async fn reports(
    app: &App,
    filter: &ReportFilter,
    page: &Page<(Timestamp, ReportId)>,
) -> Result<(Vec<Report>, Option<i64>)> {
    let rows = store::page(&app.db, filter, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, filter).await?) } else { None };
    Ok((rows, total))
}

/// Returns the latest complaints.
pub async fn latest_reports(app: &App) -> Result<Vec<ListedComplaint>> {
    Ok(store::latest(&app.db, app.clock.now().minus(COPY_RETENTION), MAX_LISTED).await?)
}

/// Unassigns the reports of a member who is no longer a moderator.
pub async fn on_role_changed(tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let current = accounts::by_id(&mut *tx, account).await?;
    if current.is_some_and(|current| matches!(current.role, Role::Moderator | Role::Admin)) {
        return Ok(());
    }
    publish_changed(effects, store::unassign_all(tx, account).await?);
    Ok(())
}

/// Publishes that the objects of open reports were deleted.
pub async fn on_content_deleted(tx: &mut Tx, effects: &mut Effects, subjects: &[i64]) -> Result<()> {
    let reports = store::open_about(tx, &List::new(subjects.iter().copied())).await?;
    publish_changed(effects, reports);
    Ok(())
}

/// Publishes that open reports name an account that is being deleted. The reports stay.
pub async fn on_account_deleted(tx: &mut Tx, effects: &mut Effects, account: AccountId) -> Result<()> {
    let reports = store::open_naming(tx, account).await?;
    publish_changed(effects, reports);
    Ok(())
}

fn publish_changed(effects: &mut Effects, reports: Vec<(ReportId,)>) {
    for (report,) in reports {
        effects.append(Feed::MODERATION, report.changed());
    }
}

/// Deletes the copies of reports that were resolved 30 days ago, in batches.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().minus(COPY_RETENTION);
    loop {
        let mut effects = Effects::default();
        let mut tx = app.db.write().await?;
        let reports = store::delete_copies(&mut tx, before).await?;
        if reports.is_empty() {
            return Ok(());
        }
        for (report,) in reports {
            files::detach_all(&mut tx, Report::file_use(report), app).await?;
        }
        effects.images_deleted();
        app.commit(tx, effects).await?;
    }
}

fn not_found() -> Error {
    Error::member("id", Code::NotFound, say::ReportedObjectMissing)
}
