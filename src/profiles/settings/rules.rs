//! Reading and changing the viewer's settings.

use super::{QuietHours, Settings, SettingsChange, store};
use crate::accounts::sessions::rules as sessions;
use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::locale::check_locale;
use crate::notifications::preferences::rules as preferences;
use crate::notifications::rules::CONNECTED_PUSH_DELAY;
use crate::profiles::presence::rules as presence;
use crate::sentences::say;

/// Returns the viewer's settings.
pub async fn settings(app: &App, viewer: Viewer) -> Result<Settings> {
    Ok(store::settings_of(&app.db, viewer.account).await?.unwrap_or_default())
}

/// Changes the viewer's settings. Returns the viewer, with the new language.
///
/// # Errors
/// `Invalid` at quiet hours without an end, at a language that the server does not speak, and those of the preferences.
pub async fn update_settings(app: &App, viewer: Viewer, change: &SettingsChange) -> Result<Viewer> {
    let mut problems = preferences::check(&change.preferences);
    if change.quiet_hours.flatten().is_some_and(QuietHours::is_empty) {
        let message = say::QuietHoursEmpty;
        problems.extend([Problem::member("quietHours", Code::Invalid, message).below("to")]);
    }
    let chosen = |tag: &String| check_locale(tag, "locale");
    let locale = change.locale.as_ref().map(|tag| tag.as_ref().map(chosen).transpose());
    let locale = locale.and_then(|locale| problems.check(locale));
    problems.finish()?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    store::insert_default(&mut tx, viewer.account).await?;
    store::update(&mut tx, viewer.account, change).await?;
    preferences::apply(&mut tx, viewer.account, &change.preferences).await?;
    if let Some(locale) = locale {
        accounts::set_locale(&mut tx, viewer.account, locale).await?;
        sessions::publish_locale_change(&mut effects, viewer.account);
    }
    if change.digest_frequency.is_some() || change.quiet_hours.is_some() || change.time_zone.is_some() {
        store::replan_digest(&mut tx, viewer.account).await?;
    }
    if change.quiet_hours.is_some() || change.time_zone.is_some() {
        // Other pushes are due earlier.
        let now = app.clock.now();
        store::replan_pushes(&mut tx, viewer.account, now, now.plus(CONNECTED_PUSH_DELAY)).await?;
    }
    if change.time_zone.is_some() {
        store::replan_busy_calendars(&mut tx, viewer.account, app.clock.now()).await?;
    }
    if change.shows_presence.is_some() {
        presence::publish_change(&mut effects, viewer.account);
    }
    app.commit(tx, effects).await?;
    Ok(Viewer { locale: locale.unwrap_or(viewer.locale), ..viewer })
}
