//! The background task that mails moderators.

use std::time::Duration;

use tracing::warn;

use super::store;
use crate::accounts::registration::approval::store as requests;
use crate::accounts::{AccountId, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::Result;
use crate::mail::{EntryNotice, Letter};
use crate::notifications::NotificationKind;
use crate::reports::{ReportFilter, ReportStatus, store as reports};

/// How late a mail can be.
const INTERVAL: Duration = Duration::from_mins(1);

/// The time between two mails to one moderator.
const PERIOD: Duration = Duration::from_hours(24);

/// Mails moderators until the app closes.
pub async fn run_queue_mails(app: App) {
    loop {
        let next_round = app.clock.elapsed().plus(INTERVAL);
        if let Err(cause) = send_due(&app).await {
            warn!(?cause, "moderators could not be mailed about their queues; the next round tries again");
        }
        app.clock.reach(next_round).await;
    }
}

/// Mails the moderators who were not mailed within a day, if something waits.
///
/// # Errors
/// When the queues or the moderators cannot be read. A mail that fails does not keep the others from being sent.
pub async fn send_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let open = ReportFilter { statuses: vec![ReportStatus::Open, ReportStatus::Assigned], ..ReportFilter::default() };
    let (reports, registrations) = (reports::count(&app.db, &open).await?, requests::count(&app.db, now).await?);
    if reports == 0 && registrations == 0 {
        return Ok(());
    }
    let notice = EntryNotice::Queues { reports, registrations };
    for (moderator,) in store::due(&app.db, now, now.minus(PERIOD)).await? {
        if let Err(cause) = send(app, moderator, &notice, now).await {
            warn!(account = moderator.0, ?cause, "a moderator could not be mailed; the next round tries again");
        }
    }
    Ok(())
}

/// Claims a moderator, and enqueues the mail.
async fn send(app: &App, id: AccountId, notice: &EntryNotice, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    if store::claim(&mut tx, id, now, now.minus(PERIOD)).await? == 0 {
        return Ok(());
    }
    let Some(account) = accounts::by_id(&mut tx, id).await? else { return Ok(()) };
    let letter = Letter::Entry { username: account.username.clone(), notice: notice.clone() };
    mailing::notify_of_kinds(app, &mut tx, &mut effects, &account, &letter, &[NotificationKind::Moderation]).await?;
    app.commit(tx, effects).await
}
