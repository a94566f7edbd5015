//! Requesting, downloading and deleting data exports.

use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Notify;

use super::{DataExport, DataExportId, ExportStatus, store};
use crate::accounts::audit::{AuditEvent, Cause};
use crate::accounts::credentials::rules::{lock_reauthenticated, reauthenticate};
use crate::accounts::notices::{self, NoticeKind};
use crate::accounts::{Client, Viewer};
use crate::app::App;
use crate::effects::Effects;
use crate::error::{Code, Error, Problem, Result};
use crate::files::links::DownloadLink;
use crate::images::rights::is_active_member;
use crate::media::{MediaPart, ObjectContents};
use crate::sentences::say;

/// Distinguishes the links of exports from those of files.
pub const LINKS: &str = "export links";

/// The time between two requests.
const REQUEST_INTERVAL: Duration = Duration::from_hours(24);

/// Wakes the worker of this node.
#[derive(Clone, Debug, Default)]
pub struct ExportWakeUp(std::sync::Arc<Notify>);

impl ExportWakeUp {
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub async fn woken(&self) {
        self.0.notified().await;
    }
}

/// Requests an export of the viewer's data. A pending one is returned instead, and an earlier one is deleted.
///
/// # Errors
/// `ReauthenticationRequired` or `CredentialsWrong` at `password`; `QuotaExceeded` within 24 hours of the last request,
/// unless that export has failed.
pub async fn request(
    app: &App,
    client: &Client,
    viewer: Viewer,
    password: Option<&SecretString>,
) -> Result<DataExport> {
    let account = reauthenticate(app, client, viewer, password).await?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    lock_reauthenticated(app, &mut tx, &account, password.is_some()).await?;
    let earlier = store::of_account(&mut tx, viewer.account, now).await?;
    match earlier {
        Some(pending) if pending.status == ExportStatus::Pending => return Ok(pending),
        Some(ready) if ready.status == ExportStatus::Ready && now.since(ready.requested_at) < REQUEST_INTERVAL => {
            let message = say::ExportTooSoon;
            let problem = Problem::refused(Code::QuotaExceeded, message).with_limit(1);
            return Err(problem.with_retry_at(ready.requested_at.plus(REQUEST_INTERVAL)).into());
        }
        _ => {}
    }
    store::delete_of_account(&mut tx, viewer.account).await?;
    let id = DataExportId(app.clock.new_id());
    store::insert(&mut tx, id, viewer.account, now).await?;
    notices::publish(app, &mut tx, &mut effects, viewer.account, NoticeKind::DataExportRequested, None).await?;
    let export = store::by_id(&mut tx, id, now).await?;
    effects.images_deleted();
    let cause = Cause::viewer(viewer, client);
    AuditEvent::AccountExported.record(app, &mut tx, &mut effects, viewer.account, cause).await?;
    app.commit(tx, effects).await?;
    app.state::<ExportWakeUp>().wake();
    export.ok_or_else(|| Error::internal("the export that was inserted is missing"))
}

/// Returns the latest export of the viewer, unless it has expired.
pub async fn latest(app: &App, viewer: Viewer) -> Result<Option<DataExport>> {
    Ok(store::of_account(&app.db, viewer.account, app.clock.now()).await?)
}

/// Returns the export of a link.
///
/// Returns `None` for a wrong signature, an expired link, a deleted export and one of another account: the caller cannot
/// distinguish these cases.
pub async fn resolve_link(app: &App, link: DownloadLink, signature: &str) -> Result<Option<DataExport>> {
    if !link.is_valid(app, signature) {
        return Ok(None);
    }
    let export = store::by_id(&app.db, DataExportId(link.object), app.clock.now()).await?;
    let own = export.filter(|export| export.account_id == link.viewer && export.storage_name.is_some());
    Ok(if is_active_member(app, link.viewer).await? { own } else { None })
}

/// Opens the archive of an export, or returns `None` if it is missing.
///
/// # Errors
/// Unavailable if the media store does not answer.
pub async fn open_contents(app: &App, export: &DataExport) -> Result<Option<ObjectContents>> {
    match &export.storage_name {
        Some(name) => app.media.read(name, MediaPart::Whole).await,
        None => Ok(None),
    }
}

/// Deletes the exports that have expired.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    while store::delete_expired(&app.db, now).await? > 0 {
        app.media.wake();
    }
    Ok(())
}
