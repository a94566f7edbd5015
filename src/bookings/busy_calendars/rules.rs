//! Who may add and remove busy calendars.

use super::{BusyCalendar, BusyCalendarId, ReadFailure, fetch, reading, store};
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::bookings::rules::lock_accounts;
use crate::bookings::time_off::rules::publish_change;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Problems, Result};
use crate::profiles::details::links::check_link;
use crate::sentences::say;
use crate::text::{Lines, check_text};

/// How many calendars a member can have.
pub const MAX_CALENDARS: usize = 5;

const MAX_NAME_LENGTH: usize = 50;

/// Adds a calendar and reads it. A calendar with the same URL is returned as it is.
///
/// # Errors
/// All problems of name and URL at once; at `url`, `Invalid` if it cannot be read, or `TooLarge`; `QuotaExceeded`.
pub async fn add(app: &App, viewer: Viewer, name: &str, url: &str) -> Result<BusyCalendar> {
    let mut problems = Problems::default();
    let name = problems.check(check_text("name", name, 1, MAX_NAME_LENGTH, Lines::One));
    let url = problems.check(check_link("url", url, &[]));
    problems.finish()?;
    let (Some(name), Some(url)) = (name, url) else {
        return Err(Error::internal("a valid input has no name or no URL"));
    };
    let account = viewer.account;
    if let Some(existing) = check_quota(&store::of_account(&app.db, account).await?, &url)? {
        return Ok(existing);
    }
    let circumstances = reading::circumstances(app, account).await?;
    let reading = fetch::read(app, &url, None, circumstances).await.map_err(refusal)?;
    let mut effects = Effects::default();
    let mut tx = lock(app, account).await?;
    if let Some(existing) = check_quota(&store::of_account(&mut tx, account).await?, &url)? {
        // On SQLite the calendar is visible before it is durable. The commit waits until it is.
        tx.commit().await?;
        return Ok(existing);
    }
    let calendar = BusyCalendar {
        id: BusyCalendarId(app.clock.new_id()),
        account_id: account,
        name,
        url,
        etag: None,
        last_read_at: None,
        computed_at: None,
        failure: None,
    };
    store::insert(&mut tx, &calendar, app.clock.now().plus(reading::READ_INTERVAL)).await?;
    reading::apply(app, &mut tx, &mut effects, &calendar, reading).await?;
    let stored = store::by_id(&mut tx, calendar.id).await?;
    app.commit(tx, effects).await?;
    stored.ok_or_else(|| Error::internal("a new calendar is missing"))
}

/// Removes a calendar and its busy times.
///
/// # Errors
/// `NotFound` at `busyCalendarId`.
pub async fn remove(app: &App, viewer: Viewer, id: Option<BusyCalendarId>) -> Result<BusyCalendarId> {
    let missing = || Error::member("busyCalendarId", Code::NotFound, say::NoSuchCalendar);
    let id = id.ok_or_else(missing)?;
    let mut effects = Effects::default();
    let mut tx = lock(app, viewer.account).await?;
    if store::delete(&mut tx, viewer.account, id).await? == 0 {
        return Err(missing());
    }
    publish_change(&mut tx, &mut effects, viewer.account, app.clock.now()).await?;
    app.commit(tx, effects).await?;
    Ok(id)
}

async fn lock(app: &App, account: AccountId) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if lock_accounts(&mut tx, &[account]).await?.is_empty() {
        return Err(Error::Unauthenticated);
    }
    Ok(tx)
}

/// Returns the calendar with this URL.
///
/// # Errors
/// `QuotaExceeded` if there is none, and the member can have no more.
fn check_quota(calendars: &[BusyCalendar], url: &str) -> Result<Option<BusyCalendar>> {
    if let Some(existing) = calendars.iter().find(|calendar| calendar.url == url) {
        return Ok(Some(existing.clone()));
    }
    if calendars.len() >= MAX_CALENDARS {
        let message = say::TooManyCalendars;
        return Err(Problem::refused(Code::QuotaExceeded, message).with_limit(MAX_CALENDARS).into());
    }
    Ok(None)
}

fn refusal(failure: ReadFailure) -> Error {
    match failure {
        ReadFailure::TooLarge => {
            Problem::member("url", Code::TooLarge, failure.sentence()).with_limit(fetch::MAX_BYTES).into()
        }
        _ => Error::member("url", Code::Invalid, failure.sentence()),
    }
}
