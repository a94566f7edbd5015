//! Who is online, in the eyes of others. That somebody is connected is the matter of `live`; here is who may know.
//!
//! Nobody knows it of those who do not show it, nor across a block, nor do guests of anybody outside the lobby. Whatever
//! changes that tells [`Feed::PRESENCE`](crate::live::Feed::PRESENCE), so that those who follow look again.

pub mod graphql;
pub mod rules;
pub mod store;

use crate::clock::Timestamp;

/// Whether somebody is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Presence {
    pub is_online: bool,
    /// When a connection of theirs was last known to live; `None` while one does, and for those who never had one.
    pub last_seen_at: Option<Timestamp>,
}

impl Presence {
    /// What is told of somebody of whom nothing may be known.
    pub const ABSENT: Self = Self { is_online: false, last_seen_at: None };
}
