//! Reporting what somebody sees.

use super::{Report, Subject, store};
use crate::accounts::Viewer;
use crate::app::App;
use crate::conversations::messages::store as messages;
use crate::error::{Code, Error, Problems, Result};
use crate::limiter::RateLimit;
use crate::posts::store as posts;
use crate::profiles::relations::store as relations;
use crate::profiles::{ViewerAndUser, store as people};
use crate::text::{Lines, check_text};

const LONGEST_REASON: usize = 500;

/// So many things somebody has reported at most.
const MOST_REPORTS: i64 = 1_000;

/// So many are shown to those who look.
const MOST_SHOWN: i64 = 200;

static REPORTS: RateLimit = RateLimit::per_hour("reports", 20);

/// Keeps somebody's report of a thing that they see. Reporting it again changes the reason.
///
/// # Errors
/// Refused with what is wrong with the reason; at `id` with `NotFound` for whatever the viewer does not see, with `Invalid`
/// for themselves; `QuotaExceeded` for one too many; rate limited.
pub async fn report_content(app: &App, viewer: Viewer, subject: Option<Subject>, reason: &str) -> Result<()> {
    let mut problems = Problems::default();
    let reason = problems.check(check_text("reason", reason, 1, LONGEST_REASON, Lines::Many));
    problems.finish()?;
    let reason = reason.ok_or_else(|| Error::internal("a reason without a fault was refused"))?;
    app.limiter.take(&REPORTS, viewer.account.0, 1)?;
    let subject = subject.ok_or_else(not_found)?;
    if matches!(subject, Subject::User(user) if user == viewer.account) {
        return Err(Error::member("id", Code::Invalid, "That is you."));
    }
    if !sees(app, viewer, subject).await? {
        return Err(not_found());
    }
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut tx = app.db.write().await?;
    if store::count_by(&mut tx, viewer.account).await? >= MOST_REPORTS {
        let message = format!("You have reported {MOST_REPORTS} things, which is the most.");
        return Err(Error::refused(Code::QuotaExceeded, message));
    }
    match store::upsert(&mut tx, id, viewer.account, subject, &reason, now).await {
        // The account was deleted meanwhile.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    Ok(tx.commit().await?)
}

/// Whom one blocks one may report all the same.
async fn sees(app: &App, viewer: Viewer, subject: Subject) -> Result<bool> {
    let account = viewer.account;
    Ok(match subject {
        Subject::User(user) => {
            let sight = ViewerAndUser { viewer: account, user };
            people::by_id(&app.db, sight).await?.is_some() || relations::has_blocked(&app.db, sight).await?
        }
        Subject::Post(post) => !viewer.is_guest() && !posts::by_ids(&app.db, account, &[post]).await?.is_empty(),
        Subject::Message(message) => messages::seen_by_id(&app.db, account, message).await?.is_some(),
    })
}

/// Returns what was reported last.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(app: &App) -> Result<Vec<Report>> {
    Ok(store::latest(&app.db, MOST_SHOWN).await?)
}

fn not_found() -> Error {
    Error::member("id", Code::NotFound, "There is no such thing.")
}
