//! The email address of an account: confirm, change, undo a change.

pub mod graphql;
pub mod rules;
