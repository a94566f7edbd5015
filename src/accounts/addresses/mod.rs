//! The email address: confirm it, change it, take a change back.

pub mod graphql;
pub mod rules;
pub mod store;
