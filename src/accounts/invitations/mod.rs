//! Invitations: URLs that admit people to registration.
//!
//! An invitation counts the accounts that were created with it, and holds a use for each registration that waits for
//! approval. Both are conditional updates in the transaction that creates the account or the request, so it never admits
//! more than its maximum. Whether it can be used is a question about an instant (`is_usable!`).

pub mod graphql;
pub mod rules;
pub mod store;

use super::{AccountId, Role};
use crate::clock::Timestamp;
use crate::live::{EventBody, EventKind};

crate::global_ids! {
    InvitationId => "inv",
}

/// The id of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct InvitationId(pub i64);

impl From<InvitationId> for i64 {
    fn from(id: InvitationId) -> Self {
        id.0
    }
}

impl InvitationId {
    /// Returns the event of a change, for the creator.
    fn changed(self) -> EventBody {
        EventBody { kind: EventKind::InvitationChanged, subject: self.0, detail: None }
    }
}

/// An invitation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    pub creator_id: AccountId,
    /// The only address that can use it; `None` if every address can.
    pub email: Option<String>,
    pub note: Option<String>,
    pub max_uses: i64,
    /// The accounts that were created with it.
    pub use_count: i64,
    /// The registrations with it that wait for approval.
    pub held_count: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    /// Returns whether another registration can use it, like `is_usable!` in SQL.
    pub fn can_be_used(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now && self.use_count + self.held_count < self.max_uses
    }
}

/// An invitation that a registration can use.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ValidInvitation {
    pub id: InvitationId,
    pub email_fold: Option<String>,
    creator_role: Role,
}

impl ValidInvitation {
    /// Returns whether it was mailed to the address that registers with it: its token proves that the address is read.
    pub fn confirms_email(&self) -> bool {
        self.email_fold.is_some()
    }

    /// Returns whether it admits addresses of every domain: its creator is a moderator.
    pub fn waives_domains(&self) -> bool {
        matches!(self.creator_role, Role::Moderator | Role::Admin)
    }
}
