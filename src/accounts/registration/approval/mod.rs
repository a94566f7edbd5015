//! Registrations with a confirmed email address that wait for the approval of a moderator.
//!
//! Username and address are reserved until the decision. Of two decisions the first one deletes the request, and the other
//! one does not find it. A request that none decides is declined by the server after 30 days; it is over at this instant,
//! also before the row is deleted.

pub mod graphql;
pub mod rules;
pub mod store;

use std::time::Duration;

use super::profile::NewProfile;
use super::store::PendingRegistration;
use crate::clock::Timestamp;
use crate::live::{EventBody, EventKind};

crate::global_ids! {
    RegistrationRequestId => "rrq",
}

/// How long a request waits.
const LIFETIME: Duration = Duration::from_hours(30 * 24);

/// The id of a registration request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct RegistrationRequestId(pub i64);

impl From<RegistrationRequestId> for i64 {
    fn from(id: RegistrationRequestId) -> Self {
        id.0
    }
}

impl RegistrationRequestId {
    /// Returns the event of a change.
    fn changed(self) -> EventBody {
        EventBody { kind: EventKind::RegistrationRequestChanged, subject: self.0, detail: None }
    }
}

/// A registration request as moderators see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RegistrationRequest {
    pub id: RegistrationRequestId,
    pub email: String,
    pub username: String,
    /// A [`NewProfile`] as JSON.
    #[sqlx(try_from = "String")]
    pub profile: RequestProfile,
    pub note: Option<String>,
    pub created_at: Timestamp,
}

/// The profile in a request.
#[derive(Clone, Debug, Default)]
pub struct RequestProfile(pub NewProfile);

impl From<String> for RequestProfile {
    fn from(json: String) -> Self {
        // Written by this program. Nothing but the profile is lost with a text that is not.
        Self(serde_json::from_str(&json).unwrap_or_default())
    }
}

/// A request that a decision has deleted.
#[derive(Debug, sqlx::FromRow)]
pub struct DecidedRequest {
    pub id: RegistrationRequestId,
    #[sqlx(flatten)]
    pub registration: PendingRegistration,
    /// Of the token that confirmed the address; `None` if an invitation did.
    pub token_hash: Option<Vec<u8>>,
}
