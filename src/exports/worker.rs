//! Prepares pending exports, one at a time on each node.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tracing::{error, warn};

use super::rules::ExportWakeUp;
use super::store::{self, Claim};
use super::{DataExport, document};
use crate::accounts::notices;
use crate::app::App;
use crate::clock::Timestamp;
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::images::rules as images;
use crate::mail::AccountNotice;
use crate::media::MediaPart;
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};

/// How often the worker looks for exports that another node has left.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

/// How long a claim lasts, and how often it is renewed: another node continues within a minute after a crash.
const CLAIM: Duration = Duration::from_secs(45);
const RENEWAL_INTERVAL: Duration = Duration::from_secs(10);

/// How many attempts an export gets before it has failed.
const MAX_ATTEMPTS: i64 = 5;

/// When to retry after a failed attempt.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// How long an export is kept.
pub const RETENTION: Duration = Duration::from_hours(7 * 24);

/// Runs the worker until the app closes.
pub async fn run_export_worker(app: App) {
    loop {
        if let Err(cause) = run_pending(&app).await {
            warn!(?cause, "data exports could not be prepared; it is retried in some seconds");
        }
        // A timeout leads to the same work as a wake-up.
        let _ = tokio::time::timeout(POLL_INTERVAL, app.state::<ExportWakeUp>().woken()).await;
    }
}

/// Prepares all pending exports that no node has claimed.
///
/// # Errors
/// When they cannot be claimed. An export that fails is left for a later attempt.
pub async fn run_pending(app: &App) -> Result<()> {
    loop {
        let Some(claim) = claim_next(app).await? else { return Ok(()) };
        let prepared = tokio::select! {
            prepared = prepare(app, claim) => prepared,
            lost = keep_claim(app, claim) => Err(lost),
        };
        let Err(cause) = prepared else { continue };
        if claim.attempts >= MAX_ATTEMPTS {
            error!(?cause, "a data export has failed");
            finish(app, claim, None).await?;
        } else {
            warn!(?cause, "a data export could not be prepared; it is retried in 30 seconds");
            store::set_claim(&app.db, claim, app.clock.now().plus(RETRY_AFTER)).await?;
        }
    }
}

async fn claim_next(app: &App) -> Result<Option<Claim>> {
    let now = app.clock.now();
    // Most of the time there is none, and no other writer has to wait for this one.
    if !store::has_pending(&app.db, now).await? {
        return Ok(None);
    }
    let mut tx = app.db.write().await?;
    let claim = store::claim_next(&mut tx, now, now.plus(CLAIM)).await?;
    tx.commit().await?;
    Ok(claim)
}

/// Renews a claim until it is lost, and returns why.
async fn keep_claim(app: &App, claim: Claim) -> Error {
    loop {
        tokio::time::sleep(RENEWAL_INTERVAL).await;
        match store::set_claim(&app.db, claim, app.clock.now().plus(CLAIM)).await {
            Ok(0) => return Error::internal("another node has claimed the export"),
            Ok(_) => {}
            Err(cause) => warn!(%cause, "the claim of a data export could not be renewed; it is retried"),
        }
    }
}

/// Writes the archive to a file without a name, then to the media store, and completes the export.
async fn prepare(app: &App, claim: Claim) -> Result<()> {
    let file = unnamed_file(app).map_err(Error::internal)?;
    // On a thread of its own, because it writes files.
    let (runtime, writing) = (Handle::current(), app.clone());
    let written = spawn_blocking(move || runtime.block_on(document::write(&writing, claim.account_id, file)));
    let (file, bytes, _) = written.await.map_err(Error::internal)??;
    let name = images::reserve_storage(app).await?;
    app.media.put_file(&name, MediaPart::Whole, file).await?;
    finish(app, claim, Some((&name, i64::try_from(bytes).map_err(Error::internal)?))).await
}

/// A file in the data directory that disappears when it is closed.
fn unnamed_file(app: &App) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = app.config.data_dir.join(format!("export-{}.partial", app.clock.new_id()));
    let file = std::fs::OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// Completes an export with the name of its archive, or as failed, and notifies the member. Does nothing if another node
/// has claimed it since, or if it is deleted: the bytes are removed then.
async fn finish(app: &App, claim: Claim, archive: Option<(&str, i64)>) -> Result<()> {
    let now = app.clock.now();
    let expires_at: Timestamp = now.plus(RETENTION);
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let finished = match archive {
        Some(archive) => store::set_ready(&mut tx, claim, archive, (now, expires_at)).await?,
        None => store::set_failed(&mut tx, claim, expires_at).await?,
    };
    if finished == 0 {
        return Ok(());
    }
    if let Some((name, _)) = archive {
        images::claim_storage(&mut tx, name).await?;
    }
    let subject = Subject::new(SubjectKind::DataExport, claim.id.0);
    let notification = NewNotification {
        detail: Some(archive.is_some().into()),
        ..NewNotification::new(NotificationType::DataExport, claim.account_id, subject)
    };
    notifications::notify(app, &mut tx, &mut effects, &[notification]).await?;
    let notice = if archive.is_some() { AccountNotice::ExportReady } else { AccountNotice::ExportFailed };
    notices::mail(app, &mut tx, &mut effects, claim.account_id, notice).await?;
    app.commit(tx, effects).await
}

/// The name under which an export is downloaded.
pub fn file_name(export: &DataExport) -> String {
    let day: String = crate::clock::write_date_time(export.requested_at).chars().take(10).collect();
    format!("studyhall-{day}.zip")
}
