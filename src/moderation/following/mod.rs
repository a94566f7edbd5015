//! The stream of the queues of moderators.

pub mod graphql;
pub mod rules;
