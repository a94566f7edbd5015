//! Reading and changing the viewer's settings.

use super::{Settings, SettingsChange, store};
use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::profiles::presence::rules as presence;

/// Returns the viewer's settings.
pub async fn settings(app: &App, viewer: Viewer) -> Result<Settings> {
    Ok(store::settings_of(&app.db, viewer.account).await?.unwrap_or_default())
}

/// Changes the viewer's settings.
pub async fn update_settings(app: &App, viewer: Viewer, change: &SettingsChange) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    store::insert_default(&mut tx, viewer.account).await?;
    store::update(&mut tx, viewer.account, change).await?;
    if change.shows_presence.is_some() {
        presence::publish_change(&mut tx, &mut effects, viewer.account, app.clock.now()).await?;
    }
    app.commit(tx, effects).await
}
