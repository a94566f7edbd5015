//! GraphQL for data exports.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules::LINKS;
use super::{DataExport, DataExportId, ExportStatus, rules, store};
use crate::error::Result;
use crate::files::links::DownloadLink;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Payload, UserError};

/// Returns an export of the viewer by its id, unless it has expired.
pub async fn own_export(context: &Context<'_>, id: DataExportId) -> Result<Option<DataExport>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    let app = context.app();
    let export = store::by_id(&app.db, id, app.clock.now()).await?;
    Ok(export.filter(|export| export.account_id == viewer.account))
}

/// A ZIP archive with the viewer's data as JSON, images and files. It is deleted after 7 days.
#[Object]
impl DataExport {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The status.
    fn status(&self) -> ExportStatus {
        self.status
    }

    /// When the export was requested.
    fn requested_at(&self) -> DateTime {
        self.requested_at.into()
    }

    /// When the export was ready; null until then.
    fn ready_at(&self) -> Option<DateTime> {
        self.ready_at.map(DateTime::from)
    }

    /// When the export is deleted; null until it is ready.
    fn expires_at(&self) -> Option<DateTime> {
        self.expires_at.filter(|_| self.status == ExportStatus::Ready).map(DateTime::from)
    }

    /// The size in bytes; null until the export is ready.
    fn byte_size(&self) -> Option<i64> {
        self.bytes
    }

    /// The download URL, which needs no further authentication. It is issued for the viewer and valid for 10 minutes; null
    /// until the export is ready.
    fn url(&self, context: &Context<'_>) -> Result<Option<WebUrl>, EdgeError> {
        if self.storage_name.is_none() {
            return Ok(None);
        }
        let link = DownloadLink::new(LINKS, self.id.0, context.member()?.account, context.app().clock.now());
        Ok(Some(link.url(context.app(), &format!("/exports/{}", *self.id.to_global())).into()))
    }
}

/// The input of `requestDataExport`.
#[derive(InputObject)]
struct RequestDataExportInput {
    /// The current password; required if the login was more than 10 minutes ago.
    password: Option<SecretString>,
}

/// The payload of `requestDataExport`.
#[derive(Default, SimpleObject)]
struct RequestDataExportPayload {
    /// The pending export; null when there are user errors.
    data_export: Option<DataExport>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(RequestDataExportPayload);

#[derive(Debug, Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Requests an export of the viewer's data, which is prepared in the background and deletes an earlier one. A pending one
    /// is returned instead. `REAUTHENTICATION_REQUIRED` without the password if the login was more than 10 minutes ago,
    /// `QUOTA_EXCEEDED` within 24 hours of the last request. A `DataExportNotification` follows. Not available over a
    /// WebSocket. Codes: `CREDENTIALS_WRONG`, `QUOTA_EXCEEDED`, `REAUTHENTICATION_REQUIRED`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn request_data_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The password.")] input: RequestDataExportInput,
    ) -> Nullable<RequestDataExportPayload> {
        let outcome = async {
            let viewer = context.member()?;
            let client = context.caller().client();
            rules::request(context.app(), &client, viewer, input.password.as_ref()).await
        };
        Payload::answer(outcome.await, |export| RequestDataExportPayload {
            data_export: Some(export),
            ..RequestDataExportPayload::default()
        })
    }
}
