//! The ids that every part of the program may know: who acts, and in which session.
//!
//! A slice that owns a kind of thing defines the id of that kind; these two are here because events, tokens and keys name
//! accounts and sessions without knowing anything else about them.

/// The id of an account, and of the user who is its public side.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

/// The id of a session: one signed-in device.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(transparent)]
pub struct SessionId(pub i64);
