//! Creating and reading reports.

use super::{Report, ReportSubject, store};
use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::conversations::messages::store as messages;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::limiter::RateLimit;
use crate::posts::comments::store as comments;
use crate::posts::store as posts;
use crate::profiles::relations::acquaintance::are_acquainted;
use crate::profiles::relations::store as relations;
use crate::profiles::{ViewerAndUser, store as profiles};
use crate::text::{Lines, check_text};

const MAX_REASON_LENGTH: usize = 500;

/// The maximum number of reports by one user.
const MAX_REPORTS_PER_USER: i64 = 1_000;

/// The maximum number of reports shown to the operator.
const MAX_LISTED_REPORTS: i64 = 200;

pub static REPORT_LIMIT: RateLimit = RateLimit::per_hour("reports", 20);

/// Stores the viewer's report of an object that the viewer can see, or could see if no block hid it. Reporting the same
/// object again changes the reason.
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
        return Err(Error::member("id", Code::Invalid, "You cannot report yourself."));
    }
    if !can_report(app, viewer, subject).await? {
        return Err(not_found());
    }
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut tx = app.db.write().await?;
    // Reports of one user are counted one after another.
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    if store::set_reason(&mut tx, viewer.account, subject, &reason, now).await? == 1 {
        return Ok(tx.commit().await?);
    }
    if store::count_by(&mut tx, viewer.account).await? >= MAX_REPORTS_PER_USER {
        let message = format!("You have made {MAX_REPORTS_PER_USER} reports and cannot make more.");
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_REPORTS_PER_USER).into());
    }
    if store::insert(&mut tx, id, viewer.account, subject, &reason, now).await? == 0 {
        return Err(not_found());
    }
    Ok(tx.commit().await?)
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

/// Returns the latest reports.
pub async fn latest_reports(app: &App) -> Result<Vec<Report>> {
    Ok(store::latest(&app.db, MAX_LISTED_REPORTS).await?)
}

fn not_found() -> Error {
    Error::member("id", Code::NotFound, "This message, post, comment or user does not exist.")
}
