//! Data exports: a ZIP archive with a member's data, prepared in the background.
//!
//! A member has at most one export, the latest. [`worker`] prepares pending ones: a node claims an export for a minute and
//! renews the claim while it works, so another node continues when it dies. What an export contains is the one list
//! [`SECTIONS`](crate::db::transfer::SECTIONS), from which the published JSON schema follows too.

pub mod archive;
pub mod document;
pub mod graphql;
pub mod rules;
pub mod store;
mod uses;
pub mod worker;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::text_enum;

crate::global_ids! {
    DataExportId => "exp",
}

/// The id of a data export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct DataExportId(pub i64);

/// The status of a data export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "DataExportStatus")]
pub enum ExportStatus {
    /// The export failed and can be requested again.
    Failed,
    /// The export is in preparation.
    Pending,
    /// The export can be downloaded.
    Ready,
}

text_enum!(ExportStatus {
    Failed => "failed",
    Pending => "pending",
    Ready => "ready",
});

/// A data export.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DataExport {
    pub id: DataExportId,
    pub account_id: AccountId,
    pub status: ExportStatus,
    pub requested_at: Timestamp,
    pub ready_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub bytes: Option<i64>,
    /// The name of the archive in the media store. Never sent to clients.
    pub storage_name: Option<String>,
}
