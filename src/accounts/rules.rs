//! Use cases that concern all subjects of the slice.

use super::{attempts, audit, identities, mail_tokens, registration, sessions};
use crate::app::App;
use crate::error::Result;

/// Deletes expired sessions, mail tokens, pending registrations, registration requests, sign-ins at providers, retired
/// usernames, counters and old events of the audit log.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    sessions::rules::sweep(app).await?;
    registration::rules::sweep(app).await?;
    registration::approval::rules::sweep(app).await?;
    identities::rules::sweep(app).await?;
    loop {
        let mut tx = app.db.write().await?;
        let deleted = mail_tokens::delete_expired(&mut tx, now).await?;
        tx.commit().await?;
        if deleted == 0 {
            break;
        }
    }
    while attempts::delete_expired(&app.db, now).await? > 0 {}
    audit::sweep(app).await
}
