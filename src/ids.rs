//! The ids of accounts and sessions, which every module may know.
//!
//! Other ids are defined in the slice of their objects. These two are here because events, tokens and keys refer to
//! accounts and sessions without knowing the slice `accounts`.

/// The id of an account, and of its public side, the user.
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
