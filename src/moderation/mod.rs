//! Moderation: the queues of moderators, and the log of what moderators and admins do.
//!
//! It shows what other slices own: reports; registration requests, invitations and staff actions of `accounts`. It is the last of the slices.

pub mod following;
pub mod graphql;

crate::global_ids! {
    ModerationId => "mod",
}

/// The id of the tools of moderators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModerationId(pub i64);

impl ModerationId {
    /// The id of the only one.
    pub const ONLY: Self = Self(1);
}

/// The tools of moderators, which have no state of their own.
#[derive(Clone, Copy, Debug)]
pub struct Moderation;
