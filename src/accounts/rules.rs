//! What the whole slice does now and then.

use super::{attempts, mail_tokens, registration, sessions};
use crate::app::App;
use crate::error::Result;

/// Removes what has run out: sessions, links, registrations, counters.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    sessions::rules::sweep(app).await?;
    registration::rules::sweep(app).await?;
    mail_tokens::clear_old(&app.db, now).await?;
    attempts::clear_old(&app.db, now).await?;
    Ok(())
}
