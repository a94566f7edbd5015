//! What two people are to each other: whether one blocks the other, and whether bookings bind them.
//!
//! Whatever lists people leaves out those with `is_hidden` in a relation to the viewer. Bookings write `partners_until`.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::profiles::User;
use crate::profiles::settings::MessagePolicy;

/// What somebody is to the viewer.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Relation {
    pub user_id: AccountId,
    pub is_guest: bool,
    /// Whom they let write to them.
    pub message_policy: MessagePolicy,
    /// The viewer blocks them.
    pub has_blocked: bool,
    /// One of the two blocks the other.
    pub is_hidden: bool,
    /// Bookings bind the two.
    pub is_partner: bool,
}

/// Somebody whom the viewer blocks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Blocked {
    #[sqlx(flatten)]
    pub user: User,
    pub blocked_at: Timestamp,
}
