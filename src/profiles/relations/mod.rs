//! How two users are related: whether one blocks the other, and whether they are booking partners.
//!
//! Every list of users excludes those whose relation to the viewer has `is_hidden`. Bookings write `partners_until`.

pub mod acquaintance;
pub mod graphql;
pub mod rules;
pub mod store;

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::profiles::User;
use crate::profiles::settings::MessagePolicy;

/// How a user is related to the viewer.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Relation {
    pub user_id: AccountId,
    pub is_guest: bool,
    /// Who may send messages to the user.
    pub message_policy: MessagePolicy,
    /// The viewer blocks the user.
    pub has_blocked: bool,
    /// One of the two blocks the other.
    pub is_hidden: bool,
    /// The two are booking partners.
    pub is_partner: bool,
    /// The user's account is locked.
    pub is_locked: bool,
}

/// A user that the viewer blocks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BlockedUser {
    #[sqlx(flatten)]
    pub user: User,
    pub blocked_at: Timestamp,
}
